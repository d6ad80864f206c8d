#include "clients/school/local_store.h"

#include <utility>

#include "clients/school/local_rows.h"
#include "clients/school/schema.h"

namespace firstbell::school {
namespace {

link::QueuedReceipt ReadReceipt(const Statement& row) {
  return {ReadRef(row),
          static_cast<v1::ReceiptKind>(row.Int(4)),
          base::RecipientId(row.Text(5)),
          At(row, 6),
          row.Text(7),
          row.Text(8)};
}

bool TakenBack(const link::AlertEnd& end) {
  return end.state == v1::ALERT_STATE_REDIRECTED || end.state == v1::ALERT_STATE_WITHDRAWN;
}

// recipient_id, role, display_name, opening_key_sha256, from column `first` on.
link::Person ReadPerson(const Statement& row, int first) {
  return {base::RecipientId(row.Text(first)), static_cast<v1::RecipientRole>(row.Int(first + 1)),
          row.Text(first + 2), row.Text(first + 3)};
}

}  // namespace

base::Result<std::unique_ptr<LocalStore>> LocalStore::Open(const std::filesystem::path& path) {
  FB_ASSIGN_OR_RETURN(std::unique_ptr<Database> database, Database::Open(path));
  FB_RETURN_IF_ERROR(EnsureSchema(*database));
  return std::unique_ptr<LocalStore>(new LocalStore(std::move(database)));
}

base::Result<std::optional<link::SealingRef>> LocalStore::NewestSealing(
    const base::AlertId& alert) {
  FB_ASSIGN_OR_RETURN(
      auto found,
      All(database_->Query("SELECT alert_id, revision, sealing, ciphertext_sha256 FROM alert"
                           " JOIN sealing USING (alert_id, revision, sealing) WHERE alert_id = ?",
                           std::string_view(alert.value())),
          ReadRef));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

// If we crash before the commit, the broker has no receipt and pushes again; after it, the receipt
// waits here and the next session sends it.
base::Status LocalStore::KeepSealing(const link::KeptSealing& sealing,
                                     const link::QueuedReceipt& received,
                                     const link::SignErased& erased) {
  FB_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*database_));
  FB_RETURN_IF_ERROR(InsertSealing(sealing));
  FB_RETURN_IF_ERROR(InsertReceipt(received).status());
  FB_RETURN_IF_ERROR(Destroy(sealing.ref.alert_id, sealing.ref.revision, erased));
  FB_RETURN_IF_ERROR(transaction.Commit());
  if (sealing.ref.revision > 1) Truncate();
  return base::OkStatus();
}

// SQLite overwrites what it frees (secure_delete). What a disk keeps of it below the file system is
// ciphertext that only its people's keys open.
base::Status LocalStore::Destroy(const base::AlertId& alert, std::uint32_t before_revision,
                                 const link::SignErased& erased) {
  FB_ASSIGN_OR_RETURN(
      const auto destroyed,
      All(database_->Query("UPDATE sealing SET envelope = x'' WHERE alert_id = ? AND revision < ?"
                           " AND length(envelope) > 0"
                           " RETURNING alert_id, revision, sealing, ciphertext_sha256",
                           std::string_view(alert.value()), std::int64_t{before_revision}),
          ReadRef));
  for (const link::SealingRef& sealing : destroyed) {
    FB_RETURN_IF_ERROR(InsertReceipt(erased(sealing)).status());
  }
  return base::OkStatus();
}

