#include "broker/base/clock.h"

#include <sys/timex.h>

#include <algorithm>
#include <ctime>
#include <fstream>

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

std::string SecondsOf(absl::Duration duration) {
  return std::to_string(absl::ToInt64Seconds(duration));
}

void WarnOfJump(absl::Duration jump) {
  if (jump == absl::ZeroDuration()) return;
  LogWarning("clock",
             jump > absl::ZeroDuration()
                 ? "this machine's wall clock jumped; check its time source"
                 : "this machine's wall clock was set back; this program's runs slow until it has "
                   "caught up. If the new time is right, restart it",
             {{"seconds", SecondsOf(jump)}});
}

void SayHeldBack(absl::Duration ahead) {
  LogError("clock",
           "this machine's wall clock is ahead, and no time service confirms it: it is not "
           "followed. Set it right or start the time service; if it is right, restart with "
           "--trust-clock",
           {{"seconds", SecondsOf(ahead)}});
}

bool Synchronised() {
  timex state{};  // modes 0: only asks
  const int clock = adjtimex(&state);
  return clock >= 0 && clock != TIME_ERROR;
}

constexpr absl::Duration kSayAgain = absl::Minutes(10);

}  // namespace

SystemClock::Machine SystemClock::ThisMachine() {
  return {[] {
            timespec boot{};
            FB_CHECK(clock_gettime(CLOCK_BOOTTIME, &boot) == 0);
            return Reading{absl::Now(), absl::DurationFromTimespec(boot)};
          },
          Synchronised};
}

SystemClock::SystemClock(Machine machine, std::optional<Reading> told)
    : machine_(std::move(machine)) {
  if (!told) return;
  const Reading now = machine_.read();
  const absl::Duration elapsed = now.since_boot - told->since_boot;
  if (elapsed < absl::ZeroDuration() || now.wall + kJump < told->wall + elapsed) return;
  last_ = believed_ = *told;
  latest_ = told->wall;
}

std::optional<SystemClock::Reading> SystemClock::Told() const {
  MutexLock lock(mutex_);
  if (!last_) return std::nullopt;
  return Reading{latest_, last_->since_boot};
}

absl::Time SystemClock::Now() const {
  absl::Duration jump;
  absl::Duration say;
  absl::Time told;
  {
    MutexLock lock(mutex_);
    const Reading now = machine_.read();  // inside, so that readings come in their order
    if (!last_) {
      last_ = believed_ = now;
      latest_ = now.wall;
    }
    jump = JumpBetween(*last_, now);
    const absl::Duration elapsed = now.since_boot - last_->since_boot;
    held_back_ = Unbelieved(now);
    latest_ = std::max(now.wall - held_back_, latest_ + elapsed / 2);
    if (latest_ == now.wall) believed_ = now;
    if (held_back_ == absl::ZeroDuration()) say_again_at_ = absl::ZeroDuration();
    if (held_back_ > absl::ZeroDuration() && now.since_boot >= say_again_at_) {
      say = held_back_;
      say_again_at_ = now.since_boot + kSayAgain;
    }
    last_ = now;
    told = latest_;
  }
  WarnOfJump(jump);
  if (say > absl::ZeroDuration()) SayHeldBack(say);
  return told;
}

// How far the wall clock is ahead of what the boot clock has counted since it was last followed.
// What was held back once stays so while it is ahead by more than kJump, however long that takes.
absl::Duration SystemClock::Unbelieved(const Reading& now) const {
  const absl::Duration off = now.wall - believed_.wall - (now.since_boot - believed_.since_boot);
  const bool held = held_back_ > absl::ZeroDuration() && off > kJump;
  const bool jumped = held || JumpBetween(believed_, now) != absl::ZeroDuration();
  if (jumped && machine_.synchronised()) {
    believed_ = now;
    return absl::ZeroDuration();
  }
  return jumped ? std::max(off, absl::ZeroDuration()) : absl::ZeroDuration();
}

absl::Duration SystemClock::HeldBack() const {
  MutexLock lock(mutex_);
  return held_back_;
}

std::string BootId() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  std::getline(file, id);
  return id;
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
