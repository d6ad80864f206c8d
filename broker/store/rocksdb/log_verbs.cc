// The delivery log.

#include "broker/base/bytes.h"
#include "broker/store/rocksdb/commit_group.h"
#include "broker/store/rocksdb/rocks_status.h"
#include "broker/store/rules.h"

namespace firstbell::store {

using namespace rocks;  // NOLINT: the driver's own parts

Status RocksDbStore::AppendEvents(const Events& events) {
  return commits_->Run([&](Batch& batch) {
    batch.Append(events);
    return base::OkStatus();
  });
}

Result<std::vector<LogEntry>> RocksDbStore::ReadLog(std::uint64_t first, std::size_t limit) {
  std::vector<LogEntry> entries;
  if (limit == 0) return entries;
  FB_RETURN_IF_ERROR(
      Latest(*db_).Scan(Key(Table::kLog).Take(), LogKey(first),
                        [&](std::string_view, std::string_view value) -> Result<Next> {
                          LogRow row;
                          FB_RETURN_IF_ERROR(Decode(value, row));
                          entries.push_back(std::move(row.entry));
                          return entries.size() < limit ? Next::kMore : Next::kStop;
                        }));
  return entries;
}

namespace {

// What was overwritten in a table leaves the disk.
Status MergeAway(rocksdb::DB& db, Table table) {
  const auto [first, last] = RangeOf(table);
  const rocksdb::Slice begin(first), end(last);
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  return FromRead(db.CompactRange(options, &begin, &end));
}

// Of the entries that an index names, in order.
Result<std::vector<std::uint64_t>> PositionsOf(const Reader& rows, Table table,
                                               const std::string& id) {
  const std::string prefix = Key(table).Text(id).Take();
  std::vector<std::uint64_t> positions;
  FB_RETURN_IF_ERROR(
      rows.Scan(prefix, "", [&](std::string_view key, std::string_view) -> Result<Next> {
        if (key.size() != prefix.size() + 8) return Damaged("the history in the log of", id);
        positions.push_back(base::ReadU64(key.substr(prefix.size())));
        return Next::kMore;
      }));
  return positions;
}

Result<std::vector<LogEntry>> History(rocksdb::DB& db, Table table, const std::string& id) {
  const Snapshot snapshot(db);
  FB_ASSIGN_OR_RETURN(const auto positions, PositionsOf(snapshot, table, id));
  std::vector<LogEntry> entries;
  for (const std::uint64_t position : positions) {
    FB_ASSIGN_OR_RETURN(std::optional<LogRow> row, snapshot.Read<LogRow>(LogKey(position)));
    if (!row) return Damaged("the history in the log of", id);
    entries.push_back(std::move(row->entry));
  }
  return entries;
}

}  // namespace

Result<std::vector<LogEntry>> RocksDbStore::AlertHistory(const base::AlertId& id) {
  return History(*db_, Table::kLogOfAlert, id.value());
}

Result<std::vector<LogEntry>> RocksDbStore::RecipientHistory(const base::RecipientId& id) {
  return History(*db_, Table::kLogOfRecipient, id.value());
}

// Deleting rows of such a tree leaves their bytes in files until those are merged with others;
// these ranges are merged at once. If we crash between the step and that, the bytes lie there until
// the same is asked again, which finds no row, and merges.
Result<std::uint64_t> RocksDbStore::EraseHistory(const base::AlertId& id, const TellErased& tell) {
  std::vector<std::uint64_t> positions;
  FB_RETURN_IF_ERROR(commits_->Run([&](Batch& batch) -> Status {
    FB_ASSIGN_OR_RETURN(positions, PositionsOf(batch, Table::kLogOfAlert, id.value()));
    for (const std::uint64_t position : positions) {
      FB_ASSIGN_OR_RETURN(std::optional<LogRow> row, batch.Read<LogRow>(LogKey(position)));
      if (!row) return Damaged("the history in the log of", id.value());
      LogRow after = *row;
      Erase(after.entry);
      after.alert_id = {};
      batch.Replace(*row, after);
    }
    if (!positions.empty()) batch.Append(tell(positions));
    return base::OkStatus();
  }));
  FB_RETURN_IF_ERROR(MergeAway(*db_, Table::kLog));
  FB_RETURN_IF_ERROR(MergeAway(*db_, Table::kLogOfAlert));
  return positions.size();
}

Status RocksDbStore::BeginLogAnew(const std::string& origin, const Events& events) {
  return commits_->Run([&](Batch& batch) -> Status {
    FB_ASSIGN_OR_RETURN(std::optional<Identity> identity, batch.Read<Identity>(IdentityKey()));
    if (!identity) return NotInitialised();
    FB_RETURN_IF_ERROR(CheckOtherOrigin(*identity, origin));
    identity->origin = origin;
    batch.Put(IdentityKey(), Encode(*identity));
    batch.Delete(CheckpointKey(CheckpointKind::kSigned));
    batch.Delete(CheckpointKey(CheckpointKind::kWitnessed));
    batch.Append(events);
    return base::OkStatus();
  });
}

Status RocksDbStore::RecordQuestion(const NewQuestion& question) {
  return commits_->Run([&](Batch& batch) -> Status {
    const std::string key = AuditorKey(question.auditor_sha256);
    FB_ASSIGN_OR_RETURN(const std::optional<AuditorRow> stood, batch.Read<AuditorRow>(key));
    AuditorRow row = stood.value_or(AuditorRow());
    if (row.day != question.day) row = {question.day, 0};
    FB_RETURN_IF_ERROR(CheckBudget(row.spent, question));
    row.spent += question.cost;
    batch.Put(key, Encode(row));
    batch.Append(question.events);
    return base::OkStatus();
  });
}

Status RocksDbStore::ReadStatistics(
    absl::CivilDay from, absl::CivilDay before,
    const std::function<void(const StatKey& key, const StatCell& cell)>& visit) {
  return Latest(*db_, Cache::kPass)
      .Scan(Key(Table::kStatistics).Take(), StatisticsFrom(from).Take(),
            [&](std::string_view row, std::string_view value) -> Result<Next> {
              FB_ASSIGN_OR_RETURN(const StatKey key, ParseStatisticsKey(row));
              if (key.day >= before) return Next::kStop;
              FB_ASSIGN_OR_RETURN(const StatCell cell, DecodeStatCell(value));
              visit(key, cell);
              return Next::kMore;
            });
}

}  // namespace firstbell::store
