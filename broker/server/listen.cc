#include "broker/server/listen.h"

#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>

#include <cstdlib>

#include "broker/base/limits.h"

namespace firstbell::server {
namespace {

constexpr char kSuites[] =
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305";

}  // namespace

std::shared_ptr<grpc::ServerCredentials> Credentials(const std::filesystem::path& keys,
                                                     Callers callers) {
  const auto provider = std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(
      keys / "server.key", keys / "server.crt", keys / "root.crt",
      static_cast<unsigned>(absl::ToInt64Seconds(limits::kReloadCertificates)));
  grpc::experimental::TlsServerCredentialsOptions options(provider);
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(callers == Callers::kCertified
                                    ? GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY
                                    : GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
  return grpc::experimental::TlsServerCredentials(options);
}

base::Result<std::unique_ptr<grpc::Server>> Listen(
    const std::string& address, const std::shared_ptr<grpc::ServerCredentials>& credentials,
    const std::vector<grpc::Service*>& services) {
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(address, credentials, &port);
  for (grpc::Service* service : services) builder.RegisterService(service);
  builder.SetMaxReceiveMessageSize(static_cast<int>(limits::kMessageBytes));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, limits::kCallsPerConnection);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 30'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 10'000);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || port == 0) {
    return base::FailedPrecondition("cannot listen at " + address +
                                    ": is it an address of this machine, and nobody else's?");
  }
  return server;
}

void RestrictCipherSuites() {
  setenv("GRPC_SSL_CIPHER_SUITES", kSuites, 1);
}

}  // namespace firstbell::server
