#pragma once

// The clock that a store was initialised for: the wall's, or a simulated one with its kept offset.

#include <filesystem>
#include <memory>

#include "broker/base/clock.h"
#include "broker/base/status.h"
#include "broker/store/store.h"

namespace firstbell::registry {

struct BrokerClock {
  std::unique_ptr<base::Clock> clock;
  base::SimulatedClock* simulated = nullptr;  // the same where it is one
  base::SystemClock* system = nullptr;        // the same where it is one
};

// A wall clock starts at the machine's. Errors: the store's.
base::Result<BrokerClock> OpenClock(store::Store& store);

// The same, and a wall clock goes on from what KeepClock wrote in this run of the machine: one that
// jumped ahead and was not followed is not followed because the program was restarted. A file that
// is not there, damaged, or of another run counts for nothing.
base::Result<BrokerClock> OpenClock(store::Store& store, const std::filesystem::path& kept);
// What it told last, durably; nothing of a simulated one.
base::Status KeepClock(const BrokerClock& clock, const std::filesystem::path& kept);

}  // namespace firstbell::registry
