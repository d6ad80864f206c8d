#include "broker/store/rocksdb/reader.h"

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

Status ScanFrom(rocksdb::DB& db, rocksdb::ReadOptions options, std::string_view prefix,
                std::string_view from, const Reader::Visit& visit) {
  options.total_order_seek = true;
  const std::unique_ptr<rocksdb::Iterator> row(db.NewIterator(options));
  row->Seek(Slice(from.empty() ? prefix : from));
  for (; row->Valid() && View(row->key()).starts_with(prefix); row->Next()) {
    FB_ASSIGN_OR_RETURN(const Next next, visit(View(row->key()), View(row->value())));
    if (next == Next::kStop) return base::OkStatus();
  }
  return FromRead(row->status());
}

Result<std::optional<std::string>> Snapshot::Get(const std::string& key) const {
  return GetFrom(db_, options_, key);
}

Status Snapshot::Scan(std::string_view prefix, std::string_view from, const Visit& visit) const {
  return ScanFrom(db_, options_, prefix, from, visit);
}

Result<std::optional<std::string>> Latest::Get(const std::string& key) const {
  return GetFrom(db_, options_, key);
}

Status Latest::Scan(std::string_view prefix, std::string_view from, const Visit& visit) const {
  return ScanFrom(db_, options_, prefix, from, visit);
}

}  // namespace firstbell::store::rocks
