#include "broker/base/clock.h"

#include <algorithm>

namespace firstbell::base {

SimulatedClock::SimulatedClock(absl::Duration offset)
    : offset_ns_(absl::ToInt64Nanoseconds(offset)), latest_ns_(INT64_MIN) {}

absl::Time SimulatedClock::Now() const {
  const std::int64_t now = absl::ToUnixNanos(absl::Now()) + offset_ns_.load();
  std::int64_t latest = latest_ns_.load();
  while (latest < now && !latest_ns_.compare_exchange_weak(latest, now)) {
  }
  return absl::FromUnixNanos(std::max(latest, now));
}

Result<absl::Duration> SimulatedClock::OffsetFor(absl::Time target) const {
  if (target < Now()) {
    return InvalidArgument("the simulated clock never goes backwards; name a later time");
  }
  return target - absl::Now();
}

void SimulatedClock::SetOffset(absl::Duration offset) {
  const std::int64_t wanted = absl::ToInt64Nanoseconds(offset);
  std::int64_t current = offset_ns_.load();
  while (current < wanted && !offset_ns_.compare_exchange_weak(current, wanted)) {
  }
}

Result<absl::TimeZone> LondonTimeZone() {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone("Europe/London", &zone)) {
    return FailedPrecondition("the time zone Europe/London is missing: install the tzdata package");
  }
  return zone;
}

}  // namespace firstbell::base