// Where another program reads just now, the next checkpoint does it.
void LocalStore::Truncate() {
  (void)database_->Execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

base::Status LocalStore::InsertSealing(const link::KeptSealing& sealing) {
  const link::SealingRef& ref = sealing.ref;
  FB_RETURN_IF_ERROR(database_->Run(
      "INSERT OR IGNORE INTO sealing (alert_id, sealing, revision, ciphertext_sha256,"
      " show_from_us, deadline_us, expires_at_us, received_at_us, envelope, part,"
      " offered_to, offered_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      std::string_view(ref.alert_id.value()), std::int64_t{ref.sealing}, std::int64_t{ref.revision},
      Blob{ref.ciphertext_sha256}, Us(sealing.show_from), Us(sealing.deadline),
      Us(sealing.expires_at), Us(sealing.received_at), Blob{sealing.envelope},
      std::int64_t{sealing.part}, std::string_view(sealing.offered_to.value()),
      std::string_view(sealing.offered_by.value())));
  return database_->Run(
      "INSERT INTO alert (alert_id, revision, sealing) VALUES (?, ?, ?)"
      " ON CONFLICT (alert_id) DO UPDATE"
      " SET revision = excluded.revision, sealing = excluded.sealing"
      " WHERE (excluded.revision, excluded.sealing) > (alert.revision, alert.sealing)",
      std::string_view(ref.alert_id.value()), std::int64_t{ref.revision},
      std::int64_t{ref.sealing});
}

base::Result<Queued> LocalStore::InsertReceipt(const link::QueuedReceipt& receipt,
                                               std::string_view form) {
  FB_RETURN_IF_ERROR(database_->Run(
      "INSERT OR IGNORE INTO receipt (statement_sha256, alert_id, revision, sealing,"
      " ciphertext_sha256, kind, signer_id, at_us, wire, form)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      Blob{receipt.statement_sha256}, std::string_view(receipt.about.alert_id.value()),
      std::int64_t{receipt.about.revision}, std::int64_t{receipt.about.sealing},
      Blob{receipt.about.ciphertext_sha256}, std::int64_t{receipt.kind},
      std::string_view(receipt.signer.value()), Us(receipt.at), Blob{receipt.wire}, Blob{form}));
  return database_->Changes() == 1 ? Queued::kNow : Queued::kBefore;
}

// Of whether the child has come (8 to 10) stands what was said last, by whomever; of colleagues who
// were asked (11), the last; and every reply (12).
base::Result<std::optional<bool>> LocalStore::StandsAsFormSaid(const link::QueuedReceipt& receipt,
                                                               std::string_view form) {
  FB_ASSIGN_OR_RETURN(
      Statement said,
      database_->Query(
          "SELECT CASE WHEN said.kind = 12 THEN 1 WHEN said.kind = 11 THEN said.rowid ="
          " (SELECT max(rowid) FROM receipt WHERE alert_id = ?1 AND kind = 11 AND outcome <= 1)"
          " ELSE said.kind = (SELECT kind FROM receipt WHERE alert_id = ?1 AND kind BETWEEN 8 AND"
          " 10 AND outcome <= 1 ORDER BY rowid DESC LIMIT 1) END FROM receipt said"
          " WHERE alert_id = ?1 AND revision = ?2 AND signer_id = ?3 AND form = ?4"
          " AND outcome <= 1 ORDER BY rowid DESC LIMIT 1",
          std::string_view(receipt.about.alert_id.value()), std::int64_t{receipt.about.revision},
          std::string_view(receipt.signer.value()), Blob{form}));
  FB_ASSIGN_OR_RETURN(const bool found, said.Step());
  return found ? std::optional(said.Int(0) == 1) : std::nullopt;
}

base::Result<Queued> LocalStore::QueueReceipt(const link::QueuedReceipt& receipt,
                                              std::string_view form) {
  if (form.empty()) return InsertReceipt(receipt, form);
  FB_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*database_));
  FB_ASSIGN_OR_RETURN(const auto stands, StandsAsFormSaid(receipt, form));
  if (stands && *stands) return Queued::kBefore;
  if (stands) {
    return base::FailedPrecondition(
        "you have said this before, and something else was said since: look at what stands now, "
        "and say it again from there");
  }
  FB_ASSIGN_OR_RETURN(const Queued queued, InsertReceipt(receipt, form));
  FB_RETURN_IF_ERROR(transaction.Commit());
  return queued;
}

base::Result<std::string> LocalStore::QueueReceivedAgain(const link::SealingRef& sealing) {
  std::string received;
  FB_RETURN_IF_ERROR(
      All(database_->Query("UPDATE receipt SET outcome = 0, answered_at_us = NULL"
                           " WHERE alert_id = ? AND sealing = ? AND ciphertext_sha256 = ?"
                           " AND (kind = ? OR outcome = ?) RETURNING kind, statement_sha256",
                           std::string_view(sealing.alert_id.value()),
                           std::int64_t{sealing.sealing}, Blob{sealing.ciphertext_sha256},
                           std::int64_t{v1::RECEIPT_KIND_RECEIVED},
                           std::int64_t{v1::RECEIPT_OUTCOME_RECORDED}),
          [&](const Statement& row) {
            if (row.Int(0) == v1::RECEIPT_KIND_RECEIVED) received = row.Text(1);
            return row.Int(0);
          })
          .status());
  if (received.empty()) return base::NotFound("that sealing is not kept here");
  return received;
}

