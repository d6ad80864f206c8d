#pragma once

// The edge between gRPC and the use cases: admit the caller, parse the bytes ourselves, run on the
// pool, answer. Methods are raw: generated code would answer a message that does not parse with an
// empty UNIMPLEMENTED before any handler saw it.

#include <grpcpp/grpcpp.h>

#include <string>

#include "broker/base/clock.h"
#include "broker/base/status.h"
#include "broker/registry/identity.h"
#include "broker/server/authorisation.h"
#include "broker/server/worker_pool.h"
#include "google/protobuf/message.h"

namespace firstbell::server {

// What every service uses. All of it outlives them.
struct Edge {
  WorkerPool& pool;
  const base::Clock& clock;
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

base::Status TooBusy();

// One unary call: `handle(caller, request)` runs on the pool.
template <typename Request, typename Handle>
grpc::ServerUnaryReactor* Unary(const Edge& edge, Method method,
                                grpc::CallbackServerContext* context, const grpc::ByteBuffer* in,
                                grpc::ByteBuffer* out, Handle handle) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const auto caller = Admit(*context, method);
  if (!caller.ok()) {
    reactor->Finish(ToRpc(caller.status()));
    return reactor;
  }
  const bool taken = edge.pool.TryPost([=, &edge, caller = *caller] {
    Request request;
    base::Status status = ParseMessage(*in, request);
    if (status.ok()) {
      auto answer = handle(caller, request);
      if (answer.ok()) *out = ToBytes(*answer);
      status = answer.status();
    }
    LogFailure(Name(method), status);
    reactor->Finish(ToRpc(status));
  });
  if (!taken) reactor->Finish(ToRpc(TooBusy()));
  return reactor;
}

}  // namespace firstbell::server
