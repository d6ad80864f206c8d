// RecordStore::Verify and VerifyWith: whether the records are what was written, as far as whoever
// has no key, or one, can see.

#include "broker/crypto/hash.h"
#include "clients/school/records/record_store.h"
#include "clients/school/records/stored_row.h"

namespace firstbell::school_records {
namespace {

using school::Statement;
using school::Transaction;

bool WellFormed(const StoredRow& row) {
  const RowHead& head = row.head;
  return base::IsRandomId(head.id.value()) && head.kind != v1::RECORD_KIND_UNSPECIFIED &&
         v1::RecordKind_IsValid(head.kind) && !head.writer.empty() && row.lock >= Lock::kRecords &&
         row.lock <= Lock::kPostBox;
}

base::Status CheckContent(const StoredRow& row) {
  const std::int64_t number = row.head.number;
  if (row.erased) {
    const bool gone = row.content.empty() && row.wrapped_key.empty() &&
                      row.erased->why != v1::ERASURE_REASON_UNSPECIFIED &&
                      v1::ErasureReason_IsValid(row.erased->why);
    return gone ? base::OkStatus() : DamagedRow(number, "what was erased");
  }
  const bool whole = !row.wrapped_key.empty() && !row.content.empty() &&
                     crypto::Sha256(row.content) == row.content_sha256;
  return whole ? base::OkStatus() : DamagedRow(number, "its content");
}

// A row against the one before it.
base::Status CheckRow(const StoredRow& row, const Tip& before) {
  if (row.head.number != before.number + 1) return DamagedRow(before.number + 1, "it is missing");
  if (!WellFormed(row)) return DamagedRow(row.head.number, "its columns");
  if (ChainDigest(before.digest, row.head, row.content_sha256) != row.digest) {
    return DamagedRow(row.head.number, "its digest");
  }
  return CheckContent(row);
}

base::Status CheckSignature(const RowHead& head, const OpenedRow& opened,
                            const SignerKeys& signers) {
  const auto key = signers.find(head.writer);
  if (key == signers.end()) {
    return DamagedRow(head.number, "nobody who is known here signed it");
  }
  const auto verified = key->second.Verify(opened.signed_bytes, opened.signature);
  return verified.ok() ? base::OkStatus() : DamagedRow(head.number, "its signature");
}

// A tombstone says what the signed row says of it.
base::Status CheckErasure(const RowHead& head, const v1::RecordBody& said,
                          school::Database& database) {
  FB_ASSIGN_OR_RETURN(
      Statement row,
      database.Query(
          "SELECT number FROM record WHERE record_id = ? AND erased_at_us = ? AND why = ?",
          std::string_view(head.refers_to.value()), Us(head.at),
          std::int64_t{said.erased().why()}));
  FB_ASSIGN_OR_RETURN(const bool same, row.Step());
  return same ? base::OkStatus() : DamagedRow(head.number, "what it says was erased");
}

// Each row of `rows` is damaged: its first column is the number.
base::Status None(base::Result<Statement> rows, std::string_view why) {
  FB_RETURN_IF_ERROR(rows.status());
  FB_ASSIGN_OR_RETURN(const bool any, rows->Step());
  return any ? DamagedRow(rows->Int(0), why) : base::OkStatus();
}

}  // namespace

base::Result<Verified> RecordStore::Verify() {
  FB_ASSIGN_OR_RETURN(const Transaction still, Transaction::Begin(*database_));
  return VerifyRows([](const StoredRow&, std::string_view) { return base::OkStatus(); });
}

base::Result<Verified> RecordStore::VerifyWith(const Ring& ring, const SignerKeys& signers) {
  if (!ring.full()) {
    return base::PermissionDenied(
        "a safeguarding lead verifies the records, not the sheet's readers");
  }
  FB_ASSIGN_OR_RETURN(const Transaction still, Transaction::Begin(*database_));
  FB_RETURN_IF_ERROR(CheckRing(ring));
  return VerifyRows([&](const StoredRow& row, std::string_view previous) -> base::Status {
    if (row.erased) return base::OkStatus();
    const auto key = ring.Unwrap(row.lock, row.key_id, row.head.id, row.wrapped_key);
    if (!key.ok()) return DamagedRow(row.head.number, "its key does not open");
    const auto opened = OpenContent(row.head, *key, row.content);
    if (!opened.ok()) return DamagedRow(row.head.number, base::Message(opened.status()));
    if (opened->statement.previous() != previous) {
      return DamagedRow(row.head.number, "it followed another row");
    }
    FB_RETURN_IF_ERROR(CheckSignature(row.head, *opened, signers));
    if (row.head.kind != v1::RECORD_KIND_ERASED) return base::OkStatus();
    return CheckErasure(row.head, opened->statement.body(), *database_);
  });
}

base::Result<Verified> RecordStore::VerifyRows(const CheckOpened& check) {
  FB_ASSIGN_OR_RETURN(Statement sound, database_->Query("PRAGMA integrity_check(1)"));
  FB_RETURN_IF_ERROR(sound.Step().status());
  if (sound.Text(0) != "ok") {
    return base::DataLoss("the file of the school's records is damaged: restore it from a backup");
  }
  FB_ASSIGN_OR_RETURN(
      Statement rows,
      database_->Query(
          (std::string("SELECT ") + kRowColumns + " FROM record ORDER BY number").c_str()));
  Verified verified;
  Tip before{0, FirstDigest()};
  while (true) {
    FB_ASSIGN_OR_RETURN(const bool more, rows.Step());
    if (!more) break;
    const StoredRow row = ReadStored(rows);
    FB_RETURN_IF_ERROR(CheckRow(row, before));
    FB_RETURN_IF_ERROR(check(row, before.digest));
    before = {row.head.number, row.digest};
    ++verified.rows;
    verified.erased += row.erased ? 1 : 0;
  }
  FB_RETURN_IF_ERROR(VerifyReferences());
  FB_RETURN_IF_ERROR(VerifyKeys());
  return verified;
}

base::Status RecordStore::VerifyReferences() {
  FB_RETURN_IF_ERROR(None(database_->Query("SELECT a.number FROM record a LEFT JOIN record b"
                                           " ON b.record_id = a.refers_to"
                                           " WHERE a.refers_to <> '' AND"
                                           " (b.number IS NULL OR b.number >= a.number)"),
                          "what it refers to"));
  FB_RETURN_IF_ERROR(
      None(database_->Query("SELECT a.number FROM record a JOIN record b"
                            " ON b.record_id = a.refers_to AND a.kind <> 12"
                            " WHERE b.kind <> a.kind OR b.child_id NOT IN ('', a.child_id)"),
           "what it corrects"));
  FB_RETURN_IF_ERROR(
      None(database_->Query("SELECT number FROM record a WHERE current <> NOT EXISTS"
                            " (SELECT 1 FROM record b WHERE b.refers_to = a.record_id"
                            " AND b.refers_to <> '' AND b.kind <> 12)"),
           "whether it was corrected"));
  FB_RETURN_IF_ERROR(
      None(database_->Query("SELECT number FROM record a WHERE"
                            " (erased_at_us IS NOT NULL) <> EXISTS"
                            " (SELECT 1 FROM record b WHERE b.refers_to = a.record_id"
                            " AND b.kind = 12)"),
           "whether it was erased"));
  return None(database_->Query("SELECT t.number FROM child_tag t LEFT JOIN record r USING (number)"
                               " WHERE r.number IS NULL OR r.kind <> 1 OR r.child_id <> t.child_id"
                               " OR r.erased_at_us IS NOT NULL"),
              "its child's tag");
}

base::Status RecordStore::VerifyKeys() {
  return None(
      database_->Query("SELECT number FROM record r WHERE erased_at_us IS NULL AND NOT EXISTS"
                       " (SELECT 1 FROM key_ring WHERE key_id = CASE lock WHEN 1 THEN records_id"
                       " WHEN 2 THEN sheet_id ELSE post_box_id END)"),
      "it is locked by no key that is here");
}

}  // namespace firstbell::school_records
