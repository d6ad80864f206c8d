#pragma once

// Where schools are woken, as an operator sets it: what OperatorService says of SetWakeUps,
// GetWakeUps, ListWakeUps and TestWakeUps.

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "broker/store/store.h"
#include "firstbell/v1/operator_service.pb.h"

namespace firstbell::registry {

// Threads: safe. All that it is given outlives it. Errors: InvalidArgument with paths, never with
// an address; NotFound: no such school; FailedPrecondition: a test receiver, and the clock is a
// real one, or a test of a school that has no address; the store's.
class WakeUpDesk {
 public:
  explicit WakeUpDesk(store::Store& store) : store_(store) {}

  base::Result<v1::SetWakeUpsResponse> Set(const v1::SetWakeUpsRequest& request, absl::Time now);
  base::Result<v1::SchoolWakeUps> Get(const v1::GetWakeUpsRequest& request);
  base::Result<v1::ListWakeUpsResponse> List(const v1::ListWakeUpsRequest& request);
  // Twice in one minute is once.
  base::Result<v1::TestWakeUpsResponse> Test(const v1::TestWakeUpsRequest& request, absl::Time now);

 private:
  base::Status CheckReceivers(const std::vector<model::WakeUpAddress>& addresses);
  base::Result<v1::SchoolWakeUps> ToWire(const store::SchoolWakeUps& school);

  store::Store& store_;
};

}  // namespace firstbell::registry
