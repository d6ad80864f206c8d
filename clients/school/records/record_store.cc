#include "clients/school/records/record_store.h"

#include <utility>

#include "broker/crypto/aead.h"
#include "broker/crypto/hash.h"
#include "broker/crypto/random.h"
#include "clients/school/records/record_schema.h"
#include "clients/school/records/row_seal.h"

namespace firstbell::school {
namespace {

std::int64_t Us(absl::Time time) {
  return absl::ToUnixMicros(time);
}

constexpr char kColumns[] =
    "SELECT number, id, child_id, alert_id, kind, at_us, by_id, due_us, corrects, wrapped, sealed,"
    " sealed_sha256, digest, erased_why FROM record ";

// A row as it lies there.
struct Stored {
  std::uint64_t number = 0;
  RecordFacts facts;
  SealedRow sealed;
  std::string sealed_sha256, digest;
  ErasedWhy erased = ErasedWhy::kNot;
};

Stored ReadStored(const Statement& row) {
  Stored stored;
  stored.number = static_cast<std::uint64_t>(row.Int(0));
  RecordFacts& facts = stored.facts;
  facts.id = RecordId(row.Text(1));
  facts.child = ChildId(row.Text(2));
  facts.alert = base::AlertId(row.Text(3));
  facts.kind = static_cast<RecordKind>(row.Int(4));
  facts.at = absl::FromUnixMicros(row.Int(5));
  facts.by = base::RecipientId(row.Text(6));
  if (!row.IsNull(7)) facts.due = absl::FromUnixMicros(row.Int(7));
  facts.corrects = RecordId(row.Text(8));
  stored.sealed = {row.Text(9), row.Text(10)};
  stored.sealed_sha256 = row.Text(11);
  stored.digest = row.Text(12);
  stored.erased = static_cast<ErasedWhy>(row.Int(13));
  return stored;
}

base::Status Damaged(std::uint64_t number, std::string_view how) {
  return base::DataLoss("the school's records are damaged: row " + std::to_string(number) + ": " +
                        std::string(how) + ". Restore them from a backup");
}

base::Result<Record> Opened(const Ring& ring, const Stored& stored) {
  Record record{stored.number, stored.facts, "", stored.erased};
  if (stored.erased != ErasedWhy::kNot) return record;
  auto opened = OpenRow(ring.key(), stored.sealed, ClearBytes(stored.number, stored.facts));
  if (!opened.ok()) return Damaged(stored.number, base::Message(opened.status()));
  record.body = std::move(opened->body);
  return record;
}

RecordPage PageOf(std::vector<Record> records, std::size_t limit) {
  RecordPage page;
  const bool more = records.size() > limit;
  if (more) records.pop_back();
  if (more) page.next = records.back().number;
  page.records = std::move(records);
  return page;
}

std::int64_t Before(std::uint64_t before) {
  return before == 0 ? std::numeric_limits<std::int64_t>::max() : static_cast<std::int64_t>(before);
}

// One more than asked for, to know whether there are more.
std::int64_t Limit(std::size_t limit) {
  return static_cast<std::int64_t>(std::min(limit, RecordStore::kMostPage)) + 1;
}

}  // namespace

base::Result<std::unique_ptr<RecordStore>> RecordStore::Open(const std::filesystem::path& path) {
  FB_ASSIGN_OR_RETURN(std::unique_ptr<Database> database, Database::Open(path));
  FB_RETURN_IF_ERROR(EnsureRecordSchema(*database));
  return std::unique_ptr<RecordStore>(new RecordStore(std::move(database)));
}

base::Result<bool> RecordStore::HasKey() {
  return Readers(*database_).Any();
}

base::Result<std::vector<base::RecipientId>> RecordStore::ReaderIds() {
  return Readers(*database_).List();
}

// If we crash before the commit, there is no key and whoever signs in next makes one.
base::Result<Ring> RecordStore::MakeFirst(const PersonIdentity& person) {
  FB_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*database_));
  FB_ASSIGN_OR_RETURN(Ring ring, Readers(*database_).MakeFirst(person));
  const base::Secret tag_key = crypto::RandomSecret(crypto::kAeadKeyBytes);
  FB_RETURN_IF_ERROR(
      database_->Run("INSERT OR REPLACE INTO tag_key (one, sealed) VALUES (1, ?)",
                     Blob{crypto::AeadSeal(ring.key(), tag_key.Reveal(), kTagKeyContext)}));
  FB_RETURN_IF_ERROR(transaction.Commit());
  return ring;
}

