#include "broker/store/rocksdb/layout.h"

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "broker/base/log.h"
#include "broker/store/rocksdb/log_tree.h"
#include "broker/store/rocksdb/reader.h"
#include "broker/store/rocksdb/rocks_status.h"
#include "broker/store/tally.h"
#include "rocksdb/write_batch.h"

namespace firstbell::store::rocks {
namespace {

constexpr char kPupilByKeyOfOne = 'k';

void Put(rocksdb::WriteBatch& batch, const std::string& key, const std::string& value) {
  batch.Put(key, value).PermitUncheckedError();  // cannot fail: no size limit, no column family
}

// If we crash before it, the directory is of the layout before; after it, of this one.
Status WriteLayout(rocksdb::DB& db, std::string_view layout, rocksdb::WriteBatch& batch) {
  Put(batch, LayoutKey(), std::string(layout));
  rocksdb::WriteOptions synced;
  synced.sync = true;
  return FromCommit(db.Write(synced, &batch));
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
  return WriteLayout(db, "2", batch);
}

// The authority of an alert's school, as the register has it now.
class Authorities {
 public:
  explicit Authorities(const Reader& rows) : rows_(rows) {}

  Result<base::AuthorityCode> Of(base::Urn urn) {
    const auto known = known_.find(urn);
    if (known != known_.end()) return known->second;
    FB_ASSIGN_OR_RETURN(const auto school, rows_.Read<SchoolRow>(SchoolKey(urn)));
    const base::AuthorityCode code =
        school ? model::AuthorityCodeOf(school->school) : base::AuthorityCode();
    return known_.emplace(urn, code).first->second;
  }

 private:
  const Reader& rows_;
  std::map<base::Urn, base::AuthorityCode> known_;
};

// No index named an alert's standing, and none knew its authority.
Status BringAlerts(const Reader& rows, Tally& tally, rocksdb::WriteBatch& batch) {
  Authorities authorities(rows);
  return rows.Scan(Key(Table::kAlert).Take(), "",
                   [&](std::string_view, std::string_view value) -> Result<Next> {
                     AlertRow row;
                     FB_RETURN_IF_ERROR(Decode(value, row));
                     FB_ASSIGN_OR_RETURN(row.alert.authority, authorities.Of(row.alert.urn));
                     Put(batch, KeyOf(row), Encode(row));
                     for (const IndexRow& index : IndexOf(row)) {
                       Put(batch, index.key, index.value);
                     }
                     tally.Add(CountedOf(row));
                     return Next::kMore;
                   });
}

// Of an event about somebody's keys, whose.
base::RecipientId KeyHolderOf(const std::string& event) {
  const auto object = nlohmann::json::parse(event, nullptr, false);
  if (!object.is_object()) return {};
  const std::string kind = object.value("kind", "");
  const bool of_keys = kind == model::Word(model::EventKind::kRecipientEnrolled) ||
                       kind == model::Word(model::EventKind::kRecipientRevoked);
  return base::RecipientId(of_keys ? object.value("recipient", "") : "");
}

// No index named whose keys an entry is about. The tree was grown in every commit, without tiles:
// it is grown anew by whoever integrates.
Status BringLog(const Reader& rows, rocksdb::WriteBatch& batch) {
  FB_RETURN_IF_ERROR(rows.Scan(Key(Table::kLog).Take(), "",
                               [&](std::string_view, std::string_view value) -> Result<Next> {
                                 LogRow row;
                                 FB_RETURN_IF_ERROR(Decode(value, row));
                                 row.key_holder = KeyHolderOf(row.entry.event);
                                 if (row.key_holder.empty()) return Next::kMore;
                                 Put(batch, KeyOf(row), Encode(row));
                                 for (const IndexRow& index : IndexOf(row))
                                   Put(batch, index.key, index.value);
                                 return Next::kMore;
                               }));
  FB_ASSIGN_OR_RETURN(const audit::Frontier tree, ReadTree(rows));
  Put(batch, LogSizeKey(), EncodeLogSize(tree.size()));
  batch.Delete(FrontierKey()).PermitUncheckedError();
  return base::OkStatus();
}

template <typename Row>
Status Count(const Reader& rows, Table table, Tally& tally) {
  return rows.Scan(Key(table).Take(), "",
                   [&](std::string_view, std::string_view value) -> Result<Next> {
                     Row row;
                     FB_RETURN_IF_ERROR(Decode(value, row));
                     tally.Add(CountedOf(row));
                     return Next::kMore;
                   });
}

// Layout 2 had no tiles, no standings and no statistics.
Status FromTwo(rocksdb::DB& db, absl::TimeZone london) {
  const Latest rows(db, Cache::kPass);
  rocksdb::WriteBatch batch;
  Tally tally(london);
  FB_RETURN_IF_ERROR(BringAlerts(rows, tally, batch));
  FB_RETURN_IF_ERROR(Count<Incident>(rows, Table::kIncident, tally));
  FB_RETURN_IF_ERROR(Count<CaseRow>(rows, Table::kCase, tally));
  for (const auto& [key, cell] : tally.cells()) {
    if (!cell.empty()) Put(batch, StatisticsKey(key), Encode(cell));
  }
  FB_RETURN_IF_ERROR(BringLog(rows, batch));
  return WriteLayout(db, "3", batch);
}

}  // namespace

base::Status BringToLayout(rocksdb::DB& db, absl::TimeZone london) {
  FB_ASSIGN_OR_RETURN(const std::optional<std::string> layout,
                      GetFrom(db, rocksdb::ReadOptions(), LayoutKey()));
  if (!layout || *layout == kLayout) return base::OkStatus();
  if (*layout == "1") {
    FB_RETURN_IF_ERROR(FromOne(db));
    return FromTwo(db, london);
  }
  if (*layout == "2") return FromTwo(db, london);
  return base::FailedPrecondition("the data directory has layout " + *layout +
                                  ", this program knows " + std::string(kLayout) +
                                  "; use the program that wrote it, or a newer one");
}

}  // namespace firstbell::store::rocks
