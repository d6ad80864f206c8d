#include "broker/dispatch/decide.h"

#include <algorithm>

namespace firstbell::dispatch {
namespace {

void AskAgainAt(absl::Time when, Decision& decision) {
  decision.again_at = decision.again_at ? std::min(*decision.again_at, when) : when;
}

// Whether the newest sealing carries what the alert is now, and can still be read.
bool StillHolds(const store::OpenAlert& open, absl::Time now) {
  if (!open.sealed) return true;  // nothing is sealed yet
  return open.sealed->revision == open.alert.revision &&
         open.sealed->part == model::PartOf(open.alert) &&
         open.sealed->show_from == open.alert.show_from &&
         open.sealed->deadline == open.alert.deadline &&
         open.sealed->offered_to == open.alert.offered_to &&
         now < model::ExpiryOf(open.sealed->at, open.sealed->deadline);
}

}  // namespace

Decision Decide(const store::OpenAlert& open, const std::vector<base::RecipientId>& on_duty,
                const std::vector<LinkedDevice>& linked, absl::Time now, const Policy& policy) {
  Decision decision;
  if (model::Ended(open.alert.state) || on_duty.empty() || linked.empty()) return decision;
  if (policy.push == v1::PUSH_AT_WINDOW && now < open.alert.show_from) {
    decision.again_at = open.alert.show_from;
    return decision;
  }
  decision.seal = open.sealed_to != on_duty || !StillHolds(open, now);
  for (const LinkedDevice& device : linked) {
    const bool holds_it = !decision.seal && open.received_by.contains(device.id) && !device.lost;
    if (holds_it) {
      if (open.sealed)
        AskAgainAt(model::ExpiryOf(open.sealed->at, open.sealed->deadline), decision);
      continue;
    }
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
