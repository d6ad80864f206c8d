#include "clients/console/call.h"

#include <algorithm>
#include <random>

#include "absl/time/clock.h"
#include "broker/base/clock.h"
#include "google/rpc/error_details.pb.h"

namespace firstbell::console {
namespace {

constexpr int kSilentAttempts = 2;
constexpr std::string_view kRetryInfoType = "type.googleapis.com/google.rpc.RetryInfo";

void Sleep(const Retry& retry, absl::Duration pause) {
  retry.sleep ? retry.sleep(pause) : absl::SleepFor(pause);
}

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
  Sleep(retry, PauseAfter(retry, attempt, jitter));
}

std::optional<absl::Duration> AskedToWait(const Retry& retry, const base::Status& status) {
  if (status.code() != base::Code::kResourceExhausted) return std::nullopt;
  google::rpc::RetryInfo info;
  const auto payload = status.GetPayload(base::View(kRetryInfoType));
  if (!payload.has_value() || !info.ParseFromString(std::string(*payload))) return std::nullopt;
  const absl::Duration wait =
      absl::Seconds(info.retry_delay().seconds()) + absl::Nanoseconds(info.retry_delay().nanos());
  if (wait <= absl::ZeroDuration() || wait > retry.longest_asked) return std::nullopt;
  return wait;
}

void WaitAsAsked(const Retry& retry, const base::Status& status, absl::Duration wait) {
  if (retry.held_back) retry.held_back(status, wait);
  Sleep(retry, wait);
}

base::Status Repeat(const Retry& retry, const std::function<base::Status()>& attempt) {
  for (int i = 1;; ++i) {
    base::Status status = attempt();
    const auto asked = AskedToWait(retry, status);
    if (i >= retry.attempts) return status;
    if (asked) {
      WaitAsAsked(retry, status, *asked);
    } else if (status.code() == base::Code::kUnavailable) {
      Pause(retry, i);
    } else {
      return status;
    }
  }
}

}  // namespace firstbell::console
