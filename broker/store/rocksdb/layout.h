#pragma once

// The layout's version: which program may open a directory, and what it does to one of an older
// layout. Not thread-safe: before anything else uses the database.

#include "broker/base/status.h"
#include "rocksdb/db.h"

namespace firstbell::store::rocks {

inline constexpr std::string_view kLayout = "2";

// FailedPrecondition: a newer program wrote it. One of layout 1 is brought forward in one synced
// write, or stays as it was; a program that knows layout 1 alone refuses it from then on. DataLoss.
base::Status BringToLayout(rocksdb::DB& db);

}  // namespace firstbell::store::rocks
