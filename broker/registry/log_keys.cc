#include "broker/registry/log_keys.h"

#include <cstring>

#include "absl/strings/str_format.h"
#include "broker/audit/key_change.h"
#include "broker/base/file.h"
#include "broker/crypto/random.h"

namespace firstbell::registry {
namespace {

constexpr std::size_t kPseudonymBytes = 32;
constexpr int kMostChanges = 9999;
constexpr auto kReadable =
    base::kOwnerOnly | std::filesystem::perms::group_read | std::filesystem::perms::others_read;

std::filesystem::path KeyPath(const DataDirectory& directory) {
  return directory.keys / "log.key";
}
std::filesystem::path KeyBeforePath(const DataDirectory& directory) {
  return directory.keys / "log-before.key";
}
std::filesystem::path PseudonymsPath(const DataDirectory& directory) {
  return directory.keys / "pseudonyms.key";
}
std::filesystem::path ChangesPath(const DataDirectory& directory) {
  return directory.keys / "log-changes";
}
std::filesystem::path ChangePath(const DataDirectory& directory, int number) {
  return ChangesPath(directory) / absl::StrFormat("%04d", number);
}
std::filesystem::path HeadPath(const DataDirectory& directory) {
  return directory.keys / "log.head";
}

base::Status WriteKey(const std::filesystem::path& path, const crypto::Ed25519Key& key) {
  std::string pem = key.ToPem();
  base::Status written = base::WriteFileDurably(path, pem, base::kOwnerOnly);
  explicit_bzero(pem.data(), pem.size());
  return written;
}

base::Result<crypto::Ed25519Key> ReadKey(const std::filesystem::path& path) {
  FB_ASSIGN_OR_RETURN(const base::Secret pem, base::ReadSecretFile(path));
  auto key = crypto::Ed25519Key::FromPem(pem.Reveal());
  if (!key.ok()) return base::Annotate(key.status(), path.filename().string());
  return key;
}

// The key before, where there is one that signs. A crash while it was destroyed leaves zeros; one
// while it was changed, the same key twice.
base::Status ReadKeyBefore(const DataDirectory& directory, LogKeys& keys) {
  FB_ASSIGN_OR_RETURN(const bool there, base::Exists(KeyBeforePath(directory)));
  if (!there) return base::OkStatus();
  FB_ASSIGN_OR_RETURN(const base::Secret pem, base::ReadSecretFile(KeyBeforePath(directory)));
  if (pem.Reveal().find_first_not_of('\0') == std::string_view::npos) return base::OkStatus();
  FB_ASSIGN_OR_RETURN(crypto::Ed25519Key before, ReadKey(KeyBeforePath(directory)));
  if (before.PublicKey() == keys.signing.front().PublicKey()) return base::OkStatus();
  keys.signing.push_back(std::move(before));
  return base::OkStatus();
}

// A change that was cut short leads to a key that was never in use.
bool LeadsTo(const std::string& note, const crypto::Ed25519Key& key) {
  const auto change = audit::OpenKeyChange(note);
  return change.ok() && change->after.public_key == key.PublicKey();
}

base::Result<std::vector<std::string>> ReadChanges(const DataDirectory& directory,
                                                   const crypto::Ed25519Key& newest) {
  std::vector<std::string> changes;
  for (int number = 1; number <= kMostChanges; ++number) {
    auto note = base::ReadFile(ChangePath(directory, number), audit::kMostNoteBytes);
    if (absl::IsNotFound(note.status())) break;
    if (!note.ok()) return note.status();
    changes.push_back(*std::move(note));
  }
  if (!changes.empty() && !LeadsTo(changes.back(), newest)) changes.pop_back();
  return changes;
}

}  // namespace

base::Status MakeLogKeys(const DataDirectory& directory) {
  FB_ASSIGN_OR_RETURN(const bool pseudonyms, base::Exists(PseudonymsPath(directory)));
  if (!pseudonyms) {
    const base::Secret key = crypto::RandomSecret(kPseudonymBytes);
    FB_RETURN_IF_ERROR(
        base::WriteFileDurably(PseudonymsPath(directory), key.Reveal(), base::kOwnerOnly));
  }
  FB_ASSIGN_OR_RETURN(const bool there, base::Exists(KeyPath(directory)));
  if (there) return base::OkStatus();
  return WriteKey(KeyPath(directory), crypto::Ed25519Key::Generate());
}

base::Result<LogKeys> LoadLogKeys(const DataDirectory& directory) {
  FB_ASSIGN_OR_RETURN(const bool there, base::Exists(KeyPath(directory)));
  if (!there) return base::NotFound("there is no key of the delivery log in the key directory");
  LogKeys keys;
  FB_ASSIGN_OR_RETURN(crypto::Ed25519Key newest, ReadKey(KeyPath(directory)));
  keys.signing.push_back(std::move(newest));
  FB_RETURN_IF_ERROR(ReadKeyBefore(directory, keys));
  FB_ASSIGN_OR_RETURN(keys.changes, ReadChanges(directory, keys.signing.front()));
  FB_ASSIGN_OR_RETURN(keys.pseudonyms, base::ReadSecretFile(PseudonymsPath(directory)));
  if (keys.pseudonyms.Reveal().size() != kPseudonymBytes) {
    return base::DataLoss("pseudonyms.key in the key directory is damaged: restore it");
  }
  return keys;
}

// If we crash after the first file, the next call begins again with another new key; after the
// note, a note leads to a key that nobody has: the next call writes over it. From the last file on
// the change has been made.
base::Result<std::string> AddLogKey(const DataDirectory& directory, const std::string& origin) {
  FB_ASSIGN_OR_RETURN(const LogKeys keys, LoadLogKeys(directory));
  if (keys.signing.size() > 1) {
    return base::FailedPrecondition(
        "the key before the log's is still in use: retire it first, once auditors have had time to "
        "learn of the newer one");
  }
  const crypto::Ed25519Key& before = keys.signing.front();
  const crypto::Ed25519Key after = crypto::Ed25519Key::Generate();
  const std::string note =
      audit::SignKeyChange({VerifierOf(before, origin), VerifierOf(after, origin)}, before, after);
  const int changes = static_cast<int>(keys.changes.size());
  FB_RETURN_IF_ERROR(WriteKey(KeyBeforePath(directory), before));
  FB_RETURN_IF_ERROR(base::MakeDirectoryDurably(ChangesPath(directory), base::kOwnerOnlyDirectory));
  FB_RETURN_IF_ERROR(base::WriteFileDurably(ChangePath(directory, changes + 1), note, kReadable));
  FB_RETURN_IF_ERROR(WriteKey(KeyPath(directory), after));
  return note;
}

base::Status CheckRetirable(const LogKeys& keys) {
  if (keys.signing.size() > 1) return base::OkStatus();
  return base::FailedPrecondition("the log has one key alone; there is none to retire");
}

base::Status RetireLogKey(const DataDirectory& directory) {
  FB_ASSIGN_OR_RETURN(const LogKeys keys, LoadLogKeys(directory));
  FB_RETURN_IF_ERROR(CheckRetirable(keys));
  return base::EraseFile(KeyBeforePath(directory));
}

// If we crash between, what is left is of the log before: the next call takes it away.
base::Status ForgetLog(const DataDirectory& directory) {
  FB_ASSIGN_OR_RETURN(const auto keys, LoadLogKeys(directory));
  for (std::size_t number = keys.changes.size() + 1; number > 0; --number) {
    FB_RETURN_IF_ERROR(base::EraseFile(ChangePath(directory, static_cast<int>(number))));
  }
  FB_RETURN_IF_ERROR(base::EraseFile(KeyBeforePath(directory)));
  FB_RETURN_IF_ERROR(WriteKey(KeyPath(directory), crypto::Ed25519Key::Generate()));
  return base::EraseFile(HeadPath(directory));
}

audit::VerifierKey VerifierOf(const crypto::Ed25519Key& key, const std::string& origin) {
  return {origin, audit::KeyKind::kLog, key.PublicKey()};
}

base::Result<std::optional<std::string>> ReadLogHead(const DataDirectory& directory) {
  auto note = base::ReadFile(HeadPath(directory), audit::kMostNoteBytes);
  if (absl::IsNotFound(note.status())) return std::nullopt;
  if (!note.ok()) return note.status();
  return *std::move(note);
}

base::Status WriteLogHead(const DataDirectory& directory, const std::string& note) {
  return base::WriteFileDurably(HeadPath(directory), note, base::kOwnerOnly);
}

}  // namespace firstbell::registry
