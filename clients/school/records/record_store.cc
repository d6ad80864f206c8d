#include "clients/school/records/record_store.h"

#include <utility>

#include "broker/crypto/random.h"
#include "clients/school/records/child_name.h"
#include "clients/school/records/record_check.h"
#include "clients/school/records/record_schema.h"
#include "clients/school/records/stored_row.h"

namespace firstbell::school_records {
namespace {

using school::Blob;
using school::Statement;
using school::Transaction;

RowHead HeadOf(const Draft& draft, const WriterId& writer) {
  return {.id = draft.id,
          .kind = KindOf(draft.body),
          .child = draft.child,
          .alert = draft.alert,
          .revision = draft.revision,
          .at = draft.at,
          .due = draft.due,
          .writer = writer,
          .refers_to = draft.corrects};
}

// SQLite's driver binds no NULL; an empty text stands for it in the statements below.
std::string DueText(const RowHead& head) {
  return head.due ? std::to_string(Us(*head.due)) : std::string();
}

base::Status Taken() {
  return base::AlreadyExists("this id, or this revision of the alert, says something else already");
}

bool IsAlertOnly(const v1::RecordBody& body) {
  return body.has_filed() && body.filed().mode() == v1::FILING_MODE_ALERT_ONLY;
}

}  // namespace

base::Result<std::unique_ptr<RecordStore>> RecordStore::Open(const std::filesystem::path& path) {
  auto database = school::Database::Open(path);
  const base::Status made = database.ok() ? EnsureRecordSchema(**database) : database.status();
  if (absl::IsDataLoss(made)) {
    return base::DataLoss(
        "what the school has written down does not open: keep " + path.filename().string() +
        ", but move it out of the state directory, and put a backup in its place with "
        "firstbell-school restore. Alerts are not touched by it");
  }
  FB_RETURN_IF_ERROR(made);
  return std::unique_ptr<RecordStore>(new RecordStore(*std::move(database)));
}

// If we crash before the commit, nothing is there and whoever tries again writes it; after it, the
// same id says that it was written before.
base::Result<Added> RecordStore::Add(const Ring& ring, const Writer& writer, const Draft& draft) {
  FB_ASSIGN_OR_RETURN(const Draft checked, CheckDraft(draft));
  RowHead head = HeadOf(checked, writer.id);
  FB_RETURN_IF_ERROR(ring.LockFor(head.kind).status());
  FB_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*database_));
  FB_RETURN_IF_ERROR(CheckRing(ring));
  FB_ASSIGN_OR_RETURN(const std::optional<Added> before, AddedBefore(ring, head, checked.body));
  if (before) return *before;
  FB_RETURN_IF_ERROR(CheckCorrection(head));
  FB_RETURN_IF_ERROR(AppendWith(ring, writer, head, checked.body));
  const bool erases = IsAlertOnly(checked.body);
  if (erases) {
    FB_ASSIGN_OR_RETURN(const std::vector<RecordId> texts, AlertTexts(head.alert));
    FB_RETURN_IF_ERROR(EraseRows(texts, {v1::ERASURE_REASON_FILED_ELSEWHERE, head.at},
                                 [&](RowHead& erased, const v1::RecordBody& body) {
                                   erased.writer = writer.id;
                                   return AppendWith(ring, writer, erased, body);
                                 }));
  }
  FB_RETURN_IF_ERROR(transaction.Commit());
  if (erases) Truncate();
  return Added{Written::kNow, head.id, head.number};
}

base::Result<RecordStore::FoundChild> RecordStore::FindOrAddChild(const Ring& ring,
                                                                  const Writer& writer,
                                                                  const v1::RecordedChild& child,
                                                                  absl::Time at) {
  Draft draft{.id = RecordId(crypto::RandomId()), .child = ChildId(crypto::RandomId()), .at = at};
  *draft.body.mutable_child() = child;
  FB_ASSIGN_OR_RETURN(draft, CheckDraft(draft));
  RowHead head = HeadOf(draft, writer.id);
  if (!ring.full()) return ring.LockFor(head.kind).status();
  FB_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*database_));
  FB_RETURN_IF_ERROR(CheckRing(ring));
  FB_ASSIGN_OR_RETURN(const std::optional<ChildId> found, FindChild(ring, draft.body.child()));
  if (found) return FoundChild{*found, Written::kBefore};
  FB_RETURN_IF_ERROR(AppendWith(ring, writer, head, draft.body));
  FB_RETURN_IF_ERROR(transaction.Commit());
  return FoundChild{head.child, Written::kNow};
}

