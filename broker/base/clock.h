#pragma once

// Where `now` comes from. Use cases take `now` as an argument; only wiring holds a Clock.

#include <atomic>
#include <cstdint>

#include "absl/time/time.h"
#include "broker/base/status.h"

namespace firstbell::base {

class Clock {
 public:
  virtual ~Clock() = default;
  // Never goes backwards between two calls. Threads: safe.
  virtual absl::Time Now() const = 0;
};

// The wall clock.
class SystemClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::Now(); }
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
