#include "broker/base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace firstbell::base {
namespace {

// An open file; closed when it goes. -1 is none.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  int get() const { return fd_; }
  bool ok() const { return fd_ >= 0; }

 private:
  const int fd_;
};

// The directory part of a path may name a person's home; only the last part is told.
std::string Quoted(const std::filesystem::path& path) {
  return "'" + path.filename().string() + "'";
}

Status SystemError(std::string_view did, const std::filesystem::path& path, int error) {
  std::string message = "could not ";
  message.append(did).append(" ").append(Quoted(path)).append(": ").append(std::strerror(error));
  switch (error) {
    case ENOENT:
      return NotFound(message + "; does its directory exist?");
    case EACCES:
    case EPERM:
    case EROFS:
      return PermissionDenied(message + "; give this user the right to it");
    case ENOSPC:
    case EDQUOT:
      return ResourceExhausted(message + "; make room on the disk");
    default:
      return Unavailable(message);
  }
}

Status WriteAll(int fd, std::string_view bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return SystemError("write", path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return OkStatus();
}

// Fills a new file whose name nobody else has; `beside` becomes that name. Errors speak of `path`.
Status WriteNew(std::string& beside, const std::filesystem::path& path, std::string_view bytes,
                mode_t mode) {
  const Descriptor file(::mkostemp(beside.data(), O_CLOEXEC));  // 0600 until it is whole
  if (!file.ok()) return SystemError("create", path, errno);
  FB_RETURN_IF_ERROR(WriteAll(file.get(), bytes, path));
  if (::fchmod(file.get(), mode) != 0) return SystemError("set the mode of", path, errno);
  if (::fsync(file.get()) != 0) return SystemError("sync", path, errno);
  return OkStatus();
}

Status SyncDirectoryOf(const std::filesystem::path& path) {
  const std::filesystem::path parent = path.has_parent_path() ? path.parent_path() : ".";
  const Descriptor directory(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.ok()) return SystemError("open", parent, errno);
  if (::fsync(directory.get()) != 0) return SystemError("sync", parent, errno);
  return OkStatus();
}

Result<struct stat> Facts(int fd, const std::filesystem::path& path) {
  struct stat facts = {};
  if (::fstat(fd, &facts) != 0) return SystemError("read", path, errno);
  if (!S_ISREG(facts.st_mode)) return InvalidArgument(Quoted(path) + " is not a file");
  return facts;
}

Status TooLarge(const std::filesystem::path& path, std::size_t max_bytes) {
  return ResourceExhausted(Quoted(path) + " is larger than " + std::to_string(max_bytes) +
                           " bytes: is it the right file?");
}

// Reads to the end, wherever the file ends by then. The buffer is reserved once, so that no copy of
// a key is left behind in freed memory.
Result<std::string> ReadAll(int fd, const std::filesystem::path& path, std::size_t expected,
                            std::size_t max_bytes) {
  if (expected > max_bytes) return TooLarge(path, max_bytes);
  std::string bytes(expected + 1, '\0');
  std::size_t filled = 0;
  while (true) {
    const ssize_t count = ::read(fd, bytes.data() + filled, bytes.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return SystemError("read", path, errno);
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
    if (filled > max_bytes) return TooLarge(path, max_bytes);
    if (filled == bytes.size()) bytes.resize(bytes.size() * 2);
  }
  bytes.resize(filled);
  return bytes;
}

}  // namespace

Status WriteFileDurably(const std::filesystem::path& path, std::string_view bytes,
                        std::filesystem::perms mode) {
  std::string beside = path.string() + ".XXXXXX";
  Status status = WriteNew(beside, path, bytes, static_cast<mode_t>(mode));
  if (status.ok() && ::rename(beside.c_str(), path.c_str()) != 0) {
    status = SystemError("put in place", path, errno);
  }
  if (!status.ok()) {
    ::unlink(beside.c_str());
    return status;
  }
  // A crash here leaves the old file or the new one; only the sync below settles which.
  return SyncDirectoryOf(path);
}

Status MakeDirectoryDurably(const std::filesystem::path& path, std::filesystem::perms mode) {
  if (::mkdir(path.c_str(), static_cast<mode_t>(mode)) != 0) {
    const int error = errno;
    std::error_code ignored;
    if (error == EEXIST && std::filesystem::is_directory(path, ignored)) return OkStatus();
    return SystemError("make", path, error);
  }
  return SyncDirectoryOf(path);
}

Status MakeDirectoriesDurably(const std::filesystem::path& path, std::filesystem::perms mode) {
  std::error_code error;
  const std::filesystem::path parent = path.parent_path();
  if (!parent.empty() && !std::filesystem::exists(parent, error)) {
    FB_RETURN_IF_ERROR(MakeDirectoriesDurably(parent, mode));
  }
  return MakeDirectoryDurably(path, mode);
}

Status EraseFile(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file.ok()) return errno == ENOENT ? OkStatus() : SystemError("open", path, errno);
  FB_ASSIGN_OR_RETURN(const struct stat facts, Facts(file.get(), path));
  const std::string zeros(static_cast<std::size_t>(facts.st_size), '\0');
  FB_RETURN_IF_ERROR(WriteAll(file.get(), zeros, path));
  if (::fsync(file.get()) != 0) return SystemError("sync", path, errno);
  // A crash here leaves a file of zeros: nothing to read, and erasing again removes it.
  if (::unlink(path.c_str()) != 0) return SystemError("remove", path, errno);
  return SyncDirectoryOf(path);
}

Result<bool> Exists(const std::filesystem::path& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) == 0) return true;
  if (errno == ENOENT || errno == ENOTDIR) return false;
  return SystemError("look at", path, errno);
}

Result<std::string> ReadFile(const std::filesystem::path& path, std::size_t max_bytes) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.ok()) return SystemError("open", path, errno);
  FB_ASSIGN_OR_RETURN(const struct stat facts, Facts(file.get(), path));
  return ReadAll(file.get(), path, static_cast<std::size_t>(facts.st_size), max_bytes);
}

Result<Secret> ReadSecretFile(const std::filesystem::path& path) {
  constexpr std::size_t kMaxSecretBytes = 64 * 1024;
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.ok()) return SystemError("open", path, errno);
  FB_ASSIGN_OR_RETURN(const struct stat facts, Facts(file.get(), path));
  if ((facts.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return FailedPrecondition(Quoted(path) +
                              " can be read by others: run chmod 600 on it, and replace the key if "
                              "anyone may have read it");
  }
  FB_ASSIGN_OR_RETURN(
      std::string bytes,
      ReadAll(file.get(), path, static_cast<std::size_t>(facts.st_size), kMaxSecretBytes));
  Secret secret(bytes);
  explicit_bzero(bytes.data(), bytes.size());
  return secret;
}

}  // namespace firstbell::base
