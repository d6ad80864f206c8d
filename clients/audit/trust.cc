#include "clients/audit/trust.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "broker/audit/key_change.h"
#include "broker/base/bytes.h"
#include "broker/base/file.h"
#include "broker/crypto/hash.h"

namespace firstbell::audit_client {
namespace {

constexpr std::size_t kMostBytes = 1024 * 1024;

base::Status Damaged(const std::filesystem::path& file) {
  return base::DataLoss(file.filename().string() +
                        " in the state directory does not read back: remove it to trust the log "
                        "anew, after you have asked why");
}

base::Result<Trusted> Parse(const std::string& text, const std::filesystem::path& file) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return Damaged(file);
  const auto field = [&](const char* name) {
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  const auto key = audit::VerifierKey::Parse(field("key"));
  const auto edge_bytes = base::HexDecode(field("edge"));
  if (!key.ok() || !edge_bytes.ok()) return Damaged(file);
  auto edge = audit::Frontier::Parse(*edge_bytes);
  if (!edge.ok()) return Damaged(file);
  Trusted trusted{*key, field("note"), *std::move(edge), {}};
  if (trusted.note.empty()) return trusted;
  const auto checkpoint = audit::ParseSignedCheckpoint(trusted.note);
  if (!checkpoint.ok()) return Damaged(file);
  trusted.head = checkpoint->checkpoint;
  if (trusted.head.origin != trusted.key.name) return Damaged(file);
  const bool whole = trusted.edge.size() == 0 || (trusted.head.size == trusted.edge.size() &&
                                                  trusted.head.root == trusted.edge.Root());
  return whole ? base::Result<Trusted>(std::move(trusted)) : Damaged(file);
}

// The key by which a log is known to begin with: from before, as given, or from the answer itself.
base::Result<audit::VerifierKey> KnownKey(const v1::Checkpoint& wire, const Trust& trust,
                                          const std::optional<Trusted>& known) {
  if (trust.log_key) return *trust.log_key;
  for (const audit::PolicyLog& log : trust.policy.logs()) {
    if (log.key.name == wire.origin()) return log.key;
  }
  if (!trust.policy.logs().empty()) {
    return base::PermissionDenied("the policy lists logs, and not this one");
  }
  return known ? known->key : audit::VerifierKey::Parse(wire.log_key());
}

bool SaysTheSame(const v1::Checkpoint& wire, const audit::Checkpoint& checkpoint) {
  return wire.origin() == checkpoint.origin && wire.size() == checkpoint.size &&
         wire.root_sha256() == checkpoint.root;
}

}  // namespace

// A name that says nothing of whose log it is, and is one on every file system.
std::filesystem::path TrustStore::FileOf(const std::string& origin) const {
  return directory_ / (base::HexEncode(crypto::Sha256(origin)).substr(0, 16) + ".json");
}

base::Result<std::optional<Trusted>> TrustStore::Load(const std::string& origin) const {
  const std::filesystem::path file = FileOf(origin);
  const auto text = base::ReadFile(file, kMostBytes);
  if (absl::IsNotFound(text.status())) return std::nullopt;
  if (!text.ok()) return text.status();
  FB_ASSIGN_OR_RETURN(Trusted trusted, Parse(*text, file));
  if (trusted.key.name != origin) return Damaged(file);
  return trusted;
}

base::Status TrustStore::Save(const Trusted& trusted) const {
  FB_RETURN_IF_ERROR(base::MakeDirectoriesDurably(directory_, base::kOwnerOnlyDirectory));
  nlohmann::ordered_json json;
  json["origin"] = trusted.key.name;
  json["key"] = trusted.key.ToString();
  json["note"] = trusted.note;
  json["edge"] = base::HexEncode(trusted.edge.Serialize());
  return base::WriteFileDurably(FileOf(trusted.key.name), json.dump(2) + "\n", base::kOwnerOnly);
}

base::Result<Judged> Judge(const v1::Checkpoint& wire, const Trust& trust,
                           const std::optional<Trusted>& known) {
  FB_ASSIGN_OR_RETURN(audit::SignedCheckpoint checkpoint,
                      audit::ParseSignedCheckpoint(wire.note()));
  if (!SaysTheSame(wire, checkpoint.checkpoint)) {
    return base::InvalidArgument("the signed checkpoint says something else than the answer");
  }
  FB_ASSIGN_OR_RETURN(const audit::VerifierKey first, KnownKey(wire, trust, known));
  const std::vector<std::string> changes(wire.log_key_changes().begin(),
                                         wire.log_key_changes().end());
  FB_ASSIGN_OR_RETURN(const auto keys, audit::FollowKeyChanges(first, changes));
  FB_RETURN_IF_ERROR(audit::CheckLogSignature(checkpoint, keys));
  FB_RETURN_IF_ERROR(trust.policy.CheckWitnesses(checkpoint));
  const bool first_seen = !known && !trust.log_key && trust.policy.logs().empty();
  const std::size_t cosigned = trust.policy.WitnessesOf(checkpoint).size();
  return Judged{std::move(checkpoint), keys.back(), first_seen, cosigned};
}

}  // namespace firstbell::audit_client
