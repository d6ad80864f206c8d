#include "broker/audit/key_change.h"

#include <algorithm>

#include "absl/strings/str_split.h"

namespace firstbell::audit {
namespace {

constexpr std::string_view kFirstLine = "firstbell/log-key-change/v1";

std::string TextOf(const KeyChange& change) {
  return std::string(kFirstLine) + "\n" + change.before.ToString() + "\n" +
         change.after.ToString() + "\n";
}

base::Status NoChange() {
  return base::InvalidArgument("this is no note of a change of the log's key");
}

base::Result<KeyChange> ParseText(const std::string& text) {
  const std::vector<std::string> lines = absl::StrSplit(text, '\n');
  if (lines.size() != 4 || lines[0] != kFirstLine || !lines[3].empty()) return NoChange();
  FB_ASSIGN_OR_RETURN(VerifierKey before, VerifierKey::Parse(lines[1]));
  FB_ASSIGN_OR_RETURN(VerifierKey after, VerifierKey::Parse(lines[2]));
  const bool of_one_log = before.name == after.name && before.kind == KeyKind::kLog &&
                          after.kind == KeyKind::kLog && before != after;
  if (!of_one_log) return NoChange();
  return KeyChange{std::move(before), std::move(after)};
}

}  // namespace

std::string SignKeyChange(const KeyChange& change, const crypto::Ed25519Key& before,
                          const crypto::Ed25519Key& after) {
  FB_CHECK(change.before.name == change.after.name);
  FB_CHECK(change.before.public_key == before.PublicKey());
  FB_CHECK(change.after.public_key == after.PublicKey());
  Note note{TextOf(change), {}};
  note.signatures.push_back(SignNote(note.text, change.before.name, before));
  note.signatures.push_back(SignNote(note.text, change.after.name, after));
  return FormatNote(note);
}

base::Result<KeyChange> OpenKeyChange(std::string_view bytes) {
  FB_ASSIGN_OR_RETURN(const Note note, ParseNote(bytes));
  FB_ASSIGN_OR_RETURN(KeyChange change, ParseText(note.text));
  for (const VerifierKey& key : {change.before, change.after}) {
    if (!CheckSignature(note, key).ok()) {
      return base::PermissionDenied("a change of the log's key is not signed by both keys");
    }
  }
  return change;
}

namespace {

base::Result<std::vector<KeyChange>> OpenAll(const std::string& origin,
                                             absl::Span<const std::string> notes) {
  std::vector<KeyChange> changes;
  for (const std::string& note : notes) {
    FB_ASSIGN_OR_RETURN(KeyChange change, OpenKeyChange(note));
    if (change.before.name != origin) {
      return base::InvalidArgument("a change of a log's key is another log's");
    }
    changes.push_back(std::move(change));
  }
  return changes;
}

}  // namespace

bool KeyChain::Has(const VerifierKey& key) const {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

base::Result<KeyChain> ChainOf(const VerifierKey& known, absl::Span<const std::string> notes) {
  FB_ASSIGN_OR_RETURN(const auto changes, OpenAll(known.name, notes));
  KeyChain chain{{known}, 0, {}};
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (changes[i].before != chain.keys.back() || chain.Has(changes[i].after)) continue;
    chain.keys.push_back(changes[i].after);
    chain.notes.push_back(notes[i]);
  }
  for (std::size_t i = changes.size(); i-- > 0;) {
    if (changes[i].after != chain.keys.front() || chain.Has(changes[i].before)) continue;
    chain.keys.insert(chain.keys.begin(), changes[i].before);
    chain.notes.insert(chain.notes.begin(), notes[i]);
    ++chain.known;
  }
  return chain;
}

base::Result<std::vector<VerifierKey>> FollowKeyChanges(const VerifierKey& known,
                                                        absl::Span<const std::string> notes) {
  FB_ASSIGN_OR_RETURN(const KeyChain chain, ChainOf(known, notes));
  return std::vector<VerifierKey>(chain.Since().begin(), chain.Since().end());
}

}  // namespace firstbell::audit
