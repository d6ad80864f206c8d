#pragma once

// What an auditor knows of a log from before: its key, and the newest checkpoint that they have
// verified, with the tree's right edge, from which the log's growth is checked without reading it
// again. Kept in a directory of the auditor's own. Threads: one call at a time.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "broker/audit/checkpoint.h"
#include "broker/audit/merkle.h"
#include "broker/audit/note.h"
#include "broker/audit/trust_policy.h"
#include "broker/base/status.h"
#include "firstbell/v1/delivery_log_service.pb.h"

namespace firstbell::audit_client {

// Of one log. `note` empty: its key alone is known. `edge` empty: of the checkpoint's tree no more
// than its head is known, as to a witness.
struct Trusted {
  audit::VerifierKey key;
  std::string note;
  audit::Frontier edge;
  audit::Checkpoint head;  // what `note` says
  friend bool operator==(const Trusted&, const Trusted&) = default;
};

class TrustStore {
 public:
  // The directory need not be there yet.
  explicit TrustStore(std::filesystem::path directory) : directory_(std::move(directory)) {}

  // Nothing: the log of that origin is not known here. DataLoss: its file does not read back.
  base::Result<std::optional<Trusted>> Load(const std::string& origin) const;
  // Durable on OK.
  base::Status Save(const Trusted& trusted) const;

 private:
  std::filesystem::path FileOf(const std::string& origin) const;
  const std::filesystem::path directory_;
};

// By what a checkpoint is judged. A policy that lists logs lists them all: another is refused,
// unless it is known by `log_key`.
struct Trust {
  std::optional<audit::VerifierKey> log_key;               // as the auditor was told it
  audit::TrustPolicy policy = audit::TrustPolicy::None();  // whose signatures are asked for
};

// A checkpoint whose signatures were checked, and the newest key that led to it.
struct Judged {
  audit::SignedCheckpoint checkpoint;
  audit::VerifierKey key;
  bool first_seen = false;   // the key is known from this answer alone
  std::size_t cosigned = 0;  // by so many witnesses of the policy
};
// The key that is known, or given, and those that changes of the log's key lead to from it: one of
// them signed, and the policy is satisfied. InvalidArgument: it is no checkpoint, or does not say
// what the message beside it says. PermissionDenied, FailedPrecondition: TrustPolicy::Check's.
base::Result<Judged> Judge(const v1::Checkpoint& wire, const Trust& trust,
                           const std::optional<Trusted>& known);

}  // namespace firstbell::audit_client
