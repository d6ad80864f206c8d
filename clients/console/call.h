#pragma once

// One unary call to a broker, with its deadline, repeated where repeating is safe. Threads: any.

#include <grpcpp/client_context.h>

#include <functional>
#include <optional>

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "clients/console/errors.h"

namespace firstbell::console {

inline constexpr absl::Duration kCallDeadline = absl::Seconds(30);

// From now on. Zero or less: none.
void SetDeadline(grpc::ClientContext& context, absl::Duration deadline);

// How often and after how long an UNAVAILABLE call is made again. Every call of Firstbell may be:
// the same again changes nothing and gets the same answer.
// A broker that restarts is away for some seconds: all pauses together outlast that.
struct Retry {
  int attempts = 8;
  absl::Duration first = absl::Milliseconds(200);
  absl::Duration longest = absl::Seconds(5);
  // RESOURCE_EXHAUSTED: waited for as long as its google.rpc.RetryInfo asks, where that is at most
  // this.
  absl::Duration longest_asked = absl::ZeroDuration();
  std::function<void(absl::Duration)> sleep = {};  // empty: really
  // Told once an outage, when it takes longer than a moment: whoever waits wants to know why.
  std::function<void()> away = {};
  // Told before each wait that the broker asked for.
  std::function<void(const base::Status& why, absl::Duration)> held_back = {};
};

// The pause after failed attempt `attempt`, counted from 1: doubling, at most `longest`, of which
// `jitter` (0 to 1) takes up to half away so that many callers do not come back at once.
absl::Duration PauseAfter(const Retry& retry, int attempt, double jitter);
void Pause(const Retry& retry, int attempt);

// How long the broker asks to wait before the same again. Nothing: it does not, or for too long.
std::optional<absl::Duration> AskedToWait(const Retry& retry, const base::Status& status);
void WaitAsAsked(const Retry& retry, const base::Status& status, absl::Duration wait);

// `attempt` until it is neither UNAVAILABLE nor to be waited with, or there are no more attempts.
base::Status Repeat(const Retry& retry, const std::function<base::Status()>& attempt);

template <typename Stub, typename Request, typename Response>
base::Result<Response> Call(
    Stub& stub, grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
    const Request& request, const Retry& retry = Retry(), absl::Duration deadline = kCallDeadline) {
  Response response;
  FB_RETURN_IF_ERROR(Repeat(retry, [&] {
    grpc::ClientContext context;
    SetDeadline(context, deadline);
    response.Clear();
    return FromGrpc((stub.*method)(&context, request, &response));
  }));
  return response;
}

}  // namespace firstbell::console
