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

// What the extra data of our proofs hold: the entry, and what opens it.
std::string ExtraOf(const v1::LogEntry& entry) {
  nlohmann::ordered_json json;
  json["entry"] = base::HexEncode(entry.entry());
  json["event"] = entry.event();
  json["salt"] = base::HexEncode(entry.salt());
  json["withoutNames"] = entry.without_names();
  return json.dump();
}

// Of what ExtraOf wrote, byte for byte: nobody signed it, and of several that say the same one
// could be told from another.
base::Result<v1::LogEntry> EntryFrom(const std::string& extra) {
  const auto fault = base::InvalidArgument("the proof does not carry an event of a delivery log");
  const auto json = nlohmann::json::parse(extra, nullptr, false);
  if (!json.is_object()) return fault;
  const auto text = [&](const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  const auto entry = base::HexDecode(text("entry"));
  const auto salt = base::HexDecode(text("salt"));
  if (!entry.ok() || !salt.ok()) return fault;
  v1::LogEntry parsed;
  parsed.set_entry(*entry);
  parsed.set_salt(*salt);
  parsed.set_event(text("event"));
  const auto without = json.find("withoutNames");
  parsed.set_without_names(without != json.end() && without->is_boolean() && without->get<bool>());
  if (ExtraOf(parsed) != extra) return fault;
  return parsed;
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

base::Result<audit::VerifierKey> KeyOf(const std::string& origin, const Trust& trust,
                                       const std::optional<audit::VerifierKey>& known) {
  if (trust.log_key) return *trust.log_key;
  for (const audit::PolicyLog& log : trust.policy.logs()) {
    if (log.key.name == origin) return log.key;
  }
  if (known && trust.policy.logs().empty()) return *known;
  return base::Unauthenticated("no key of the log " + origin +
                               " is known here: give it with --log-key or --policy, or run verify");
}

}  // namespace

base::Result<std::vector<ProofFile>> ProofsOf(const v1::GetDeliveryResponse& delivery) {
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
                                ExtraOf(*entry)};
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
                                const std::optional<audit::VerifierKey>& known) {
  FB_ASSIGN_OR_RETURN(const audit::TlogProof proof, audit::ParseTlogProof(text));
  FB_ASSIGN_OR_RETURN(const auto checkpoint, audit::ParseSignedCheckpoint(proof.checkpoint));
  const audit::Checkpoint& head = checkpoint.checkpoint;
  FB_ASSIGN_OR_RETURN(const audit::VerifierKey key, KeyOf(head.origin, trust, known));
  FB_RETURN_IF_ERROR(audit::CheckLogSignature(checkpoint, absl::MakeConstSpan(&key, 1)));
  FB_RETURN_IF_ERROR(trust.policy.CheckWitnesses(checkpoint));
  FB_ASSIGN_OR_RETURN(const v1::LogEntry entry, EntryFrom(proof.extra));
  FB_RETURN_IF_ERROR(audit::CheckInclusion(audit::LeafHash(entry.entry()), proof.index, head.size,
                                           proof.hashes, head.root));
  FB_RETURN_IF_ERROR(CheckOpening(entry));
  return Proven{proof.index, entry.event(), head.origin, head.size,
                trust.policy.WitnessesOf(checkpoint).size()};
}

}  // namespace firstbell::audit_client
