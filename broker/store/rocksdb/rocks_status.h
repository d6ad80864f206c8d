#pragma once

// RocksDB's errors in our words. Its own text of a corruption may quote a key, and keys hold
// references, so that text stays in the LOG file of the data directory. Pure; any thread.

#include "broker/base/status.h"
#include "rocksdb/status.h"

namespace firstbell::store::rocks {

// ResourceExhausted: the disk is full. DataLoss: anything else that could not be read.
base::Status FromRead(const rocksdb::Status& status);
// ResourceExhausted: the disk is full. Unknown: anything else; what was written is unclear.
base::Status FromCommit(const rocksdb::Status& status);
// FailedPrecondition: another process has it open. PermissionDenied, ResourceExhausted, DataLoss.
base::Status FromOpen(const rocksdb::Status& status);

base::Status DiskFull();

}  // namespace firstbell::store::rocks
