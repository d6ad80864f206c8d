#include "clients/school/link_watch.h"

namespace firstbell::school {

LinkWatch::LinkWatch(const std::optional<LinkStanding>& kept, absl::Time now,
                     absl::Duration since_boot)
    : standing_{LinkState::kDown, now, ""}, down_since_boot_(since_boot) {
  if (kept && kept->state != LinkState::kUp) standing_.since = kept->since;
}

std::optional<LinkState> LinkWatch::Look(bool open, absl::Time now, absl::Duration since_boot) {
  if (open) refused_.reset();
  const LinkState state = open ? LinkState::kUp : refused_ ? LinkState::kRefused : LinkState::kDown;
  const bool was_up = standing_.state == LinkState::kUp;
  if (was_up && !open) down_since_boot_ = since_boot;
  if (was_up != open) standing_.since = now;
  standing_.state = state;
  standing_.why = refused_.value_or("");
  const bool patient = state == LinkState::kDown && since_boot - down_since_boot_ < kLinkPatience;
  if (patient || said_ == state) return std::nullopt;
  said_ = state;
  return state;
}

bool IsTrouble(const LinkStanding& standing, absl::Time now) {
  if (standing.state != LinkState::kDown) return standing.state == LinkState::kRefused;
  // A simulated clock that nobody has told yet lies before everything.
  return now < standing.since || now - standing.since >= kLinkPatience;
}

}  // namespace firstbell::school
