#include "clients/school/key_cover.h"

#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "broker/base/bytes.h"
#include "broker/base/file.h"
#include "broker/crypto/aead.h"
#include "broker/crypto/argon2.h"
#include "broker/crypto/hash.h"
#include "broker/crypto/random.h"

namespace firstbell::school {
namespace {

constexpr std::string_view kContext = "firstbell/cover/v1";
constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kGroup = 4;
constexpr std::size_t kCheckCharacters = kGroup;
constexpr std::size_t kCharacters = kRecoveryGroups * kGroup;
constexpr std::size_t kRandomCharacters = kCharacters - kCheckCharacters;
constexpr std::size_t kTextBytes = kCharacters + kRecoveryGroups - 1;

// Characters that stand for a recovery, wiped as they go.
class Characters {
 public:
  Characters() = default;
  Characters(const Characters&) = delete;
  Characters& operator=(const Characters&) = delete;
  ~Characters() { explicit_bzero(characters_.data(), characters_.size()); }

  bool full() const { return size_ == characters_.size(); }
  void Append(char c) { characters_[size_++] = c; }
  std::string_view random() const { return {characters_.data(), kRandomCharacters}; }
  std::string_view check() const {
    return {characters_.data() + kRandomCharacters, size_ - kRandomCharacters};
  }
  base::Secret Text() const {
    std::array<char, kTextBytes> text{};
    std::size_t at = 0;
    for (std::size_t i = 0; i < kCharacters; ++i) {
      if (i > 0 && i % kGroup == 0) text[at++] = '-';
      text[at++] = characters_[i];
    }
    base::Secret secret(std::string_view(text.data(), text.size()));
    explicit_bzero(text.data(), text.size());
    return secret;
  }

 private:
  std::array<char, kCharacters> characters_{};
  std::size_t size_ = 0;
};

// Twenty bits: of a million mistakes one is not found, and then it opens nothing.
std::string CheckOf(std::string_view random) {
  const std::string digest = crypto::Sha256({kContext, random});
  std::string check;
  for (std::size_t i = 0; i < kCheckCharacters; ++i) {
    check += kAlphabet[static_cast<unsigned char>(digest[i]) % kAlphabet.size()];
  }
  return check;
}

// Nothing where the character is none of the alphabet's, nor taken for one.
std::optional<char> Meant(char typed) {
  char c = typed >= 'a' && typed <= 'z' ? static_cast<char>(typed - 'a' + 'A') : typed;
  if (c == 'O') c = '0';
  if (c == 'I' || c == 'L') c = '1';
  if (kAlphabet.find(c) == std::string_view::npos) return std::nullopt;
  return c;
}

bool IsBetween(char c) {
  return c == '-' || c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

base::Status NoRecovery() {
  return base::InvalidArgument(
      "that is not a recovery code: nine groups of four letters and digits, as they were printed. "
      "One of them is mistyped or missing");
}

base::Status Damaged() {
  return base::DataLoss(std::string(kCoverFile) +
                        " in the state directory is damaged: choose another passphrase with the "
                        "recovery code (firstbell-school keys recover), or enrol anew");
}

struct Cover {
  crypto::Argon2Cost cost;
  std::string salt, sealed;
};

base::Result<Cover> ReadCover(const std::filesystem::path& path) {
  FB_ASSIGN_OR_RETURN(const std::string text, base::ReadFile(path));
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return Damaged();
  const auto number = [&](const char* name) {
    const auto found = json.find(name);
    const bool is_one = found != json.end() && found->is_number_unsigned();
    return is_one ? found->get<std::uint64_t>() : 0;
  };
  const auto bytes = [&](const char* name) {
    const auto found = json.find(name);
    const bool is_text = found != json.end() && found->is_string();
    return base::HexDecode(is_text ? found->get<std::string>() : "no hex");
  };
  const auto salt = bytes("salt"), sealed = bytes("sealed");
  if (number("version") != 1 || !salt.ok() || !sealed.ok()) return Damaged();
  return Cover{{.memory_kib = static_cast<std::uint32_t>(number("memory_kib")),
                .passes = static_cast<std::uint32_t>(number("passes")),
                .lanes = static_cast<std::uint32_t>(number("lanes"))},
               *salt,
               *sealed};
}

}  // namespace

base::Secret NewRecovery() {
  const base::Secret random = crypto::RandomSecret(kRandomCharacters);
  Characters characters;
  for (const char byte : random.Reveal()) {
    characters.Append(kAlphabet[static_cast<unsigned char>(byte) % kAlphabet.size()]);
  }
  for (const char c : CheckOf(characters.random())) characters.Append(c);
  return characters.Text();
}

base::Result<base::Secret> ParseRecovery(const base::Secret& typed) {
  Characters characters;
  for (const char c : typed.Reveal()) {
    if (IsBetween(c)) continue;
    const auto meant = Meant(c);
    if (!meant || characters.full()) return NoRecovery();
    characters.Append(*meant);
  }
  if (!characters.full() || characters.check() != CheckOf(characters.random())) return NoRecovery();
  return characters.Text();
}

base::Status WriteCover(const std::filesystem::path& directory, const base::Secret& recovery,
                        const base::Secret& passphrase) {
  const std::string salt = crypto::RandomBytes(crypto::kArgon2SaltBytes);
  FB_ASSIGN_OR_RETURN(const base::Secret key,
                      crypto::Argon2id(passphrase, salt, crypto::kArgon2Cost));
  const nlohmann::ordered_json json = {
      {"version", 1},
      {"kdf", "argon2id"},
      {"memory_kib", crypto::kArgon2Cost.memory_kib},
      {"passes", crypto::kArgon2Cost.passes},
      {"lanes", crypto::kArgon2Cost.lanes},
      {"salt", base::HexEncode(salt)},
      {"sealed", base::HexEncode(crypto::AeadSeal(key, recovery.Reveal(), kContext))}};
  return base::WriteFileDurably(directory / kCoverFile, json.dump(1) + "\n", base::kOwnerOnly);
}

base::Result<base::Secret> OpenCover(const std::filesystem::path& directory,
                                     const base::Secret& passphrase) {
  FB_ASSIGN_OR_RETURN(const Cover cover, ReadCover(directory / kCoverFile));
  auto key = crypto::Argon2id(passphrase, cover.salt, cover.cost);
  if (absl::IsInvalidArgument(key.status())) return Damaged();
  FB_RETURN_IF_ERROR(key.status());
  auto recovery = crypto::AeadOpen(*key, cover.sealed, kContext);
  if (absl::IsDataLoss(recovery.status())) return base::PermissionDenied("wrong passphrase");
  return recovery;
}

}  // namespace firstbell::school
