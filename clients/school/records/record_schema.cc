#include "clients/school/records/record_schema.h"

#include <string>

namespace firstbell::school {
namespace {

// Times are microseconds since 1970, UTC. A script, once released, is never changed: add the next.
constexpr const char kVersion1[] = R"sql(
CREATE TABLE record (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  child_id TEXT NOT NULL,
  alert_id TEXT NOT NULL,
  kind INTEGER NOT NULL,
  at_us INTEGER NOT NULL,
  by_id TEXT NOT NULL,
  due_us INTEGER,
  corrects TEXT NOT NULL,
  wrapped BLOB NOT NULL,
  sealed BLOB NOT NULL,
  sealed_sha256 BLOB NOT NULL,
  digest BLOB NOT NULL,
  erased_why INTEGER NOT NULL DEFAULT 0,
  erased_us INTEGER
) STRICT;
CREATE INDEX record_of_child ON record (child_id, number);
CREATE INDEX record_of_child_kind ON record (child_id, kind, number);
CREATE INDEX record_of_kind ON record (kind, number);
CREATE INDEX record_of_alert ON record (alert_id) WHERE alert_id <> '';
CREATE INDEX record_due ON record (due_us) WHERE due_us IS NOT NULL;
CREATE INDEX record_corrects ON record (corrects) WHERE corrects <> '';
CREATE TABLE reader (
  person_id TEXT PRIMARY KEY,
  certificate BLOB NOT NULL,
  key_id BLOB NOT NULL,
  wrapped BLOB NOT NULL
) STRICT;
CREATE TABLE tag_key (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  sealed BLOB NOT NULL
) STRICT;
CREATE TABLE child (
  tag BLOB PRIMARY KEY,
  child_id TEXT NOT NULL UNIQUE
) STRICT;
PRAGMA user_version = 1;
)sql";

}  // namespace

base::Status EnsureRecordSchema(Database& database) {
  FB_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(database));
  int version = 0;
  {
    FB_ASSIGN_OR_RETURN(Statement row, database.Query("PRAGMA user_version"));
    FB_RETURN_IF_ERROR(row.Step().status());
    version = static_cast<int>(row.Int(0));
  }
  if (version < 0 || version > kRecordSchemaVersion) {
    return base::FailedPrecondition("the school's records have version " + std::to_string(version) +
                                    ": a newer firstbell-school wrote them, use that one");
  }
  if (version < 1) FB_RETURN_IF_ERROR(database.Execute(kVersion1));
  return transaction.Commit();
}

}  // namespace firstbell::school
