#include "broker/placing/policies.h"

#include <utility>

namespace firstbell::placing {

base::Status Policies::Reload() {
  FB_ASSIGN_OR_RETURN(auto stored, store_.OwnPolicies());
  std::map<model::Scope, v1::Policy> own;
  for (model::OwnPolicy& one : stored) own[one.scope] = std::move(one.policy);
  base::MutexLock lock(mutex_);
  own_ = std::move(own);
  return base::OkStatus();
}

v1::Policy Policies::Of(const base::ForceCode& force, base::Urn urn) const {
  base::MutexLock lock(mutex_);
  const auto of_force = own_.find(force), of_school = own_.find(urn);
  return model::Combined(of_force == own_.end() ? v1::Policy() : of_force->second,
                         of_school == own_.end() ? v1::Policy() : of_school->second);
}

}  // namespace firstbell::placing
