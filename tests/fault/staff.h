#pragma once

// The person on duty at one school: reads each alert that is shown there and acknowledges it, at
// the machine's own store, as `firstbell-school inbox` does and beside its daemon. Keeps what was
// read, for the judge.
//
// Threads: works in one of its own, from Start to Finish.

#include <atomic>
#include <map>
#include <optional>
#include <string>
#include <thread>

#include "clients/school/inbox.h"
#include "tests/fault/force.h"

namespace firstbell::fault {

class Staff {
 public:
  Staff(const Town& town, std::size_t school, Findings& findings);
  ~Staff();
  Staff(const Staff&) = delete;
  Staff& operator=(const Staff&) = delete;

  struct Read {
    v1::AlertContent content;
    int acknowledged = 0;  // how often the person was asked to and did
  };
  void Start();
  // Ends the work until the next start: what was read since the last one, by alert id.
  std::map<std::string, Read> Finish();

 private:
  void Work();
  base::Status LookOnce(school::LocalStore& store);
  base::Status Take(school::LocalStore& store, const school::HeldAlert& alert);

  const Town& town_;
  const std::size_t school_;
  Findings& findings_;
  std::atomic<bool> stop_{false};
  std::optional<school::DeviceIdentity> device_;
  std::optional<school::UnlockedPerson> person_;
  std::map<std::string, Read> read_;
  std::thread thread_;
};

}  // namespace firstbell::fault
