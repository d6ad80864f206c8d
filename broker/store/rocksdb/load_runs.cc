#include "broker/store/rocksdb/load_runs.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "broker/base/bytes.h"
#include "broker/base/file.h"

namespace firstbell::store::rocks {
namespace {

constexpr char kFolder[] = "roll_load";
constexpr std::size_t kBufferBytes = 64 << 10;  // of each run and writer
constexpr std::size_t kHeader = 8;              // a row's lengths: of its key, of its value

Status Failed(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return base::ResourceExhausted(
          "the disk of the data directory is full; no roll was imported; free space there");
    case EACCES:
    case EPERM:
    case EROFS:
      return base::PermissionDenied("the data directory cannot be written; run as its owner");
    default:
      return base::Unavailable("a temporary file of the data directory cannot be written or read");
  }
}

Status DoesNotReadBack() {
  return base::DataLoss(
      "a temporary file of the data directory does not read back; no roll was imported; check the "
      "disk");
}

std::uint64_t PrefixOf(std::string_view key) {
  std::string bytes(key.substr(1, 8));
  bytes.resize(8);
  return base::ReadU64(bytes);
}

}  // namespace

Result<std::unique_ptr<LoadRuns>> LoadRuns::Make(const std::filesystem::path& store,
                                                 std::size_t runs, CheckSpace check_space) {
  RemoveFrom(store);
  FB_RETURN_IF_ERROR(base::MakeDirectoryDurably(store / kFolder, base::kOwnerOnlyDirectory));
  return std::unique_ptr<LoadRuns>(new LoadRuns(store / kFolder, runs, std::move(check_space)));
}

void LoadRuns::RemoveFrom(const std::filesystem::path& store) {
  std::error_code error;
  std::filesystem::remove_all(store / kFolder, error);
}

LoadRuns::~LoadRuns() {
  for (Run& run : runs_) {
    base::MutexLock lock(run.mutex);
    if (run.fd >= 0) ::close(run.fd);
  }
  RemoveFrom(folder_.parent_path());
}

Status LoadRuns::Writer::Add(std::size_t run, std::string_view key, std::string_view value) {
  std::string& buffer = buffers_[run];
  base::AppendU32(buffer, static_cast<std::uint32_t>(key.size()));
  base::AppendU32(buffer, static_cast<std::uint32_t>(value.size()));
  buffer.append(key).append(value);
  if (buffer.size() < kBufferBytes) return base::OkStatus();
  FB_RETURN_IF_ERROR(runs_.Append(run, buffer));
  buffer.clear();
  return base::OkStatus();
}

Status LoadRuns::Writer::Flush() {
  for (std::size_t run = 0; run < buffers_.size(); ++run) {
    FB_RETURN_IF_ERROR(runs_.Append(run, buffers_[run]));
    buffers_[run].clear();
  }
  return base::OkStatus();
}

Status LoadRuns::Append(std::size_t number, std::string_view bytes) {
  if (bytes.empty()) return base::OkStatus();
  FB_RETURN_IF_ERROR(check_space_());
  Run& run = runs_[number];
  base::MutexLock lock(run.mutex);
  if (run.fd < 0) {
    run.fd = ::open(PathOf(number).c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (run.fd < 0) return Failed(errno);
  }
  run.bytes += bytes.size();
  while (!bytes.empty()) {
    const ssize_t written = ::write(run.fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Failed(errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return base::OkStatus();
}

Result<std::string> LoadRuns::Take(std::size_t number) {
  Run& run = runs_[number];
  base::MutexLock lock(run.mutex);
  if (run.fd < 0) return std::string();
  std::string bytes(run.bytes, '\0');
  std::size_t got = 0;
  while (got < bytes.size()) {
    const ssize_t read =
        ::pread(run.fd, bytes.data() + got, bytes.size() - got, static_cast<off_t>(got));
    if (read < 0 && errno == EINTR) continue;
    if (read < 0) return Failed(errno);
    if (read == 0) return DoesNotReadBack();
    got += static_cast<std::size_t>(read);
  }
  ::close(run.fd);
  run.fd = -1;
  ::unlink(PathOf(number).c_str());
  return bytes;
}

std::filesystem::path LoadRuns::PathOf(std::size_t run) const {
  return folder_ / ("run-" + std::to_string(run));
}

std::filesystem::path LoadRuns::SortedPath(std::size_t number) const {
  return folder_ / ("sorted-" + std::to_string(number) + ".sst");
}

Result<std::vector<RunRow>> SortRun(std::string_view bytes) {
  std::vector<RunRow> rows;
  while (!bytes.empty()) {
    if (bytes.size() < kHeader) return DoesNotReadBack();
    const std::size_t key = base::ReadU32(bytes), value = base::ReadU32(bytes.substr(4));
    bytes.remove_prefix(kHeader);
    if (key == 0 || key > bytes.size() || value > bytes.size() - key) return DoesNotReadBack();
    rows.push_back(
        {PrefixOf(bytes.substr(0, key)), bytes.substr(0, key), bytes.substr(key, value)});
    bytes.remove_prefix(key + value);
  }
  std::sort(rows.begin(), rows.end(), [](const RunRow& a, const RunRow& b) {
    return a.prefix != b.prefix ? a.prefix < b.prefix : a.key < b.key;
  });
  return rows;
}

}  // namespace firstbell::store::rocks
