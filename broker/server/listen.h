#pragma once

// The gRPC listeners: TLS as ARCHITECTURE 6 wants it, limits, keepalive. Health stands beside the
// services, and reflection where the process has it. Certificates are read again when their files
// change.

#include <grpcpp/grpcpp.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "broker/base/status.h"

namespace firstbell::server {

enum class Callers {
  kCertified,  // mutual TLS: a certificate of our authority or no connection
  kAnyone,     // server authentication alone: for enrolment
};

// From server.key, server.crt and root.crt in `keys`. Where they are replaced, connections made
// limits::kReloadCertificates later see the new ones, and those that stand stay.
std::shared_ptr<grpc::ServerCredentials> Credentials(const std::filesystem::path& keys,
                                                     Callers callers);

// The services outlive the server. FailedPrecondition: the address is taken.
base::Result<std::unique_ptr<grpc::Server>> Listen(
    const std::string& address, const std::shared_ptr<grpc::ServerCredentials>& credentials,
    const std::vector<grpc::Service*>& services);

// TLS 1.2 with ECDHE and AEAD alone; the suites of TLS 1.3 are all of that kind. Call before the
// process's first use of gRPC, which reads it once.
void RestrictCipherSuites();

}  // namespace firstbell::server
