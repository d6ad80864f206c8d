#pragma once

// The channel to a broker: TLS, both sides with a certificate.

#include <grpcpp/channel.h>

#include <filesystem>
#include <memory>
#include <string>

#include "broker/base/status.h"
#include "clients/console/app.h"

namespace firstbell::console {

// What `firstbell-admin certificate issue --out DIR` writes into DIR.
inline constexpr const char* kCaFile = "ca.pem";      // the root, then the issuing certificate
inline constexpr const char* kCertFile = "cert.pem";  // ours, then the issuing certificate
inline constexpr const char* kKeyFile = "key.pem";    // mode 0600

struct BrokerOptions {
  std::string address = "localhost:7443";
  std::filesystem::path identity;  // a folder with the three files; each may be given by itself
  std::filesystem::path ca;
  std::filesystem::path cert;
  std::filesystem::path key;
};

// --address, --identity, --ca, --cert, --key; in the file under [broker].
void AddBrokerSettings(App& app, BrokerOptions& options);

// The files are checked, and once whether broker and certificate accept each other, for gRPC tells
// none of that from a broker that is down. One that is down shows in the first call; it is looked
// for every second or so, so that it is found soon after it is back. A UsageError where a file is
// not named; NotFound; FailedPrecondition: others can read the key, a file holds no certificate or
// key, the key is another's, the certificate has expired, or the port is not for callers;
// Unauthenticated: the broker does not accept the certificate; PermissionDenied: not our broker.
// Messages are bounded by limits::kMessageBytes. Threads: the channel is safe.
base::Result<std::shared_ptr<grpc::Channel>> Connect(const BrokerOptions& options);

}  // namespace firstbell::console
