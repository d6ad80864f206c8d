#include "clients/audit/witness.h"

#include "broker/audit/cosignature.h"
#include "broker/audit/proof.h"
#include "broker/base/file.h"
#include "clients/console/call.h"
#include "clients/console/errors.h"

namespace firstbell::audit_client {
namespace {

constexpr char kPem[] = "-----BEGIN";

std::string ToText(const WitnessKey& key) {
  return key.name + "\n" + key.key.ToPem();
}

}  // namespace

audit::VerifierKey WitnessKey::verifier() const {
  return {name, audit::KeyKind::kWitness, key.PublicKey()};
}

base::Result<WitnessKey> MakeWitnessKey(const std::filesystem::path& file,
                                        const std::string& name) {
  if (!audit::ValidKeyName(name)) {
    return base::InvalidArgument(
        "--name: a name like witness.example/north, without spaces and without +");
  }
  FB_ASSIGN_OR_RETURN(const bool there, base::Exists(file));
  if (there) return base::AlreadyExists("there is such a file already; a key is not replaced");
  WitnessKey key{name, crypto::Ed25519Key::Generate()};
  FB_RETURN_IF_ERROR(base::WriteFileDurably(file, ToText(key), base::kOwnerOnly));
  return key;
}

base::Result<WitnessKey> ReadWitnessKey(const std::filesystem::path& file) {
  FB_ASSIGN_OR_RETURN(const base::Secret secret, base::ReadSecretFile(file));
  const std::string_view text = secret.Reveal();
  const std::size_t pem = text.find(kPem);
  if (pem == std::string_view::npos || pem == 0 || text[pem - 1] != '\n') {
    return base::InvalidArgument("the file holds no witness's key: make one with witness new-key");
  }
  const std::string name(text.substr(0, pem - 1));
  if (!audit::ValidKeyName(name)) {
    return base::InvalidArgument("the first line of the key file is no name of a witness");
  }
  FB_ASSIGN_OR_RETURN(crypto::Ed25519Key key, crypto::Ed25519Key::FromPem(text.substr(pem)));
  return WitnessKey{name, std::move(key)};
}

base::Status Witness::CheckKept(const std::string& origin) {
  FB_ASSIGN_OR_RETURN(const auto kept, store_.Kept(origin));
  if (!kept) return base::OkStatus();
  return base::DataLoss(
      "nothing is signed of a log that has contradicted itself: " + kept->string() +
      " has both checkpoints. Show them to others; this witness signs again "
      "once the file is moved away");
}

// Empty: it has grown. An error: the broker gave no proof, this time.
base::Result<std::string> Witness::WhyNotGrown(const audit::Checkpoint& from,
                                               const audit::Checkpoint& to) {
  if (to.size < from.size) {
    return "the log was cut: this witness has signed a checkpoint of " + std::to_string(from.size) +
           " entries, and this one has " + std::to_string(to.size);
  }
  v1::GetProofsRequest request;
  request.set_old_size(from.size);
  request.set_size(to.size);
  FB_ASSIGN_OR_RETURN(const auto response, console::Call(stub_, &Stub::GetProofs, request));
  const std::vector<std::string> proof(response.consistency().begin(),
                                       response.consistency().end());
  const base::Status grown = audit::CheckConsistency(from.size, from.root, to.size, to.root, proof);
  if (grown.ok()) return std::string();
  return "the log has forked: its " + std::to_string(to.size) +
         " entries have not grown from the " + std::to_string(from.size) +
         " that this witness has signed";
}

base::Status Witness::Refuse(const Trusted& known, const Judged& judged, const std::string& why) {
  const Contradiction found{known.key.name, why, known.note,
                            audit::FormatNote(judged.checkpoint.note), judged.changes};
  const auto kept = store_.Keep(found);
  // The broker is shown what it has said before: it must not go on as if nothing had happened.
  v1::GetCheckpointRequest request;
  request.set_to_witness(true);
  request.set_remembered(known.note);
  (void)console::Call(stub_, &Stub::GetCheckpoint, request);
  FB_RETURN_IF_ERROR(kept.status());
  return base::DataLoss(why + "; both are kept in " + kept->string() +
                        ", and nothing more is signed until that file is moved away");
}

// If we die after the record is written, the next round signs the same checkpoint again, to the
// broker as good as the first time. It is written before: a witness that forgot what it signed
// could sign two histories. So could two that look, and then write, at once: one waits.
base::Result<Witnessed> Witness::Sign(absl::Time now) {
  FB_ASSIGN_OR_RETURN(const StoreLock lock, store_.Lock());
  v1::GetCheckpointRequest request;
  request.set_to_witness(true);
  FB_ASSIGN_OR_RETURN(const v1::Checkpoint wire,
                      console::Call(stub_, &Stub::GetCheckpoint, request));
  FB_RETURN_IF_ERROR(CheckKept(wire.origin()));
  FB_ASSIGN_OR_RETURN(const auto known, Remembered(store_, wire.origin(), trust_));
  FB_ASSIGN_OR_RETURN(const Judged judged, JudgeLogAlone(wire, trust_, known));
  if (judged.first_seen) {
    return base::Unauthenticated(
        "a witness does not take a log's key from the log: give it with "
        "--log-key or --policy");
  }
  const audit::Checkpoint& head = judged.checkpoint.checkpoint;
  if (known && !known->note.empty()) {
    FB_ASSIGN_OR_RETURN(const std::string why, WhyNotGrown(known->head, head));
    if (!why.empty()) return Refuse(*known, judged, why);
  }
  if (audit::CheckSignature(judged.checkpoint.note, key_.verifier()).ok()) {
    return Witnessed{.size = head.size, .nothing_new = true};
  }
  FB_RETURN_IF_ERROR(store_.Save({judged.key, wire.note(), {}, head, judged.changes}));
  FB_ASSIGN_OR_RETURN(const bool quorum, AddCosignature(judged, now));
  return Witnessed{.size = head.size, .quorum = quorum};
}

// True: as many have signed as the broker's policy asks for.
base::Result<bool> Witness::AddCosignature(const Judged& judged, absl::Time now) {
  v1::AddCosignatureRequest cosignature;
  cosignature.set_size(judged.checkpoint.checkpoint.size);
  const audit::NoteSignature line =
      audit::Cosign(judged.checkpoint.note.text, key_.name, key_.key, now);
  cosignature.set_signature_line(audit::FormatSignatureLines(absl::MakeConstSpan(&line, 1)));
  FB_ASSIGN_OR_RETURN(const auto answer, console::Call(stub_, &Stub::AddCosignature, cosignature));
  return answer.quorum();
}

}  // namespace firstbell::audit_client
