#include "clients/school/records/chronology.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace firstbell::school_records {
namespace {

// Acts before records of the same instant; among themselves as given by these.
auto Key(const ChronologyEntry& entry) {
  const bool act = entry.act.has_value();
  return std::tuple(entry.at, !act, act ? static_cast<int>(entry.act->kind) : 0,
                    act ? entry.act->alert.value() : std::string(),
                    act ? entry.act->who.value() : std::string(),
                    act ? std::int64_t{0} : entry.record->head.number);
}

using ById = std::map<RecordId, const Record*>;

bool SaysWhatRowSays(const Record& record, const ById& records) {
  if (record.head.kind != v1::RECORD_KIND_ERASED) return false;
  return records.contains(record.head.refers_to);
}

std::vector<ChronologyEntry> EntriesOf(std::vector<Record> records) {
  ById by_id;
  for (const Record& record : records) by_id.emplace(record.head.id, &record);
  std::map<RecordId, RecordId> corrections;  // what is corrected → by what
  std::set<RecordId> said_by_row;
  for (const auto& [id, record] : by_id) {
    if (SaysWhatRowSays(*record, by_id)) said_by_row.insert(id);
    const bool corrects =
        record->head.kind != v1::RECORD_KIND_ERASED && by_id.contains(record->head.refers_to);
    if (corrects) corrections.emplace(record->head.refers_to, id);
  }
  std::vector<ChronologyEntry> entries;
  std::set<RecordId> taken;
  for (Record& record : records) {
    const RecordId id = record.head.id;
    if (said_by_row.contains(id) || !taken.insert(id).second) continue;
    ChronologyEntry entry{.at = record.head.at};
    if (const auto by = corrections.find(id); by != corrections.end()) {
      entry.corrected_by = by->second;
    }
    if (corrections.contains(record.head.refers_to)) entry.corrects = record.head.refers_to;
    entry.record = std::move(record);
    entries.push_back(std::move(entry));
  }
  return entries;
}

bool SameAct(const ChronologyEntry& a, const ChronologyEntry& b) {
  return a.act && b.act && *a.act == *b.act;
}

}  // namespace

std::vector<ChronologyEntry> Chronology(std::vector<Record> records, std::vector<ReceiptAct> acts,
                                        ChronologyOrder order) {
  std::vector<ChronologyEntry> entries = EntriesOf(std::move(records));
  for (const ReceiptAct& act : acts) entries.push_back({.at = act.at, .act = act});
  std::stable_sort(
      entries.begin(), entries.end(),
      [](const ChronologyEntry& a, const ChronologyEntry& b) { return Key(a) < Key(b); });
  entries.erase(std::unique(entries.begin(), entries.end(), SameAct), entries.end());
  if (order == ChronologyOrder::kNewestFirst) std::reverse(entries.begin(), entries.end());
  return entries;
}

}  // namespace firstbell::school_records
