#include "broker/audit/note.h"
#include "broker/base/bytes.h"
#include "broker/crypto/hash.h"

namespace firstbell::audit {

namespace {

std::string KeyMaterial(const VerifierKey& key) {
  return std::string(1, static_cast<char>(key.kind)) + key.public_key;
}

std::string KeyIdBytes(std::uint32_t key_id) {
  std::string bytes;
  base::AppendU32(bytes, key_id);
  return bytes;
}

bool IsKind(char byte) {
  return byte == static_cast<char>(KeyKind::kLog) || byte == static_cast<char>(KeyKind::kWitness);
}

}  // namespace

std::uint32_t VerifierKey::key_id() const {
  return base::ReadU32(crypto::Sha256({name, "\n", KeyMaterial(*this)}));
}

std::string VerifierKey::ToString() const {
  return name + "+" + base::HexEncode(KeyIdBytes(key_id())) + "+" +
         base::Base64Encode(KeyMaterial(*this));
}

base::Result<VerifierKey> VerifierKey::Parse(std::string_view vkey) {
  const std::size_t first = vkey.find('+');
  const std::size_t second = first == std::string_view::npos ? first : vkey.find('+', first + 1);
  if (second == std::string_view::npos) {
    return base::InvalidArgument(
        "not a verifier key: it is a name, a key id and a key, joined by "
        "\"+\"");
  }
  const std::string_view name = vkey.substr(0, first);
  if (!ValidKeyName(name) || name.size() > kMostKeyNameBytes) {
    return base::InvalidArgument(
        "not a verifier key: its name is 1 to 255 bytes of UTF-8 without spaces");
  }
  const auto material = base::Base64Decode(vkey.substr(second + 1));
  if (!material.ok() || material->empty()) {
    return base::InvalidArgument("not a verifier key: what follows its key id is not base64");
  }
  if (!IsKind(material->front()) || material->size() != 1 + crypto::kEd25519PublicBytes) {
    return base::InvalidArgument(
        "not a verifier key that is known here: Ed25519 for a log (type 01) or for a witness "
        "(type 04), 32 bytes");
  }
  VerifierKey key{std::string(name), static_cast<KeyKind>(material->front()), material->substr(1)};
  if (key.ToString() != vkey) {
    return base::InvalidArgument(
        "this verifier key's id is not that of its name and key: was it copied completely?");
  }
  return key;
}

}  // namespace firstbell::audit
