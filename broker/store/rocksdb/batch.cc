#include "broker/store/rocksdb/batch.h"

#include "broker/audit/event_encoding.h"
#include "broker/crypto/random.h"
#include "broker/store/rocksdb/log_tree.h"
#include "broker/store/rocksdb/rocks_status.h"

namespace firstbell::store::rocks {

Result<std::unique_ptr<Batch>> Batch::Begin(rocksdb::DB& db, absl::TimeZone london) {
  std::unique_ptr<Batch> batch(new Batch(db, london));
  FB_ASSIGN_OR_RETURN(const std::optional<Counts> counts, batch->Read<Counts>(CountsKey()));
  if (counts) batch->counts_ = *counts;
  FB_ASSIGN_OR_RETURN(batch->log_size_, ReadLogSize(*batch));
  batch->DropStep();
  return batch;
}

Result<std::optional<std::string>> Batch::Get(const std::string& key) const {
  if (const auto row = step_.rows.find(key); row != step_.rows.end()) return row->second;
  if (const auto row = rows_.find(key); row != rows_.end()) return row->second;
  if (const auto answer = answers_.find(key); answer != answers_.end()) return answer->second;
  FB_ASSIGN_OR_RETURN(auto answer, GetFrom(db_, rocksdb::ReadOptions(), key));
  return answers_.emplace(key, std::move(answer)).first->second;
}

Status Batch::Scan(std::string_view prefix, std::string_view from, const Visit& visit) const {
  Rows rows;
  FB_RETURN_IF_ERROR(ScanFrom(db_, rocksdb::ReadOptions(), prefix, "",
                              [&](std::string_view key, std::string_view value) -> Result<Next> {
                                rows.emplace(key, value);
                                return Next::kMore;
                              }));
  Overlay(rows_, prefix, rows);
  Overlay(step_.rows, prefix, rows);
  for (auto row = rows.lower_bound(from); row != rows.end(); ++row) {
    if (!row->second) continue;
    FB_ASSIGN_OR_RETURN(const Next next, visit(row->first, *row->second));
    if (next == Next::kStop) break;
  }
  return base::OkStatus();
}

void Batch::Overlay(const Rows& layer, std::string_view prefix, Rows& rows) {
  for (auto row = layer.lower_bound(prefix);
       row != layer.end() && std::string_view(row->first).starts_with(prefix); ++row) {
    rows[row->first] = row->second;
  }
}

void Batch::Append(Events events) {
  for (model::Event& event : events) {
    LogRow row;
    row.entry.position = step_.log_size++;
    row.entry.salt = crypto::RandomBytes(audit::kSaltBytes);
    audit::Committed committed = audit::Commit(event, row.entry.salt);
    row.entry.event = std::move(committed.event);
    row.entry.entry = std::move(committed.entry);
    row.entry.force = event.force();
    row.entry.authority = event.authority();
    row.alert_id = event.alert_id();
    row.key_holder = event.key_holder();
    Insert(row);
    step_.events.push_back(std::move(event));
  }
}

void Batch::KeepStep() {
  while (!step_.rows.empty()) {
    auto row = step_.rows.extract(step_.rows.begin());
    bytes_ += row.key().size() + (row.mapped() ? row.mapped()->size() : 0);
    const auto put = rows_.insert(std::move(row));
    if (!put.inserted) put.position->second = std::move(put.node.mapped());
  }
  counts_ = step_.counts;
  tally_.Join(step_.tally);
  step_.tally.Clear();
  log_size_ = step_.log_size;
  std::move(step_.events.begin(), step_.events.end(), std::back_inserter(events_));
  ++steps_;
  step_.events.clear();
}

void Batch::DropStep() {
  step_.rows.clear();
  step_.tally.Clear();
  step_.events.clear();
  step_.counts = counts_;
  step_.log_size = log_size_;
}

Status Batch::PutStatistics() {
  for (const auto& [key, change] : tally_.cells()) {
    if (change.empty()) continue;
    const std::string row = StatisticsKey(key);
    FB_ASSIGN_OR_RETURN(const std::optional<StatCell> stood, Read<StatCell>(row));
    StatCell cell = stood.value_or(StatCell());
    cell += change;
    rows_[row] = cell.empty() ? std::nullopt : std::optional(Encode(cell));
  }
  return base::OkStatus();
}

absl::Time Batch::FirstDue() const {
  const std::string prefix = Key(Table::kAlertDue).Take();
  for (auto row = rows_.lower_bound(prefix); row != rows_.end(); ++row) {
    if (!row->first.starts_with(prefix)) break;
    if (row->second) return DueOf(row->first);
  }
  return absl::InfiniteFuture();
}

rocksdb::WriteBatch Batch::ToWrite() const {
  rocksdb::WriteBatch batch(bytes_ + rows_.size() * 16);
  for (const auto& [key, value] : rows_) {
    // Neither can fail: the batch has no size limit and names no column family.
    (value ? batch.Put(key, *value) : batch.Delete(key)).PermitUncheckedError();
  }
  batch.Put(CountsKey(), Encode(counts_)).PermitUncheckedError();
  batch.Put(LogSizeKey(), EncodeLogSize(log_size_)).PermitUncheckedError();
  return batch;
}

}  // namespace firstbell::store::rocks
