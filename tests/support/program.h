#pragma once

// The real programs: run to their end, or kept running. A child dies with this process, whatever
// kills it.
//
// Threads: one.

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "broker/base/status.h"

namespace firstbell::support {

using Arguments = std::vector<std::string>;

struct Finished {
  int exit_code = -1;  // -1: killed by a signal
  std::string out;
  std::string err;
};

// Runs it to its end, a minute at most. `scratch` is a directory for what it writes.
Finished RunToEnd(const Arguments& argv, const std::filesystem::path& scratch);

// A program that goes on until it is stopped. A resource.
class Running {
 public:
  // What it writes is added to `log`.
  Running(const Arguments& argv, const std::filesystem::path& log);
  ~Running();
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  bool alive();
  pid_t pid() const { return pid_; }
  void Signal(int signal);
  // SIGKILL, and gone when it returns.
  void Kill();
  // SIGTERM; its exit code, or -1.
  int Stop();

 private:
  pid_t pid_;
  int exit_code_ = -1;
};

}  // namespace firstbell::support
