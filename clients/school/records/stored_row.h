#pragma once

// A row of the table `record` as it lies in the file, and how it is read. For the files of the
// store alone. Values; any thread.

#include <optional>
#include <string>
#include <utility>
#include <vector>

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

std::int64_t Us(absl::Time time);

// DataLoss: "row 17 of the school's records is damaged (why)".
base::Status DamagedRow(std::int64_t number, std::string_view why);

// Reads every row with `read`.
template <typename Read>
auto All(base::Result<school::Statement> rows, const Read& read)
    -> base::Result<std::vector<decltype(read(*rows))>> {
  FB_RETURN_IF_ERROR(rows.status());
  std::vector<decltype(read(*rows))> values;
  while (true) {
    FB_ASSIGN_OR_RETURN(const bool more, rows->Step());
    if (!more) return values;
    values.push_back(read(*rows));
  }
}

}  // namespace firstbell::school_records
