#pragma once

// An auditor's own witness (C2SP tlog-cosignature): it signs a checkpoint once it has seen that the
// log has grown to it from the one that it signed before, so that nobody can be shown another
// history. What it has seen is durable before it signs. It takes no log's key from the log itself.
// Threads: one call at a time. Processes may run on one state directory: each waits for the other.

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
  // the one that was signed before. Both are then kept in the state directory, and of this log
  // nothing more is signed until a person has moved that file away. Unauthenticated: no key of the
  // log is known or given.
  base::Result<Witnessed> Sign(absl::Time now);

 private:
  base::Status CheckKept(const std::string& origin);
  base::Result<std::string> WhyNotGrown(const audit::Checkpoint& from, const audit::Checkpoint& to);
  base::Status Refuse(const Trusted& known, const Judged& judged, const std::string& why);
  base::Result<bool> AddCosignature(const Judged& judged, absl::Time now);

  Stub& stub_;
  const TrustStore& store_;
  const Trust trust_;
  const WitnessKey key_;
};

}  // namespace firstbell::audit_client
