#pragma once

// The real clocks of this machine, and what the broker's clock said against them.

#include <string>

#include "absl/time/time.h"
#include "clients/link/session.h"

namespace firstbell::school {

// This machine's clocks at one moment.
struct MachineTime {
  absl::Time wall;
  absl::Duration since_boot;  // counts through sleep, never jumps
  std::string boot_id = {};   // of this run of the machine; empty: the kernel does not say
};
MachineTime ReadMachineTime();

// What the broker's clock said, and what this machine's said then.
struct TimeAnchor {
  link::BrokerTime broker;
  MachineTime learnt;
};

}  // namespace firstbell::school
