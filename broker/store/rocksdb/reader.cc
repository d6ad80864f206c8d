#include "broker/store/rocksdb/reader.h"

#include <queue>

#include "broker/store/rocksdb/rocks_status.h"

namespace firstbell::store::rocks {

namespace {

rocksdb::Slice Slice(std::string_view bytes) {
  return {bytes.data(), bytes.size()};
}
std::string_view View(const rocksdb::Slice& slice) {
  return {slice.data(), slice.size()};
}

}  // namespace

Result<std::optional<std::string>> GetFrom(rocksdb::DB& db, const rocksdb::ReadOptions& options,
                                           const std::string& key) {
  std::string value;
  const rocksdb::Status status = db.Get(options, key, &value);
  if (status.IsNotFound()) return std::optional<std::string>();
  FB_RETURN_IF_ERROR(FromRead(status));
  return std::optional<std::string>(std::move(value));
}

Cursor::Cursor(rocksdb::DB& db, rocksdb::ReadOptions options)
    : row_([&] {
        options.total_order_seek = true;
        return db.NewIterator(options);
      }()) {}

Status Cursor::Scan(std::string_view prefix, std::string_view from, const Reader::Visit& visit) {
  row_->Seek(Slice(from.empty() ? prefix : from));
  for (; row_->Valid() && View(row_->key()).starts_with(prefix); row_->Next()) {
    FB_ASSIGN_OR_RETURN(const Next next, visit(View(row_->key()), View(row_->value())));
    if (next == Next::kStop) return base::OkStatus();
  }
  return FromRead(row_->status());
}

Status ScanFrom(rocksdb::DB& db, const rocksdb::ReadOptions& options, std::string_view prefix,
                std::string_view from, const Reader::Visit& visit) {
  return Cursor(db, options).Scan(prefix, from, visit);
}

Result<std::optional<std::string>> Snapshot::Get(const std::string& key) const {
  return GetFrom(db_, options_, key);
}

Status Snapshot::Scan(std::string_view prefix, std::string_view from, const Visit& visit) const {
  return ScanFrom(db_, options_, prefix, from, visit);
}

namespace {

// One of the ranges that are merged, standing at its next row.
struct Range {
  std::string_view prefix;
  std::unique_ptr<rocksdb::Iterator> row;

  bool valid() const { return row->Valid() && View(row->key()).starts_with(prefix); }
  std::string_view key() const { return View(row->key()).substr(prefix.size()); }
};

struct ComesLater {
  bool operator()(const Range* a, const Range* b) const { return a->key() > b->key(); }
};

}  // namespace

Status Snapshot::ScanMerged(const std::vector<std::string>& prefixes, std::string_view from,
                            const Visit& visit) const {
  rocksdb::ReadOptions options = options_;
  options.total_order_seek = true;
  std::vector<Range> ranges;
  ranges.reserve(prefixes.size());
  std::priority_queue<Range*, std::vector<Range*>, ComesLater> next;
  const auto queue = [&](Range& range) -> Status {
    if (range.valid()) next.push(&range);
    return FromRead(range.row->status());
  };
  for (const std::string& prefix : prefixes) {
    Range& range = ranges.emplace_back(
        Range{prefix, std::unique_ptr<rocksdb::Iterator>(db_.NewIterator(options))});
    range.row->Seek(prefix + std::string(from));
    FB_RETURN_IF_ERROR(queue(range));
  }
  while (!next.empty()) {
    Range& range = *next.top();
    next.pop();
    FB_ASSIGN_OR_RETURN(const Next more, visit(range.key(), View(range.row->value())));
    if (more == Next::kStop) break;
    range.row->Next();
    FB_RETURN_IF_ERROR(queue(range));
  }
  return base::OkStatus();
}

Result<std::optional<std::string>> Latest::Get(const std::string& key) const {
  return GetFrom(db_, options_, key);
}

Cursor Snapshot::NewCursor() const {
  return {db_, options_};
}

Cursor Latest::NewCursor() const {
  return {db_, options_};
}

Status Latest::Scan(std::string_view prefix, std::string_view from, const Visit& visit) const {
  return ScanFrom(db_, options_, prefix, from, visit);
}

}  // namespace firstbell::store::rocks
