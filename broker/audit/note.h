#pragma once

// Signed notes (C2SP signed-note): a text, an empty line, and a line for each signature. Nothing of
// a note is to be believed before one of its signatures was checked under a key known from
// elsewhere. Pure; any thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "broker/base/status.h"
#include "broker/crypto/ed25519.h"

namespace firstbell::audit {

// Room for 16 signatures of 5 kB, as large as post-quantum ones become.
inline constexpr std::size_t kMostNoteBytes = 128 * 1024;
inline constexpr std::size_t kMostNoteSignatures = 64;
inline constexpr std::size_t kMostKeyNameBytes = 255;

// One line: "— <name> base64(key_id || signature)". Of a key that is not known, `signature` may be
// anything but empty.
struct NoteSignature {
  std::string name;
  std::uint32_t key_id = 0;
  std::string signature;
  friend bool operator==(const NoteSignature&, const NoteSignature&) = default;
};

struct Note {
  std::string text;  // ends with a newline
  std::vector<NoteSignature> signatures;
  friend bool operator==(const Note&, const Note&) = default;
};

// InvalidArgument: not a note, or longer than the bounds above. No signature is checked.
base::Result<Note> ParseNote(std::string_view bytes);
// The bytes that ParseNote reads. CHECKs that the text ends with a newline, and the names.
std::string FormatNote(const Note& note);

// The signature lines alone, as a witness answers: one or more. InvalidArgument as above.
base::Result<std::vector<NoteSignature>> ParseSignatureLines(std::string_view lines);
std::string FormatSignatureLines(absl::Span<const NoteSignature> signatures);

// The byte that says what a key signs, and how. Others exist; ours are these.
enum class KeyKind : std::uint8_t {
  kLog = 0x01,      // Ed25519 over the note's text
  kWitness = 0x04,  // Ed25519 over the time and the checkpoint: cosignature.h
};

// A public key and the name under which it signs.
struct VerifierKey {
  std::string name;
  KeyKind kind = KeyKind::kLog;
  std::string public_key;  // 32 bytes

  // The first four bytes of SHA-256(name || 0x0A || kind || public key). A hint, no proof.
  std::uint32_t key_id() const;
  // "<name>+<key id in hex>+<base64(kind || public key)>".
  std::string ToString() const;
  // InvalidArgument: not such a text, of another kind, or its key id is not its key's.
  static base::Result<VerifierKey> Parse(std::string_view vkey);
  friend bool operator==(const VerifierKey&, const VerifierKey&) = default;
};

// Not empty, UTF-8, neither spaces nor "+" nor control characters.
bool ValidKeyName(std::string_view name);

// By a log's key. CHECKs the name, and that the text ends with a newline.
NoteSignature SignNote(std::string_view text, std::string_view name, const crypto::Ed25519Key& key);

// OK where the note is signed by this key, of either kind. NotFound: nothing in it has the key's
// name and id. PermissionDenied: something has, and is not this key's signature over the text;
// the note should then be refused whoever else signed it.
base::Status CheckSignature(const Note& note, const VerifierKey& key);

}  // namespace firstbell::audit
