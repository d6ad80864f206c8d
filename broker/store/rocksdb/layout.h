#pragma once

// The layout's version: which program may open a directory, and what it does to one of an older
// layout. Not thread-safe: before anything else uses the database.

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "rocksdb/db.h"

namespace firstbell::store::rocks {

inline constexpr std::string_view kLayout = "3";

// FailedPrecondition: a newer program wrote it. One of an older layout is brought forward in one
// synced write for each layout between, or stays as it was; a program that knows the older one
// alone refuses it from then on. DataLoss.
base::Status BringToLayout(rocksdb::DB& db, absl::TimeZone london);

}  // namespace firstbell::store::rocks