base::Result<std::vector<base::AlertId>> LocalStore::EndAlerts(
    absl::Span<const link::AlertEnd> ends, const link::SignErased& erased) {
  std::vector<base::AlertId> taken_back;
  FB_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*database_));
  for (const link::AlertEnd& end : ends) {
    FB_RETURN_IF_ERROR(InsertEnd(end));
    const bool is_new = database_->Changes() == 1;
    if (!TakenBack(end)) continue;
    FB_RETURN_IF_ERROR(Destroy(end.alert_id, end.revision + 1, erased));
    if (is_new) taken_back.push_back(end.alert_id);
  }
  FB_RETURN_IF_ERROR(transaction.Commit());
  if (!taken_back.empty()) Truncate();
  return taken_back;
}

// Of one revision, that it was taken back (7, 8: redirected, withdrawn) goes before that it was
// acknowledged (6).
base::Status LocalStore::InsertEnd(const link::AlertEnd& end) {
  const std::string_view id = end.alert_id.value();
  return database_->Run(
      "INSERT INTO ended SELECT ?, ?, ?, ?, ? WHERE EXISTS"
      " (SELECT 1 FROM alert WHERE alert_id = ?)"
      " ON CONFLICT (alert_id) DO UPDATE SET revision = excluded.revision,"
      " state = excluded.state, at_us = excluded.at_us,"
      " acknowledged_by = excluded.acknowledged_by"
      " WHERE (excluded.revision, excluded.state) > (revision, state)",
      id, std::int64_t{end.revision}, std::int64_t{end.state}, Us(end.at),
      std::string_view(end.acknowledged_by.value()), id);
}

base::Result<std::vector<link::QueuedReceipt>> LocalStore::UnansweredReceipts(std::size_t limit) {
  return All(database_->Query("SELECT alert_id, revision, sealing, ciphertext_sha256, kind,"
                              " signer_id, at_us, statement_sha256, wire FROM receipt"
                              " WHERE outcome = 0 ORDER BY at_us, statement_sha256 LIMIT ?",
                              static_cast<std::int64_t>(limit)),
             ReadReceipt);
}

base::Status LocalStore::AnswerReceipt(std::string_view statement_sha256,
                                       v1::ReceiptOutcome outcome, absl::Time now) {
  return database_->Run(
      "UPDATE receipt SET outcome = ?, answered_at_us = ?"
      " WHERE statement_sha256 = ? AND outcome = 0",
      std::int64_t{outcome}, Us(now), Blob{statement_sha256});
}

base::Status LocalStore::QueueDuty(const base::RecipientId& person, const v1::Duty& duty,
                                   absl::Time at, const link::QueuedDuty& said) {
  FB_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*database_));
  FB_RETURN_IF_ERROR(
      database_->Run("DELETE FROM duty WHERE person_id = ?", std::string_view(person.value())));
  FB_RETURN_IF_ERROR(database_->Run(
      "INSERT INTO duty (statement_sha256, person_id, at_us, duty, wire) VALUES (?, ?, ?, ?, ?)",
      Blob{said.statement_sha256}, std::string_view(person.value()), Us(at),
      Blob{duty.SerializeAsString()}, Blob{said.wire}));
  return transaction.Commit();
}

base::Result<std::vector<link::QueuedDuty>> LocalStore::UnansweredDuties(std::size_t limit) {
  return All(database_->Query("SELECT statement_sha256, wire FROM duty WHERE outcome = 0"
                              " ORDER BY at_us, statement_sha256 LIMIT ?",
                              static_cast<std::int64_t>(limit)),
             [](const Statement& row) {
               return link::QueuedDuty{row.Text(0), row.Text(1)};
             });
}

base::Status LocalStore::AnswerDuty(std::string_view statement_sha256, v1::ReceiptOutcome outcome) {
  return database_->Run("UPDATE duty SET outcome = ? WHERE statement_sha256 = ? AND outcome = 0",
                        std::int64_t{outcome}, Blob{statement_sha256});
}

base::Result<v1::Duty> LocalStore::DutyOf(const base::RecipientId& person) {
  FB_ASSIGN_OR_RETURN(
      const auto found,
      All(database_->Query("SELECT duty FROM duty WHERE person_id = ?1 AND outcome = 0 UNION ALL"
                           " SELECT duty FROM person WHERE recipient_id = ?1",
                           std::string_view(person.value())),
          [](const Statement& row) { return row.Text(0); }));
  v1::Duty duty;
  if (!found.empty() && !duty.ParseFromString(found.front())) {
    return base::DataLoss("what is kept of somebody's duty does not read back");
  }
  return duty;
}

