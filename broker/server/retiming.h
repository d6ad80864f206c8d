#pragma once

// What time changes by itself: alerts' windows and deadlines are computed anew after the start, and
// schools are told where the broker's clock steps.

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>

#include "broker/base/clock.h"
#include "broker/placing/rescheduler.h"

namespace firstbell::server {

// Time zone rules may be newer than at the last run, and a walk after an import may have been cut
// short. What is pushed meanwhile has the times that it had, and is sealed anew where they change.
// Threads: Run one, the others any. A resource; all that it is given outlives it.
class Retiming {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  Retiming(store::Store& store, const placing::SchoolCalendar& calendar, const base::Clock& clock,
           std::function<void(base::Urn)> moved)
      : store_(store), clock_(clock), rescheduler_(store, calendar, std::move(moved)) {}
  Retiming(const Retiming&) = delete;
  Retiming& operator=(const Retiming&) = delete;

  // One walk through all schools with waiting alerts, past those where it fails.
  void Run();
  // Call about once a second; true: Run is to be called (again), since the last failed a while ago.
  bool Due(Instant now);
  // Ends a walk after the school that it is at.
  void Stop() { stopping_ = true; }

 private:
  enum class State { kUnderWay, kFailed, kDone };

  store::Store& store_;
  const base::Clock& clock_;
  placing::Rescheduler rescheduler_;
  std::atomic<bool> stopping_{false};
  std::atomic<State> state_{State::kUnderWay};  // the first walk belongs to the start
  Instant failed_at_{};                         // as Due first saw it; zero: not yet
};

// Schools count on from the time that they were told. Threads: one. A value.
class ClockWatch {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  ClockWatch(absl::Time clock, Instant now) : clock_(clock), at_(now) {}

  // Call about once a second: true where the clock has gone otherwise than time did, by more than
  // SystemClock::kJump since it was last true; once a minute at most, for a clock that was set back
  // runs slow for long.
  bool Stepped(absl::Time clock, Instant now);

 private:
  ClockWatch(absl::Time clock, Instant now, std::optional<Instant> told_at)
      : clock_(clock), at_(now), told_at_(told_at) {}

  absl::Time clock_;  // as it was at at_
  Instant at_;
  std::optional<Instant> told_at_;  // when it was last true
};

}  // namespace firstbell::server
