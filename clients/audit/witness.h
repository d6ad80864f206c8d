#pragma once

// An auditor's own witness (C2SP tlog-cosignature): it signs a checkpoint once it has seen that the
// log has grown to it from the one that it signed before, so that nobody can be shown another
// history. What it has seen is durable before it signs. Threads: one call at a time.

#include <filesystem>
#include <string>

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "broker/crypto/ed25519.h"
#include "clients/audit/trust.h"
#include "firstbell/v1/delivery_log_service.grpc.pb.h"

namespace firstbell::audit_client {

struct WitnessKey {
  std::string name;
  crypto::Ed25519Key key;

  audit::VerifierKey verifier() const;
};

// Makes a key in a file of mode 0600. AlreadyExists. The name is the first line of the file.
base::Result<WitnessKey> MakeWitnessKey(const std::filesystem::path& file, const std::string& name);
base::Result<WitnessKey> ReadWitnessKey(const std::filesystem::path& file);

struct Witnessed {
  std::uint64_t size = 0;
  bool nothing_new = false;  // it had signed this one before
  bool quorum = false;       // as many have signed as the policy asks for
};

class Witness {
 public:
  using Stub = v1::DeliveryLogService::Stub;
  // `stub` and `store` outlive it. `trust` says by which key the log is known.
  Witness(Stub& stub, const TrustStore& store, Trust trust, WitnessKey key)
      : stub_(stub), store_(store), trust_(std::move(trust)), key_(std::move(key)) {}

  // The checkpoint that waits is checked and signed. DataLoss: the log has not grown to it from
  // the one that was signed before: nothing is signed, now or later, until somebody has looked.
  base::Result<Witnessed> Sign(absl::Time now);

 private:
  base::Status CheckGrown(const Judged& judged, const std::optional<Trusted>& known);

  Stub& stub_;
  const TrustStore& store_;
  const Trust trust_;
  const WitnessKey key_;
};

}  // namespace firstbell::audit_client