base::Result<std::optional<std::vector<link::Person>>> LocalStore::People() {
  FB_ASSIGN_OR_RETURN(Statement known, database_->Query("SELECT people_known FROM link_state"));
  FB_RETURN_IF_ERROR(known.Step().status());
  if (known.Int(0) == 0) return std::nullopt;
  return All(database_->Query("SELECT recipient_id, role, display_name, opening_key_sha256, duty"
                              " FROM person ORDER BY position"),
             [](const Statement& row) {
               link::Person person = ReadPerson(row, 0);
               person.duty = row.Text(4);
               return person;
             });
}

base::Status LocalStore::ReplacePeople(absl::Span<const link::Person> people,
                                       absl::Span<const link::Notice> notices) {
  FB_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*database_));
  FB_RETURN_IF_ERROR(
      database_->Execute("DELETE FROM person; UPDATE link_state SET people_known = 1"));
  std::int64_t position = 0;
  for (const link::Person& person : people) {
    FB_RETURN_IF_ERROR(database_->Run(
        "INSERT OR REPLACE INTO person VALUES (?, ?, ?, ?, ?, ?)",
        std::string_view(person.id.value()), position++, std::int64_t{person.role},
        std::string_view(person.display_name), Blob{person.opening_key_sha256}, Blob{person.duty}));
  }
  FB_RETURN_IF_ERROR(InsertNotices(notices));
  return transaction.Commit();
}

base::Status LocalStore::InsertNotices(absl::Span<const link::Notice> notices) {
  for (const link::Notice& notice : notices) {
    FB_RETURN_IF_ERROR(
        database_->Run("INSERT INTO notice (kind, at_us, recipient_id, role, display_name, "
                       "opening_key_sha256, log)"
                       " VALUES (?, ?, ?, ?, ?, ?, ?)",
                       static_cast<std::int64_t>(notice.kind), Us(notice.at),
                       std::string_view(notice.person.id.value()), std::int64_t{notice.person.role},
                       std::string_view(notice.person.display_name),
                       Blob{notice.person.opening_key_sha256}, std::string_view(notice.log)));
  }
  return base::OkStatus();
}

base::Status LocalStore::SaveTimeAnchor(const TimeAnchor& anchor) {
  return database_->Run(
      "UPDATE link_state SET broker_time_us = ?, simulated = ?, learnt_at_us = ?,"
      " learnt_since_boot_us = ?, boot_id = ?",
      Us(anchor.broker.now), std::int64_t{anchor.broker.simulated}, Us(anchor.learnt.wall),
      absl::ToInt64Microseconds(anchor.learnt.since_boot), std::string_view(anchor.learnt.boot_id));
}

base::Result<std::optional<TimeAnchor>> LocalStore::LastTimeAnchor() {
  FB_ASSIGN_OR_RETURN(
      Statement row,
      database_->Query("SELECT broker_time_us, simulated, learnt_at_us, learnt_since_boot_us,"
                       " boot_id FROM link_state"));
  FB_RETURN_IF_ERROR(row.Step().status());
  if (row.IsNull(0)) return std::nullopt;
  const MachineTime learnt{At(row, 2), absl::Microseconds(row.Int(3)), row.Text(4)};
  return TimeAnchor{{At(row, 0), row.Int(1) != 0}, learnt};
}

base::Status LocalStore::SaveLinkStanding(const LinkStanding& standing) {
  return database_->Run("UPDATE link_standing SET state = ?, since_us = ?, why = ?",
                        std::int64_t{static_cast<int>(standing.state)}, Us(standing.since),
                        std::string_view(standing.why));
}

base::Result<std::uint64_t> LocalStore::ShownChanges() {
  FB_ASSIGN_OR_RETURN(Statement row, database_->Query("SELECT count FROM shown_change"));
  FB_RETURN_IF_ERROR(row.Step().status());
  return static_cast<std::uint64_t>(row.Int(0));
}

base::Status LocalStore::SaveHeard(absl::Time at) {
  return database_->Run("UPDATE link_standing SET heard_us = ?", Us(at));
}