base::Status RecordStore::LetIn(const Ring& ring, const PersonIdentity& person) {
  FB_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*database_));
  FB_RETURN_IF_ERROR(Readers(*database_).LetIn(ring, person));
  return transaction.Commit();
}

base::Result<Ring> RecordStore::OpenRing(const UnlockedPerson& person) {
  return Readers(*database_).Open(person);
}

// All in one step: if we crash before its commit, everybody reads as before.
base::Result<Ring> RecordStore::Remove(const Ring& ring, const base::RecipientId& person) {
  FB_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*database_));
  FB_ASSIGN_OR_RETURN(Ring next, Readers(*database_).Replace(person));
  FB_ASSIGN_OR_RETURN(Statement tag, database_->Query("SELECT sealed FROM tag_key"));
  FB_RETURN_IF_ERROR(tag.Step().status());
  FB_ASSIGN_OR_RETURN(const base::Secret tag_key,
                      crypto::AeadOpen(ring.key(), tag.Text(0), kTagKeyContext));
  FB_RETURN_IF_ERROR(
      database_->Run("UPDATE tag_key SET sealed = ?",
                     Blob{crypto::AeadSeal(next.key(), tag_key.Reveal(), kTagKeyContext)}));
  FB_ASSIGN_OR_RETURN(
      Statement rows,
      database_->Query((std::string(kColumns) + "WHERE erased_why = 0 ORDER BY number").c_str()));
  while (true) {
    FB_ASSIGN_OR_RETURN(const bool more, rows.Step());
    if (!more) break;
    const Stored stored = ReadStored(rows);
    auto wrapped = Rewrap(ring.key(), next.key(), stored.sealed.wrapped_key,
                          ClearBytes(stored.number, stored.facts));
    if (!wrapped.ok()) return Damaged(stored.number, base::Message(wrapped.status()));
    FB_RETURN_IF_ERROR(database_->Run("UPDATE record SET wrapped = ? WHERE number = ?",
                                      Blob{*wrapped}, static_cast<std::int64_t>(stored.number)));
  }
  FB_RETURN_IF_ERROR(transaction.Commit());
  return next;
}

base::Result<std::string> RecordStore::LastDigest() {
  FB_ASSIGN_OR_RETURN(Statement row,
                      database_->Query("SELECT digest FROM record ORDER BY number DESC LIMIT 1"));
  FB_ASSIGN_OR_RETURN(const bool any, row.Step());
  return any ? row.Text(0) : std::string();
}

// If we crash before the commit, nothing was said; after it, the same draft finds itself.
base::Result<Added> RecordStore::Add(const Ring& ring, const link::Signer& signer,
                                     const RecordFacts& facts, const std::string& body) {
  if (body.empty() || body.size() > kMostBodyBytes) {
    return base::InvalidArgument("that is empty, or too long to be kept");
  }
  FB_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*database_));
  FB_ASSIGN_OR_RETURN(const auto same,
                      Read(ring, database_->Query((std::string(kColumns) + "WHERE id = ?").c_str(),
                                                  std::string_view(facts.id.value()))));
  if (!same.empty()) {
    // Who says it again, and when, is no part of what it says.
    RecordFacts first = same.front().facts;
    first.at = facts.at;
    first.by = facts.by;
    if (first == facts && same.front().body == body) return Added::kBefore;
    return base::AlreadyExists("this was written down already, and said something else");
  }
  if (!facts.corrects.empty()) {
    FB_ASSIGN_OR_RETURN(Statement row, database_->Query("SELECT 1 FROM record WHERE id = ?",
                                                        std::string_view(facts.corrects.value())));
    FB_ASSIGN_OR_RETURN(const bool there, row.Step());
    if (!there) return base::NotFound("what this corrects is not here");
  }
  FB_ASSIGN_OR_RETURN(const std::string before, LastDigest());
  FB_ASSIGN_OR_RETURN(const std::uint64_t count, Count());
  const std::uint64_t number = count + 1;
  const std::string clear = ClearBytes(number, facts);
  const SealedRow row = SealRow(ring.key(), signer.key, clear, before, body);
  const std::string sealed_sha256 = crypto::Sha256(row.sealed);
  FB_RETURN_IF_ERROR(database_->Run(
      "INSERT INTO record (number, id, child_id, alert_id, kind, at_us, by_id, due_us, corrects,"
      " wrapped, sealed, sealed_sha256, digest)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, NULLIF(?, 0), ?, ?, ?, ?, ?)",
      static_cast<std::int64_t>(number), std::string_view(facts.id.value()),
      std::string_view(facts.child.value()), std::string_view(facts.alert.value()),
      std::int64_t{static_cast<int>(facts.kind)}, Us(facts.at), std::string_view(facts.by.value()),
      facts.due ? Us(*facts.due) : std::int64_t{0}, std::string_view(facts.corrects.value()),
      Blob{row.wrapped_key}, Blob{row.sealed}, Blob{sealed_sha256},
      Blob{RowDigest(before, clear, sealed_sha256)}));
  FB_RETURN_IF_ERROR(transaction.Commit());
  return Added::kNow;
}

