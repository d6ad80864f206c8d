// The delivery log.

#include "broker/base/bytes.h"
#include "broker/store/rocksdb/commit_group.h"
#include "broker/store/rules.h"

namespace firstbell::store {

using namespace rocks;  // NOLINT: the driver's own parts

Status RocksDbStore::AppendEvents(const Events& events) {
  return commits_->Run([&](Batch& batch) {
    batch.Append(events);
    return base::OkStatus();
  });
}

Result<LogHead> RocksDbStore::GetLogHead() {
  FB_ASSIGN_OR_RETURN(const std::optional<std::string> edge, Latest(*db_).Get(FrontierKey()));
  audit::Frontier frontier;
  if (edge) {
    FB_ASSIGN_OR_RETURN(frontier, audit::Frontier::Parse(*edge));
  }
  return LogHead{frontier.size(), frontier.Root()};
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

Result<std::vector<LogEntry>> RocksDbStore::AlertHistory(const base::AlertId& id) {
  const Snapshot snapshot(*db_);
  const std::string prefix = Key(Table::kLogOfAlert).Text(id.value()).Take();
  std::vector<LogEntry> entries;
  FB_RETURN_IF_ERROR(
      snapshot.Scan(prefix, "", [&](std::string_view key, std::string_view) -> Result<Next> {
        if (key.size() != prefix.size() + 8) return Damaged("the history of alert", id.value());
        const std::uint64_t position = base::ReadU64(key.substr(prefix.size()));
        FB_ASSIGN_OR_RETURN(std::optional<LogRow> row, snapshot.Read<LogRow>(LogKey(position)));
        if (!row) return Damaged("the history of alert", id.value());
        entries.push_back(std::move(row->entry));
        return Next::kMore;
      }));
  return entries;
}

}  // namespace firstbell::store
