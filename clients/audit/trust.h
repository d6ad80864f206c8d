#pragma once

// By what a log's checkpoints are judged: the key that is known or given, changes of it, and
// witnesses. Pure but for Remembered; any thread.

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "broker/audit/checkpoint.h"
#include "broker/audit/key_change.h"
#include "broker/audit/note.h"
#include "broker/audit/trust_policy.h"
#include "broker/base/status.h"
#include "clients/audit/trust_store.h"
#include "firstbell/v1/delivery_log_service.pb.h"

namespace firstbell::audit_client {

// What an auditor says of the logs that they trust. A policy that lists logs lists them all:
// another is refused, unless it is named by `log_key`.
struct Trust {
  std::optional<audit::VerifierKey> log_key;               // as the auditor was told it
  audit::TrustPolicy policy = audit::TrustPolicy::None();  // whose signatures are asked for

  // The keys that are given for the log of that origin: `log_key`, or the policy's.
  std::vector<audit::VerifierKey> Named(const std::string& origin) const;
};

// What is known of a log from before; nothing: it is seen for the first time. PermissionDenied:
// other logs are known here, and nobody has named this one: a broker does not shed what is
// remembered of its log by giving it another name.
base::Result<std::optional<Trusted>> Remembered(const TrustStore& store, const std::string& origin,
                                                const Trust& trust);

// The keys that a log's checkpoints may be signed by, with those before and after them that changes
// of the key lead to: from the key that is known, or else from each that is given.
// PermissionDenied: what is known, what is given and the log contradict one another.
// Unauthenticated: no key of that log is known or given.
base::Result<std::vector<audit::KeyChain>> ChainsOf(const std::string& origin, const Trust& trust,
                                                    const std::optional<Trusted>& known,
                                                    absl::Span<const std::string> changes);

// A checkpoint whose signatures were checked, and the newest key that led to it.
struct Judged {
  audit::SignedCheckpoint checkpoint;
  audit::VerifierKey key;
  std::vector<std::string> changes;  // of the log's key, oldest first, that led to `key`
  bool first_seen = false;           // the key is known from this answer alone
  std::size_t cosigned = 0;          // by so many witnesses of the policy
};
// The key that is known, or given, and those that changes of the log's key lead to from it: one of
// them signed, and the policy is satisfied. Where nothing is known or given, the log's own word is
// taken for its key. InvalidArgument: it is no checkpoint, or does not say what the message beside
// it says. ChainsOf's errors. PermissionDenied, FailedPrecondition: TrustPolicy::Check's.
base::Result<Judged> Judge(const v1::Checkpoint& wire, const Trust& trust,
                           const std::optional<Trusted>& known);
// The same for a witness: whether others have signed is theirs to say.
base::Result<Judged> JudgeLogAlone(const v1::Checkpoint& wire, const Trust& trust,
                                   const std::optional<Trusted>& known);

// When the first witness of the policy says that it saw this checkpoint; nothing: none has signed.
std::optional<absl::Time> FirstCosigned(const audit::SignedCheckpoint& checkpoint,
                                        const audit::TrustPolicy& policy);

}  // namespace firstbell::audit_client
