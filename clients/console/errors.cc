#include "clients/console/errors.h"

#include <nlohmann/json.hpp>

#include "absl/strings/cord.h"
#include "broker/model/violations.h"
#include "clients/console/output.h"

namespace firstbell::console {
namespace {

// What the code alone says; empty where the message says it all.
std::string_view Opening(base::Code code) {
  switch (code) {
    case base::Code::kUnavailable:
      return "the broker cannot be reached, or is stopping; the same again later is safe";
    case base::Code::kDeadlineExceeded:
      return "the broker did not answer in time; the same again is safe";
    case base::Code::kUnauthenticated:
      return "the broker does not know this certificate";
    case base::Code::kPermissionDenied:
      return "this certificate may not do that";
    case base::Code::kUnimplemented:
      return "what answers does not know this call: is it the broker's port for callers "
             "(listen.grpc), and is the broker as new as this program?";
    case base::Code::kUnknown:
    case base::Code::kInternal:
      return "the broker failed";
    default:
      return {};
  }
}

// As model::Violations begins its message; it must not stand there twice.
std::string FirstOf(const google::rpc::BadRequest& request) {
  if (request.field_violations().empty()) return std::string(1, '\0');
  const auto& first = request.field_violations(0);
  return first.field() + ": " + first.description();
}

}  // namespace

base::Status FromRpc(const google::rpc::Status& rpc) {
  if (rpc.code() == 0) return base::OkStatus();
  const auto code = static_cast<base::Code>(rpc.code());
  std::string message(Opening(code));
  if (!message.empty() && !rpc.message().empty()) message += ": ";
  message += rpc.message();
  base::Status status = base::Error(code, message);
  for (const auto& detail : rpc.details()) {
    status.SetPayload(detail.type_url(), absl::Cord(detail.value()));
  }
  return status;
}

base::Status FromGrpc(const grpc::Status& grpc) {
  if (grpc.ok()) return base::OkStatus();
  google::rpc::Status rpc;
  if (grpc.error_details().empty() || !rpc.ParseFromString(grpc.error_details())) rpc.Clear();
  // The trailer repeats code and message; the status itself is what the transport vouches for.
  rpc.set_code(static_cast<int>(grpc.error_code()));
  rpc.set_message(grpc.error_message());
  return FromRpc(rpc);
}

std::string Explain(const base::Status& status) {
  std::string text(base::Message(status));
  if (text.empty()) text = "failed: " + absl::StatusCodeToString(status.code());
  const google::rpc::BadRequest request = model::BadRequestOf(status);
  if (text.find(FirstOf(request)) != std::string::npos) {
    if (request.field_violations_size() == 1) return Printable(text);
    text = "these fields are wrong:";
  }
  for (const auto& violation : request.field_violations()) {
    text += "\n  " + violation.field() + ": " + violation.description();
  }
  return Printable(text);
}

std::string ErrorJson(const base::Status& status) {
  nlohmann::json error;
  error["code"] = absl::StatusCodeToString(status.code());
  error["message"] = std::string(base::Message(status));
  const google::rpc::BadRequest request = model::BadRequestOf(status);
  for (const auto& violation : request.field_violations()) {
    error["fields"].push_back(
        {{"field", violation.field()}, {"description", violation.description()}});
  }
  return nlohmann::json{{"error", error}}.dump(-1, ' ', false,
                                               nlohmann::json::error_handler_t::replace);
}

void PrintError(std::ostream& err, const base::Status& status, bool json) {
  err << (json ? ErrorJson(status) : Explain(status)) << std::endl;
}

}  // namespace firstbell::console
