#include "clients/school/state_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "broker/base/file.h"

namespace firstbell::school {
namespace {

constexpr mode_t kPrivate = 0700;

base::Status Failed(std::string_view did, const std::filesystem::path& path, int error) {
  return base::FailedPrecondition("could not " + std::string(did) + " '" +
                                  path.filename().string() + "': " + std::strerror(error));
}

base::Status SyncDirectory(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return Failed("open", path, errno);
  const bool synced = ::fsync(fd) == 0;
  const int error = errno;
  ::close(fd);
  return synced ? base::OkStatus() : Failed("sync", path, error);
}

std::filesystem::path ParentOf(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

base::Status CheckPrivate(const std::filesystem::path& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) return Failed("look at", path, errno);
  if (!S_ISDIR(facts.st_mode)) return Failed("use as state directory", path, ENOTDIR);
  if ((facts.st_mode & 077) == 0) return base::OkStatus();
  return base::FailedPrecondition(
      "the state directory holds keys, and others may enter it: run chmod 700 '" +
      path.filename().string() + "'");
}

// Without a slash at its end, which would leave it without a last part.
std::filesystem::path Tidy(const std::filesystem::path& path) {
  const std::filesystem::path normal = path.lexically_normal();
  return normal.has_filename() ? normal : normal.parent_path();
}

}  // namespace

base::Result<StateDirectory> StateDirectory::Open(const std::filesystem::path& path) {
  FB_ASSIGN_OR_RETURN(const bool there, base::Exists(path));
  if (!there) {
    return base::NotFound(
        "there is no state directory of that name: enrol this device first, with "
        "firstbell-school enrol --state DIR");
  }
  const std::filesystem::path tidy = Tidy(path);
  FB_RETURN_IF_ERROR(CheckPrivate(tidy));
  return StateDirectory(tidy);
}

base::Result<StateDirectory> StateDirectory::OpenOrMake(const std::filesystem::path& path) {
  if (path.empty()) return base::InvalidArgument("name a state directory with --state DIR");
  FB_RETURN_IF_ERROR(MakePrivateDirectory(Tidy(path)));
  return Open(path);
}

base::Status MakePrivateDirectory(const std::filesystem::path& path) {
  const std::filesystem::path parent = ParentOf(path);
  FB_ASSIGN_OR_RETURN(const bool there, base::Exists(parent));
  if (!there) FB_RETURN_IF_ERROR(MakePrivateDirectory(parent));
  if (::mkdir(path.c_str(), kPrivate) == 0) return SyncDirectory(parent);
  return errno == EEXIST ? base::OkStatus() : Failed("make the directory", path, errno);
}

base::Status MoveDurably(const std::filesystem::path& from, const std::filesystem::path& to) {
  FB_RETURN_IF_ERROR(SyncDirectory(from));
  if (::rename(from.c_str(), to.c_str()) != 0) return Failed("move into place", to, errno);
  FB_RETURN_IF_ERROR(SyncDirectory(ParentOf(to)));
  return SyncDirectory(ParentOf(from));
}

base::Result<FileLock> FileLock::Take(const std::filesystem::path& path, std::string_view busy) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return Failed("open", path, errno);
  FileLock lock(fd);
  if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return lock;
  return errno == EWOULDBLOCK ? base::FailedPrecondition(busy) : Failed("lock", path, errno);
}

bool FileLock::Held(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return false;
  const bool held = ::flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(fd);
  return held;
}

FileLock::FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FileLock::~FileLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace firstbell::school
