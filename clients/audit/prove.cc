#include "clients/audit/prove.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "broker/audit/merkle.h"
#include "broker/audit/proof.h"
#include "broker/audit/tlog_proof.h"
#include "broker/base/bytes.h"
#include "clients/audit/opening.h"

namespace firstbell::audit_client {
namespace {

// What the extra data of our proofs hold: the entry, what opens it, and how the log's key changed.
struct Extra {
  v1::LogEntry entry;
  std::vector<std::string> key_changes;
};

std::string Format(const Extra& extra) {
  const v1::LogEntry& entry = extra.entry;
  nlohmann::ordered_json json;
  json["entry"] = base::HexEncode(entry.entry());
  json["event"] = entry.event();
  json["salt"] = base::HexEncode(entry.salt());
  json["withoutNames"] = entry.without_names();
  if (!extra.key_changes.empty()) json["keyChanges"] = extra.key_changes;
  return json.dump();
}

// Of what Format wrote, byte for byte: nobody signed it, and of several that say the same one could
// be told from another.
base::Result<Extra> ParseExtra(const std::string& bytes) {
  const auto fault = base::InvalidArgument("the proof does not carry an event of a delivery log");
  const auto json = nlohmann::json::parse(bytes, nullptr, false);
  if (!json.is_object()) return fault;
  const auto text = [&](const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  const auto entry = base::HexDecode(text("entry"));
  const auto salt = base::HexDecode(text("salt"));
  if (!entry.ok() || !salt.ok()) return fault;
  Extra extra;
  extra.entry.set_entry(*entry);
  extra.entry.set_salt(*salt);
  extra.entry.set_event(text("event"));
  const auto without = json.find("withoutNames");
  extra.entry.set_without_names(without != json.end() && without->is_boolean() &&
                                without->get<bool>());
  if (const auto changes = json.find("keyChanges"); changes != json.end() && changes->is_array()) {
    for (const auto& change : *changes) {
      if (change.is_string()) extra.key_changes.push_back(change.get<std::string>());
    }
  }
  if (Format(extra) != bytes) return fault;
  return extra;
}

// What a proof is written with must be a checkpoint that says what the message beside it says.
base::Status CheckNote(const v1::Checkpoint& wire) {
  FB_ASSIGN_OR_RETURN(const auto parsed, audit::ParseSignedCheckpoint(wire.note()));
  const audit::Checkpoint& head = parsed.checkpoint;
  if (head.size == wire.size() && head.root == wire.root_sha256()) return base::OkStatus();
  return base::DataLoss("the signed checkpoint says something else than the answer");
}

std::vector<std::string> HashesOf(const v1::InclusionProof& proof) {
  return {proof.hashes().begin(), proof.hashes().end()};
}

// Whether one of the log's keys signed: one since the key that is known, or one of before.
enum class SignedBy { kSince, kBefore };
base::Result<SignedBy> SignerOf(const audit::SignedCheckpoint& checkpoint,
                                absl::Span<const audit::KeyChain> chains) {
  base::Status status;
  for (const audit::KeyChain& chain : chains) {
    status = audit::CheckLogSignature(checkpoint, chain.Since());
    if (status.ok()) return SignedBy::kSince;
    if (audit::CheckLogSignature(checkpoint, chain.keys).ok()) return SignedBy::kBefore;
  }
  return status;
}

}  // namespace

base::Result<std::vector<ProofFile>> ProofsOf(const v1::GetDeliveryResponse& delivery,
                                              const std::vector<std::string>& key_changes) {
  const v1::Checkpoint& checkpoint = delivery.checkpoint();
  FB_RETURN_IF_ERROR(CheckNote(checkpoint));
  std::vector<ProofFile> files;
  for (const v1::InclusionProof& proof : delivery.proofs()) {
    const auto& history = delivery.history();
    const auto entry = std::find_if(history.begin(), history.end(), [&](const v1::LogEntry& one) {
      return one.position() == proof.position();
    });
    if (entry == history.end() || entry->event().empty()) continue;
    FB_RETURN_IF_ERROR(CheckOpening(*entry));
    FB_RETURN_IF_ERROR(audit::CheckInclusion(audit::LeafHash(entry->entry()), proof.position(),
                                             checkpoint.size(), HashesOf(proof),
                                             checkpoint.root_sha256()));
    const audit::TlogProof file{proof.position(), HashesOf(proof), checkpoint.note(),
                                Format({*entry, key_changes})};
    if (file.extra.size() > audit::kMostExtraBytes) {
      return base::DataLoss("the log's key has changed too often for a receipt to tell of it");
    }
    files.push_back({proof.position(), entry->event(), audit::FormatTlogProof(file)});
  }
  return files;
}

base::Result<std::string> OriginOf(const std::string& text) {
  FB_ASSIGN_OR_RETURN(const audit::TlogProof proof, audit::ParseTlogProof(text));
  FB_ASSIGN_OR_RETURN(const auto checkpoint, audit::ParseSignedCheckpoint(proof.checkpoint));
  return checkpoint.checkpoint.origin;
}

base::Result<Proven> CheckProof(const std::string& text, const Trust& trust,
                                const std::optional<Trusted>& known) {
  FB_ASSIGN_OR_RETURN(const audit::TlogProof proof, audit::ParseTlogProof(text));
  FB_ASSIGN_OR_RETURN(const auto checkpoint, audit::ParseSignedCheckpoint(proof.checkpoint));
  FB_ASSIGN_OR_RETURN(const Extra extra, ParseExtra(proof.extra));
  const audit::Checkpoint& head = checkpoint.checkpoint;
  FB_ASSIGN_OR_RETURN(const auto chains, ChainsOf(head.origin, trust, known, extra.key_changes));
  FB_ASSIGN_OR_RETURN(const SignedBy signer, SignerOf(checkpoint, chains));
  FB_RETURN_IF_ERROR(trust.policy.CheckWitnesses(checkpoint));
  FB_RETURN_IF_ERROR(audit::CheckInclusion(audit::LeafHash(extra.entry.entry()), proof.index,
                                           head.size, proof.hashes, head.root));
  FB_RETURN_IF_ERROR(CheckOpening(extra.entry));
  return Proven{proof.index,
                extra.entry.event(),
                head.origin,
                head.size,
                trust.policy.WitnessesOf(checkpoint).size(),
                signer == SignedBy::kBefore};
}

}  // namespace firstbell::audit_client
