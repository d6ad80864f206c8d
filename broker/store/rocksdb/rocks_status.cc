#include "broker/store/rocksdb/rocks_status.h"

#include <string>

namespace firstbell::store::rocks {

base::Status FromRead(const rocksdb::Status& status) {
  if (status.ok()) return base::OkStatus();
  if (status.IsNoSpace()) return DiskFull();
  return base::DataLoss(
      "the data directory does not read back (its LOG file says where); stop the broker, check the "
      "disk and restore a backup");
}

base::Status FromCommit(const rocksdb::Status& status) {
  if (status.ok()) return base::OkStatus();
  if (status.IsNoSpace()) return DiskFull();
  return base::Unknown(
      "a write to the data directory failed and it is unclear whether it stands; the broker takes "
      "no "
      "more writes until it is restarted");
}

base::Status FromOpen(const rocksdb::Status& status) {
  if (status.ok()) return base::OkStatus();
  const std::string text = status.ToString();
  // RocksDB has no code of its own for this: the first is said of another process, the second of
  // ours.
  if (text.find("While lock file") != std::string::npos ||
      text.find("lock hold by current process") != std::string::npos) {
    return base::FailedPrecondition(
        "another process has this data directory open; ask the running broker (--broker) or stop "
        "it");
  }
  if (status.IsNoSpace()) return DiskFull();
  if (status.IsIOError() && text.find("Permission denied") != std::string::npos) {
    return base::PermissionDenied("the data directory belongs to another user; run as that user");
  }
  if (status.IsIOError() && text.find("Read-only file system") != std::string::npos) {
    return base::PermissionDenied(
        "the disk of the data directory is read-only; the kernel's log says why, and after a "
        "remount the broker goes on");
  }
  return FromRead(status);
}

base::Status DiskFull() {
  return base::ResourceExhausted(
      "the disk of the data directory is full; free space there, then restart the broker");
}

}  // namespace firstbell::store::rocks
