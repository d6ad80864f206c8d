#include "clients/school/records/record_schema.h"

#include <array>
#include <string>

namespace firstbell::school_records {
namespace {

// Times are microseconds since 1970, UTC. A script, once released, is never changed: add the next.
//
// `kind` is a v1::RecordKind, `lock` a Lock, `why` a v1::ErasureReason. `current` follows from the
// rows: none corrects it. Where nothing is due, due_us is NULL.
constexpr const char kVersion1[] = R"sql(
CREATE TABLE record (
  number INTEGER PRIMARY KEY,
  record_id TEXT NOT NULL UNIQUE,
  kind INTEGER NOT NULL,
  child_id TEXT NOT NULL,
  alert_id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  due_us INTEGER,
  writer_id TEXT NOT NULL,
  refers_to TEXT NOT NULL,
  lock INTEGER NOT NULL,
  key_id TEXT NOT NULL,
  wrapped_key BLOB NOT NULL,
  content BLOB NOT NULL,
  content_sha256 BLOB NOT NULL,
  digest BLOB NOT NULL,
  current INTEGER NOT NULL DEFAULT 1,
  erased_at_us INTEGER,
  why INTEGER
) STRICT;
CREATE UNIQUE INDEX record_refers_once ON record (refers_to) WHERE refers_to <> '' AND kind <> 12;
CREATE UNIQUE INDEX record_erased_once ON record (refers_to) WHERE kind = 12;
CREATE UNIQUE INDEX record_alert_once ON record (alert_id, revision) WHERE kind = 2;
CREATE INDEX record_of_child ON record (child_id, kind, number) WHERE child_id <> '';
CREATE INDEX record_of_alert ON record (alert_id, number) WHERE alert_id <> '';
CREATE INDEX record_due ON record (kind, due_us, number)
  WHERE current = 1 AND erased_at_us IS NULL AND due_us IS NOT NULL;
CREATE INDEX record_at ON record (kind, at_us, number);
CREATE INDEX record_current ON record (kind, number) WHERE current = 1 AND erased_at_us IS NULL;
CREATE INDEX record_unplaced ON record (number)
  WHERE child_id = '' AND kind = 5 AND current = 1 AND erased_at_us IS NULL;
CREATE INDEX record_by_lock ON record (lock, number) WHERE erased_at_us IS NULL;
CREATE TABLE child_tag (
  number INTEGER PRIMARY KEY REFERENCES record (number),
  tag BLOB NOT NULL,
  child_id TEXT NOT NULL
) STRICT;
CREATE INDEX child_by_tag ON child_tag (tag, number);
CREATE TABLE key_ring (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  records_id TEXT NOT NULL,
  sheet_id TEXT NOT NULL,
  post_box_id TEXT NOT NULL,
  post_box_certificate BLOB NOT NULL,
  post_box_key BLOB NOT NULL
) STRICT;
CREATE TABLE reader (
  position INTEGER PRIMARY KEY,
  reader_id TEXT NOT NULL UNIQUE,
  kind INTEGER NOT NULL,
  display_name TEXT NOT NULL,
  opening_certificate BLOB NOT NULL,
  signing_key BLOB NOT NULL,
  sealed_keys BLOB NOT NULL,
  wrap BLOB NOT NULL,
  proof BLOB NOT NULL,
  let_in_by TEXT NOT NULL,
  let_in_at_us INTEGER NOT NULL,
  removed_at_us INTEGER
) STRICT;
PRAGMA user_version = 1;
)sql";

constexpr std::array<const char*, kRecordSchemaVersion> kScripts = {kVersion1};

base::Result<int> VersionOf(school::Database& database) {
  FB_ASSIGN_OR_RETURN(school::Statement statement, database.Query("PRAGMA user_version"));
  FB_RETURN_IF_ERROR(statement.Step().status());
  return static_cast<int>(statement.Int(0));
}

}  // namespace

base::Status EnsureRecordSchema(school::Database& database) {
  FB_ASSIGN_OR_RETURN(school::Transaction transaction, school::Transaction::Begin(database));
  FB_ASSIGN_OR_RETURN(const int version, VersionOf(database));
  if (version < 0 || version > kRecordSchemaVersion) {
    return base::FailedPrecondition("the school's records have version " + std::to_string(version) +
                                    ": a newer firstbell-school wrote them, use that one");
  }
  for (int next = version; next < kRecordSchemaVersion; ++next) {
    FB_RETURN_IF_ERROR(database.Execute(kScripts[static_cast<std::size_t>(next)]));
  }
  return transaction.Commit();
}

}  // namespace firstbell::school_records
