#include "broker/audit/note.h"

#include <algorithm>

#include "broker/audit/cosignature.h"
#include "broker/audit/lines.h"
#include "broker/base/bytes.h"

namespace firstbell::audit {

namespace {

constexpr std::string_view kDash = "\xE2\x80\x94 ";  // U+2014 and a space
constexpr std::size_t kKeyIdBytes = 4;

// As IsPlainText, with newlines.
bool IsNoteText(std::string_view text) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    if (!IsPlainText(line)) return false;
    text.remove_prefix(std::min(text.size(), line.size() + 1));
  }
  return true;
}

base::Result<NoteSignature> ParseSignatureLine(std::string_view line) {
  const base::Status not_one = base::InvalidArgument(
      "not a signature line: it is an em dash, a key's name and the signature in base64, with a "
      "space between them");
  if (!line.starts_with(kDash)) return not_one;
  line.remove_prefix(kDash.size());
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return not_one;
  const std::string_view name = line.substr(0, space);
  const auto bytes = base::Base64Decode(line.substr(space + 1));
  if (!ValidKeyName(name) || !bytes.ok() || bytes->size() <= kKeyIdBytes) return not_one;
  return NoteSignature{std::string(name), base::ReadU32(*bytes), bytes->substr(kKeyIdBytes)};
}

}  // namespace

bool ValidKeyName(std::string_view name) {
  return !name.empty() && IsPlainText(name) && !HasSpace(name) &&
         name.find('+') == std::string_view::npos;
}

base::Result<Note> ParseNote(std::string_view bytes) {
  if (bytes.size() > kMostNoteBytes) {
    return base::InvalidArgument("a signed note has at most 128 KiB; this one is longer");
  }
  if (!IsNoteText(bytes)) {
    return base::InvalidArgument(
        "not a signed note: it is UTF-8 without other control characters than newlines");
  }
  const std::size_t gap = bytes.rfind("\n\n");
  if (gap == std::string_view::npos) {
    return base::InvalidArgument("not a signed note: no empty line between text and signatures");
  }
  FB_ASSIGN_OR_RETURN(std::vector<NoteSignature> signatures,
                      ParseSignatureLines(bytes.substr(gap + 2)));
  return Note{std::string(bytes.substr(0, gap + 1)), std::move(signatures)};
}

std::string FormatNote(const Note& note) {
  FB_CHECK(note.text.ends_with('\n'));
  return note.text + "\n" + FormatSignatureLines(note.signatures);
}

base::Result<std::vector<NoteSignature>> ParseSignatureLines(std::string_view lines) {
  std::vector<NoteSignature> signatures;
  while (!lines.empty()) {
    if (signatures.size() == kMostNoteSignatures) {
      return base::InvalidArgument("a signed note has at most 64 signatures; this one has more");
    }
    FB_ASSIGN_OR_RETURN(const std::string_view line, TakeLine(lines));
    FB_ASSIGN_OR_RETURN(NoteSignature signature, ParseSignatureLine(line));
    signatures.push_back(std::move(signature));
  }
  if (signatures.empty()) return base::InvalidArgument("there is no signature line");
  return signatures;
}

std::string FormatSignatureLines(absl::Span<const NoteSignature> signatures) {
  std::string lines;
  for (const NoteSignature& each : signatures) {
    FB_CHECK(ValidKeyName(each.name) && !each.signature.empty());
    std::string bytes;
    base::AppendU32(bytes, each.key_id);
    bytes += each.signature;
    lines += std::string(kDash) + each.name + " " + base::Base64Encode(bytes) + "\n";
  }
  return lines;
}

NoteSignature SignNote(std::string_view text, std::string_view name,
                       const crypto::Ed25519Key& key) {
  FB_CHECK(text.ends_with('\n') && ValidKeyName(name));
  const VerifierKey as{std::string(name), KeyKind::kLog, key.PublicKey()};
  return {as.name, as.key_id(), key.Sign(text)};
}

namespace {

base::Status CheckOne(std::string_view text, const NoteSignature& signature,
                      const VerifierKey& key) {
  if (key.kind == KeyKind::kWitness) return CheckCosignature(text, signature, key).status();
  return crypto::VerifyEd25519(key.public_key, text, signature.signature);
}

}  // namespace

base::Status CheckSignature(const Note& note, const VerifierKey& key) {
  base::Status status = base::NotFound("the note has no signature of " + key.name);
  const std::uint32_t key_id = key.key_id();
  for (const NoteSignature& each : note.signatures) {
    if (each.name != key.name || each.key_id != key_id) continue;
    status = CheckOne(note.text, each, key);
    if (!status.ok()) {
      return base::Annotate(status, "the note's signature as " + key.name + " is wrong");
    }
  }
  return status;
}

}  // namespace firstbell::audit
