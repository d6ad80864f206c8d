#pragma once

// Where a device keeps what is its own: a directory of mode 0700.
//
//   store.sqlite            sealed alerts, receipts (local_store.h)
//   records.sqlite          what the school wrote down (records/record_store.h)
//   device/                 enrolment.pb device.curve signing.key signing.crt
//   people/<recipient id>/  enrolment.pb opening.key signing.key opening.crt signing.crt
//                          cover.json
//   pending/<code's hash>/  the keys of an enrolment that is under way
//   page.json               how the page stands (page_standing.h)
//   daemon.lock enrol.lock
//
// A value: a path that was checked. Threads: safe.

#include <filesystem>
#include <string>
#include <string_view>

#include "broker/base/ids.h"
#include "broker/base/status.h"

namespace firstbell::school {

class StateDirectory {
 public:
  // NotFound: there is none, with what to do. FailedPrecondition: others may enter it.
  static base::Result<StateDirectory> Open(const std::filesystem::path& path);
  // Made where absent.
  static base::Result<StateDirectory> OpenOrMake(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path Store() const { return path_ / "store.sqlite"; }
  std::filesystem::path Records() const { return path_ / "records.sqlite"; }
  std::filesystem::path Device() const { return path_ / "device"; }
  std::filesystem::path People() const { return path_ / "people"; }
  std::filesystem::path Person(const base::RecipientId& id) const { return People() / id.value(); }
  std::filesystem::path Pending(std::string_view code_hash) const {
    return path_ / "pending" / code_hash;
  }
  std::filesystem::path PageFile() const { return path_ / "page.json"; }
  std::filesystem::path DaemonLock() const { return path_ / "daemon.lock"; }
  std::filesystem::path EnrolLock() const { return path_ / "enrol.lock"; }

 private:
  explicit StateDirectory(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

// Makes a directory of mode 0700 with its parents' entries synced; OK where it is there.
base::Status MakePrivateDirectory(const std::filesystem::path& path);
// Renames and syncs both parents: after a crash it is wholly in the one place or in the other.
base::Status MoveDurably(const std::filesystem::path& from, const std::filesystem::path& to);

// One process at a time. Held until it goes, also when the process is killed (flock(2)).
class FileLock {
 public:
  // FailedPrecondition with `busy` where another process holds it.
  static base::Result<FileLock> Take(const std::filesystem::path& path, std::string_view busy);
  // Whether some process holds it now.
  static bool Held(const std::filesystem::path& path);
  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int fd) : fd_(fd) {}
  int fd_;  // -1 once moved from
};

}  // namespace firstbell::school