base::Result<ChildId> RecordStore::ChildOf(const Ring& ring, const std::string& tag_text,
                                           const ChildId& fresh) {
  FB_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*database_));
  FB_ASSIGN_OR_RETURN(Statement sealed, database_->Query("SELECT sealed FROM tag_key"));
  FB_RETURN_IF_ERROR(sealed.Step().status());
  FB_ASSIGN_OR_RETURN(const base::Secret key,
                      crypto::AeadOpen(ring.key(), sealed.Text(0), kTagKeyContext));
  const std::string tag = crypto::HmacSha256(key.Reveal(), tag_text);
  FB_RETURN_IF_ERROR(database_->Run("INSERT OR IGNORE INTO child (tag, child_id) VALUES (?, ?)",
                                    Blob{tag}, std::string_view(fresh.value())));
  FB_ASSIGN_OR_RETURN(Statement row,
                      database_->Query("SELECT child_id FROM child WHERE tag = ?", Blob{tag}));
  FB_RETURN_IF_ERROR(row.Step().status());
  ChildId child(row.Text(0));
  FB_RETURN_IF_ERROR(transaction.Commit());
  return child;
}

base::Status RecordStore::EraseWhere(const char* where, std::string_view value, RecordKind kind,
                                     ErasedWhy why, absl::Time at) {
  const std::string sql =
      std::string(
          "UPDATE record SET wrapped = x'', sealed = x'', erased_why = ?, erased_us = ?"
          " WHERE erased_why = 0 AND (?3 = 0 OR kind = ?3) AND ") +
      where + " = ?4";
  FB_RETURN_IF_ERROR(database_->Run(sql.c_str(), std::int64_t{static_cast<int>(why)}, Us(at),
                                    std::int64_t{static_cast<int>(kind)}, value));
  // What was overwritten leaves the log too; where another reads just now, the next one does it.
  if (database_->Changes() > 0) (void)database_->Execute("PRAGMA wal_checkpoint(TRUNCATE)");
  return base::OkStatus();
}

base::Status RecordStore::Erase(const RecordId& id, ErasedWhy why, absl::Time at) {
  return EraseWhere("id", id.value(), static_cast<RecordKind>(0), why, at);
}

base::Status RecordStore::EraseOfAlert(const base::AlertId& alert, RecordKind kind, ErasedWhy why,
                                       absl::Time at) {
  return EraseWhere("alert_id", alert.value(), kind, why, at);
}

base::Result<std::vector<Record>> RecordStore::Read(const Ring& ring,
                                                    base::Result<Statement> rows) {
  FB_RETURN_IF_ERROR(rows.status());
  std::vector<Record> records;
  while (true) {
    FB_ASSIGN_OR_RETURN(const bool more, rows->Step());
    if (!more) return records;
    FB_ASSIGN_OR_RETURN(Record record, Opened(ring, ReadStored(*rows)));
    records.push_back(std::move(record));
  }
}

base::Result<RecordPage> RecordStore::OfChild(const Ring& ring, const ChildId& child,
                                              std::uint64_t before, std::size_t limit) {
  FB_ASSIGN_OR_RETURN(
      auto records,
      Read(ring, database_->Query((std::string(kColumns) + "WHERE child_id = ? AND number < ?"
                                                           " ORDER BY number DESC LIMIT ?")
                                      .c_str(),
                                  std::string_view(child.value()), Before(before), Limit(limit))));
  return PageOf(std::move(records), std::min(limit, kMostPage));
}

base::Result<RecordPage> RecordStore::OfKind(const Ring& ring, RecordKind kind,
                                             std::uint64_t before, std::size_t limit) {
  FB_ASSIGN_OR_RETURN(
      auto records,
      Read(ring,
           database_->Query((std::string(kColumns) +
                             "WHERE kind = ? AND number < ? ORDER BY number DESC LIMIT ?")
                                .c_str(),
                            std::int64_t{static_cast<int>(kind)}, Before(before), Limit(limit))));
  return PageOf(std::move(records), std::min(limit, kMostPage));
}

