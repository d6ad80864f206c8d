#include "broker/dispatch/decide.h"

#include <algorithm>

namespace firstbell::dispatch {
namespace {

void AskAgainAt(absl::Time when, Decision& decision) {
  decision.again_at = decision.again_at ? std::min(*decision.again_at, when) : when;
}

}  // namespace

Decision Decide(const store::OpenAlert& open, const std::vector<base::RecipientId>& on_duty,
                const std::vector<LinkedDevice>& linked, absl::Time now, const Policy& policy) {
  Decision decision;
  if (model::Ended(open.alert.state) || on_duty.empty() || linked.empty()) return decision;
  decision.seal = open.sealed_to != on_duty;
  for (const LinkedDevice& device : linked) {
    const bool holds_it = !decision.seal && open.received_by.contains(device.id);
    if (holds_it) continue;
    const bool waiting =
        !decision.seal && device.pushed_at && now < *device.pushed_at + policy.resend_after;
    if (waiting) {
      AskAgainAt(*device.pushed_at + policy.resend_after, decision);
    } else {
      decision.push.push_back(device.id);
      AskAgainAt(now + policy.resend_after, decision);
    }
  }
  return decision;
}

}  // namespace firstbell::dispatch
