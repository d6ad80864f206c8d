#include "clients/school/web/tries.h"

#include <algorithm>

namespace firstbell::school::web {
namespace {

absl::Duration PauseAfter(int failed) {
  absl::Duration pause = kFirstPause;
  for (int i = kFreeTries; i < failed && pause < kLongestPause; ++i) pause *= 2;
  return failed < kFreeTries ? absl::ZeroDuration() : std::min(pause, kLongestPause);
}

}  // namespace

absl::Duration Tries::Wait(const base::RecipientId& person, absl::Duration now) const {
  const auto found = of_.find(person);
  if (found == of_.end()) return absl::ZeroDuration();
  const absl::Duration until = found->second.last + PauseAfter(found->second.failed);
  return std::max(until - now, absl::ZeroDuration());
}

void Tries::Began(const base::RecipientId& person, absl::Duration now) {
  Count& count = of_[person];
  ++count.failed;
  count.last = now;
}

}  // namespace firstbell::school::web
