#pragma once

// How many incidents a force may submit: so many a minute and so many a day, each as a bucket that
// empties by one with each incident and fills again evenly. Who finds it empty is told when to come
// back.

#include <cstdint>
#include <map>

#include "absl/time/time.h"
#include "broker/base/ids.h"
#include "broker/base/mutex.h"
#include "broker/base/status.h"
#include "broker/registry/config.h"

namespace firstbell::server {

// Pure: no clock. A value. It is full at first.
class TokenBucket {
 public:
  // `capacity` at most, filled anew in `refill`. Both are positive.
  TokenBucket(std::uint32_t capacity, absl::Duration refill)
      : capacity_(capacity), each_(refill / capacity), tokens_(capacity) {}

  // Zero: one may be taken. Otherwise in how long. A `now` that lies before an earlier one adds
  // nothing.
  absl::Duration Wait(absl::Time now);
  // Call after Wait said zero.
  void Take() { tokens_ -= 1; }

 private:
  double capacity_;
  absl::Duration each_;  // one token
  double tokens_;
  absl::Time filled_at_ = absl::InfinitePast();
};

// Threads: safe. `now` is an argument. Starts afresh with the broker. Forces are bounded by the
// certificates that operators issued.
class ForceLimits {
 public:
  explicit ForceLimits(const registry::IncidentLimits& limits) : limits_(limits) {}

  // Takes one of each. ResourceExhausted, which says which limit and carries a google.rpc.RetryInfo
  // with the real delay; then nothing was taken.
  base::Status Take(const base::ForceCode& force, absl::Time now);

 private:
  struct Buckets {
    TokenBucket minute, day;
  };

  const registry::IncidentLimits limits_;
  base::Mutex mutex_;
  std::map<base::ForceCode, Buckets> forces_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace firstbell::server
