// The part of local_store.h that remembers the delivery log.

#include "clients/link/log_acceptance.h"
#include "clients/school/local_store.h"

namespace firstbell::school {
namespace {

link::WatchedPerson ReadWatched(const Statement& row) {
  link::WatchedPerson person;
  person.id = base::RecipientId(row.Text(0));
  person.opening_key_sha256 = row.Text(1);
  person.key_id = row.Text(2);
  person.standing = static_cast<link::Standing>(row.Int(3));
  person.since = absl::FromUnixMicros(row.Int(4));
  person.answers = static_cast<std::uint32_t>(row.Int(5));
  person.sealed_to = row.Text(6);
  if (!row.IsNull(7)) person.gone_at = absl::FromUnixMicros(row.Int(7));
  return person;
}

link::Unwitnessed ReadUnwitnessed(const Statement& row) {
  return {static_cast<std::uint64_t>(row.Int(0)), absl::FromUnixMicros(row.Int(1)),
          static_cast<std::uint32_t>(row.Int(2)), row.Int(3) != 0};
}

base::Status Write(const link::Unwitnessed& awaited, Database& database) {
  return database.Run(
      "UPDATE log_trust SET unwitnessed_size = ?, unwitnessed_since_us = ?,"
      " unwitnessed_answers = ?, unwitnessed_alarmed = ?",
      static_cast<std::int64_t>(awaited.size), absl::ToUnixMicros(awaited.since),
      std::int64_t{awaited.answers}, std::int64_t{awaited.alarmed});
}

// at_us, why, alarming, newest, from that column on.
link::Fork ReadFork(const Statement& row, int column) {
  return {absl::FromUnixMicros(row.Int(column)), row.Text(column + 1), row.Text(column + 2),
          row.Text(column + 3)};
}

}  // namespace

base::Result<link::LogTrust> LocalStore::Trust() {
  link::LogTrust trust;
  FB_ASSIGN_OR_RETURN(
      Statement row,
      database_->Query("SELECT log_key, checkpoint, contradicted, edition, crowded,"
                       " forked, forked_at_us, why, alarming, newest FROM log_trust"));
  FB_RETURN_IF_ERROR(row.Step().status());
  trust.log_key = row.Text(0);
  trust.checkpoint = row.Text(1);
  trust.contradicted = static_cast<std::uint32_t>(row.Int(2));
  trust.edition = static_cast<std::uint32_t>(row.Int(3));
  trust.crowded = row.Int(4) != 0;
  if (row.Int(5) != 0) trust.fork = ReadFork(row, 6);
  FB_ASSIGN_OR_RETURN(
      Statement awaited,
      database_->Query("SELECT unwitnessed_size, unwitnessed_since_us, unwitnessed_answers,"
                       " unwitnessed_alarmed FROM log_trust"));
  FB_RETURN_IF_ERROR(awaited.Step().status());
  trust.unwitnessed = ReadUnwitnessed(awaited);
  FB_ASSIGN_OR_RETURN(
      Statement people,
      database_->Query("SELECT recipient_id, opening_key_sha256, key_id, standing, since_us,"
                       " answers, sealed_to, gone_at_us FROM log_person ORDER BY rowid"));
  while (true) {
    FB_ASSIGN_OR_RETURN(const bool more, people.Step());
    if (!more) return trust;
    trust.people.push_back(ReadWatched(people));
  }
}

base::Result<std::uint32_t> LocalStore::TrustEdition() {
  FB_ASSIGN_OR_RETURN(Statement row, database_->Query("SELECT edition FROM log_trust"));
  FB_RETURN_IF_ERROR(row.Step().status());
  return static_cast<std::uint32_t>(row.Int(0));
}

base::Status LocalStore::SaveTrust(const link::LogTrust& trust,
                                   absl::Span<const link::Notice> notices) {
  FB_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*database_));
  FB_ASSIGN_OR_RETURN(const std::uint32_t edition, TrustEdition());
  if (edition != trust.edition) {
    return base::FailedPrecondition("another delivery log was accepted here meanwhile");
  }
  if (!trust.fork) {
    FB_RETURN_IF_ERROR(database_->Run(
        "INSERT INTO log_fork (log_key, checkpoint, at_us, why, alarming, newest, accepted_key,"
        " confirmed_by) SELECT log_key, checkpoint, forked_at_us, why, alarming, newest, '', ''"
        " FROM log_trust WHERE forked = 1"
        " AND (SELECT count(*) FROM log_fork WHERE accepted_key = '') < ?",
        kForksKept));
  }
  FB_RETURN_IF_ERROR(WriteTrust(trust));
  FB_RETURN_IF_ERROR(InsertNotices(notices));
  return transaction.Commit();
}

