#pragma once

// A row of the table `record` as it lies in the file, and how it is read. For the files of the
// store alone. Values; any thread.

#include <optional>
#include <string>

#include "clients/school/records/record.h"
#include "clients/school/records/ring.h"
#include "clients/school/sqlite.h"

namespace firstbell::school_records {

struct StoredRow {
  RowHead head;
  Lock lock = Lock::kRecords;
  KeyId key_id;
  std::string wrapped_key, content, content_sha256, digest;
  bool current = true;
  std::optional<Erased> erased;
};

// The columns in the order in which ReadStored takes them.
inline constexpr char kRowColumns[] =
    "number, record_id, kind, child_id, alert_id, revision, at_us, due_us, writer_id, refers_to,"
    " lock, key_id, wrapped_key, content, content_sha256, digest, current, erased_at_us, why";
StoredRow ReadStored(const school::Statement& row);

using school::All;
using school::Us;

// DataLoss: "row 17 of the school's records is damaged (why)".
base::Status DamagedRow(std::int64_t number, std::string_view why);

}  // namespace firstbell::school_records
