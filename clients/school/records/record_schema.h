#pragma once

// The tables of a school's records, by version (SQLite's user_version). Layout: proto/FORMATS.md,
// "A school's records".

#include "clients/school/sqlite.h"

namespace firstbell::school_records {

inline constexpr int kRecordSchemaVersion = 1;

// Brings an empty or older file to kRecordSchemaVersion, in one step. FailedPrecondition: a newer
// program wrote it.
base::Status EnsureRecordSchema(school::Database& database);

}  // namespace firstbell::school_records
