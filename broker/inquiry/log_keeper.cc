#include "broker/inquiry/log_keeper.h"

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
constexpr char kForgotten[] =
    "the delivery log was signed, and log.head, which remembers what was signed last, is gone from "
    "the key directory: restore the newest copy of log.head; where it is lost for good, a new log "
    "begins with firstbell-admin log begin-anew";
constexpr char kDoubted[] =
    "somebody knows a checkpoint of this log that it does not bear out: this data directory was "
    "restored from an old copy, or changed. Alerts are delivered as long as this broker runs, "
    "nothing of the log is signed, and the broker will not start again on this data: before it is "
    "stopped, have the newest copy of the data ready; where that is lost for good, a new log "
    "begins "
    "with firstbell-admin log begin-anew";

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

// In place of what the same key said before. ResourceExhausted: a note has no room for more.
base::Status AddTo(audit::Note& note, const audit::NoteSignature& signature) {
  std::erase_if(note.signatures, [&](const audit::NoteSignature& one) {
    return one.name == signature.name && one.key_id == signature.key_id;
  });
  if (note.signatures.size() >= audit::kMostNoteSignatures) {
    return base::ResourceExhausted("the checkpoint has as many signatures as a note may have");
  }
  note.signatures.push_back(signature);
  return base::OkStatus();
}

}  // namespace

base::Status LogKeeper::Open(absl::Time now) {
  FB_ASSIGN_OR_RETURN(const store::Identity identity, store_.GetIdentity());
  origin_ = identity.origin;
  verifier_keys_ = ReadVerifierKeys();
  base::MutexLock turn(turning_);
  FB_RETURN_IF_ERROR(CatchUp({}));
  FB_RETURN_IF_ERROR(CheckRemembered());
  FB_ASSIGN_OR_RETURN(const auto witnessed, Take(store::CheckpointKind::kWitnessed));
  FB_RETURN_IF_ERROR(Sign());
  return BeginPublishing(witnessed, now);
}

// A log that is signed for the first time remembers so before its store does: from then on a
// memory that is gone is one that was lost.
base::Status LogKeeper::CheckRemembered() {
  FB_ASSIGN_OR_RETURN(const std::optional<std::string> remembered, options_.memory.read());
  FB_ASSIGN_OR_RETURN(const auto newest, Take(store::CheckpointKind::kSigned));
  if (remembered) {
    FB_ASSIGN_OR_RETURN(const auto checkpoint, audit::ParseSignedCheckpoint(*remembered));
    return CheckAgainst(checkpoint.checkpoint);
  }
  if (newest) return base::FailedPrecondition(kForgotten);
  FB_ASSIGN_OR_RETURN(const store::LogHead head, store_.GetLogHead());
  return options_.memory.write(audit::FormatNote(SignedBy(head).note));
}

// What was kept is ours, and of this tree.
base::Result<std::optional<audit::SignedCheckpoint>> LogKeeper::Take(store::CheckpointKind kind) {
  FB_ASSIGN_OR_RETURN(const auto head, store_.GetCheckpoint(kind));
  if (!head) return std::optional<audit::SignedCheckpoint>();
  FB_ASSIGN_OR_RETURN(audit::SignedCheckpoint kept, audit::ParseSignedCheckpoint(head->note));
  FB_RETURN_IF_ERROR(CheckAgainst(kept.checkpoint));
  return std::optional(std::move(kept));
}

// What is kept and not published is written over, before anything is published that it is behind.
base::Status LogKeeper::BeginPublishing(const std::optional<audit::SignedCheckpoint>& kept,
                                        absl::Time now) {
  const audit::SignedCheckpoint newest = Newest();
  bool published = false;
  {
    base::MutexLock lock(mutex_);
    publication_.emplace(options_.policy, newest, kept, now);
    published = kept == publication_->published().checkpoint;
  }
  return kept && !published ? KeepWitnessed(newest) : base::OkStatus();
}

base::Status LogKeeper::KeepWitnessed(const audit::SignedCheckpoint& witnessed) {
  const audit::Checkpoint& checkpoint = witnessed.checkpoint;
  return store_.SaveCheckpoint(
      store::CheckpointKind::kWitnessed,
      {{checkpoint.size, checkpoint.root}, audit::FormatNote(witnessed.note)});
}

