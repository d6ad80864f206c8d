#include "clients/school/grpc_enrolment.h"

#include <grpcpp/grpcpp.h>

#include <chrono>

#include "broker/base/limits.h"
#include "broker/crypto/x509.h"
#include "broker/model/text.h"
#include "firstbell/v1/enrolment_service.grpc.pb.h"

namespace firstbell::school {
namespace {

constexpr absl::Duration kConnectTimeout = absl::Seconds(10);
constexpr std::chrono::seconds kCallTimeout(30);

base::Status NotReached(const v1::EnrolmentCode& code, std::string_view why) {
  return base::Unavailable("no answer from the broker at " + code.enrolment_address() + " (" +
                           std::string(why) +
                           "); try the same code again, and ask your operator for a new one if it "
                           "is then refused");
}

// The broker does not say which: unknown, used and expired are one answer.
base::Status Refused(const v1::EnrolmentCode& code) {
  return base::PermissionDenied(
      "the broker does not accept this code: it was used already, was never made, or has expired "
      "(it was good until " +
      absl::FormatTime("%Y-%m-%d %H:%M UTC", model::FromWire(code.expires_at()),
                       absl::UTCTimeZone()) +
      "); ask your operator for a new one");
}

base::Status StatusOf(const grpc::Status& status, const v1::EnrolmentCode& code) {
  switch (status.error_code()) {
    case grpc::StatusCode::PERMISSION_DENIED:
      return Refused(code);
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return NotReached(code, status.error_message());
    default:
      break;
  }
  return base::Error(static_cast<base::Code>(status.error_code()),
                     "the broker refuses the enrolment: " + status.error_message());
}

base::Result<std::string> FetchRoot(const v1::EnrolmentCode& code) {
  auto root =
      crypto::FetchPinnedCertificate(code.enrolment_address(), code.root_sha256(), kConnectTimeout);
  if (root.ok()) return crypto::CertificateToPem(*root);
  if (root.status().code() != base::Code::kPermissionDenied) {
    return NotReached(code, base::Message(root.status()));
  }
  return base::FailedPrecondition(
      "what answers at " + code.enrolment_address() +
      " is not the broker that made this code; do not go on, tell your operator");
}

}  // namespace

base::Result<v1::EnrolResponse> GrpcEnrolment::Enrol(const v1::EnrolmentCode& code,
                                                     const v1::EnrolRequest& request) {
  FB_ASSIGN_OR_RETURN(const std::string root, FetchRoot(code));
  grpc::SslCredentialsOptions trust;
  trust.pem_root_certs = root;
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(static_cast<int>(limits::kMessageBytes));
  const auto stub = v1::EnrolmentService::NewStub(
      grpc::CreateCustomChannel(code.enrolment_address(), grpc::SslCredentials(trust), arguments));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kCallTimeout);
  v1::EnrolResponse answer;
  const grpc::Status status = stub->Enrol(&context, request, &answer);
  if (!status.ok()) return StatusOf(status, code);
  return answer;
}

}  // namespace firstbell::school
