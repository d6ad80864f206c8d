#pragma once

// What one group of steps is about to write: a layer over the database that its own steps read
// through. A step that fails drops what it put and leaves nothing. Threads: the group's leader
// alone; nobody else writes to the database meanwhile.

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "broker/store/rocksdb/reader.h"
#include "broker/store/tally.h"
#include "rocksdb/write_batch.h"

namespace firstbell::store::rocks {

class Batch final : public Reader {
 public:
  // Reads the counts and the log's size. DataLoss.
  static Result<std::unique_ptr<Batch>> Begin(rocksdb::DB& db, absl::TimeZone london);
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  Result<std::optional<std::string>> Get(const std::string& key) const override;
  // Gathers the prefix's rows first: for the short scans of a step.
  Status Scan(std::string_view prefix, std::string_view from, const Visit& visit) const override;

  void Put(std::string key, std::string value) { step_.rows[std::move(key)] = std::move(value); }
  void Delete(std::string key) { step_.rows[std::move(key)] = std::nullopt; }

  // A row and its index rows.
  template <typename Row>
  void Insert(const Row& row) {
    for (IndexRow& index : IndexOf(row)) Put(std::move(index.key), std::move(index.value));
    Put(KeyOf(row), Encode(row));
    if constexpr (kCounted<Row>) step_.tally.Add(CountedOf(row));
  }
  template <typename Row>
  void Remove(const Row& row) {
    if constexpr (kCounted<Row>) step_.tally.Remove(CountedOf(row));
    for (IndexRow& index : IndexOf(row)) Delete(std::move(index.key));
    Delete(KeyOf(row));
  }
  // `before` and `after` have the same key. Index rows that stay are not written again.
  template <typename Row>
  void Replace(const Row& before, const Row& after) {
    const IndexRows old = IndexOf(before), fresh = IndexOf(after);
    for (const IndexRow& index : old) {
      if (std::find(fresh.begin(), fresh.end(), index) == fresh.end()) Delete(index.key);
    }
    for (const IndexRow& index : fresh) {
      if (std::find(old.begin(), old.end(), index) == old.end()) Put(index.key, index.value);
    }
    Put(KeyOf(after), Encode(after));
    if constexpr (kCounted<Row>) {
      step_.tally.Remove(CountedOf(before));
      step_.tally.Add(CountedOf(after));
    }
  }

  Counts& counts() { return step_.counts; }
  // Each event gets its position, its salt and its entry here and nowhere else.
  void Append(Events events);

  // The step's end: keeps or drops everything since the last one.
  void KeepStep();
  void DropStep();

  // The group's end: what was counted joins what stands. DataLoss.
  Status PutStatistics();

  bool empty() const { return rows_.empty(); }
  std::size_t bytes() const { return bytes_; }  // of kept rows, about
  std::size_t steps() const { return steps_; }  // that were kept
  const Events& events() const { return events_; }
  // When the first is due of the alerts that the kept steps put among the due; InfiniteFuture:
  // none.
  absl::Time FirstDue() const;
  // What the kept steps write, with the counts and the log's size.
  rocksdb::WriteBatch ToWrite() const;

 private:
  template <typename Row>
  static constexpr bool kCounted = requires(const Row& row) {
    CountedOf(row);
  };
  // A row to put, or nothing for one to delete.
  using Rows = std::map<std::string, std::optional<std::string>, std::less<>>;
  struct Step {
    explicit Step(absl::TimeZone london) : tally(london) {}
    Rows rows;
    Tally tally;
    Counts counts;
    std::uint64_t log_size = 0;
    Events events;
  };

  Batch(rocksdb::DB& db, absl::TimeZone london) : db_(db), tally_(london), step_(london) {}
  static void Overlay(const Rows& layer, std::string_view prefix, Rows& rows);

  rocksdb::DB& db_;
  // What the database answered: nobody else writes to it, and neighbours in a group ask for the
  // same.
  mutable std::unordered_map<std::string, std::optional<std::string>> answers_;
  Rows rows_;
  Counts counts_;
  Tally tally_;
  std::uint64_t log_size_ = 0;
  Events events_;
  std::size_t bytes_ = 0;
  std::size_t steps_ = 0;
  Step step_;  // the running step: its own rows, and copies of the counts and the log's size
};

}  // namespace firstbell::store::rocks
