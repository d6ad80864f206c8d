#pragma once

// Ladders as an operator sets them: what OperatorService says of SetLadder and GetLadder.

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "broker/placing/ladders.h"
#include "broker/store/store.h"
#include "firstbell/v1/operator_service.pb.h"

namespace firstbell::registry {

// Threads: safe. All that it is given outlives it. Errors: InvalidArgument with paths; NotFound: no
// such school; the store's.
class LadderDesk {
 public:
  LadderDesk(store::Store& store, placing::Ladders& ladders) : store_(store), ladders_(ladders) {}

  base::Result<v1::SetLadderResponse> Set(const v1::SetLadderRequest& request, absl::Time now);
  base::Result<v1::GetLadderResponse> Get(const v1::GetLadderRequest& request);

 private:
  base::Result<std::uint64_t> LookAgain(const model::LadderScope& scope, absl::Time now);
  base::Result<std::uint64_t> LookAgainAt(base::Urn urn, const base::ForceCode& force,
                                          absl::Time now);

  store::Store& store_;
  placing::Ladders& ladders_;
};

}  // namespace firstbell::registry
