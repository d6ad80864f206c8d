#pragma once

// Where `now` comes from. Use cases take `now` as an argument; only wiring holds a Clock.

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
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
};

// The wall clock, watched. Where it jumps, against the boot clock, that is logged as a warning with
// its size. A jump ahead is followed: it is how a wrong clock is put right. Set back, this one runs
// at half speed until the wall clock has caught up: never backwards, never standing. One that is
// made anew starts at the wall clock.
class SystemClock final : public Clock {
 public:
  struct Reading {
    absl::Time wall;
    absl::Duration since_boot;  // counts through sleep, never jumps
  };
  using Source = std::function<Reading()>;
  // More than this between two readings, and a thousandth of the time between them, is a jump;
  // less is a clock being steered.
  static constexpr absl::Duration kJump = absl::Seconds(2);

  explicit SystemClock(Source source = ReadMachine) : source_(std::move(source)) {}

  absl::Time Now() const override;

 private:
  static Reading ReadMachine();

  const Source source_;
  mutable Mutex mutex_;
  mutable std::optional<Reading> last_ ABSL_GUARDED_BY(mutex_);
  mutable absl::Time latest_ ABSL_GUARDED_BY(mutex_);  // told
};

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
