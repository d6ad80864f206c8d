// What nations, authorities, trusts and schools say of their school days.

#include "broker/store/rocksdb/commit_group.h"
#include "broker/store/rocksdb/rocksdb_store.h"
#include "broker/store/rules.h"

namespace firstbell::store {

using namespace rocks;  // NOLINT: the driver's own parts

namespace {

Status ChangeSchool(Batch& batch, base::Urn urn, const model::CalendarChange& change,
                    ImportCounts& counts) {
  FB_ASSIGN_OR_RETURN(std::optional<SchoolRow> row, batch.Read<SchoolRow>(SchoolKey(urn)));
  if (!row) return NoSuchSchool(urn);
  model::SchoolYear after = model::Apply(change, row->year);
  CountYear(row->year, after, counts);
  row->year = std::move(after);
  batch.Insert(*row);
  return base::OkStatus();
}

Status ChangeDefault(Batch& batch, const model::CalendarChange& change, ImportCounts& counts) {
  FB_ASSIGN_OR_RETURN(const auto row,
                      batch.Read<model::CalendarDefault>(CalendarKey(change.scope)));
  const model::SchoolYear before = row ? row->year : model::SchoolYear();
  const model::CalendarDefault after{change.scope, model::Apply(change, before)};
  CountYear(before, after.year, counts);
  if (after.year == model::SchoolYear()) {
    batch.Remove(after);
  } else {
    batch.Insert(after);
  }
  return base::OkStatus();
}

}  // namespace

Result<ImportCounts> RocksDbStore::ImportCalendars(absl::Span<const model::CalendarChange> changes,
                                                   const Events& events) {
  ImportCounts counts;
  FB_RETURN_IF_ERROR(commits_->Run([&](Batch& batch) -> Status {
    for (const model::CalendarChange& change : changes) {
      const auto* urn = std::get_if<base::Urn>(&change.scope);
      FB_RETURN_IF_ERROR(urn ? ChangeSchool(batch, *urn, change, counts)
                             : ChangeDefault(batch, change, counts));
    }
    batch.Append(events);
    return base::OkStatus();
  }));
  return counts;
}

Result<std::vector<model::CalendarDefault>> RocksDbStore::CalendarDefaults() {
  return Latest(*db_).ReadAll<model::CalendarDefault>(Key(Table::kCalendar).Take());
}

}  // namespace firstbell::store
