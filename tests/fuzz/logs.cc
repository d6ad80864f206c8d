// What a log is published and proven by, and who vouches for it: texts that other programs write,
// and files that an auditor got from anywhere.

#include <set>
#include <string>

#include "broker/audit/checkpoint.h"
#include "broker/audit/event_encoding.h"
#include "broker/audit/key_change.h"
#include "broker/audit/tile.h"
#include "broker/audit/tlog_proof.h"
#include "broker/audit/trust_policy.h"
#include "broker/base/bytes.h"
#include "broker/base/status.h"
#include "broker/store/statistics.h"
#include "clients/audit/opening.h"
#include "clients/audit/prove.h"
#include "tests/fuzz/targets.h"

namespace firstbell::fuzz {
namespace {

// A log's key of which nobody has the other half; its name is the seeds'.
const audit::VerifierKey& Unknown() {
  static const auto* const key = new audit::VerifierKey{kOrigin, audit::KeyKind::kLog,
                                                        crypto::Ed25519Key::Generate().PublicKey()};
  return *key;
}

std::string Format(const audit::TrustPolicy& policy) {
  std::string text;
  const auto after = [](const std::string& url) { return url.empty() ? url : " " + url; };
  for (const audit::PolicyLog& log : policy.logs()) {
    text += "log " + log.key.ToString() + after(log.url) + "\n";
  }
  for (const audit::PolicyWitness& one : policy.witnesses()) {
    text += "witness " + one.name + " " + one.key.ToString() + after(one.url) + "\n";
  }
  for (const audit::PolicyGroup& group : policy.groups()) {
    text += "group " + group.name + " " + std::to_string(group.threshold);
    for (const std::string& member : group.members) text += " " + member;
    text += "\n";
  }
  return text + "quorum " + policy.quorum() + "\n";
}

void CheckKeyChange(std::string_view bytes) {
  const auto change = audit::OpenKeyChange(bytes);
  if (!change.ok()) return;
  FB_CHECK(change->before.name == change->after.name && change->before != change->after);
  FB_CHECK(audit::ParseNote(bytes).value().text == "firstbell/log-key-change/v1\n" +
                                                       change->before.ToString() + "\n" +
                                                       change->after.ToString() + "\n");
  const std::string note(bytes);
  const auto keys = audit::FollowKeyChanges(change->before, {&note, 1});
  FB_CHECK(keys.ok() && keys->back() == change->after);
  FB_CHECK(audit::FollowKeyChanges(change->after, {&note, 1}).value().size() == 1);
}

}  // namespace

crypto::Ed25519Key LogKey(char which) {
  // RFC 8410: all of a PKCS #8 key before its 32 bytes.
  const std::string before = base::HexDecode("302e020100300506032b657004220420").value();
  return crypto::Ed25519Key::FromPem("-----BEGIN PRIVATE KEY-----\n" +
                                     base::Base64Encode(before + std::string(32, which)) +
                                     "\n-----END PRIVATE KEY-----\n")
      .value();
}

void Note(std::string_view input) {
  const auto note = audit::ParseNote(input);
  if (!note.ok()) return;
  FB_CHECK(audit::FormatNote(*note) == input);
  FB_CHECK(!audit::CheckSignature(*note, Unknown()).ok());
}

void Checkpoint(std::string_view input) {
  const auto checkpoint = audit::ParseSignedCheckpoint(input);
  if (!checkpoint.ok()) return;
  FB_CHECK(audit::CheckpointText(checkpoint->checkpoint) == checkpoint->note.text);
  FB_CHECK(audit::FormatNote(checkpoint->note) == input);
  FB_CHECK(!audit::OpenCheckpoint(input, {&Unknown(), 1}).ok());
}

void TlogProof(std::string_view input) {
  const auto proof = audit::ParseTlogProof(input);
  if (!proof.ok()) return;
  FB_CHECK(audit::FormatTlogProof(*proof) == input);
  const std::string text(input);
  FB_CHECK(audit_client::OriginOf(text).ok());
  FB_CHECK(!audit_client::CheckProof(text, {}, audit_client::Trusted{Unknown(), {}, {}, {}}).ok());
}

// What was read means the same, written out; and where all have signed, the quorum is met.
void TrustPolicy(std::string_view input) {
  const auto policy = audit::TrustPolicy::Parse(input);
  if (!policy.ok()) return;
  FB_CHECK(audit::TrustPolicy::Parse(Format(*policy)).value() == *policy);
  std::set<std::string> all;
  for (const audit::PolicyWitness& one : policy->witnesses()) all.insert(one.name);
  FB_CHECK(policy->QuorumMet(all));
  FB_CHECK(policy->QuorumMet({}) == (policy->quorum() == "none"));
}

void TilePath(std::string_view input) {
  const auto resource = audit::ParsePath(input);
  if (!resource.ok()) return;
  if (const auto* const tile = std::get_if<audit::TileId>(&*resource)) {
    FB_CHECK(audit::TilePath(*tile) == input);
  } else {
    const auto& bundle = std::get<audit::BundleId>(*resource);
    FB_CHECK(audit::BundlePath(bundle.index, bundle.width) == input);
  }
}

// The first byte says of how many entries, less one.
void Bundle(std::string_view input) {
  if (input.empty()) return;
  const std::size_t count = static_cast<unsigned char>(input.front()) + std::size_t{1};
  const auto entries = audit::DecodeBundle(input.substr(1), count);
  if (!entries.ok()) return;
  FB_CHECK(entries->size() == count && audit::EncodeBundle(*entries) == input.substr(1));
}

// A note as it is, and the text of one that both keys of a log have signed.
void KeyChange(std::string_view input) {
  static const auto* const before = new crypto::Ed25519Key(LogKey('b'));
  static const auto* const after = new crypto::Ed25519Key(LogKey('a'));
  CheckKeyChange(input);
  const std::string text = std::string(input) + "\n";
  CheckKeyChange(audit::FormatNote(
      {text, {audit::SignNote(text, kOrigin, *before), audit::SignNote(text, kOrigin, *after)}}));
}

// Three parts: an entry, an event and its salt, or what stands for them without names.
void EventOpening(std::string_view input) {
  std::vector<std::string> parts = Parts(input);
  parts.resize(3);
  const std::string& event = parts[1];
  const std::string& salt = parts[2];
  v1::LogEntry shown;
  shown.set_event(event);
  shown.set_salt(salt);
  const auto check = [&](const std::string& entry) {
    const bool whole = audit::CheckEntry(entry, event, salt).ok();
    const bool nameless = audit::CheckWithoutNames(entry, {event, salt}).ok();
    shown.set_entry(entry);
    for (const bool without_names : {false, true}) {
      shown.set_without_names(without_names);
      const bool opens = audit_client::CheckOpening(shown).ok();
      FB_CHECK(!opens || (without_names ? nameless : whole));
    }
    const auto opening = audit::WithoutNames(entry, event, salt);
    if (whole && opening.ok()) FB_CHECK(audit::CheckWithoutNames(entry, *opening).ok());
    return whole;
  };
  check(parts[0]);
  if (salt.size() != audit::kSaltBytes) return;
  // Without its last byte it is another text, and one entry does not commit to two.
  const std::string entry = audit::EntryOf(event, salt);
  if (check(entry)) {
    FB_CHECK(!audit::CheckEntry(entry, event.substr(0, event.size() - 1), salt).ok());
  }
}

void StatCell(std::string_view input) {
  const auto cell = store::DecodeStatCell(input);
  if (!cell.ok()) return;
  FB_CHECK(store::Encode(*cell) == input);
  store::StatCell none = *cell;
  none -= *cell;
  FB_CHECK(none.empty());
  none += *cell;
  FB_CHECK(none == *cell);
}

}  // namespace firstbell::fuzz
