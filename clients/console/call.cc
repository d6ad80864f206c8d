#include "clients/console/call.h"

#include <algorithm>
#include <random>

#include "absl/time/clock.h"
#include "broker/base/clock.h"

namespace firstbell::console {
namespace {

constexpr int kSilentAttempts = 2;

}  // namespace

void SetDeadline(grpc::ClientContext& context, absl::Duration deadline) {
  if (deadline <= absl::ZeroDuration()) return;
  context.set_deadline(absl::ToChronoTime(base::SystemClock().Now() + deadline));
}

absl::Duration PauseAfter(const Retry& retry, int attempt, double jitter) {
  absl::Duration pause = retry.first;
  for (int i = 1; i < attempt && pause < retry.longest; ++i) pause *= 2;
  return std::min(pause, retry.longest) * (1.0 - jitter / 2);
}

void Pause(const Retry& retry, int attempt) {
  if (attempt == kSilentAttempts + 1 && retry.away) retry.away();
  std::random_device source;
  const double jitter = std::uniform_real_distribution<double>(0.0, 1.0)(source);
  const absl::Duration pause = PauseAfter(retry, attempt, jitter);
  if (retry.sleep) {
    retry.sleep(pause);
  } else {
    absl::SleepFor(pause);
  }
}

base::Status Repeat(const Retry& retry, const std::function<base::Status()>& attempt) {
  for (int i = 1;; ++i) {
    base::Status status = attempt();
    if (status.code() != base::Code::kUnavailable || i >= retry.attempts) return status;
    Pause(retry, i);
  }
}

}  // namespace firstbell::console
