#include "broker/inquiry/publication.h"

#include <utility>

#include "broker/base/limits.h"

namespace firstbell::inquiry {

bool QuorumAsked(const audit::TrustPolicy& policy) {
  return policy.quorum() != "none";
}

bool Enough(const audit::TrustPolicy& policy, const std::set<std::string>& witnesses) {
  if (QuorumAsked(policy)) return policy.QuorumMet(witnesses);
  return witnesses.size() == policy.witnesses().size();
}

Publication::Publication(const audit::TrustPolicy& policy, const audit::SignedCheckpoint& newest,
                         const std::optional<audit::SignedCheckpoint>& kept, absl::Time now)
    : policy_(policy), waiting_{newest, {}}, published_(waiting_), waits_since_(now) {
  if (!kept || !QuorumAsked(policy_)) return;
  Witnessed witnessed{*kept, policy_.WitnessesOf(*kept)};
  if (!Enough(policy_, witnessed.witnesses)) return;
  published_ = std::move(witnessed);
  if (published_.size() == waiting_.size()) waiting_ = published_;
}

void Publication::Take(const audit::SignedCheckpoint& newest, absl::Time now) {
  if (!HasWaited(now)) return;
  if (!QuorumAsked(policy_)) published_ = waiting_;
  if (waiting_.checkpoint.checkpoint == newest.checkpoint) return;
  waiting_ = {newest, {}};
  waits_since_ = now;
  const bool none_reached = QuorumAsked(policy_) && !Enough(policy_, published_.witnesses);
  if (none_reached || policy_.witnesses().empty()) published_ = waiting_;
}

bool Publication::HasWaited(absl::Time now) const {
  const absl::Duration waited = now - waits_since_;
  if (waiting_.witnesses.size() == policy_.witnesses().size()) return true;
  if (waited >= limits::kAwaitWitnesses) return true;
  return policy_.QuorumMet(waiting_.witnesses) && waited >= limits::kAwaitOtherWitnesses;
}

base::Result<Witnessed> Publication::Find(std::uint64_t size) const {
  if (waiting_.size() == size) return waiting_;
  if (published_.size() == size) return published_;
  return base::NotFound("another checkpoint waits to be signed; ask for it again");
}

void Publication::Put(const Witnessed& witnessed) {
  if (witnessed.size() == waiting_.size()) waiting_ = witnessed;
  const bool newer = witnessed.size() > published_.size() && Enough(policy_, witnessed.witnesses);
  if (newer || witnessed.size() == published_.size()) published_ = witnessed;
}

}  // namespace firstbell::inquiry
