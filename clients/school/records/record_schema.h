#pragma once

// The tables of a school's records, by version (SQLite's user_version).

#include <string_view>

#include "clients/school/sqlite.h"

namespace firstbell::school {

inline constexpr int kRecordSchemaVersion = 1;
inline constexpr std::string_view kTagKeyContext = "firstbell/record-tag/v1";

// Brings an empty or older store to kRecordSchemaVersion, in one step. FailedPrecondition: a newer
// program wrote it.
base::Status EnsureRecordSchema(Database& database);

}  // namespace firstbell::school
