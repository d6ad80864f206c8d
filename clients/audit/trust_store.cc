#include "clients/audit/trust_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>
#include <utility>

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

std::vector<std::string> TextsOf(const nlohmann::json& json, const char* name) {
  std::vector<std::string> texts;
  const auto found = json.find(name);
  if (found == json.end() || !found->is_array()) return texts;
  for (const auto& text : *found) {
    if (text.is_string()) texts.push_back(text.get<std::string>());
  }
  return texts;
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
  Trusted trusted{*key, field("note"), *std::move(edge), {}, TextsOf(json, "key_changes")};
  if (trusted.note.empty()) return trusted;
  const auto checkpoint = audit::ParseSignedCheckpoint(trusted.note);
  if (!checkpoint.ok()) return Damaged(file);
  trusted.head = checkpoint->checkpoint;
  if (trusted.head.origin != trusted.key.name) return Damaged(file);
  const bool whole = trusted.edge.size() == 0 || (trusted.head.size == trusted.edge.size() &&
                                                  trusted.head.root == trusted.edge.Root());
  return whole ? base::Result<Trusted>(std::move(trusted)) : Damaged(file);
}

// A name that says nothing of whose log it is, and is one on every file system.
std::string StemOf(const std::string& origin) {
  return base::HexEncode(crypto::Sha256(origin)).substr(0, 16);
}

constexpr std::size_t kStemBytes = 16;
constexpr std::string_view kEnd = ".json";
constexpr std::string_view kForked = "-forked-";

bool IsOfALog(const std::string& name) {
  return name.size() == kStemBytes + kEnd.size() && name.ends_with(kEnd);
}

std::string ToText(const nlohmann::ordered_json& json) {
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

StoreLock::StoreLock(StoreLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

StoreLock::~StoreLock() {
  if (fd_ >= 0) ::close(fd_);
}

std::filesystem::path TrustStore::FileOf(const std::string& origin) const {
  return directory_ / (StemOf(origin) + std::string(kEnd));
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

base::Result<std::vector<std::string>> TrustStore::Names() const {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator at(directory_, error), end; !error && at != end;
       at.increment(error)) {
    names.push_back(at->path().filename().string());
  }
  if (error && error != std::errc::no_such_file_or_directory) {
    return base::PermissionDenied("the state directory cannot be read: " + error.message());
  }
  std::sort(names.begin(), names.end());
  return names;
}

base::Result<bool> TrustStore::KnowsOthersAlone(const std::string& origin) const {
  FB_ASSIGN_OR_RETURN(const auto names, Names());
  const std::string own = FileOf(origin).filename().string();
  return std::any_of(names.begin(), names.end(), IsOfALog) &&
         std::find(names.begin(), names.end(), own) == names.end();
}

base::Status TrustStore::Save(const Trusted& trusted) const {
  FB_RETURN_IF_ERROR(base::MakeDirectoriesDurably(directory_, base::kOwnerOnlyDirectory));
  nlohmann::ordered_json json;
  json["origin"] = trusted.key.name;
  json["key"] = trusted.key.ToString();
  json["note"] = trusted.note;
  json["edge"] = base::HexEncode(trusted.edge.Serialize());
  if (!trusted.changes.empty()) json["key_changes"] = trusted.changes;
  return base::WriteFileDurably(FileOf(trusted.key.name), ToText(json), base::kOwnerOnly);
}

base::Result<std::filesystem::path> TrustStore::Keep(const Contradiction& contradiction) const {
  FB_RETURN_IF_ERROR(base::MakeDirectoriesDurably(directory_, base::kOwnerOnlyDirectory));
  const std::string both = crypto::Sha256(contradiction.before + contradiction.after);
  const std::filesystem::path file =
      directory_ / (StemOf(contradiction.origin) + std::string(kForked) +
                    base::HexEncode(both).substr(0, 8) + std::string(kEnd));
  FB_ASSIGN_OR_RETURN(const bool there, base::Exists(file));
  if (there) return file;
  nlohmann::ordered_json json;
  json["origin"] = contradiction.origin;
  json["what"] = contradiction.what;
  json["before"] = contradiction.before;
  json["after"] = contradiction.after;
  json["key_changes"] = contradiction.changes;
  FB_RETURN_IF_ERROR(base::WriteFileDurably(file, ToText(json), base::kOwnerOnly));
  return file;
}

base::Result<std::optional<std::filesystem::path>> TrustStore::Kept(
    const std::string& origin) const {
  FB_ASSIGN_OR_RETURN(const auto names, Names());
  const std::string start = StemOf(origin) + std::string(kForked);
  const auto found = std::find_if(names.begin(), names.end(), [&](const std::string& name) {
    return name.starts_with(start) && name.ends_with(kEnd);
  });
  if (found == names.end()) return std::nullopt;
  return directory_ / *found;
}

base::Result<StoreLock> TrustStore::Lock() const {
  FB_RETURN_IF_ERROR(base::MakeDirectoriesDurably(directory_, base::kOwnerOnlyDirectory));
  const std::filesystem::path file = directory_ / "lock";
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return base::PermissionDenied("the state directory's lock cannot be opened");
  StoreLock lock(fd);
  int result = ::flock(fd, LOCK_EX);
  while (result != 0 && errno == EINTR) result = ::flock(fd, LOCK_EX);
  if (result == 0) return lock;
  return base::Unavailable("the state directory's lock cannot be taken");
}

}  // namespace firstbell::audit_client
