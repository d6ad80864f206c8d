// LoadRolls: a mark, the pupils as sorted files, and the commit that makes them count.

#include "broker/store/rocksdb/commit_group.h"
#include "broker/store/rocksdb/load.h"
#include "broker/store/rocksdb/rocks_status.h"
#include "broker/store/rules.h"
#include "rocksdb/convenience.h"
#include "rocksdb/write_batch.h"

namespace firstbell::store {

using namespace rocks;  // NOLINT: the driver's own parts

namespace {

// If we crash after it, nothing but the mark stands, and the next opening removes it.
Status BeginStep(Batch& batch) {
  FB_RETURN_IF_ERROR(CheckNoLoad(batch));
  FB_RETURN_IF_ERROR(CheckNoPupils(batch.counts().pupils));
  batch.Put(RollLoadKey(), "");
  return base::OkStatus();
}

// If we crash before it, the pupils stand with the mark, and the next opening removes both; after
// it, all stands.
Status FinishStep(Batch& batch, const LoadedSchools& loaded, absl::Time now, std::uint64_t& added) {
  for (const auto& [urn, brought] : loaded) {
    FB_ASSIGN_OR_RETURN(std::optional<SchoolRow> school, batch.Read<SchoolRow>(SchoolKey(urn)));
    if (!school) return NoSuchSchool(urn);
    school->pupils = brought.pupils;
    school->roll_imported_at = now;
    batch.Insert(*school);
    batch.Append(brought.events);
    added += brought.pupils;
  }
  batch.counts().pupils += added;
  batch.Delete(RollLoadKey());
  return base::OkStatus();
}

// Whole files first, which leaves nothing behind; then what lies in files among other rows.
Status RemoveTable(rocksdb::DB& db, Table table) {
  const auto [begin, end] = RangeOf(table);
  const rocksdb::Slice first = begin, last = end;
  const rocksdb::RangePtr range(&first, &last);
  FB_RETURN_IF_ERROR(
      FromRead(rocksdb::DeleteFilesInRanges(&db, db.DefaultColumnFamily(), &range, 1, false)));
  // One by one: a range to delete and the hints for inserting (DatabaseOptions) do not go together.
  rocksdb::WriteBatch rest;
  rocksdb::ReadOptions options;
  options.total_order_seek = true;
  const std::unique_ptr<rocksdb::Iterator> row(db.NewIterator(options));
  for (row->Seek(first); row->Valid() && row->key().compare(last) < 0; row->Next()) {
    rest.Delete(row->key()).PermitUncheckedError();
  }
  FB_RETURN_IF_ERROR(FromRead(row->status()));
  return FromRead(db.Write({}, &rest));
}

}  // namespace

Status rocks::CheckNoLoad(const Reader& reader) {
  FB_ASSIGN_OR_RETURN(const std::optional<std::string> mark, reader.Get(RollLoadKey()));
  if (!mark) return base::OkStatus();
  return base::FailedPrecondition(
      "the first rolls are being loaded; wait until that is over. If it has failed, restart the "
      "broker");
}

Status rocks::DiscardLoad(rocksdb::DB& db) {
  const Latest rows(db);
  FB_ASSIGN_OR_RETURN(const std::optional<std::string> mark, rows.Get(RollLoadKey()));
  if (!mark) return base::OkStatus();
  FB_ASSIGN_OR_RETURN(const std::optional<Counts> counts, rows.Read<Counts>(CountsKey()));
  if (counts && counts->pupils != 0) return Damaged("the mark of a load of rolls", "");
  for (const Table table : kLoadedTables) FB_RETURN_IF_ERROR(RemoveTable(db, table));
  rocksdb::WriteOptions options;
  options.sync = true;
  return FromRead(db.Delete(options, RollLoadKey()));
}

Result<ImportCounts> RocksDbStore::LoadRolls(const RollLoad& load) {
  FB_RETURN_IF_ERROR(commits_->Run(BeginStep));
  Result<LoadedSchools> loaded = LoadPupils(*db_, load, [&] { return commits_->CheckSpace(); });
  std::uint64_t added = 0;
  const Status done =
      loaded.ok()
          ? commits_->Run([&](Batch& batch) { return FinishStep(batch, *loaded, load.now, added); })
          : loaded.status();
  if (done.ok()) return ImportCounts{.added = static_cast<std::uint32_t>(added)};
  // As a step, while nobody else writes, and not at all after an unclear commit: then the pupils
  // may stand, and the next opening knows. Where it fails the mark stays, and refuses rolls until
  // then.
  (void)commits_->Run([&](Batch&) { return DiscardLoad(*db_); });
  return done;
}

}  // namespace firstbell::store
