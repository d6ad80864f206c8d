#include "broker/store/rocksdb/layout.h"

#include <string>

#include "broker/base/log.h"
#include "broker/store/rocksdb/reader.h"
#include "broker/store/rocksdb/rocks_status.h"
#include "rocksdb/write_batch.h"

namespace firstbell::store::rocks {
namespace {

constexpr char kPupilByKeyOfOne = 'k';

void Put(rocksdb::WriteBatch& batch, const std::string& key, const std::string& value) {
  batch.Put(key, value).PermitUncheckedError();  // cannot fail: no size limit, no column family
}

// No index named a case, and none was decided.
Status BringCases(const Reader& rows, Counts& counts, rocksdb::WriteBatch& batch) {
  counts.cases_open = counts.cases;
  return rows.Scan(Key(Table::kCase).Take(), "",
                   [&](std::string_view, std::string_view value) -> Result<Next> {
                     CaseRow row;
                     FB_RETURN_IF_ERROR(Decode(value, row));
                     for (const IndexRow& index : IndexOf(row)) {
                       Put(batch, index.key, index.value);
                     }
                     return Next::kMore;
                   });
}

// Pupils stood where nobody would look for them any more: a child that nobody finds goes to the
// desk, until its roll is imported again.
Status DropRolls(const Reader& rows, Counts& counts, rocksdb::WriteBatch& batch) {
  if (counts.pupils == 0) return base::OkStatus();
  base::LogWarning("store", "the rolls of this older data directory are to be imported again",
                   {{"pupils", std::to_string(counts.pupils)}});
  counts.pupils = 0;
  for (const char table : {static_cast<char>(Table::kPupil), kPupilByKeyOfOne}) {
    FB_RETURN_IF_ERROR(rows.Scan(std::string(1, table), "",
                                 [&](std::string_view key, std::string_view) -> Result<Next> {
                                   batch.Delete(std::string(key)).PermitUncheckedError();
                                   return Next::kMore;
                                 }));
  }
  return rows.Scan(Key(Table::kSchool).Take(), "",
                   [&](std::string_view, std::string_view value) -> Result<Next> {
                     SchoolRow row;
                     FB_RETURN_IF_ERROR(Decode(value, row));
                     row.pupils = 0;
                     row.roll_imported_at.reset();
                     Put(batch, KeyOf(row), Encode(row));
                     return Next::kMore;
                   });
}

// Layout 1 had no review desk, and pupils under keys of exact names.
Status FromOne(rocksdb::DB& db) {
  const Latest rows(db, Cache::kPass);
  rocksdb::WriteBatch batch;
  FB_ASSIGN_OR_RETURN(std::optional<Counts> counts, rows.Read<Counts>(CountsKey()));
  if (!counts) counts.emplace();
  FB_RETURN_IF_ERROR(BringCases(rows, *counts, batch));
  FB_RETURN_IF_ERROR(DropRolls(rows, *counts, batch));
  Put(batch, CountsKey(), Encode(*counts));
  Put(batch, LayoutKey(), std::string(kLayout));
  rocksdb::WriteOptions synced;
  synced.sync = true;
  // If we crash before this, the directory is still of layout 1; after it, of layout 2.
  return FromCommit(db.Write(synced, &batch));
}

}  // namespace

base::Status BringToLayout(rocksdb::DB& db) {
  FB_ASSIGN_OR_RETURN(const std::optional<std::string> layout,
                      GetFrom(db, rocksdb::ReadOptions(), LayoutKey()));
  if (!layout || *layout == kLayout) return base::OkStatus();
  if (*layout == "1") return FromOne(db);
  return base::FailedPrecondition("the data directory has layout " + *layout +
                                  ", this program knows " + std::string(kLayout) +
                                  "; use the program that wrote it, or a newer one");
}

}  // namespace firstbell::store::rocks
