#pragma once

// The edge between gRPC and the use cases: admit the caller, parse the bytes ourselves, run on the
// pool, answer. Methods are raw: generated code would answer a message that does not parse with an
// empty UNIMPLEMENTED before any handler saw it.

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <string>

#include "broker/base/clock.h"
#include "broker/base/status.h"
#include "broker/registry/identity.h"
#include "broker/server/authorisation.h"
#include "broker/server/worker_pool.h"
#include "google/protobuf/message.h"

namespace firstbell::server {

// Told of every call that was answered, an item of a stream among them. Threads: any; must not
// block.
class CallObserver {
 public:
  virtual ~CallObserver() = default;
  // `method` is one of ours, `code` as the caller got it.
  virtual void Called(std::string_view method, base::Code code, absl::Duration took) = 0;
};

// What every service uses. All of it outlives them.
struct Edge {
  WorkerPool& pool;
  const base::Clock& clock;
  CallObserver& calls;
};

// The same error as gRPC carries it: code, message, and google.rpc details in the trailer. Unknown
// becomes UNAVAILABLE ("send the same again"); anything of ours that is broken says no detail.
grpc::Status ToRpc(const base::Status& status);
// A serialized google.rpc.Status, for an answer within a stream.
std::string ToStatusBytes(const base::Status& status);

// The caller, by its verified certificate and the table.
base::Result<registry::Identity> Admit(const grpc::CallbackServerContext& context, Method method);

// InvalidArgument where the bytes are not that message (truncated, or a text that is not UTF-8).
base::Status ParseMessage(const grpc::ByteBuffer& bytes, google::protobuf::Message& message);
grpc::ByteBuffer ToBytes(const google::protobuf::Message& message);

// Says to the operator what the caller is not told.
void LogFailure(std::string_view method, const base::Status& status);

// A call, or an item of a stream, from here to its answer.
class CallTimer {
 public:
  // `method` is a literal.
  CallTimer(const Edge& edge, std::string_view method)
      : edge_(&edge), method_(method), started_(std::chrono::steady_clock::now()) {}
  // Once: logs what must be, counts, and gives the same as gRPC carries it.
  grpc::Status End(const base::Status& status) const;

 private:
  const Edge* edge_;
  std::string_view method_;
  std::chrono::steady_clock::time_point started_;
};

base::Status TooBusy();

// One unary call: `handle(caller, request)` runs on the pool.
template <typename Request, typename Handle>
grpc::ServerUnaryReactor* Unary(const Edge& edge, Method method,
                                grpc::CallbackServerContext* context, const grpc::ByteBuffer* in,
                                grpc::ByteBuffer* out, Handle handle) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const CallTimer timer(edge, Name(method));
  const auto caller = Admit(*context, method);
  if (!caller.ok()) {
    reactor->Finish(timer.End(caller.status()));
    return reactor;
  }
  const bool taken = edge.pool.TryPost([=, caller = *caller] {
    Request request;
    base::Status status = ParseMessage(*in, request);
    if (status.ok()) {
      auto answer = handle(caller, request);
      if (answer.ok()) *out = ToBytes(*answer);
      status = answer.status();
    }
    reactor->Finish(timer.End(status));
  });
  if (!taken) reactor->Finish(timer.End(TooBusy()));
  return reactor;
}

}  // namespace firstbell::server
