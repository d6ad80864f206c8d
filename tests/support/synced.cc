#include "tests/support/synced.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <optional>
#include <string>

#include "broker/base/mutex.h"

namespace firstbell::support {
namespace {

struct Watch {
  base::Mutex mutex;
  bool on ABSL_GUARDED_BY(mutex) = false;
  std::set<std::filesystem::path> directories ABSL_GUARDED_BY(mutex);
};

Watch& TheWatch() {
  static Watch* const watch = new Watch;  // never destroyed: programs sync while they end
  return *watch;
}

void Note(int descriptor) {
  Watch& watch = TheWatch();
  base::MutexLock lock(watch.mutex);
  if (!watch.on) return;
  std::error_code error;
  const auto path =
      std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(descriptor), error);
  if (!error && std::filesystem::is_directory(path, error)) watch.directories.insert(path);
}

}  // namespace

void WatchSyncs() {
  Watch& watch = TheWatch();
  base::MutexLock lock(watch.mutex);
  watch.on = true;
  watch.directories.clear();
}

std::set<std::filesystem::path> SyncedDirectories() {
  Watch& watch = TheWatch();
  base::MutexLock lock(watch.mutex);
  return watch.directories;
}

}  // namespace firstbell::support

// In place of the C library's, for the program that this is linked into.
extern "C" int fsync(int descriptor) {
  firstbell::support::Note(descriptor);
  return static_cast<int>(syscall(SYS_fsync, descriptor));
}