// If we crash before the commit, nothing has changed, and the command may be given again. After it,
// the log before and what was shown in its place are kept, the notice is there, and a daemon that
// runs finds another edition at its next tick; until then all that it would save is refused.
base::Status LocalStore::AcceptLog(const audit::VerifierKey& key, std::string_view confirmed_by,
                                   absl::Time now) {
  FB_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*database_));
  FB_ASSIGN_OR_RETURN(const link::LogTrust before, Trust());
  FB_ASSIGN_OR_RETURN(const auto past, PastForks());
  FB_ASSIGN_OR_RETURN(const link::LogTrust trust, link::AcceptLog(before, past, key, now));
  FB_RETURN_IF_ERROR(database_->Run(
      "INSERT INTO log_fork (log_key, checkpoint, at_us, why, alarming, newest, accepted_key,"
      " confirmed_by) SELECT log_key, checkpoint, forked_at_us, why, alarming, newest, ?, ?"
      " FROM log_trust",
      std::string_view(trust.log_key), confirmed_by));
  FB_RETURN_IF_ERROR(WriteTrust(trust));
  const link::Notice accepted{link::NoticeKind::kLogAccepted, now, {}, key.name};
  FB_RETURN_IF_ERROR(InsertNotices({accepted}));
  return transaction.Commit();
}

base::Status LocalStore::WriteTrust(const link::LogTrust& trust) {
  const link::Fork fork = trust.fork.value_or(link::Fork());
  FB_RETURN_IF_ERROR(database_->Run(
      "UPDATE log_trust SET log_key = ?, checkpoint = ?, contradicted = ?, edition = ?,"
      " crowded = ?, forked = ?, forked_at_us = ?, why = ?, alarming = ?, newest = ?",
      std::string_view(trust.log_key), Blob{trust.checkpoint}, std::int64_t{trust.contradicted},
      std::int64_t{trust.edition}, std::int64_t{trust.crowded},
      std::int64_t{trust.fork.has_value()}, absl::ToUnixMicros(fork.at), std::string_view(fork.why),
      Blob{fork.alarming}, Blob{fork.newest}));
  FB_RETURN_IF_ERROR(Write(trust.unwitnessed, *database_));
  return WriteWatched(trust.people);
}

base::Status LocalStore::WriteWatched(const std::vector<link::WatchedPerson>& people) {
  FB_RETURN_IF_ERROR(database_->Execute("DELETE FROM log_person"));
  for (const link::WatchedPerson& person : people) {
    FB_RETURN_IF_ERROR(database_->Run(
        "INSERT INTO log_person (recipient_id, opening_key_sha256, key_id, standing, since_us,"
        " answers, sealed_to) VALUES (?, ?, ?, ?, ?, ?, ?)",
        std::string_view(person.id.value()), Blob{person.opening_key_sha256}, Blob{person.key_id},
        static_cast<std::int64_t>(person.standing), absl::ToUnixMicros(person.since),
        std::int64_t{person.answers}, Blob{person.sealed_to}));
    if (!person.gone_at) continue;
    FB_RETURN_IF_ERROR(database_->Run("UPDATE log_person SET gone_at_us = ? WHERE recipient_id = ?",
                                      absl::ToUnixMicros(*person.gone_at),
                                      std::string_view(person.id.value())));
  }
  return base::OkStatus();
}

base::Result<std::vector<link::PastFork>> LocalStore::PastForks() {
  std::vector<link::PastFork> past;
  FB_ASSIGN_OR_RETURN(Statement row,
                      database_->Query("SELECT log_key, checkpoint, at_us, why, alarming, newest,"
                                       " accepted_key, confirmed_by FROM log_fork ORDER BY id"));
  while (true) {
    FB_ASSIGN_OR_RETURN(const bool more, row.Step());
    if (!more) return past;
    past.push_back({row.Text(0), row.Text(1), ReadFork(row, 2), row.Text(6), row.Text(7)});
  }
}

}  // namespace firstbell::school
