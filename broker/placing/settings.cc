#include "broker/placing/settings.h"

#include <algorithm>
#include <utility>

#include "broker/base/limits.h"

namespace firstbell::placing {
namespace {

// When the first of those who are told claimed the child.
absl::Time FirstClaim(const matching::Decision& decision) {
  absl::Time first = absl::InfiniteFuture();
  for (const model::PupilAtSchool& at : decision.registrations) {
    first = std::min(first, at.claimed_at);
  }
  return first;
}

bool IsTold(const model::PupilAtSchool& guest, v1::SettingsRule rule,
            const matching::Decision& decision, absl::Time first) {
  return rule != v1::SETTINGS_RULE_ASK && guest.claimed_at < first + limits::kClaimsTogether &&
         decision.registrations.size() < limits::kEstablishmentsPerChild;
}

}  // namespace

void BySettings(v1::SettingsRule rule, matching::Decision& decision) {
  const auto guests = std::exchange(decision.guests, {});
  if (rule == v1::SETTINGS_RULE_REGISTERED) return;
  const absl::Time first = FirstClaim(decision);
  for (const model::PupilAtSchool& guest : guests) {
    if (IsTold(guest, rule, decision, first)) {
      decision.registrations.push_back(guest);
    } else if (decision.candidates.size() < limits::kCandidates) {
      decision.candidates.push_back({guest.urn, guest.pupil.local_id});
    }
  }
}

}  // namespace firstbell::placing
