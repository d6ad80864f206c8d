#include "broker/registry/broker_clock.h"

namespace firstbell::registry {

base::Result<BrokerClock> OpenClock(store::Store& store) {
  FB_ASSIGN_OR_RETURN(const store::Identity identity, store.GetIdentity());
  if (!identity.simulated) return BrokerClock{std::make_unique<base::SystemClock>(), nullptr};
  FB_ASSIGN_OR_RETURN(const auto offset, store.ClockOffset());
  auto clock = std::make_unique<base::SimulatedClock>(offset.value_or(absl::ZeroDuration()));
  base::SimulatedClock* const simulated = clock.get();
  return BrokerClock{std::move(clock), simulated};
}

}  // namespace firstbell::registry
