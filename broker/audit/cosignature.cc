#include "broker/audit/cosignature.h"

#include "broker/base/bytes.h"

namespace firstbell::audit {

namespace {

constexpr std::size_t kTimestampBytes = 8;
constexpr std::uint64_t kLastSecond = (std::uint64_t{1} << 63) - 1;

// What is signed: the time goes first, then all of the checkpoint.
std::string MessageOf(std::uint64_t seconds, std::string_view text) {
  return "cosignature/v1\ntime " + std::to_string(seconds) + "\n" + std::string(text);
}

}  // namespace

NoteSignature Cosign(std::string_view checkpoint_text, std::string_view name,
                     const crypto::Ed25519Key& key, absl::Time at) {
  FB_CHECK(checkpoint_text.ends_with('\n') && ValidKeyName(name) && at >= absl::UnixEpoch());
  const auto seconds = static_cast<std::uint64_t>(absl::ToUnixSeconds(at));
  const VerifierKey as{std::string(name), KeyKind::kWitness, key.PublicKey()};
  NoteSignature signature{as.name, as.key_id(), {}};
  base::AppendU64(signature.signature, seconds);
  signature.signature += key.Sign(MessageOf(seconds, checkpoint_text));
  return signature;
}

base::Result<absl::Time> CheckCosignature(std::string_view text, const NoteSignature& signature,
                                          const VerifierKey& key) {
  if (key.kind != KeyKind::kWitness) {
    return base::InvalidArgument("the key of " + key.name + " is no witness's (type 04)");
  }
  if (signature.name != key.name || signature.key_id != key.key_id()) {
    return base::NotFound("the cosignature is not one of " + key.name);
  }
  const std::string_view bytes = signature.signature;
  if (bytes.size() != kTimestampBytes + crypto::kEd25519SignatureBytes) {
    return base::PermissionDenied("a cosignature is 72 bytes, a time and a signature");
  }
  const std::uint64_t seconds = base::ReadU64(bytes);
  if (seconds > kLastSecond) return base::PermissionDenied("the cosignature's time is none");
  FB_RETURN_IF_ERROR(crypto::VerifyEd25519(key.public_key, MessageOf(seconds, text),
                                           bytes.substr(kTimestampBytes)));
  return absl::FromUnixSeconds(static_cast<std::int64_t>(seconds));
}

}  // namespace firstbell::audit
