#include "clients/console/channel.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include "broker/base/file.h"
#include "broker/base/limits.h"

namespace firstbell::console {
namespace {

constexpr int kKeepaliveMs = 30'000;
constexpr int kKeepaliveTimeoutMs = 10'000;
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
  return arguments;
}

}  // namespace

void AddBrokerSettings(App& app, BrokerOptions& options) {
  app.Setting(options.address, "--address", "broker.address", "The broker, HOST:PORT");
  app.PathSetting(options.identity, "--identity", "broker.identity",
                  "A folder with ca.pem, cert.pem and key.pem, as 'firstbell-admin certificate "
                  "issue' writes it");
  app.PathSetting(options.ca, "--ca", "broker.ca", "The broker's authority, PEM");
  app.PathSetting(options.cert, "--cert", "broker.cert", "Our certificate, PEM");
  app.PathSetting(options.key, "--key", "broker.key", "Its private key, PEM, mode 0600");
}

base::Result<std::shared_ptr<grpc::Channel>> Connect(const BrokerOptions& options) {
  const auto locate = [&](const std::filesystem::path& own, const char* name, const char* flag) {
    return Locate(own, options.identity, name, flag);
  };
  FB_ASSIGN_OR_RETURN(const auto ca_path, locate(options.ca, kCaFile, "--ca"));
  FB_ASSIGN_OR_RETURN(const auto cert_path, locate(options.cert, kCertFile, "--cert"));
  FB_ASSIGN_OR_RETURN(const auto key_path, locate(options.key, kKeyFile, "--key"));
  grpc::SslCredentialsOptions tls;
  FB_ASSIGN_OR_RETURN(tls.pem_root_certs, base::ReadFile(ca_path, kMaxPemBytes));
  FB_ASSIGN_OR_RETURN(tls.pem_cert_chain, base::ReadFile(cert_path, kMaxPemBytes));
  FB_ASSIGN_OR_RETURN(const base::Secret key, base::ReadSecretFile(key_path));
  tls.pem_private_key = std::string(key.Reveal());
  return grpc::CreateCustomChannel(options.address, grpc::SslCredentials(tls), Arguments());
}

}  // namespace firstbell::console
