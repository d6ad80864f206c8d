// The part of local_store.h that remembers the delivery log.

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

}  // namespace

base::Result<link::LogTrust> LocalStore::Trust() {
  link::LogTrust trust;
  FB_ASSIGN_OR_RETURN(
      Statement row,
      database_->Query("SELECT log_key, checkpoint, contradicted, forked, crowded FROM log_trust"));
  FB_RETURN_IF_ERROR(row.Step().status());
  trust.log_key = row.Text(0);
  trust.checkpoint = row.Text(1);
  trust.contradicted = static_cast<std::uint32_t>(row.Int(2));
  trust.forked = row.Int(3) != 0;
  trust.crowded = row.Int(4) != 0;
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

base::Status LocalStore::SaveTrust(const link::LogTrust& trust,
                                   absl::Span<const link::Notice> notices) {
  FB_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*database_));
  FB_RETURN_IF_ERROR(database_->Run(
      "UPDATE log_trust SET log_key = ?, checkpoint = ?, contradicted = ?, forked = ?, crowded = ?",
      std::string_view(trust.log_key), Blob{trust.checkpoint}, std::int64_t{trust.contradicted},
      std::int64_t{trust.forked}, std::int64_t{trust.crowded}));
  FB_RETURN_IF_ERROR(Write(trust.unwitnessed, *database_));
  FB_RETURN_IF_ERROR(database_->Execute("DELETE FROM log_person"));
  for (const link::WatchedPerson& person : trust.people) {
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
  FB_RETURN_IF_ERROR(InsertNotices(notices));
  return transaction.Commit();
}

}  // namespace firstbell::school
