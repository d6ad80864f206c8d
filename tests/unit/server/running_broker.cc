#include "tests/unit/server/running_broker.h"

#include <arpa/inet.h>
#include <grpcpp/generic/generic_stub.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "broker/base/bytes.h"
#include "broker/base/clock.h"
#include "broker/base/file.h"
#include "broker/crypto/x509.h"
#include "broker/store/rocksdb/rocksdb_store.h"
#include "google/rpc/status.pb.h"
#include "tests/support/invented.h"

namespace firstbell::server {
namespace {

constexpr auto kPatience = std::chrono::seconds(30);

// One that nobody listened at a moment ago.
std::string FreeAddress() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  FB_CHECK(::bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0);
  FB_CHECK(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  ::close(socket);
  return "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
}

std::shared_ptr<grpc::Channel> Connect(const std::string& address,
                                       const grpc::SslCredentialsOptions& options) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(address, grpc::SslCredentials(options), arguments);
}

}  // namespace

Context::Context() {
  set_deadline(std::chrono::system_clock::now() + kPatience);
}

RunningBroker::RunningBroker() : directory_(registry::At(temp_.path() / "data", {})) {
  config_.grpc_listen = FreeAddress();
  config_.enrolment_listen = config_.enrolment_public = FreeAddress();
  config_.link_listen = config_.link_public = "tcp://" + FreeAddress();
  config_.log_level = base::LogLevel::kError;
  base::ConfigureLog(config_.log_level, config_.log_form);
  MakeDirectory();
  auto started = StartAgain();
  FB_CHECK(started.ok());
  broker_ = *std::move(started);
}

void RunningBroker::MakeDirectory() {
  const absl::Time now = base::SystemClock().Now();
  FB_CHECK(registry::MakeKeys(directory_, temp_.path() / "root",
                              {"Examplebury", {"localhost", "127.0.0.1"}, now})
               .ok());
  FB_CHECK(
      base::WriteFileDurably(directory_.config(), registry::FormatConfig(config_), base::kOwnerOnly)
          .ok());
  keys_ = registry::LoadKeys(directory_).value();
  root_pem_ = crypto::CertificateToPem(keys_->root);
  const auto store = store::RocksDbStore::Open(directory_.store(), {}).value();
  FB_CHECK(store->Initialise({"examplebury.example/log", true}, {}).ok());
  FB_CHECK(store->SaveClockOffset(support::kNight - now, {}).ok());
  FB_CHECK(support::Seed(*store).ok());
}

base::Result<std::unique_ptr<Broker>> RunningBroker::StartAgain(bool simulated_clock) {
  return Broker::Start({directory_, config_, simulated_clock, "0.0-test"});
}

ClientKeys RunningBroker::KeysFor(std::string_view uri) {
  const auto key = crypto::PrivateKey::Generate();
  const absl::Time now = base::SystemClock().Now();
  const std::string certificate =
      crypto::Issue(keys_->issuing, {.common_name = "a caller",
                                     .public_key = key.PublicKey(),
                                     .usage = crypto::Usage::kTlsClient,
                                     .uri = std::string(uri),
                                     .not_before = now - absl::Minutes(5),
                                     .not_after = now + absl::Hours(1)})
          .value();
  return {
      crypto::CertificateToPem(certificate) + crypto::CertificateToPem(keys_->issuing.certificate),
      key.ToPem()};
}

std::shared_ptr<grpc::Channel> RunningBroker::Channel(const ClientKeys& keys) {
  return Connect(config_.grpc_listen, {root_pem_, keys.key, keys.chain});
}

std::shared_ptr<grpc::Channel> RunningBroker::EnrolmentChannel() {
  return Connect(config_.enrolment_listen, {root_pem_, "", ""});
}

v1::EnrolmentCode RunningBroker::Code(base::Urn urn, v1::RecipientRole role) {
  v1::CreateEnrolmentCodeRequest request;
  request.set_urn(urn.value());
  request.set_role(role);
  request.set_display_name("Ms Invented");
  v1::CreateEnrolmentCodeResponse response;
  Context context;
  const auto status = v1::OperatorService::NewStub(ChannelAs(kOperatorUri))
                          ->CreateEnrolmentCode(&context, request, &response);
  FB_CHECK(status.ok());
  v1::EnrolmentCode code;
  FB_CHECK(code.ParseFromString(base::Base64UrlDecode(response.code().substr(4)).value()));
  return code;
}

v1::EnrolRequest RunningBroker::RequestFor(const Enrolled& who, const v1::EnrolmentCode& code) {
  v1::EnrolRequest request;
  request.set_secret(code.secret());
  request.set_signing_request(crypto::MakeSigningRequest(who.signing));
  if (code.role() == v1::RECIPIENT_ROLE_DEVICE) {
    request.set_curve_public_key(who.curve.public_key);
  } else {
    request.set_opening_request(crypto::MakeSigningRequest(who.opening));
  }
  return request;
}

Enrolled RunningBroker::Enrol(base::Urn urn, v1::RecipientRole role) {
  Enrolled who;
  const v1::EnrolRequest request = RequestFor(who, Code(urn, role));
  Context context;
  const auto status =
      v1::EnrolmentService::NewStub(EnrolmentChannel())->Enrol(&context, request, &who.answer);
  FB_CHECK(status.ok());
  who.id = who.answer.recipient_id();
  return who;
}

grpc::Status RunningBroker::Revoke(const std::string& recipient_id) {
  v1::RevokeRecipientRequest request;
  request.set_recipient_id(recipient_id);
  v1::RevokeRecipientResponse response;
  Context context;
  return v1::OperatorService::NewStub(ChannelAs(kOperatorUri))
      ->RevokeRecipient(&context, request, &response);
}

std::string FaultyFields(const std::string& status_details) {
  google::rpc::Status status;
  google::rpc::BadRequest request;
  if (!status.ParseFromString(status_details)) return "no google.rpc.Status";
  if (status.details_size() != 1 || !status.details(0).UnpackTo(&request)) return "no BadRequest";
  std::string fields;
  for (const auto& violation : request.field_violations()) {
    fields += (fields.empty() ? "" : ",") + violation.field();
  }
  return fields;
}

RawAnswer CallRaw(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                  const std::string& bytes) {
  grpc::GenericStub stub(channel);
  grpc::CompletionQueue queue;
  Context context;
  const grpc::Slice slice(bytes);
  const auto call = stub.PrepareUnaryCall(&context, method, grpc::ByteBuffer(&slice, 1), &queue);
  RawAnswer answer;
  grpc::ByteBuffer response;
  call->StartCall();
  call->Finish(&response, &answer.status, nullptr);
  void* tag = nullptr;
  bool ok = false;
  FB_CHECK(queue.Next(&tag, &ok));
  std::vector<grpc::Slice> slices;
  if (answer.status.ok() && response.Dump(&slices).ok()) {
    for (const grpc::Slice& one : slices) {
      answer.bytes.append(reinterpret_cast<const char*>(one.begin()), one.size());
    }
  }
  queue.Shutdown();
  return answer;
}

}  // namespace firstbell::server
