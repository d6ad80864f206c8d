// KeyRing::Remove: somebody leaves, and every key that they may have kept is replaced.

#include <algorithm>
#include <utility>

#include "clients/school/records/child_name.h"
#include "clients/school/records/key_ring.h"
#include "clients/school/records/reader.h"
#include "clients/school/records/stored_row.h"

namespace firstbell::school_records {
namespace {

using school::Blob;
using school::Transaction;

constexpr std::int64_t kRowsAtOnce = 500;  // held in memory while they are wrapped anew

base::Status CheckRemovable(const std::vector<StoredReader>& readers, const WriterId& id) {
  const StoredReader* leaving = nullptr;
  std::size_t people = 0;
  for (const StoredReader& reader : readers) {
    if (reader.reader.removed_at) continue;
    people += reader.reader.kind == ReaderKind::kPerson ? 1 : 0;
    if (reader.reader.id == id) leaving = &reader;
  }
  if (leaving == nullptr) return base::NotFound("nobody with this id is let in");
  if (leaving->reader.kind == ReaderKind::kPerson && people == 1) {
    return base::FailedPrecondition(
        "they are the last who can open these records: let a colleague in first");
  }
  return base::OkStatus();
}

}  // namespace

// If we crash before the commit, the old keys hold and nobody was removed; after it, the new ones.
base::Result<Ring> KeyRing::Remove(const Ring& ring, const WriterId& reader, absl::Time at) {
  if (!ring.full()) {
    return base::PermissionDenied("a safeguarding lead decides who may read: ask one");
  }
  FB_ASSIGN_OR_RETURN(Transaction transaction, Transaction::Begin(*store_.database_));
  FB_RETURN_IF_ERROR(store_.CheckRing(ring));
  FB_ASSIGN_OR_RETURN(std::vector<StoredReader> readers, ReadReaders());
  FB_RETURN_IF_ERROR(CheckRemovable(readers, reader));
  FB_ASSIGN_OR_RETURN(Ring next, MakeRing(at));
  FB_RETURN_IF_ERROR(RewrapRows(ring, next));
  FB_RETURN_IF_ERROR(RetagChildren(next));
  for (StoredReader& stored : readers) {
    FB_RETURN_IF_ERROR(CheckProof(ring, stored));
    if (stored.reader.id == reader) stored.reader.removed_at = absl::FromUnixMicros(Us(at));
    FB_RETURN_IF_ERROR(SaveReader(next, std::move(stored)));
  }
  FB_RETURN_IF_ERROR(SaveKeys(next));
  FB_RETURN_IF_ERROR(transaction.Commit());
  store_.Truncate();
  return next;
}

// What came by the post box is from now on wrapped as the other records are: its old private half
// may have been kept by who leaves.
base::Status KeyRing::RewrapRows(const Ring& before, const Ring& after) {
  std::int64_t last = 0;
  while (true) {
    FB_ASSIGN_OR_RETURN(
        const std::vector<StoredRow> rows,
        All(store_.database_->Query((std::string("SELECT ") + kRowColumns +
                                     " FROM record WHERE erased_at_us IS NULL AND number > ?"
                                     " ORDER BY number LIMIT ?")
                                        .c_str(),
                                    last, kRowsAtOnce),
            ReadStored));
    if (rows.empty()) return base::OkStatus();
    for (const StoredRow& row : rows) {
      const auto key = before.Unwrap(row.lock, row.key_id, row.head.id, row.wrapped_key);
      if (!key.ok()) return DamagedRow(row.head.number, "its key does not open");
      const Lock lock = row.lock == Lock::kSheet ? Lock::kSheet : Lock::kRecords;
      FB_ASSIGN_OR_RETURN(const std::string wrapped, after.Wrap(lock, row.head.id, *key));
      FB_RETURN_IF_ERROR(store_.database_->Run(
          "UPDATE record SET lock = ?, key_id = ?, wrapped_key = ? WHERE number = ?",
          static_cast<std::int64_t>(lock), std::string_view(after.IdOf(lock).value()),
          Blob{wrapped}, row.head.number));
    }
    last = rows.back().head.number;
  }
}

// Their tags are under a key that is derived from the old one.
base::Status KeyRing::RetagChildren(const Ring& after) {
  FB_RETURN_IF_ERROR(store_.database_->Execute("DELETE FROM child_tag"));
  std::int64_t last = 0;
  while (true) {
    FB_ASSIGN_OR_RETURN(
        const std::vector<StoredRow> rows,
        All(store_.database_->Query((std::string("SELECT ") + kRowColumns +
                                     " FROM record WHERE kind = 1 AND erased_at_us IS NULL"
                                     " AND number > ? ORDER BY number LIMIT ?")
                                        .c_str(),
                                    last, kRowsAtOnce),
            ReadStored));
    if (rows.empty()) return base::OkStatus();
    for (const StoredRow& row : rows) {
      FB_ASSIGN_OR_RETURN(const Record record, store_.OpenRow(after, row));
      FB_RETURN_IF_ERROR(store_.TagChild(after, record.head, record.said.child()));
    }
    last = rows.back().head.number;
  }
}

}  // namespace firstbell::school_records