base::Result<std::optional<Record>> RecordStore::Newest(const Ring& ring, const ChildId& child,
                                                        RecordKind kind) {
  FB_ASSIGN_OR_RETURN(
      auto records,
      Read(ring, database_->Query((std::string(kColumns) + "WHERE child_id = ? AND kind = ? AND"
                                                           " erased_why = 0"
                                                           " ORDER BY number DESC LIMIT 1")
                                      .c_str(),
                                  std::string_view(child.value()),
                                  std::int64_t{static_cast<int>(kind)})));
  if (records.empty()) return std::nullopt;
  return std::move(records.front());
}

base::Result<std::vector<Record>> RecordStore::Due(const Ring& ring, absl::Time until,
                                                   std::size_t limit) {
  return Read(ring, database_->Query(
                        (std::string(kColumns) +
                         "WHERE due_us <= ? AND erased_why = 0 AND NOT EXISTS (SELECT 1 FROM record"
                         " later WHERE later.corrects = record.id) ORDER BY due_us, number LIMIT ?")
                            .c_str(),
                        Us(until), static_cast<std::int64_t>(std::min(limit, kMostPage))));
}

base::Result<std::uint64_t> RecordStore::Count() {
  FB_ASSIGN_OR_RETURN(Statement row,
                      database_->Query("SELECT COALESCE(MAX(number), 0) FROM record"));
  FB_RETURN_IF_ERROR(row.Step().status());
  return static_cast<std::uint64_t>(row.Int(0));
}

base::Status RecordStore::CopyTo(const std::filesystem::path& path) {
  const std::string name = path.string();
  FB_RETURN_IF_ERROR(database_->Run("VACUUM INTO ?", std::string_view(name)));
  // Opened once, so that its mode is that of every store of ours.
  return Database::Open(path).status();
}

namespace {

// The row in its place: `before` is the digest of the one before it.
base::Status CheckPlace(const Stored& stored, std::uint64_t expected, const std::string& before) {
  if (stored.number != expected) return Damaged(expected, "it is missing");
  const std::string clear = ClearBytes(stored.number, stored.facts);
  if (RowDigest(before, clear, stored.sealed_sha256) != stored.digest) {
    return Damaged(stored.number, "it is not what was written after the row before it");
  }
  const bool gone = stored.erased != ErasedWhy::kNot;
  if (gone != stored.sealed.sealed.empty()) {
    return Damaged(stored.number, "its body is gone, and nobody erased it");
  }
  if (!gone && crypto::Sha256(stored.sealed.sealed) != stored.sealed_sha256) {
    return Damaged(stored.number, "its body was altered");
  }
  return base::OkStatus();
}

template <typename Check>
base::Status WalkChain(Database& database, const Check& check) {
  FB_ASSIGN_OR_RETURN(Statement rows,
                      database.Query((std::string(kColumns) + "ORDER BY number").c_str()));
  std::string before;
  std::uint64_t number = 0;
  while (true) {
    FB_ASSIGN_OR_RETURN(const bool more, rows.Step());
    if (!more) return base::OkStatus();
    const Stored stored = ReadStored(rows);
    FB_RETURN_IF_ERROR(CheckPlace(stored, ++number, before));
    FB_RETURN_IF_ERROR(check(stored, before));
    before = stored.digest;
  }
}

}  // namespace

base::Status RecordStore::Verify() {
  FB_ASSIGN_OR_RETURN(Statement whole, database_->Query("PRAGMA integrity_check(1)"));
  FB_RETURN_IF_ERROR(whole.Step().status());
  if (whole.Text(0) != "ok") {
    return base::DataLoss("records.sqlite is damaged: restore it from a backup");
  }
  return WalkChain(*database_, [](const Stored&, const std::string&) { return base::OkStatus(); });
}

base::Status RecordStore::VerifyWith(const Ring& ring, const KeyOf& key_of) {
  return WalkChain(*database_,
                   [&](const Stored& stored, const std::string& before) -> base::Status {
                     if (stored.erased != ErasedWhy::kNot) return base::OkStatus();
                     const std::string clear = ClearBytes(stored.number, stored.facts);
                     const auto opened = OpenRow(ring.key(), stored.sealed, clear);
                     if (!opened.ok())
                       return Damaged(stored.number, base::Message(opened.status()));
                     const std::string key = key_of(stored.facts.by);
                     if (key.empty() || CheckSignature(*opened, key, clear, before).ok())
                       return base::OkStatus();
                     return Damaged(stored.number,
                                    "its signature is not that of who is said to have written it");
                   });
}

}  // namespace firstbell::school
