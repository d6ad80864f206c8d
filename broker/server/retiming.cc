#include "broker/server/retiming.h"

#include "broker/base/limits.h"
#include "broker/base/log.h"

namespace firstbell::server {

void Retiming::Run() {
  const auto urns = store_.SchoolsWithOpenAlerts();
  base::Status failed = urns.status();
  for (const base::Urn urn : urns.ok() ? *urns : std::vector<base::Urn>()) {
    if (stopping_) return;
    const auto moved = rescheduler_.School(urn, clock_.Now());
    if (!moved.ok()) failed = moved.status();
  }
  if (!failed.ok()) {
    base::LogError("placing", "times of waiting alerts were not all computed anew; tried again",
                   {{"why", std::string(base::Message(failed))}});
  }
  state_ = failed.ok() ? State::kDone : State::kFailed;
}

bool Retiming::Due(Instant now) {
  if (state_ != State::kFailed) return false;
  if (failed_at_ == Instant()) failed_at_ = now;
  if (now - failed_at_ < absl::ToChronoSeconds(limits::kResendAfter)) return false;
  failed_at_ = Instant();
  state_ = State::kUnderWay;
  return true;
}

bool ClockWatch::Stepped(absl::Time clock, Instant now) {
  const absl::Duration elapsed = absl::FromChrono(now - at_);
  const bool stepped =
      absl::AbsDuration(clock - clock_ - elapsed) > base::SystemClock::kJump + elapsed / 1000;
  const bool lately = told_at_ && now - *told_at_ < std::chrono::minutes(1);
  if (!stepped) {
    // Steering counts from here on.
    if (elapsed > absl::Minutes(1)) *this = ClockWatch(clock, now, told_at_);
    return false;
  }
  if (lately) return false;
  *this = ClockWatch(clock, now, now);
  return true;
}

}  // namespace firstbell::server
