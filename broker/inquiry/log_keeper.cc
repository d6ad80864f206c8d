#include "broker/inquiry/log_keeper.h"

#include <algorithm>

#include "broker/audit/cosignature.h"
#include "broker/audit/key_change.h"
#include "broker/audit/proof.h"
#include "broker/audit/tile.h"
#include "broker/base/limits.h"
#include "broker/base/log.h"

namespace firstbell::inquiry {
namespace {

constexpr char kStop[] = "log";
constexpr std::size_t kMostBorneOut = 1024;
constexpr char kRestored[] =
    "the delivery log is behind a checkpoint that it has signed, or says something else: this data "
    "directory was restored from an old copy, or changed. Restore the newest one; where it is lost "
    "for good, a new log begins with firstbell-admin log begin-anew";

audit::ReadNode NodesOf(store::Store& store, std::uint64_t size) {
  audit::TileNodes nodes(size, [&store](const audit::TileId& tile) -> base::Result<std::string> {
    FB_ASSIGN_OR_RETURN(std::string hashes, store.ReadTile(tile.level, tile.index));
    // The tree may have grown since.
    const std::size_t wanted = static_cast<std::size_t>(tile.width) * 32;
    if (hashes.size() < wanted) return base::DataLoss("a tile of the log is shorter than its tree");
    hashes.resize(wanted);
    return hashes;
  });
  return [nodes](int level, std::uint64_t index) { return nodes(level, index); };
}

}  // namespace

base::Status LogKeeper::Open(absl::Time now) {
  FB_ASSIGN_OR_RETURN(const store::Identity identity, store_.GetIdentity());
  origin_ = identity.origin;
  FB_RETURN_IF_ERROR(CatchUp());
  FB_ASSIGN_OR_RETURN(const std::optional<std::string> remembered, options_.memory.read());
  if (remembered) {
    FB_ASSIGN_OR_RETURN(const auto checkpoint, audit::ParseSignedCheckpoint(*remembered));
    FB_RETURN_IF_ERROR(CheckAgainst(checkpoint.checkpoint));
  }
  std::optional<audit::SignedCheckpoint> newest, witnessed;
  FB_RETURN_IF_ERROR(Take(store::CheckpointKind::kSigned, newest));
  FB_RETURN_IF_ERROR(Take(store::CheckpointKind::kWitnessed, witnessed));
  {
    base::MutexLock lock(mutex_);
    witnessed_ = std::move(witnessed);
  }
  FB_ASSIGN_OR_RETURN(const store::LogHead head, store_.GetLogHead());
  FB_RETURN_IF_ERROR(Sign(head));
  base::MutexLock lock(mutex_);
  NextToWitness(now);
  return base::OkStatus();
}

// What was kept is ours, and of this tree.
base::Status LogKeeper::Take(store::CheckpointKind kind,
                             std::optional<audit::SignedCheckpoint>& kept) {
  FB_ASSIGN_OR_RETURN(const auto head, store_.GetCheckpoint(kind));
  if (!head) return base::OkStatus();
  FB_ASSIGN_OR_RETURN(kept, audit::ParseSignedCheckpoint(head->note));
  return CheckAgainst(kept->checkpoint);
}

base::Status LogKeeper::CatchUp() {
  FB_ASSIGN_OR_RETURN(const std::uint64_t stands, store_.LogSize());
  std::uint64_t size = 0;
  do {
    FB_ASSIGN_OR_RETURN(const store::LogHead head, store_.IntegrateLog(limits::kEntriesIntegrated));
    size = head.size;
  } while (size < stands);
  return base::OkStatus();
}

audit::ReadNode LogKeeper::Nodes(std::uint64_t size) {
  return upper_.Over(NodesOf(store_, size));
}

base::Status LogKeeper::CheckAgainst(const audit::Checkpoint& remembered) {
  FB_ASSIGN_OR_RETURN(store::LogHead head, store_.GetLogHead());
  if (head.size < remembered.size) {
    FB_RETURN_IF_ERROR(CatchUp());
    FB_ASSIGN_OR_RETURN(head, store_.GetLogHead());
  }
  if (remembered.origin != origin_ || head.size < remembered.size) {
    return base::FailedPrecondition(kRestored);
  }
  FB_ASSIGN_OR_RETURN(const std::string root,
                      audit::RootAt(remembered.size, NodesOf(store_, remembered.size)));
  return root == remembered.root ? base::OkStatus() : base::FailedPrecondition(kRestored);
}

base::Status LogKeeper::Turn(absl::Time now) {
  FB_RETURN_IF_ERROR(Doubted());
  FB_RETURN_IF_ERROR(CatchUp());
  FB_ASSIGN_OR_RETURN(const store::LogHead head, store_.GetLogHead());
  if (head.size != Newest().checkpoint.size) FB_RETURN_IF_ERROR(Sign(head));
  base::MutexLock lock(mutex_);
  NextToWitness(now);
  return base::OkStatus();
}

base::Status LogKeeper::Doubted() {
  const std::string doubt = Doubt();
  return doubt.empty() ? base::OkStatus() : base::Unavailable(doubt);
}

// If we crash before the memory is written, the same head is signed again, to the same bytes. From
// then on this history is the only one that may be signed; it is in the store already, durably. If
// we crash before the store keeps the note, the next start signs it again. Only what is kept in
// both is published.
base::Status LogKeeper::Sign(const store::LogHead& head) {
  audit::SignedCheckpoint signed_head = SignedBy(head);
  const std::string note = audit::FormatNote(signed_head.note);
  FB_RETURN_IF_ERROR(options_.memory.write(note));
  FB_RETURN_IF_ERROR(store_.SaveCheckpoint(store::CheckpointKind::kSigned, {head, note}));
  base::MutexLock lock(mutex_);
  newest_ = std::move(signed_head);
  return base::OkStatus();
}

audit::SignedCheckpoint LogKeeper::SignedBy(const store::LogHead& head) const {
  audit::SignedCheckpoint checkpoint{{origin_, head.size, head.root}, {}};
  checkpoint.note.text = audit::CheckpointText(checkpoint.checkpoint);
  for (const crypto::Ed25519Key& key : options_.keys) {
    checkpoint.note.signatures.push_back(audit::SignNote(checkpoint.note.text, origin_, key));
  }
  return checkpoint;
}

// Witnesses come when they like, and the log grows meanwhile: one checkpoint waits for all of them.
void LogKeeper::NextToWitness(absl::Time now) {
  if (options_.policy.witnesses().empty()) return;
  const bool done = waiting_ && options_.policy.QuorumMet(options_.policy.WitnessesOf(*waiting_));
  if (waiting_ && !done && now - waits_since_ < limits::kAwaitWitnesses) return;
  if (waiting_ && waiting_->checkpoint == newest_->checkpoint) return;
  waiting_ = newest_;
  waits_since_ = now;
}

audit::SignedCheckpoint LogKeeper::Newest() const {
  base::MutexLock lock(mutex_);
  FB_CHECK(newest_ && "the log is opened first");
  return *newest_;
}

audit::SignedCheckpoint LogKeeper::Published() const {
  base::MutexLock lock(mutex_);
  FB_CHECK(newest_ && "the log is opened first");
  const bool asked = options_.policy.quorum() != "none";
  return asked && witnessed_ ? *witnessed_ : *newest_;
}

audit::SignedCheckpoint LogKeeper::ToWitness() const {
  base::MutexLock lock(mutex_);
  FB_CHECK(newest_ && "the log is opened first");
  return waiting_ ? *waiting_ : *newest_;
}

std::size_t LogKeeper::Cosignatures(const audit::SignedCheckpoint& checkpoint) const {
  return options_.policy.WitnessesOf(checkpoint).size();
}

base::Result<bool> LogKeeper::AddCosignature(std::uint64_t size, std::string_view line) {
  FB_ASSIGN_OR_RETURN(const auto lines, audit::ParseSignatureLines(line));
  if (lines.size() != 1) return base::InvalidArgument("signature_line: one line, of one witness");
  const audit::NoteSignature& signature = lines.front();
  base::MutexLock lock(mutex_);
  if (!waiting_ || waiting_->checkpoint.size != size) {
    return base::NotFound("another checkpoint waits to be signed; ask for it again");
  }
  const auto& witnesses = options_.policy.witnesses();
  const auto of_policy =
      std::any_of(witnesses.begin(), witnesses.end(), [&](const audit::PolicyWitness& one) {
        return audit::CheckCosignature(waiting_->note.text, signature, one.key).ok();
      });
  if (!of_policy) {
    return base::PermissionDenied(
        "not the signature of a witness that the installation's policy names");
  }
  auto& there = waiting_->note.signatures;
  std::erase_if(there, [&](const audit::NoteSignature& one) {
    return one.name == signature.name && one.key_id == signature.key_id;
  });
  there.push_back(signature);
  if (!options_.policy.QuorumMet(options_.policy.WitnessesOf(*waiting_))) return false;
  const audit::Checkpoint& checkpoint = waiting_->checkpoint;
  FB_RETURN_IF_ERROR(store_.SaveCheckpoint(
      store::CheckpointKind::kWitnessed,
      {{checkpoint.size, checkpoint.root}, audit::FormatNote(waiting_->note)}));
  witnessed_ = waiting_;
  return true;
}

// One that is borne out tells nothing new, whoever signed it, and that is seen sooner than a
// signature is checked.
base::Status LogKeeper::Compare(std::string_view note) {
  const auto known = audit::ParseSignedCheckpoint(note);
  if (!known.ok() || IsBorneOut(known->checkpoint)) return base::OkStatus();
  FB_ASSIGN_OR_RETURN(const store::LogHead head, store_.GetLogHead());
  base::Status follows = base::FailedPrecondition(kRestored);
  if (known->checkpoint.size <= head.size) follows = CheckAgainst(known->checkpoint);
  if (follows.code() == base::Code::kFailedPrecondition) {
    if (!audit::CheckLogSignature(*known, VerifierKeys()).ok()) return base::OkStatus();
    follows = CheckAgainst(known->checkpoint);
  }
  if (follows.ok()) KeepBorneOut(known->checkpoint);
  if (follows.code() != base::Code::kFailedPrecondition) return follows;
  base::LogError(kStop, "somebody knows a checkpoint of this log that it does not bear out",
                 {{"size", std::to_string(known->checkpoint.size)}});
  base::MutexLock lock(mutex_);
  doubt_ = base::Message(follows);
  return follows;
}

bool LogKeeper::IsBorneOut(const audit::Checkpoint& known) const {
  base::MutexLock lock(mutex_);
  const auto found = borne_out_.find(known.size);
  return known.origin == origin_ && found != borne_out_.end() && found->second == known.root;
}

void LogKeeper::KeepBorneOut(const audit::Checkpoint& known) {
  base::MutexLock lock(mutex_);
  if (borne_out_.size() >= kMostBorneOut) borne_out_.erase(borne_out_.begin());
  borne_out_[known.size] = known.root;
}

std::string LogKeeper::Doubt() const {
  base::MutexLock lock(mutex_);
  return doubt_;
}

std::vector<audit::VerifierKey> LogKeeper::VerifierKeys() const {
  std::vector<audit::VerifierKey> keys;
  for (const std::string& note : options_.key_changes) {
    const auto change = audit::OpenKeyChange(note);
    if (change.ok() && keys.empty()) keys.push_back(change->before);
    if (change.ok()) keys.push_back(change->after);
  }
  if (keys.empty()) {
    keys.push_back({origin_, audit::KeyKind::kLog, options_.keys.front().PublicKey()});
  }
  return keys;
}

base::Result<std::vector<std::string>> LogKeeper::InclusionProof(std::uint64_t index,
                                                                 std::uint64_t size) {
  return audit::InclusionProof(index, size, Nodes(size));
}

base::Result<std::vector<std::string>> LogKeeper::ConsistencyProof(std::uint64_t old_size,
                                                                   std::uint64_t size) {
  return audit::ConsistencyProof(old_size, size, Nodes(size));
}

}  // namespace firstbell::inquiry
