#pragma once

// The machines of a county's schools, as load: each keeps what it is pushed in a file of its own,
// synced once for all that came together, and only then answers with its receipts. What a real
// daemon verifies beyond that is its own machine's work and left out.
//
// Threads: its own; the calls belong to its maker.

#include <array>
#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "firstbell/v1/link.pb.h"
#include "tests/bench/county.h"

namespace firstbell::bench {

struct DeviceLoadOptions {
  std::string address, server_key;
  std::filesystem::path directory;  // of the devices' files
  bool hello_by_number = false;     // to the raw router
  bool also_shown = false;          // after *received* was recorded
  double switched_on_within_s = 0;  // spread evenly; 0: all at once
};

class DeviceLoad {
 public:
  // `signed_before`: of each device the receipts to give, in any order; empty: signed when needed.
  DeviceLoad(const County& county, DeviceLoadOptions options,
             const std::vector<std::vector<v1::Receipt>>& signed_before);
  ~DeviceLoad();
  DeviceLoad(const DeviceLoad&) = delete;
  DeviceLoad& operator=(const DeviceLoad&) = delete;

  // Switches all on and waits until each is connected. With a spread: returns after the last.
  void Connect();
  // Lets them say hello (with a spread each says it when it is connected).
  void Greet() { greet_ = true; }
  // Waits until so many of the last kind of receipt were recorded.
  void AwaitRecorded(std::size_t count) const;

 private:
  class Worker;
  static constexpr std::size_t kWorkers = 4;

  const County& county_;
  const DeviceLoadOptions options_;
  std::atomic<bool> greet_{false}, stopping_{false};
  std::atomic<std::size_t> connected_{0}, recorded_{0};
  std::vector<std::unique_ptr<Worker>> workers_;
  std::vector<std::thread> threads_;
};

}  // namespace firstbell::bench
