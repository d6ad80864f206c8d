#include "broker/server/rate_limit.h"

#include <algorithm>
#include <string>

#include "broker/model/retry.h"

namespace firstbell::server {
namespace {

base::Status TooMany(std::uint32_t limit, std::string_view of_what, absl::Duration wait) {
  // Whole seconds, rounded up: who comes back then is not refused for a fraction.
  const absl::Duration rounded = absl::Ceil(wait, absl::Seconds(1));
  return model::WithRetryAfter(
      base::ResourceExhausted("your force has submitted as many incidents as it may in a " +
                              std::string(of_what) + " (" + std::to_string(limit) +
                              "): send this one again in " + absl::FormatDuration(rounded)),
      rounded);
}

}  // namespace

absl::Duration TokenBucket::Wait(absl::Time now) {
  if (filled_at_ == absl::InfinitePast()) filled_at_ = now;
  if (now > filled_at_) {
    tokens_ = std::min(capacity_, tokens_ + absl::FDivDuration(now - filled_at_, each_));
    filled_at_ = now;
  }
  // What adding up fractions loses is no reason to wait.
  if (tokens_ >= 1 - 1e-9) return absl::ZeroDuration();
  return (1 - tokens_) * each_ + (filled_at_ - now);
}

base::Status ForceLimits::Take(const base::ForceCode& force, absl::Time now) {
  base::MutexLock lock(mutex_);
  const auto [found, fresh] =
      forces_.try_emplace(force, Buckets{TokenBucket(limits_.a_minute, absl::Minutes(1)),
                                         TokenBucket(limits_.a_day, absl::Hours(24))});
  auto& [minute, day] = found->second;
  if (const auto wait = day.Wait(now); wait > absl::ZeroDuration()) {
    return TooMany(limits_.a_day, "day", wait);
  }
  if (const auto wait = minute.Wait(now); wait > absl::ZeroDuration()) {
    return TooMany(limits_.a_minute, "minute", wait);
  }
  minute.Take();
  day.Take();
  return base::OkStatus();
}

}  // namespace firstbell::server
