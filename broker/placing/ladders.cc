#include "broker/placing/ladders.h"

#include <utility>

namespace firstbell::placing {

base::Status Ladders::Reload() {
  FB_ASSIGN_OR_RETURN(auto stored, store_.OwnLadders());
  std::map<model::LadderScope, std::shared_ptr<const model::Ladder>> own;
  for (model::OwnLadder& one : stored) {
    own[one.scope] = std::make_shared<const model::Ladder>(std::move(one.ladder));
  }
  base::MutexLock lock(mutex_);
  own_ = std::move(own);
  return base::OkStatus();
}

Ladders::Chosen Ladders::Of(const base::ForceCode& force, base::Urn urn) const {
  static const auto* const kShipped = new std::shared_ptr<const model::Ladder>(
      std::make_shared<const model::Ladder>(model::ShippedLadder()));
  base::MutexLock lock(mutex_);
  const auto of_school = own_.find(urn);
  if (of_school != own_.end()) return {of_school->second, v1::LADDER_SOURCE_SCHOOL};
  const auto of_force = own_.find(force);
  if (of_force != own_.end()) return {of_force->second, v1::LADDER_SOURCE_FORCE};
  return {*kShipped, v1::LADDER_SOURCE_SHIPPED};
}

}  // namespace firstbell::placing
