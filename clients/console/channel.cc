#include "clients/console/channel.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include "broker/base/clock.h"
#include "broker/base/file.h"
#include "broker/base/limits.h"
#include "broker/crypto/key.h"
#include "broker/crypto/x509.h"

namespace firstbell::console {
namespace {

constexpr int kKeepaliveMs = 30'000;
constexpr int kKeepaliveTimeoutMs = 10'000;
// gRPC's own pauses grow to two minutes, far beyond those of a call that is repeated.
constexpr int kFirstReconnectMs = 200;
constexpr int kLongestReconnectMs = 1'000;
constexpr int kConnectMs = 5'000;
constexpr absl::Duration kCheckTimeout = absl::Seconds(3);
constexpr std::size_t kMaxPemBytes = 1 << 20;

base::Result<std::filesystem::path> Locate(const std::filesystem::path& own,
                                           const std::filesystem::path& identity, const char* name,
                                           const char* flag) {
  if (!own.empty()) return own;
  if (!identity.empty()) return identity / name;
  return UsageError(
      std::string("who is calling? Give --identity DIR, or --ca, --cert and --key; ") + flag +
      " is missing");
}

grpc::ChannelArguments Arguments() {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(static_cast<int>(limits::kMessageBytes));
  arguments.SetMaxSendMessageSize(static_cast<int>(limits::kMessageBytes));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kFirstReconnectMs);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kLongestReconnectMs);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kConnectMs);
  return arguments;
}

struct Files {
  std::filesystem::path ca, cert, key;
};

base::Result<Files> LocateAll(const BrokerOptions& options) {
  const auto locate = [&](const std::filesystem::path& own, const char* name, const char* flag) {
    return Locate(own, options.identity, name, flag);
  };
  FB_ASSIGN_OR_RETURN(auto ca, locate(options.ca, kCaFile, "--ca"));
  FB_ASSIGN_OR_RETURN(auto cert, locate(options.cert, kCertFile, "--cert"));
  FB_ASSIGN_OR_RETURN(auto key, locate(options.key, kKeyFile, "--key"));
  return Files{std::move(ca), std::move(cert), std::move(key)};
}

std::string Quoted(const std::filesystem::path& path) {
  return "'" + path.filename().string() + "'";
}

base::Status BadFile(const std::filesystem::path& path, std::string_view what) {
  return base::FailedPrecondition(Quoted(path) + " " + std::string(what) +
                                  ": take the whole folder again as 'firstbell-admin certificate "
                                  "issue' wrote it");
}

// gRPC would say of a file that is none, or of a key that is another's, only that no connection
// comes about.
base::Result<crypto::TlsClient> ReadFiles(const Files& files) {
  crypto::TlsClient client;
  FB_ASSIGN_OR_RETURN(client.roots_pem, base::ReadFile(files.ca, kMaxPemBytes));
  FB_ASSIGN_OR_RETURN(client.chain_pem, base::ReadFile(files.cert, kMaxPemBytes));
  FB_ASSIGN_OR_RETURN(const base::Secret pem, base::ReadSecretFile(files.key));
  const auto roots = crypto::CertificatesFromPem(client.roots_pem);
  if (!roots.ok() || roots->empty()) return BadFile(files.ca, "holds no certificate");
  const auto der = crypto::CertificateFromPem(client.chain_pem);
  if (!der.ok()) return BadFile(files.cert, "holds no certificate");
  const auto key = crypto::PrivateKey::FromPem(pem.Reveal(), base::Secret());
  if (!key.ok()) return BadFile(files.key, "holds no private key that can be used");
  FB_ASSIGN_OR_RETURN(const crypto::CertificateFacts facts, crypto::ReadCertificate(*der));
  if (facts.public_key != key->PublicKey()) {
    return BadFile(files.key, "is not the key of " + Quoted(files.cert));
  }
  if (facts.not_after <= base::SystemClock().Now()) {
    return base::FailedPrecondition(
        "the certificate in " + Quoted(files.cert) + " has expired on " +
        absl::FormatTime("%Y-%m-%d", facts.not_after, absl::UTCTimeZone()) +
        ": ask the operator for a new one");
  }
  client.key_pem = std::string(pem.Reveal());
  return client;
}

base::Status CheckAccepted(const BrokerOptions& options, const Files& files,
                           const crypto::TlsClient& client) {
  const base::Status status = crypto::CheckTls(options.address, client, kCheckTimeout);
  switch (status.code()) {
    case base::Code::kUnauthenticated:
      return base::Unauthenticated(
          "the broker at " + options.address + " does not accept the certificate in " +
          Quoted(files.cert) +
          ": it was issued by another authority, or by one that is no more; trying again does not "
          "help, ask the broker's operator for a new one");
    case base::Code::kPermissionDenied:
      return base::PermissionDenied(
          "what answers at " + options.address +
          " is not our broker: its certificate is not of the authority in " + Quoted(files.ca) +
          ", or not for this name; send it nothing, check the address and tell the operator");
    case base::Code::kFailedPrecondition:
      return base::FailedPrecondition(
          "what answers at " + options.address +
          " asks for no certificate: this is not the broker's port for callers but perhaps the one "
          "for enrolment; name that of listen.grpc in broker.toml, 7443 unless set");
    default:
      return base::OkStatus();  // the first call tells what is wrong
  }
}

}  // namespace

void AddBrokerSettings(App& app, BrokerOptions& options) {
  app.Setting(options.address, "--address,--broker", "broker.address", "The broker, HOST:PORT");
  app.PathSetting(options.identity, "--identity", "broker.identity",
                  "A folder with ca.pem, cert.pem and key.pem, as 'firstbell-admin certificate "
                  "issue' writes it");
  app.PathSetting(options.ca, "--ca", "broker.ca", "The broker's authority, PEM");
  app.PathSetting(options.cert, "--cert", "broker.cert", "Our certificate, PEM");
  app.PathSetting(options.key, "--key", "broker.key", "Its private key, PEM, mode 0600");
}

base::Result<std::shared_ptr<grpc::Channel>> Connect(const BrokerOptions& options) {
  FB_ASSIGN_OR_RETURN(const Files files, LocateAll(options));
  FB_ASSIGN_OR_RETURN(const crypto::TlsClient client, ReadFiles(files));
  FB_RETURN_IF_ERROR(CheckAccepted(options, files, client));
  return grpc::CreateCustomChannel(
      options.address, grpc::SslCredentials({client.roots_pem, client.key_pem, client.chain_pem}),
      Arguments());
}

}  // namespace firstbell::console
