// Erasing: a row loses its content and its key, and another says so, signed.

#include <utility>

#include "broker/crypto/random.h"
#include "clients/school/records/record_store.h"
#include "clients/school/records/stored_row.h"

namespace firstbell::school_records {
namespace {

using school::Statement;
using school::Transaction;

base::Status CheckReason(v1::ErasureReason why) {
  const bool said = why != v1::ERASURE_REASON_UNSPECIFIED && v1::ErasureReason_IsValid(why);
  return said ? base::OkStatus() : base::InvalidArgument("why: is required");
}

base::Status CheckErasable(const std::optional<StoredRow>& row) {
  if (!row) return base::NotFound("there is no such row to erase");
  if (row->head.kind == v1::RECORD_KIND_ERASED) {
    return base::FailedPrecondition("what says that a row was erased is kept");
  }
  return base::OkStatus();
}

}  // namespace

base::Status RecordStore::Erase(const Ring& ring, const Writer& writer,
                                absl::Span<const RecordId> rows, v1::ErasureReason why,
                                absl::Time at) {
  FB_RETURN_IF_ERROR(CheckReason(why));
  if (!ring.full()) return ring.LockFor(v1::RECORD_KIND_ERASED).status();
  if (rows.size() > record_limits::kErasedAtOnce) {
    return base::InvalidArgument("rows: more than " + std::to_string(record_limits::kErasedAtOnce) +
                                 " at once");
  }
  FB_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*database_));
  FB_RETURN_IF_ERROR(CheckRing(ring));
  FB_RETURN_IF_ERROR(EraseRows(rows, {why, at}, [&](RowHead& head, const v1::RecordBody& body) {
    head.writer = writer.id;
    return AppendWith(ring, writer, head, body);
  }));
  FB_RETURN_IF_ERROR(transaction.Commit());
  Truncate();
  return base::OkStatus();
}

base::Result<std::int64_t> RecordStore::EraseAlertText(const Writer& device,
                                                       const base::AlertId& alert,
                                                       v1::ErasureReason why, absl::Time at) {
  FB_RETURN_IF_ERROR(CheckReason(why));
  FB_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*database_));
  FB_ASSIGN_OR_RETURN(const std::vector<RecordId> texts, AlertTexts(alert));
  if (texts.empty()) return 0;
  FB_ASSIGN_OR_RETURN(const PostBox box, ReadPostBox());
  FB_RETURN_IF_ERROR(EraseRows(texts, {why, at}, [&](RowHead& head, const v1::RecordBody& body) {
    head.writer = device.id;
    return Append(
        {Lock::kPostBox, box.id,
         [&](const RecordId& row, const base::Secret& key) { return WrapFor(box, row, key); }},
        device.key, head, body);
  }));
  FB_RETURN_IF_ERROR(transaction.Commit());
  Truncate();
  return static_cast<std::int64_t>(texts.size());
}

// SQLite overwrites what it frees (secure_delete). What a disk keeps of it below the file system is
// ciphertext whose key is gone.
base::Status RecordStore::EraseRows(absl::Span<const RecordId> rows, const Erasing& erasing,
                                    const AppendErased& append) {
  const absl::Time at = absl::FromUnixMicros(Us(erasing.at));
  v1::RecordBody body;
  body.mutable_erased()->set_why(erasing.why);
  for (const RecordId& id : rows) {
    FB_ASSIGN_OR_RETURN(const std::optional<StoredRow> row, Find(id));
    FB_RETURN_IF_ERROR(CheckErasable(row));
    if (row->erased) continue;
    FB_RETURN_IF_ERROR(database_->Run(
        "UPDATE record SET content = x'', wrapped_key = x'', erased_at_us = ?, why = ?"
        " WHERE number = ?",
        Us(at), std::int64_t{erasing.why}, row->head.number));
    FB_RETURN_IF_ERROR(database_->Run("DELETE FROM child_tag WHERE number = ?", row->head.number));
    RowHead head{.id = RecordId(crypto::RandomId()),
                 .kind = v1::RECORD_KIND_ERASED,
                 .child = row->head.child,
                 .alert = row->head.alert,
                 .revision = row->head.revision,
                 .at = at,
                 .refers_to = id};
    FB_RETURN_IF_ERROR(append(head, body));
  }
  return base::OkStatus();
}

base::Result<std::vector<RecordId>> RecordStore::AlertTexts(const base::AlertId& alert) {
  return All(database_->Query("SELECT record_id FROM record WHERE kind = 2 AND alert_id = ?"
                              " AND erased_at_us IS NULL ORDER BY number",
                              std::string_view(alert.value())),
             [](const Statement& row) { return RecordId(row.Text(0)); });
}

base::Result<PostBox> RecordStore::ReadPostBox() {
  FB_ASSIGN_OR_RETURN(Statement row,
                      database_->Query("SELECT post_box_id, post_box_certificate FROM key_ring"));
  FB_ASSIGN_OR_RETURN(const bool made, row.Step());
  if (!made) return base::DataLoss("the school's records have rows and no keys");
  return PostBox{KeyId(row.Text(0)), row.Text(1)};
}

}  // namespace firstbell::school_records
