#pragma once

// Reading rows: from a snapshot of the database, from it as it is, or, inside a step, from it and
// the group so far.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/base/status.h"
#include "broker/store/rocksdb/codec.h"
#include "broker/store/rocksdb/keys.h"
#include "rocksdb/db.h"
#include "rocksdb/snapshot.h"

namespace firstbell::store::rocks {

enum class Next { kMore, kStop };

class Reader {
 public:
  virtual ~Reader() = default;

  // Nothing where the key is not there. DataLoss.
  virtual Result<std::optional<std::string>> Get(const std::string& key) const = 0;

  // Visits rows whose key has `prefix`, from `from` on (from the first where it is empty), in key
  // order.
  using Visit = std::function<Result<Next>(std::string_view key, std::string_view value)>;
  virtual Status Scan(std::string_view prefix, std::string_view from, const Visit& visit) const = 0;

  template <typename Row>
  Result<std::optional<Row>> Read(const std::string& key) const {
    FB_ASSIGN_OR_RETURN(const std::optional<std::string> bytes, Get(key));
    if (!bytes) return std::optional<Row>();
    Row row;
    FB_RETURN_IF_ERROR(Decode(*bytes, row));
    return std::optional<Row>(std::move(row));
  }

  template <typename Row>
  Result<std::vector<Row>> ReadAll(std::string_view prefix) const {
    std::vector<Row> rows;
    FB_RETURN_IF_ERROR(
        Scan(prefix, "", [&](std::string_view, std::string_view value) -> Result<Next> {
          FB_RETURN_IF_ERROR(Decode(value, rows.emplace_back()));
          return Next::kMore;
        }));
    return rows;
  }
};

// Visits one range after another, and is made once. Threads: one at a time.
class Cursor {
 public:
  Cursor(rocksdb::DB& db, rocksdb::ReadOptions options);

  // As Reader::Scan.
  Status Scan(std::string_view prefix, std::string_view from, const Reader::Visit& visit);

 private:
  const std::unique_ptr<rocksdb::Iterator> row_;
};

// The database as it was when this was made. Threads: one at a time.
class Snapshot final : public Reader {
 public:
  explicit Snapshot(rocksdb::DB& db) : db_(db), snapshot_(&db) {
    options_.snapshot = snapshot_.snapshot();
  }
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  Result<std::optional<std::string>> Get(const std::string& key) const override;
  Status Scan(std::string_view prefix, std::string_view from, const Visit& visit) const override;
  Cursor NewCursor() const;
  // Visits the rows of several ranges as if they were one: what comes after a range's prefix is the
  // key that `visit` gets, and orders them. `from` is such a key; empty: from the first on.
  Status ScanMerged(const std::vector<std::string>& prefixes, std::string_view from,
                    const Visit& visit) const;

 private:
  rocksdb::DB& db_;
  rocksdb::ManagedSnapshot snapshot_;
  rocksdb::ReadOptions options_;
};

enum class Cache { kKeep, kPass };  // kPass: large and not soon read again

// The database as it is: each call sees one state, two calls may see two. A snapshot costs a lock
// that commits take too; this is for verbs that read one row or one range, or a row by an index
// that it never leaves, as incidents and recipients do. Threads: safe.
class Latest final : public Reader {
 public:
  explicit Latest(rocksdb::DB& db, Cache cache = Cache::kKeep) : db_(db) {
    options_.fill_cache = cache == Cache::kKeep;
  }

  Result<std::optional<std::string>> Get(const std::string& key) const override;
  Status Scan(std::string_view prefix, std::string_view from, const Visit& visit) const override;
  Cursor NewCursor() const;

 private:
  rocksdb::DB& db_;
  rocksdb::ReadOptions options_;
};

// The same over any state that `options` names.
Result<std::optional<std::string>> GetFrom(rocksdb::DB& db, const rocksdb::ReadOptions& options,
                                           const std::string& key);
Status ScanFrom(rocksdb::DB& db, const rocksdb::ReadOptions& options, std::string_view prefix,
                std::string_view from, const Reader::Visit& visit);

}  // namespace firstbell::store::rocks
