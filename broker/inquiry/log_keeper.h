#pragma once

// Keeps the delivery log's tree up with its entries, signs checkpoints of it, collects witnesses'
// cosignatures, and never signs two histories.
//
// Of what was signed it remembers the newest in a place that no backup of the store holds
// (`Memory`): a store that is behind it, or says something else, was restored from an old copy or
// changed, and is refused. The same shows later where a machine or a witness knows a checkpoint of
// ours that the store does not bear out: then nothing more is signed, and that checkpoint is what
// is remembered, so that no later start signs on.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "broker/audit/checkpoint.h"
#include "broker/audit/node_memory.h"
#include "broker/audit/trust_policy.h"
#include "broker/base/mutex.h"
#include "broker/base/status.h"
#include "broker/crypto/ed25519.h"
#include "broker/inquiry/publication.h"
#include "broker/store/store.h"

namespace firstbell::inquiry {

// Threads: safe; Turn one at a time. `store` outlives it.
class LogKeeper {
 public:
  // The newest signed checkpoint, a note, outside the store; or one that the store does not bear
  // out. Write: durable on OK.
  struct Memory {
    std::function<base::Result<std::optional<std::string>>()> read;
    std::function<base::Status(const std::string& note)> write;
  };
  struct Options {
    std::vector<crypto::Ed25519Key> keys;  // one or more; the newest first
    std::vector<std::string> key_changes;  // notes (audit/key_change.h), oldest first
    audit::TrustPolicy policy = audit::TrustPolicy::None();  // its witnesses and their quorum
    Memory memory;
  };

  LogKeeper(store::Store& store, Options options) : store_(store), options_(std::move(options)) {}
  LogKeeper(const LogKeeper&) = delete;
  LogKeeper& operator=(const LogKeeper&) = delete;

  // Once, before all else: the tree catches up with what stands, and is held against what was
  // signed. FailedPrecondition: the store is behind that, or says something else; or it was signed,
  // and the memory is gone. Others: the store's, and the memory's.
  base::Status Open(absl::Time now);
  // Takes what is new into the tree, signs and publishes. Call at even intervals: of when within
  // one something happened, a checkpoint then tells nothing. Unavailable: nothing is signed any
  // more, as Doubt says.
  base::Status Turn(absl::Time now);

  // The newest that was signed.
  audit::SignedCheckpoint Newest() const;
  // What auditors and others are to trust, as publication.h says; never smaller than it was before,
  // not even before a restart under another policy.
  audit::SignedCheckpoint Published() const;
  // The one that witnesses are to sign now.
  audit::SignedCheckpoint ToWitness() const;
  // How many of the policy's witnesses signed it.
  std::size_t Cosignatures(const audit::SignedCheckpoint& checkpoint) const;
  const audit::TrustPolicy& policy() const { return options_.policy; }

  // A line of a note's signature by a witness of the policy, over the checkpoint of that size that
  // waits or is published; true: the quorum is met, where none is asked for all have signed, and it
  // is published. Again: OK. NotFound: it is another one. PermissionDenied: no witness of the
  // policy, or not its signature. InvalidArgument: no such line. ResourceExhausted: no room in the
  // note.
  base::Result<bool> AddCosignature(std::uint64_t size, std::string_view line);

  // Somebody knows this checkpoint: one that our keys signed and the tree does not bear out ends
  // all signing, for good. Others are passed over. FailedPrecondition: it does not follow.
  base::Status Compare(std::string_view note);
  // Why nothing is signed any more; empty: it is.
  std::string Doubt() const;

  const std::string& origin() const { return origin_; }
  // By these it is known, oldest first; the last is the newest.
  const std::vector<audit::VerifierKey>& VerifierKeys() const { return verifier_keys_; }
  const std::vector<std::string>& key_changes() const { return options_.key_changes; }

  // Of the tree; RFC 6962. `size` is a checkpoint's or any smaller. InvalidArgument otherwise.
  base::Result<std::vector<std::string>> InclusionProof(std::uint64_t index, std::uint64_t size);
  base::Result<std::vector<std::string>> ConsistencyProof(std::uint64_t old_size,
                                                          std::uint64_t size);

 private:
  // Until all is in the tree that stands when it is called; with each step its head is signed.
  base::Status CatchUp(const store::Store::SignHead& sign);
  audit::ReadNode Nodes(std::uint64_t size);
  base::Status CheckAgainst(const audit::Checkpoint& remembered);
  base::Status CheckRemembered();
  base::Result<std::optional<audit::SignedCheckpoint>> Take(store::CheckpointKind kind);
  base::Status BeginPublishing(const std::optional<audit::SignedCheckpoint>& kept, absl::Time now);
  base::Status KeepWitnessed(const audit::SignedCheckpoint& witnessed);
  base::Status Sign() ABSL_EXCLUSIVE_LOCKS_REQUIRED(turning_);
  audit::SignedCheckpoint SignedBy(const store::LogHead& head) const;
  base::Result<Witnessed> FindToWitness(std::uint64_t size) const;
  // The policy's name of whose signature of the text it is. PermissionDenied: of none.
  base::Result<std::string> WitnessOf(const std::string& text,
                                      const audit::NoteSignature& signature) const;
  std::vector<audit::VerifierKey> ReadVerifierKeys() const;

  bool IsBorneOut(const audit::Checkpoint& known) const;
  void KeepBorneOut(const audit::Checkpoint& known);
  base::Status Doubted() ABSL_EXCLUSIVE_LOCKS_REQUIRED(turning_);
  void RaiseDoubt(const audit::SignedCheckpoint& contradiction);
  base::Status KeepContradiction() ABSL_EXCLUSIVE_LOCKS_REQUIRED(turning_);

  store::Store& store_;
  const Options options_;
  std::string origin_;                             // fixed by Open
  std::vector<audit::VerifierKey> verifier_keys_;  // the same
  audit::NodeMemory upper_;                        // what proofs read of the upper tiles

  // Held by whoever signs, keeps a witnessed checkpoint, or writes the memory; taken before mutex_,
  // which nobody holds while they write or check signatures.
  base::Mutex turning_;

  mutable base::Mutex mutex_;
  std::optional<audit::SignedCheckpoint> newest_ ABSL_GUARDED_BY(mutex_);
  std::optional<Publication> publication_ ABSL_GUARDED_BY(mutex_);
  std::string doubt_ ABSL_GUARDED_BY(mutex_);
  std::string contradiction_ ABSL_GUARDED_BY(mutex_);  // a note that the memory has not yet
  // Compared before: on a morning thousands of devices know the same few. Sizes and roots.
  std::map<std::uint64_t, std::string> borne_out_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace firstbell::inquiry
