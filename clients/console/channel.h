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

// Connects lazily: a broker that is down shows in the first call. A UsageError where a file is not
// named; NotFound; FailedPrecondition where others can read the key. Messages are bounded by
// limits::kMessageBytes. Threads: the channel is safe.
base::Result<std::shared_ptr<grpc::Channel>> Connect(const BrokerOptions& options);

}  // namespace firstbell::console
