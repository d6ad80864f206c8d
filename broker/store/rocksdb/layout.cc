#include "broker/store/rocksdb/layout.h"

#include <string>

#include "broker/store/rocksdb/reader.h"
#include "broker/store/rocksdb/rocks_status.h"
#include "rocksdb/write_batch.h"

namespace firstbell::store::rocks {
namespace {

void Put(rocksdb::WriteBatch& batch, const std::string& key, const std::string& value) {
  batch.Put(key, value).PermitUncheckedError();  // cannot fail: no size limit, no column family
}

// Layout 1 had cases and no review desk: none was decided, and no index named them.
base::Status FromOne(rocksdb::DB& db) {
  const Latest rows(db, Cache::kPass);
  rocksdb::WriteBatch batch;
  FB_ASSIGN_OR_RETURN(std::optional<Counts> counts, rows.Read<Counts>(CountsKey()));
  if (!counts) counts.emplace();
  FB_RETURN_IF_ERROR(rows.Scan(Key(Table::kCase).Take(), "",
                               [&](std::string_view, std::string_view value) -> Result<Next> {
                                 CaseRow row;
                                 FB_RETURN_IF_ERROR(Decode(value, row));
                                 for (const IndexRow& index : IndexOf(row)) {
                                   Put(batch, index.key, index.value);
                                 }
                                 return Next::kMore;
                               }));
  counts->cases_open = counts->cases;
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