base::Status RecordStore::CheckRing(const Ring& ring) {
  FB_ASSIGN_OR_RETURN(Statement row,
                      database_->Query("SELECT records_id, sheet_id, post_box_id FROM key_ring"));
  FB_ASSIGN_OR_RETURN(const bool made, row.Step());
  const bool same = made && (!ring.full() || row.Text(0) == ring.records_id().value()) &&
                    row.Text(1) == ring.sheet_id().value() &&
                    row.Text(2) == ring.post_box().id.value();
  if (same) return base::OkStatus();
  return base::PermissionDenied("the keys of the records were replaced: lock, and sign in again");
}

base::Result<std::optional<StoredRow>> RecordStore::Find(const RecordId& id) {
  FB_ASSIGN_OR_RETURN(
      auto rows,
      All(database_->Query(
              (std::string("SELECT ") + kRowColumns + " FROM record WHERE record_id = ?").c_str(),
              std::string_view(id.value())),
          ReadStored));
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

base::Result<std::optional<Added>> RecordStore::AddedBefore(const Ring& ring, const RowHead& head,
                                                            const v1::RecordBody& body) {
  FB_ASSIGN_OR_RETURN(std::optional<StoredRow> row, Find(head.id));
  if (!row && head.kind == v1::RECORD_KIND_ALERT) {
    FB_ASSIGN_OR_RETURN(
        auto texts,
        All(database_->Query((std::string("SELECT ") + kRowColumns +
                              " FROM record WHERE kind = 2 AND alert_id = ?"
                              " AND revision = ?")
                                 .c_str(),
                             std::string_view(head.alert.value()), std::int64_t{head.revision}),
            ReadStored));
    if (!texts.empty()) row = std::move(texts.front());
    if (row && row->erased) {
      return base::FailedPrecondition("what the police said in this alert was erased");
    }
  }
  if (!row) return std::nullopt;
  FB_ASSIGN_OR_RETURN(Added added, SameAs(ring, *row, head, body));
  return added;
}

// Of a text of the police, whoever opened it and when: it is what they said.
base::Result<Added> RecordStore::SameAs(const Ring& ring, const StoredRow& row, const RowHead& head,
                                        const v1::RecordBody& body) {
  const Added before{Written::kBefore, row.head.id, row.head.number};
  if (row.erased || (!ring.full() && row.lock != Lock::kSheet)) {
    RowHead as_written = head;
    as_written.number = row.head.number;
    as_written.at = row.head.at;
    if (as_written == row.head) return before;
    return Taken();
  }
  FB_ASSIGN_OR_RETURN(const Record record, OpenRow(ring, row));
  if (head.kind == v1::RECORD_KIND_ALERT && head.id != row.head.id) {
    const bool same =
        record.head.child == head.child && record.said.alert().content() == body.alert().content();
    if (same) return before;
    return Taken();
  }
  if (SayTheSame(head, body, record.head, record.said)) return before;
  return Taken();
}

base::Status RecordStore::CheckCorrection(const RowHead& head) {
  if (head.refers_to.empty()) return base::OkStatus();
  FB_ASSIGN_OR_RETURN(const std::optional<StoredRow> row, Find(head.refers_to));
  if (!row) return base::NotFound("there is no row that this one could correct");
  const bool same_child = row->head.child == head.child || row->head.child.empty();
  if (row->head.kind != head.kind || !same_child) {
    return base::FailedPrecondition("a correction is of the same kind and the same child");
  }
  if (row->erased) return base::FailedPrecondition("what is to be corrected was erased");
  if (!row->current) {
    return base::FailedPrecondition("somebody has corrected it meanwhile: read it again");
  }
  return base::OkStatus();
}

base::Status RecordStore::AppendWith(const Ring& ring, const Writer& writer, RowHead& head,
                                     const v1::RecordBody& body) {
  FB_ASSIGN_OR_RETURN(const Lock lock, ring.LockFor(head.kind));
  FB_RETURN_IF_ERROR(Append(
      {lock, ring.IdOf(lock),
       [&](const RecordId& row, const base::Secret& key) { return ring.Wrap(lock, row, key); }},
      writer.key, head, body));
  if (!body.has_child()) return base::OkStatus();
  return TagChild(ring, head, body.child());
}

base::Status RecordStore::Append(const RowLock& lock, const crypto::PrivateKey& signer,
                                 RowHead& head, const v1::RecordBody& body) {
  FB_ASSIGN_OR_RETURN(const Tip tip, ChainTip());
  head.number = tip.number + 1;
  FB_ASSIGN_OR_RETURN(const SealedRow row, SealRow(head, body, tip.digest, signer, lock.wrap));
  FB_RETURN_IF_ERROR(database_->Run(
      "INSERT INTO record (number, record_id, kind, child_id, alert_id, revision, at_us, due_us,"
      " writer_id, refers_to, lock, key_id, wrapped_key, content, content_sha256, digest)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, CAST(NULLIF(?, '') AS INTEGER), ?, ?, ?, ?, ?, ?, ?, ?)",
      head.number, std::string_view(head.id.value()), std::int64_t{head.kind},
      std::string_view(head.child.value()), std::string_view(head.alert.value()),
      std::int64_t{head.revision}, Us(head.at), std::string_view(DueText(head)),
      std::string_view(head.writer.value()), std::string_view(head.refers_to.value()),
      static_cast<std::int64_t>(lock.lock), std::string_view(lock.key_id.value()),
      Blob{row.wrapped_key}, Blob{row.content}, Blob{row.content_sha256}, Blob{row.digest}));
  if (head.refers_to.empty() || head.kind == v1::RECORD_KIND_ERASED) return base::OkStatus();
  return database_->Run("UPDATE record SET current = 0 WHERE record_id = ?",
                        std::string_view(head.refers_to.value()));
}

base::Status RecordStore::TagChild(const Ring& ring, const RowHead& head,
                                   const v1::RecordedChild& child) {
  const std::optional<std::string> identity = IdentityOf(child);
  if (!identity) return base::OkStatus();
  return database_->Run("INSERT INTO child_tag (number, tag, child_id) VALUES (?, ?, ?)",
                        head.number, Blob{ring.ChildTag(*identity)},
                        std::string_view(head.child.value()));
}

// Whoever has these names now goes before who once had them.
base::Result<std::optional<ChildId>> RecordStore::FindChild(const Ring& ring,
                                                            const v1::RecordedChild& child) {
  const std::optional<std::string> identity = IdentityOf(child);
  if (!identity) return std::nullopt;
  FB_ASSIGN_OR_RETURN(
      const auto found,
      All(database_->Query("SELECT t.child_id FROM child_tag t JOIN record r USING (number)"
                           " WHERE t.tag = ? ORDER BY r.current DESC, t.number DESC LIMIT 1",
                           Blob{ring.ChildTag(*identity)}),
          [](const Statement& row) { return ChildId(row.Text(0)); }));
  if (found.empty()) return std::nullopt;
  return found.front();
}

base::Result<Tip> RecordStore::ChainTip() {
  FB_ASSIGN_OR_RETURN(
      const auto found,
      All(database_->Query("SELECT number, digest FROM record ORDER BY number DESC LIMIT 1"),
          [](const Statement& row) {
            return Tip{row.Int(0), row.Text(1)};
          }));
  return found.empty() ? Tip{0, FirstDigest()} : found.front();
}

base::Status RecordStore::CopyTo(const std::filesystem::path& path) {
  const std::string name = path.string();
  FB_RETURN_IF_ERROR(database_->Run("VACUUM INTO ?", std::string_view(name)));
  // Opened once, so that its mode is that of every store of ours.
  return school::Database::Open(path).status();
}

// Where another program reads just now, the next checkpoint does it.
void RecordStore::Truncate() {
  (void)database_->Execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

}  // namespace firstbell::school_records