base::Status LogKeeper::CatchUp(const store::Store::SignHead& sign) {
  FB_ASSIGN_OR_RETURN(const std::uint64_t stands, store_.LogSize());
  std::uint64_t size = 0;
  do {
    FB_ASSIGN_OR_RETURN(const store::LogHead head,
                        store_.IntegrateLog(limits::kEntriesIntegrated, sign));
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
    FB_RETURN_IF_ERROR(CatchUp({}));
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
  base::MutexLock turn(turning_);
  FB_RETURN_IF_ERROR(Doubted());
  FB_ASSIGN_OR_RETURN(const std::uint64_t stands, store_.LogSize());
  if (stands != Newest().checkpoint.size) FB_RETURN_IF_ERROR(Sign());
  base::MutexLock lock(mutex_);
  publication_->Take(*newest_, now);
  return base::OkStatus();
}

base::Status LogKeeper::Doubted() {
  const std::string doubt = Doubt();
  if (doubt.empty()) return base::OkStatus();
  (void)KeepContradiction();  // what went wrong with that was said when it was first tried
  return base::Unavailable(doubt);
}

// The tree grows and its head is signed in one step of the store; then the memory has the note, and
// only then is it shown to anybody. A store that is opened must bear out the memory, and so all
// that was ever shown: no two histories are. If we crash after the store's step, the next start
// bears out the memory as before and signs the same head again, to the same bytes; what was signed
// and shown to nobody is then shown, or was lost with its store.
base::Status LogKeeper::Sign() {
  audit::SignedCheckpoint newest;
  FB_RETURN_IF_ERROR(CatchUp([&](const store::LogHead& head) {
    newest = SignedBy(head);
    return audit::FormatNote(newest.note);
  }));
  FB_RETURN_IF_ERROR(options_.memory.write(audit::FormatNote(newest.note)));
  base::MutexLock lock(mutex_);
  newest_ = std::move(newest);
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

audit::SignedCheckpoint LogKeeper::Newest() const {
  base::MutexLock lock(mutex_);
  FB_CHECK(newest_ && "the log is opened first");
  return *newest_;
}

audit::SignedCheckpoint LogKeeper::Published() const {
  base::MutexLock lock(mutex_);
  FB_CHECK(publication_ && "the log is opened first");
  return publication_->published().checkpoint;
}

audit::SignedCheckpoint LogKeeper::ToWitness() const {
  base::MutexLock lock(mutex_);
  FB_CHECK(publication_ && "the log is opened first");
  return publication_->waiting().checkpoint;
}

std::size_t LogKeeper::Cosignatures(const audit::SignedCheckpoint& checkpoint) const {
  {
    base::MutexLock lock(mutex_);
    for (const Witnessed& one : {publication_->published(), publication_->waiting()}) {
      if (one.checkpoint == checkpoint) return one.witnesses.size();
    }
  }
  return options_.policy.WitnessesOf(checkpoint).size();
}

// What is signed is checked before it is anybody's turn; what waits may have changed by then. If we
// crash after the checkpoint is kept, it is published by the next start.
base::Result<bool> LogKeeper::AddCosignature(std::uint64_t size, std::string_view line) {
  FB_ASSIGN_OR_RETURN(const auto lines, audit::ParseSignatureLines(line));
  if (lines.size() != 1) return base::InvalidArgument("signature_line: one line, of one witness");
  FB_ASSIGN_OR_RETURN(Witnessed one, FindToWitness(size));
  FB_ASSIGN_OR_RETURN(const std::string witness,
                      WitnessOf(one.checkpoint.note.text, lines.front()));
  base::MutexLock turn(turning_);
  FB_ASSIGN_OR_RETURN(one, FindToWitness(size));
  FB_RETURN_IF_ERROR(AddTo(one.checkpoint.note, lines.front()));
  one.witnesses.insert(witness);
  const bool enough = Enough(options_.policy, one.witnesses);
  if (enough && QuorumAsked(options_.policy)) FB_RETURN_IF_ERROR(KeepWitnessed(one.checkpoint));
  base::MutexLock lock(mutex_);
  publication_->Put(one);
  return enough;
}

base::Result<Witnessed> LogKeeper::FindToWitness(std::uint64_t size) const {
  base::MutexLock lock(mutex_);
  FB_CHECK(publication_ && "the log is opened first");
  return publication_->Find(size);
}

base::Result<std::string> LogKeeper::WitnessOf(const std::string& text,
                                               const audit::NoteSignature& signature) const {
  for (const audit::PolicyWitness& one : options_.policy.witnesses()) {
    if (audit::CheckCosignature(text, signature, one.key).ok()) return one.name;
  }
  return base::PermissionDenied(
      "not the signature of a witness that the installation's policy names");
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
    if (!audit::CheckLogSignature(*known, verifier_keys_).ok()) return base::OkStatus();
    follows = CheckAgainst(known->checkpoint);
  }
  if (follows.ok()) KeepBorneOut(known->checkpoint);
  if (follows.code() != base::Code::kFailedPrecondition) return follows;
  RaiseDoubt(*known);
  return follows;
}

// Nothing is signed from here on. If we crash before the memory has the contradiction, whoever
// knows of it shows it again to a broker that has signed on meanwhile.
void LogKeeper::RaiseDoubt(const audit::SignedCheckpoint& contradiction) {
  base::LogError(kStop, kDoubted, {{"size", std::to_string(contradiction.checkpoint.size)}});
  {
    base::MutexLock lock(mutex_);
    if (doubt_.empty()) contradiction_ = audit::FormatNote(contradiction.note);
    doubt_ = kDoubted;
  }
  base::MutexLock turn(turning_);
  const base::Status kept = KeepContradiction();
  if (kept.ok()) return;
  base::LogError(kStop,
                 "the doubt is not remembered yet, and a broker that started would sign again",
                 {{"why", std::string(base::Message(kept))}});
}

base::Status LogKeeper::KeepContradiction() {
  std::string note;
  {
    base::MutexLock lock(mutex_);
    note = contradiction_;
  }
  if (note.empty()) return base::OkStatus();
  FB_RETURN_IF_ERROR(options_.memory.write(note));
  base::MutexLock lock(mutex_);
  contradiction_.clear();
  return base::OkStatus();
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

std::vector<audit::VerifierKey> LogKeeper::ReadVerifierKeys() const {
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