base::Result<std::optional<absl::Time>> LocalStore::LastHeard() {
  FB_ASSIGN_OR_RETURN(
      Statement row, database_->Query("SELECT NULLIF(MAX(heard_us, COALESCE(broker_time_us, 0)), 0)"
                                      " FROM link_standing, link_state"));
  FB_RETURN_IF_ERROR(row.Step().status());
  return MaybeAt(row, 0);
}

base::Result<std::optional<LinkStanding>> LocalStore::LastLinkStanding() {
  FB_ASSIGN_OR_RETURN(Statement row,
                      database_->Query("SELECT state, since_us, why FROM link_standing"));
  FB_RETURN_IF_ERROR(row.Step().status());
  if (row.Int(0) == 0) return std::nullopt;
  return LinkStanding{static_cast<LinkState>(row.Int(0)), At(row, 1), row.Text(2)};
}

base::Result<std::string> LocalStore::Envelope(const link::SealingRef& sealing) {
  FB_ASSIGN_OR_RETURN(
      auto found,
      All(database_->Query("SELECT envelope FROM sealing WHERE alert_id = ?"
                           " AND sealing = ? AND ciphertext_sha256 = ?",
                           std::string_view(sealing.alert_id.value()),
                           std::int64_t{sealing.sealing}, Blob{sealing.ciphertext_sha256}),
          [](const Statement& row) { return row.Text(0); }));
  if (found.empty()) return base::NotFound("that alert is not kept here");
  return std::move(found.front());
}

base::Result<std::vector<link::Notice>> LocalStore::NoticesSince(absl::Time from,
                                                                 std::size_t limit) {
  return All(database_->Query("SELECT kind, at_us, recipient_id, role, display_name,"
                              " opening_key_sha256, log FROM notice WHERE at_us >= ?"
                              " ORDER BY id DESC LIMIT ?",
                              Us(from), static_cast<std::int64_t>(limit)),
             [](const Statement& row) {
               return link::Notice{static_cast<link::NoticeKind>(row.Int(0)), At(row, 1),
                                   ReadPerson(row, 2), row.Text(6)};
             });
}

base::Result<bool> LocalStore::WasRemoved(const base::RecipientId& person) {
  FB_ASSIGN_OR_RETURN(Statement row, database_->Query("SELECT kind FROM notice"
                                                      " WHERE recipient_id = ? AND kind <= 2"
                                                      " ORDER BY id DESC LIMIT 1",
                                                      std::string_view(person.value())));
  FB_ASSIGN_OR_RETURN(const bool any, row.Step());
  return any && row.Int(0) == static_cast<std::int64_t>(link::NoticeKind::kPersonRemoved);
}

base::Result<bool> LocalStore::HasOpened(const link::SealingRef& sealing,
                                         const base::RecipientId& person) {
  FB_ASSIGN_OR_RETURN(
      Statement row,
      database_->Query("SELECT 1 FROM receipt r JOIN sealing o USING (alert_id, sealing)"
                       " WHERE r.alert_id = ? AND r.revision = ? AND r.kind = 4 AND o.part = 1"
                       " AND r.outcome <= 1 AND r.signer_id = ? LIMIT 1",
                       std::string_view(sealing.alert_id.value()), std::int64_t{sealing.revision},
                       std::string_view(person.value())));
  return row.Step();
}

base::Result<std::vector<RefusedReceipt>> LocalStore::RefusedSince(absl::Time from,
                                                                   std::size_t limit) {
  return All(database_->Query("SELECT alert_id, revision, sealing, ciphertext_sha256, kind,"
                              " signer_id, at_us, statement_sha256, wire, outcome, answered_at_us"
                              " FROM receipt WHERE outcome > 1 AND answered_at_us >= ?"
                              " ORDER BY answered_at_us DESC, statement_sha256 LIMIT ?",
                              Us(from), static_cast<std::int64_t>(limit)),
             [](const Statement& row) {
               return RefusedReceipt{ReadReceipt(row), static_cast<v1::ReceiptOutcome>(row.Int(9)),
                                     At(row, 10)};
             });
}

base::Result<std::size_t> LocalStore::CountUnanswered() {
  FB_ASSIGN_OR_RETURN(Statement row,
                      database_->Query("SELECT COUNT(*) FROM receipt WHERE outcome = 0"));
  FB_RETURN_IF_ERROR(row.Step().status());
  return static_cast<std::size_t>(row.Int(0));
}

}  // namespace firstbell::school
