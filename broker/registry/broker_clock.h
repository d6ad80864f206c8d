#pragma once

// The clock that a store was initialised for: the wall's, or a simulated one with its kept offset.

#include <memory>

#include "broker/base/clock.h"
#include "broker/base/status.h"
#include "broker/store/store.h"

namespace firstbell::registry {

struct BrokerClock {
  std::unique_ptr<base::Clock> clock;
  base::SimulatedClock* simulated = nullptr;  // the same where it is one
};

// Errors: the store's.
base::Result<BrokerClock> OpenClock(store::Store& store);

}  // namespace firstbell::registry
