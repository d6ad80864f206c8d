#pragma once

// Policies as an operator sets them: what OperatorService says of SetPolicy and GetPolicy.

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "broker/placing/policies.h"
#include "broker/store/store.h"
#include "firstbell/v1/operator_service.pb.h"

namespace firstbell::registry {

// Threads: safe. All that it is given outlives it. Errors: InvalidArgument with paths; NotFound: no
// such school; the store's.
class PolicyDesk {
 public:
  PolicyDesk(store::Store& store, placing::Policies& policies)
      : store_(store), policies_(policies) {}

  // It holds for what is placed, composed and pushed from then on; what is sealed stays as it is.
  base::Result<v1::SetPolicyResponse> Set(const v1::SetPolicyRequest& request, absl::Time now);
  base::Result<v1::GetPolicyResponse> Get(const v1::GetPolicyRequest& request);

 private:
  store::Store& store_;
  placing::Policies& policies_;
};

}  // namespace firstbell::registry
