// A disk under the store that fails as a plan says (plan.h). Linked into a program, it stands
// between every library in it (RocksDB, SQLite) and the kernel: the dynamic linker finds these
// system calls before libc's. The program's own code is exactly the shipped one's.
//
// Threads: any. Allocates nothing and takes no lock that the caller could hold.

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/fault/plan.h"

namespace firstbell::fault {
namespace {

constexpr std::size_t kPlanBytes = 1024;
constexpr std::size_t kPathBytes = 4096;

template <typename Function>
Function* Next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

struct ReadPlan {
  Point point;
  Act act;
  unsigned long skip;
  const char* file;
  const char* needle;
  char text[kPlanBytes];
};

const char* PlanPath() {
  static const char* const path = std::getenv(kPlanVariable);
  return path;
}

char* CutLine(char*& rest) {
  char* const line = rest;
  char* const end = std::strchr(rest, '\n');
  if (end == nullptr) return line;
  *end = '\0';
  rest = end + 1;
  return line;
}

bool Load(ReadPlan& plan) {
  if (PlanPath() == nullptr) return false;
  const int fd = ::open(PlanPath(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  const ssize_t size = ::read(fd, plan.text, kPlanBytes - 1);
  ::close(fd);
  if (size <= 0) return false;
  plan.text[size] = '\0';
  char* rest = plan.text;
  plan.point = static_cast<Point>(std::atoi(CutLine(rest)));
  plan.act = static_cast<Act>(std::atoi(CutLine(rest)));
  plan.skip = std::strtoul(CutLine(rest), nullptr, 10);
  plan.file = CutLine(rest);
  plan.needle = CutLine(rest);
  return true;
}

bool IsFileOf(int fd, const ReadPlan& plan) {
  struct stat facts {};
  if (::fstat(fd, &facts) != 0 || !S_ISREG(facts.st_mode)) return false;
  char name[64];
  char path[kPathBytes];
  std::snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
  const ssize_t size = ::readlink(name, path, sizeof path - 1);
  if (size <= 0) return false;
  path[size] = '\0';
  return std::strstr(path, plan.file) != nullptr;
}

// How many matching writes this process has let pass of the plan that is there.
std::atomic<unsigned long> passed{0};
// The file whose next sync is the one.
std::atomic<int> armed{-1};

bool IsTheOne(int fd, const void* bytes, std::size_t count, const ReadPlan& plan) {
  if (!IsFileOf(fd, plan)) return false;
  const std::size_t needle = std::strlen(plan.needle);
  if (needle > 0 && ::memmem(bytes, count, plan.needle, needle) == nullptr) return false;
  return passed.fetch_add(1) >= plan.skip;
}

// False where another thread was first.
bool Take() {
  if (::unlink(PlanPath()) != 0) return false;
  passed = 0;
  armed = -1;
  return true;
}

void WaitForGo() {
  char path[kPathBytes];
  std::snprintf(path, sizeof path, "%s.go", PlanPath());
  const int fd = ::open(path, O_RDONLY | O_CLOEXEC);  // blocks until the test opens its end
  if (fd >= 0) ::close(fd);
}

// 0: go on; otherwise what the call fails with.
int Carry(Act act) {
  switch (act) {
    case Act::kKill:
    case Act::kTorn:
      ::kill(::getpid(), SIGKILL);
      return EIO;
    case Act::kIoError:
      return EIO;
    case Act::kFull:
      return ENOSPC;
    case Act::kReadOnly:
      return EROFS;
    case Act::kWait:
      WaitForGo();
      return 0;
  }
  return EIO;
}

ssize_t Fail(int error) {
  errno = error;
  return -1;
}

bool IsRename(Point point) {
  return point == Point::kBeforeRename || point == Point::kAfterRename;
}

template <typename Write>
ssize_t Faulty(int fd, const void* bytes, std::size_t count, const Write& write) {
  ReadPlan plan;
  if (!Load(plan) || IsRename(plan.point) || !IsTheOne(fd, bytes, count, plan)) return write(count);
  if (plan.point == Point::kAfterSync) {
    armed = fd;
    return write(count);
  }
  if (!Take()) return write(count);
  if (plan.act == Act::kTorn) write(count / 2);
  const ssize_t written = plan.point == Point::kAfterWrite ? write(count) : 0;
  if (const int error = Carry(plan.act)) return Fail(error);
  return plan.point == Point::kAfterWrite ? written : write(count);
}

template <typename Sync>
int FaultySync(int fd, const Sync& sync) {
  const int synced = sync();
  ReadPlan plan;
  if (armed.load() != fd || !Load(plan) || !IsFileOf(fd, plan) || !Take()) return synced;
  if (const int error = Carry(plan.act)) return static_cast<int>(Fail(error));
  return synced;
}

template <typename Rename>
int FaultyRename(const char* to, const Rename& rename) {
  ReadPlan plan;
  const bool the_one = Load(plan) && IsRename(plan.point) &&
                       std::strstr(to, plan.file) != nullptr && passed.fetch_add(1) >= plan.skip;
  if (!the_one || !Take()) return rename();
  if (plan.point == Point::kAfterRename) rename();
  if (const int error = Carry(plan.act)) return static_cast<int>(Fail(error));
  return plan.point == Point::kAfterRename ? 0 : rename();
}

}  // namespace
}  // namespace firstbell::fault

// NOLINTBEGIN: the system's own names.
extern "C" {

ssize_t write(int fd, const void* bytes, size_t count) {
  static auto* const next = firstbell::fault::Next<ssize_t(int, const void*, size_t)>("write");
  return firstbell::fault::Faulty(fd, bytes, count,
                                  [&](size_t some) { return next(fd, bytes, some); });
}

ssize_t pwrite(int fd, const void* bytes, size_t count, off_t at) {
  static auto* const next =
      firstbell::fault::Next<ssize_t(int, const void*, size_t, off_t)>("pwrite");
  return firstbell::fault::Faulty(fd, bytes, count,
                                  [&](size_t some) { return next(fd, bytes, some, at); });
}

ssize_t pwrite64(int fd, const void* bytes, size_t count, off64_t at) {
  static auto* const next =
      firstbell::fault::Next<ssize_t(int, const void*, size_t, off64_t)>("pwrite64");
  return firstbell::fault::Faulty(fd, bytes, count,
                                  [&](size_t some) { return next(fd, bytes, some, at); });
}

int rename(const char* from, const char* to) {
  static auto* const next = firstbell::fault::Next<int(const char*, const char*)>("rename");
  return firstbell::fault::FaultyRename(to, [&] { return next(from, to); });
}

int fsync(int fd) {
  static auto* const next = firstbell::fault::Next<int(int)>("fsync");
  return firstbell::fault::FaultySync(fd, [&] { return next(fd); });
}

int fdatasync(int fd) {
  static auto* const next = firstbell::fault::Next<int(int)>("fdatasync");
  return firstbell::fault::FaultySync(fd, [&] { return next(fd); });
}

}  // extern "C"
// NOLINTEND
