#include "tests/support/installation.h"

#include "broker/base/bytes.h"
#include "broker/base/clock.h"
#include "broker/base/file.h"
#include "broker/crypto/x509.h"
#include "broker/store/rocksdb/rocksdb_store.h"
#include "tests/support/free_ports.h"
#include "tests/support/invented.h"

namespace firstbell::support {
namespace {

constexpr auto kPatience = std::chrono::seconds(30);

std::string FreeAddress() {
  return "127.0.0.1:" + std::to_string(FreePorts(1)[0]);
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

Installation::Installation(const Seed& seed) : directory_(registry::At(temp_.path() / "data", {})) {
  config_.grpc_listen = FreeAddress();
  config_.enrolment_listen = config_.enrolment_public = FreeAddress();
  config_.link_listen = config_.link_public = "tcp://" + FreeAddress();
  config_.metrics_listen.clear();
  config_.log_listen.clear();
  config_.log_level = base::LogLevel::kError;
  MakeDirectory(seed);
}

void Installation::Configure(const registry::Config& config) {
  config_ = config;
  FB_CHECK(
      base::WriteFileDurably(directory_.config(), registry::FormatConfig(config_), base::kOwnerOnly)
          .ok());
}

void Installation::MakeDirectory(const Seed& seed) {
  const absl::Time now = base::SystemClock().Now();
  FB_CHECK(registry::MakeKeys(directory_, temp_.path() / "root",
                              {"Examplebury", {"localhost", "127.0.0.1"}, now})
               .ok());
  Configure(config_);
  keys_ = registry::LoadKeys(directory_).value();
  root_pem_ = crypto::CertificateToPem(keys_->root);
  const auto store = store::RocksDbStore::Open(directory_.store(), {}).value();
  FB_CHECK(
      store->Initialise({"examplebury.example/log", true, registry::RootDigest(*keys_)}, {}).ok());
  FB_CHECK(store->SaveClockOffset(kNight - now, {}).ok());
  FB_CHECK(support::Seed(*store).ok());
  if (seed) seed(*store);
}

ClientKeys Installation::KeysFor(std::string_view uri) const {
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

std::shared_ptr<grpc::Channel> Installation::ChannelTo(const std::string& address,
                                                       const ClientKeys& keys) const {
  return Connect(address, {root_pem_, keys.key, keys.chain});
}

std::shared_ptr<grpc::Channel> Installation::EnrolmentChannel() const {
  return Connect(config_.enrolment_listen, {root_pem_, "", ""});
}

v1::EnrolmentCode Installation::Code(base::Urn urn, v1::RecipientRole role) const {
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

v1::EnrolRequest Installation::RequestFor(const Enrolled& who,
                                          const v1::EnrolmentCode& code) const {
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

Enrolled Installation::Enrol(base::Urn urn, v1::RecipientRole role) const {
  Enrolled who;
  const v1::EnrolRequest request = RequestFor(who, Code(urn, role));
  Context context;
  const auto status =
      v1::EnrolmentService::NewStub(EnrolmentChannel())->Enrol(&context, request, &who.answer);
  FB_CHECK(status.ok());
  who.id = who.answer.recipient_id();
  return who;
}

grpc::Status Installation::Revoke(const std::string& recipient_id) const {
  v1::RevokeRecipientRequest request;
  request.set_recipient_id(recipient_id);
  v1::RevokeRecipientResponse response;
  Context context;
  return v1::OperatorService::NewStub(ChannelAs(kOperatorUri))
      ->RevokeRecipient(&context, request, &response);
}

}  // namespace firstbell::support
