#include "broker/server/rpc.h"

#include <grpc/grpc_security_constants.h>
#include <grpcpp/support/proto_buffer_reader.h>

#include "broker/base/log.h"
#include "broker/model/retry.h"
#include "broker/model/violations.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace firstbell::server {
namespace {

constexpr absl::Duration kRetryAfter = absl::Seconds(2);  // where nobody knows better

// Errors of ours alone say no detail to a caller: the log has it.
base::Status Outward(const base::Status& status) {
  switch (status.code()) {
    case base::Code::kUnknown:
    case base::Code::kUnavailable:
      return base::Unavailable(
          "it is not known whether this was kept: send the same again in a moment, that is safe");
    case base::Code::kInternal:
    case base::Code::kDataLoss:
      return base::Internal("the broker failed; its operator's log says why");
    default:
      return status;
  }
}

google::rpc::Status Details(const base::Status& status) {
  google::rpc::Status details;
  details.set_code(static_cast<int>(status.code()));
  details.set_message(std::string(base::Message(status)));
  const auto request = model::BadRequestOf(status);
  if (request.field_violations_size() > 0) details.add_details()->PackFrom(request);
  const bool retry =
      status.code() == base::Code::kUnavailable || status.code() == base::Code::kResourceExhausted;
  if (retry)
    details.add_details()->PackFrom(
        model::RetryInfoOf(model::RetryAfter(status).value_or(kRetryAfter)));
  return details;
}

}  // namespace

grpc::Status ToRpc(const base::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const base::Status outward = Outward(status);
  return {static_cast<grpc::StatusCode>(outward.code()), std::string(base::Message(outward)),
          Details(outward).SerializeAsString()};
}

std::string ToStatusBytes(const base::Status& status) {
  return Details(Outward(status)).SerializeAsString();
}

base::Result<registry::Identity> Admit(const grpc::CallbackServerContext& context, Method method) {
  std::vector<std::string> uris;
  const auto auth = context.auth_context();
  if (auth != nullptr && auth->IsPeerAuthenticated()) {
    for (const grpc::string_ref& uri : auth->FindPropertyValues(GRPC_PEER_URI_PROPERTY_NAME)) {
      uris.emplace_back(uri.data(), uri.size());
    }
  }
  return Authorise(uris, method);
}

base::Status ParseMessage(const grpc::ByteBuffer& bytes, google::protobuf::Message& message) {
  grpc::ByteBuffer copy(bytes);
  grpc::ProtoBufferReader reader(&copy);
  if (!message.ParseFromZeroCopyStream(&reader)) {
    return base::InvalidArgument("the request is not a " + message.GetTypeName() +
                                 ": it is cut off, or one of its texts is not UTF-8");
  }
  return base::OkStatus();
}

grpc::ByteBuffer ToBytes(const google::protobuf::Message& message) {
  const grpc::Slice slice(message.SerializeAsString());
  return grpc::ByteBuffer(&slice, 1);
}

void LogFailure(std::string_view method, const base::Status& status) {
  switch (status.code()) {
    case base::Code::kUnknown:
    case base::Code::kUnavailable:
    case base::Code::kInternal:
    case base::Code::kDataLoss:
      return base::LogError("server", base::Message(status), {{"method", std::string(method)}});
    default:
      return;
  }
}

grpc::Status CallTimer::End(const base::Status& status) const {
  LogFailure(method_, status);
  edge_->calls.Called(method_, status.ok() ? base::Code::kOk : Outward(status).code(),
                      absl::FromChrono(std::chrono::steady_clock::now() - started_));
  return ToRpc(status);
}

base::Status TooBusy() {
  return base::ResourceExhausted("the broker has as many calls waiting as it takes; try again");
}

}  // namespace firstbell::server
