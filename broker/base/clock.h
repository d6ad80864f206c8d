#pragma once

// Where `now` comes from. Use cases take `now` as an argument; only wiring holds a Clock.

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "broker/base/mutex.h"
#include "broker/base/status.h"

namespace firstbell::base {

class Clock {
 public:
  virtual ~Clock() = default;
  // Never goes backwards between two calls. Threads: safe.
  virtual absl::Time Now() const = 0;
  // By how much the machine's wall clock was ahead at the last reading and not followed.
  virtual absl::Duration HeldBack() const { return absl::ZeroDuration(); }
};

// The wall clock, watched against the boot clock. Where it jumps, that is logged with its size.
//
//   ahead  not followed until the kernel says that a time service keeps it (adjtimex), for nothing
//          may be shown early because of a wrong clock; until then this one goes on at the boot
//          clock's pace, and an error says so from time to time.
//   back   this one runs at half speed until the wall clock has caught up: never backwards, never
//          standing.
//
// One that is made anew starts at the wall clock; where that is ahead of what an earlier one told
// in the same run of the machine, it goes on from there: a restart confirms no jump.
class SystemClock final : public Clock {
 public:
  struct Reading {
    absl::Time wall;
    absl::Duration since_boot;  // counts through sleep, never jumps
  };
  struct Machine {
    std::function<Reading()> read;
    std::function<bool()> synchronised;  // whether a time service keeps the wall clock
  };
  // More than this between two readings, and a thousandth of the time between them, is a jump;
  // less is a clock being steered.
  static constexpr absl::Duration kJump = absl::Seconds(2);

  SystemClock() : SystemClock(ThisMachine()) {}
  // `told`: as Told() gave it to an earlier run of the program. Counts for nothing where the wall
  // clock was set back, or the boot clock is behind it: another run of the machine.
  explicit SystemClock(Reading told) : SystemClock(ThisMachine(), told) {}
  explicit SystemClock(Machine machine, std::optional<Reading> told = std::nullopt);

  absl::Time Now() const override;
  absl::Duration HeldBack() const override;
  // What Now() last gave, and the boot clock then; nothing before the first.
  std::optional<Reading> Told() const;

 private:
  static Machine ThisMachine();
  absl::Duration Unbelieved(const Reading& now) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Machine machine_;
  mutable Mutex mutex_;
  mutable std::optional<Reading> last_ ABSL_GUARDED_BY(mutex_);
  mutable Reading believed_ ABSL_GUARDED_BY(mutex_);   // the last whose wall clock was followed
  mutable absl::Time latest_ ABSL_GUARDED_BY(mutex_);  // told
  mutable absl::Duration held_back_ ABSL_GUARDED_BY(mutex_);
  mutable absl::Duration say_again_at_ ABSL_GUARDED_BY(mutex_);  // since boot
};

// Of this run of the machine; empty: the kernel does not say.
std::string BootId();

// For rehearsals and tests: the wall clock plus an offset, never backwards. It drives use cases and
// resends, never TLS or heartbeats. Whoever advances it persists offset() (store verb
// SaveClockOffset) before the advance shows, so that a restart does not turn it back. Threads:
// safe.
class SimulatedClock final : public Clock {
 public:
  explicit SimulatedClock(absl::Duration offset);
  SimulatedClock(const SimulatedClock&) = delete;
  SimulatedClock& operator=(const SimulatedClock&) = delete;

  absl::Time Now() const override;
  // The offset that would make it `target` now. InvalidArgument if that lies before Now().
  Result<absl::Duration> OffsetFor(absl::Time target) const;
  // Never lowers it.
  void SetOffset(absl::Duration offset);

 private:
  std::atomic<std::int64_t> offset_ns_;
  mutable std::atomic<std::int64_t> latest_ns_;
};

// For tests in one thread: stands still until set.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(absl::Time now) : now_(now) {}
  absl::Time Now() const override { return now_; }
  void Set(absl::Time now) { now_ = now; }

 private:
  absl::Time now_;
};

// Europe/London. FailedPrecondition where tzdata is not installed: a broker must not start then.
Result<absl::TimeZone> LondonTimeZone();

}  // namespace firstbell::base
