#include "broker/store/rocksdb/synced_mark.h"

#include <fcntl.h>
#include <unistd.h>

#include <string>

#include "broker/base/bytes.h"
#include "broker/base/file.h"

namespace firstbell::store::rocks {
namespace {

constexpr char kFile[] = "synced";
constexpr std::size_t kHalf = 8;

std::uint64_t Parse(const std::string& bytes) {
  if (bytes.size() != 2 * kHalf) return 0;
  const std::uint64_t sequence = base::ReadU64(bytes);
  return base::ReadU64(bytes.substr(kHalf)) == ~sequence ? sequence : 0;
}

}  // namespace

SyncedMark::SyncedMark(const std::filesystem::path& directory)
    : fd_(::open((directory / kFile).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)) {}

SyncedMark::~SyncedMark() {
  if (fd_ >= 0) ::close(fd_);
}

void SyncedMark::Note(std::uint64_t sequence) {
  std::string bytes;
  base::AppendU64(bytes, sequence);
  base::AppendU64(bytes, ~sequence);
  [[maybe_unused]] const ssize_t written = ::pwrite(fd_, bytes.data(), bytes.size(), 0);
}

bool SyncedMark::Exists(const std::filesystem::path& directory) {
  std::error_code error;
  return std::filesystem::exists(directory / kFile, error);
}

base::Status SyncedMark::Check(const std::filesystem::path& directory, std::uint64_t sequence) {
  const auto bytes = base::ReadFile(directory / kFile);
  if (!bytes.ok() || sequence >= Parse(*bytes)) return base::OkStatus();
  return base::DataLoss(
      "the data directory has lost writes that were answered: its log ends before what was synced. "
      "Check the disk and restore a backup; to go on without them, remove the file 'synced' there, "
      "and let the forces send again what they sent since");
}

}  // namespace firstbell::store::rocks
