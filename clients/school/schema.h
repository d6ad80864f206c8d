#pragma once

// The tables of a device's store, by version (SQLite's user_version).

#include "clients/school/sqlite.h"

namespace firstbell::school {

inline constexpr int kSchemaVersion = 12;

// Brings an empty or older store to kSchemaVersion, in one step. FailedPrecondition: a newer
// program wrote it.
base::Status EnsureSchema(Database& database);

}  // namespace firstbell::school
