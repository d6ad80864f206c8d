#pragma once

// The real firstbell-broker on an installation, as a process of its own. A resource.

#include <filesystem>
#include <memory>

#include "tests/support/installation.h"
#include "tests/support/program.h"

namespace firstbell::bench {

// So that no force's quota bounds what is measured.
void LiftQuotas(support::Installation& installation);

// Of any process, in MB (10^6 bytes).
double ResidentMbOf(pid_t process);

class BrokerProcess {
 public:
  // Returns once it serves. FB_CHECKs that it does.
  BrokerProcess(const support::Installation& installation, const std::filesystem::path& programs);

  // SIGKILL, and the seconds until another serves on the same directory.
  double KillAndRestart();
  double ResidentMb() const { return ResidentMbOf(running_->pid()); }
  int Stop() { return running_->Stop(); }

 private:
  void Start();

  const support::Installation& installation_;
  const std::filesystem::path program_;
  std::unique_ptr<support::Running> running_;
};

}  // namespace firstbell::bench
