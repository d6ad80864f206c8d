#include "clients/audit/witness.h"

#include "broker/audit/cosignature.h"
#include "broker/audit/proof.h"
#include "broker/base/file.h"
#include "clients/console/call.h"
#include "clients/console/errors.h"

namespace firstbell::audit_client {
namespace {

using Stub = v1::DeliveryLogService::Stub;

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

base::Status Witness::CheckGrown(const Judged& judged, const std::optional<Trusted>& known) {
  if (!known || known->note.empty()) return base::OkStatus();
  const audit::Checkpoint& from = known->head;
  const audit::Checkpoint& to = judged.checkpoint.checkpoint;
  if (to.size < from.size) {
    return base::DataLoss("the log was cut: this witness has signed a checkpoint of " +
                          std::to_string(from.size) + " entries, and this one has " +
                          std::to_string(to.size));
  }
  v1::GetProofsRequest request;
  request.set_old_size(from.size);
  request.set_size(to.size);
  FB_ASSIGN_OR_RETURN(const auto response, console::Call(stub_, &Stub::GetProofs, request));
  const std::vector<std::string> proof(response.consistency().begin(),
                                       response.consistency().end());
  return audit::CheckConsistency(from.size, from.root, to.size, to.root, proof);
}

// If we die after the file is written, the next round signs the same checkpoint again, to the
// broker as good as the first time. It is written before: a witness that forgot what it signed
// could sign two histories.
base::Result<Witnessed> Witness::Sign(absl::Time now) {
  v1::GetCheckpointRequest request;
  request.set_to_witness(true);
  FB_ASSIGN_OR_RETURN(v1::Checkpoint wire, console::Call(stub_, &Stub::GetCheckpoint, request));
  FB_ASSIGN_OR_RETURN(const auto known, store_.Load(wire.origin()));
  // Whether others have signed is theirs to say; this one is to be the first.
  Trust log_alone = trust_;
  log_alone.policy = audit::TrustPolicy::None();
  for (const audit::PolicyLog& log : trust_.policy.logs()) {
    if (!log_alone.log_key && log.key.name == wire.origin()) log_alone.log_key = log.key;
  }
  FB_ASSIGN_OR_RETURN(const Judged judged, Judge(wire, log_alone, known));
  if (const base::Status grown = CheckGrown(judged, known); !grown.ok()) {
    // The broker is shown what it has said before: it must not go on as if nothing had happened.
    request.set_remembered(known->note);
    (void)console::Call(stub_, &Stub::GetCheckpoint, request);
    return grown;
  }
  const audit::Checkpoint& head = judged.checkpoint.checkpoint;
  Witnessed witnessed{head.size};
  witnessed.nothing_new = audit::CheckSignature(judged.checkpoint.note, key_.verifier()).ok();
  if (witnessed.nothing_new) return witnessed;
  FB_RETURN_IF_ERROR(store_.Save({judged.key, wire.note(), {}, head}));
  v1::AddCosignatureRequest cosignature;
  cosignature.set_size(head.size);
  const audit::NoteSignature line =
      audit::Cosign(judged.checkpoint.note.text, key_.name, key_.key, now);
  cosignature.set_signature_line(audit::FormatSignatureLines(absl::MakeConstSpan(&line, 1)));
  FB_ASSIGN_OR_RETURN(const auto answer, console::Call(stub_, &Stub::AddCosignature, cosignature));
  witnessed.quorum = answer.quorum();
  return witnessed;
}

}  // namespace firstbell::audit_client
