#include "broker/sealing/vault.h"

#include <cstring>

#include "broker/base/file.h"
#include "broker/crypto/aead.h"
#include "broker/crypto/hash.h"
#include "broker/crypto/random.h"

namespace firstbell::sealing {
namespace {

namespace fs = std::filesystem;

// version || day || wrapped data key || content. See proto/FORMATS.md, "Vaulted content".
constexpr char kVersion = 1;
constexpr std::size_t kDayBytes = 10;  // YYYY-MM-DD
constexpr std::size_t kHeadBytes = 1 + kDayBytes;
constexpr std::size_t kWrappedBytes = crypto::kAeadKeyBytes + crypto::kAeadOverhead;
constexpr std::string_view kKeyContext("firstbell/vault-key/v1\0", 23);
constexpr std::size_t kCheckBytes = 8;
constexpr std::size_t kKeyFileBytes = crypto::kAeadKeyBytes + kCheckBytes;
constexpr std::string_view kCheckContext("firstbell/vault-key-check/v1\0", 29);
constexpr std::string_view kContentContext("firstbell/vault-content/v1\0", 27);

std::string HeadOf(model::Date day) {
  return kVersion + model::FormatDate(day);
}

// What both layers are bound to: which layer it is, the version, the day and the caller's context.
std::string Bound(std::string_view layer, std::string_view head, std::string_view context) {
  return std::string(layer).append(head).append(context);
}

fs::path FileOf(const fs::path& directory, model::Date day) {
  return directory / (model::FormatDate(day) + ".key");
}

base::Status NotVaulted() {
  return base::DataLoss("vaulted content is damaged");
}

base::Result<model::Date> DayOf(std::string_view sealed) {
  if (sealed.size() < kHeadBytes + kWrappedBytes || sealed[0] != kVersion) return NotVaulted();
  const std::optional<model::Date> day = model::ParseDate(sealed.substr(1, kDayBytes));
  if (!day) return NotVaulted();
  return *day;
}

base::Status CheckOwnerOnly(const fs::path& directory) {
  std::error_code error;
  const fs::perms mode = fs::status(directory, error).permissions();
  constexpr fs::perms kOthers = fs::perms::group_all | fs::perms::others_all;
  if (!error && (mode & kOthers) == fs::perms::none) return base::OkStatus();
  return base::FailedPrecondition("the key directory '" + directory.filename().string() +
                                  "' is open to others: run chmod 700 on it");
}

// A flipped bit would make another key of it, under which nobody could ever open what is sealed
// next.
std::string CheckOf(std::string_view key) {
  return crypto::Sha256({kCheckContext, key}).substr(0, kCheckBytes);
}

base::Result<base::Secret> MakeKey(const fs::path& file) {
  base::Secret key = crypto::RandomSecret(crypto::kAeadKeyBytes);
  std::string bytes(key.Reveal());
  bytes.reserve(kKeyFileBytes);
  bytes += CheckOf(key.Reveal());
  const base::Status written = base::WriteFileDurably(file, bytes, base::kOwnerOnly);
  explicit_bzero(bytes.data(), bytes.size());
  FB_RETURN_IF_ERROR(written);
  // A crash here leaves a key that nothing was sealed with yet: the next call finds and uses it.
  return key;
}

base::Status Destroyed() {
  return base::NotFound("that day's key was destroyed, and with it all that was kept that day");
}

// A directory that is not mounted must not look like keys that were destroyed.
base::Status NoKey(const fs::path& directory) {
  std::error_code error;
  if (!fs::is_directory(directory, error)) {
    return base::Unavailable("the key directory is not there: is its volume mounted?");
  }
  return Destroyed();
}

// The right size, its check, and not the zeros that a crash in the middle of erasing leaves.
base::Result<base::Secret> ParseKey(const base::Secret& file) {
  const std::string_view bytes = file.Reveal();
  if (bytes.size() == kKeyFileBytes && bytes.find_first_not_of('\0') == std::string_view::npos) {
    return Destroyed();
  }
  const std::string_view key = bytes.substr(0, crypto::kAeadKeyBytes);
  if (bytes.size() != kKeyFileBytes || bytes.substr(crypto::kAeadKeyBytes) != CheckOf(key)) {
    return base::DataLoss("a day's key in the vault is damaged: restore the key directory");
  }
  return base::Secret(key);
}

}  // namespace

base::Result<std::unique_ptr<Vault>> Vault::Open(const fs::path& directory) {
  FB_RETURN_IF_ERROR(base::MakeDirectoryDurably(directory, base::kOwnerOnlyDirectory));
  FB_RETURN_IF_ERROR(CheckOwnerOnly(directory));
  return std::unique_ptr<Vault>(new Vault(directory));
}

base::Result<std::string> Vault::Seal(std::string_view plaintext, std::string_view context,
                                      model::Date day) {
  FB_ASSIGN_OR_RETURN(const base::Secret day_key, KeyOf(day, IfAbsent::kMake));
  const base::Secret data_key = crypto::RandomSecret(crypto::kAeadKeyBytes);
  const std::string head = HeadOf(day);
  std::string sealed = head;
  sealed += crypto::AeadSeal(day_key, data_key.Reveal(), Bound(kKeyContext, head, context));
  sealed += crypto::AeadSeal(data_key, plaintext, Bound(kContentContext, head, context));
  return sealed;
}

base::Result<base::Secret> Vault::Open(std::string_view sealed, std::string_view context) {
  FB_ASSIGN_OR_RETURN(const model::Date day, DayOf(sealed));
  FB_ASSIGN_OR_RETURN(const base::Secret day_key, KeyOf(day, IfAbsent::kFail));
  const std::string_view head = sealed.substr(0, kHeadBytes);
  FB_ASSIGN_OR_RETURN(const base::Secret data_key,
                      crypto::AeadOpen(day_key, sealed.substr(kHeadBytes, kWrappedBytes),
                                       Bound(kKeyContext, head, context)));
  return crypto::AeadOpen(data_key, sealed.substr(kHeadBytes + kWrappedBytes),
                          Bound(kContentContext, head, context));
}

base::Status Vault::Destroy(model::Date day) {
  const base::MutexLock lock(mutex_);
  keys_.erase(day);
  return base::EraseFile(FileOf(directory_, day));
}

base::Result<base::Secret> Vault::KeyOf(model::Date day, IfAbsent if_absent) {
  const base::MutexLock lock(mutex_);
  if (const auto known = keys_.find(day); known != keys_.end()) return known->second;
  const fs::path file = FileOf(directory_, day);
  base::Result<base::Secret> key = base::ReadSecretFile(file);
  if (key.ok()) {
    key = ParseKey(*key);
  } else if (key.status().code() == base::Code::kNotFound) {
    key = if_absent == IfAbsent::kMake ? MakeKey(file)
                                       : base::Result<base::Secret>(NoKey(directory_));
  }
  FB_RETURN_IF_ERROR(key.status());
  return keys_.emplace(day, *key).first->second;
}

}  // namespace firstbell::sealing
