#include "broker/base/clock.h"

#include <algorithm>
#include <ctime>

#include "broker/base/log.h"

namespace firstbell::base {
namespace {

// What the wall clock did beyond the boot clock's time.
absl::Duration JumpBetween(const SystemClock::Reading& before, const SystemClock::Reading& now) {
  const absl::Duration elapsed = now.since_boot - before.since_boot;
  const absl::Duration jump = now.wall - before.wall - elapsed;
  return absl::AbsDuration(jump) > SystemClock::kJump + elapsed / 1000 ? jump
                                                                       : absl::ZeroDuration();
}

void WarnOfJump(absl::Duration jump) {
  if (jump == absl::ZeroDuration()) return;
  LogWarning("clock", "this machine's wall clock jumped; check its time source",
             {{"seconds", std::to_string(absl::ToInt64Seconds(jump))}});
}

}  // namespace

SystemClock::Reading SystemClock::ReadMachine() {
  timespec boot{};
  FB_CHECK(clock_gettime(CLOCK_BOOTTIME, &boot) == 0);
  return {absl::Now(), absl::DurationFromTimespec(boot)};
}

absl::Time SystemClock::Now() const {
  absl::Duration jump;
  absl::Time told;
  {
    MutexLock lock(mutex_);
    const Reading now = source_();  // inside, so that readings come in their order
    if (last_) {
      jump = JumpBetween(*last_, now);
      latest_ = std::max(now.wall, latest_ + (now.since_boot - last_->since_boot) / 2);
    } else {
      latest_ = now.wall;
    }
    last_ = now;
    told = latest_;
  }
  WarnOfJump(jump);
  return told;
}

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
