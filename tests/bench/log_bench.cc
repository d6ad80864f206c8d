// The delivery log and what auditors ask of it. Here: taking entries into the tree and signing it.

#include <bit>

#include "broker/audit/event_encoding.h"
#include "broker/audit/tile.h"
#include "broker/store/rocksdb/codec.h"
#include "broker/store/rocksdb/keys.h"
#include "rocksdb/write_batch.h"
#include "tests/bench/log_store.h"
#include "tests/support/temp_directory.h"

namespace firstbell::bench {
namespace {

constexpr std::size_t kEntries = 1'048'576;
// What a busy broker writes in one step: four incidents of two children, their sealings, a receipt.
constexpr std::size_t kBusyGroup = 32;
constexpr std::size_t kFewTurns = 100;  // of a thousand entries

using Rows = std::vector<std::pair<std::string, std::string>>;

// What integration puts for a tree that grows from `before` to `after`: of level 0 the tiles that
// become full, above each that grows, as wide as it then is; and the right edge.
Rows TreeRows(std::uint64_t before, std::uint64_t after) {
  Rows rows;
  for (int level = 0; (after >> (audit::kTileHeight * level)) > 0; ++level) {
    const int shift = audit::kTileHeight * (level + 1);
    for (std::uint64_t at = before >> shift; at <= (after - 1) >> shift; ++at) {
      const int width = audit::TileWidthAt(level, at, after);
      if (level == 0 && width < audit::kTileWidth) continue;
      if (width == audit::TileWidthAt(level, at, before)) continue;
      rows.emplace_back(store::rocks::TileKey({level, at}),
                        std::string(static_cast<std::size_t>(width) * 32, 't'));
    }
  }
  const auto subtrees = static_cast<std::size_t>(std::popcount(after));
  rows.emplace_back(store::rocks::FrontierKey(), std::string(8 + 32 * subtrees, 'f'));
  return rows;
}

std::size_t BytesOf(const Rows& rows) {
  std::size_t bytes = 0;
  for (const auto& [key, value] : rows) bytes += key.size() + value.size();
  return bytes;
}

// As LogStore::Append has them.
std::string EntryRow() {
  store::rocks::LogRow row;
  row.entry.position = kEntries;
  row.entry.salt = std::string(audit::kSaltBytes, 's');
  const model::Event event(model::EventKind::kLogQueried, kLogNight);
  const audit::Committed committed = audit::Commit(event, row.entry.salt);
  row.entry.event = committed.event;
  row.entry.entry = committed.entry;
  return store::rocks::Encode(row);
}

struct Turns {
  std::size_t size = 0, count = 0;  // entries of one, and how many
  std::size_t group = 0;            // entries written in one synced step
  std::size_t entries() const { return size * count; }
};

struct Took {
  double appending = 0, turning = 0;  // seconds
};

Took Ours(const Turns& turns) {
  const support::TempDirectory directory;
  LogStore log(directory.path() / "store");
  Took took;
  for (std::size_t turn = 0; turn < turns.count; ++turn) {
    const Stopwatch append;
    log.Append(turns.size, turns.group);
    took.appending += append.seconds();
    const Stopwatch watch;
    log.SignAll();
    took.turning += watch.seconds();
  }
  FB_CHECK(log.keeper().Newest().checkpoint.size == turns.entries());
  return took;
}

void WriteSynced(const Rows& rows, rocksdb::DB& db) {
  rocksdb::WriteBatch batch;
  for (const auto& [key, value] : rows) FB_CHECK(batch.Put(key, value).ok());
  rocksdb::WriteOptions synced;
  synced.sync = true;
  FB_CHECK(db.Write(synced, &batch).ok());
}

// The same turns by RocksDB itself: entries of as many bytes in one batch for each group, tree rows
// in a second, the checkpoint in a third.
Took Bare(const Turns& turns) {
  const support::TempDirectory directory;
  const auto db = OpenBare(directory.path() / "bare");
  const std::string note(300, 'n'), entry = EntryRow();
  Took took;
  for (std::size_t turn = 0; turn < turns.count; ++turn) {
    const std::uint64_t before = turn * turns.size;
    const std::uint64_t after = before + turns.size;
    for (std::uint64_t first = before; first < after; first += turns.group) {
      Rows entries;
      for (std::uint64_t at = first; at < std::min(first + turns.group, after); ++at) {
        entries.emplace_back(store::rocks::LogKey(at), entry);
      }
      const Stopwatch append;
      WriteSynced(entries, *db);
      took.appending += append.seconds();
    }
    const Rows tree = TreeRows(before, after);
    const Stopwatch watch;
    WriteSynced(tree, *db);
    WriteSynced({{store::rocks::CheckpointKey(store::CheckpointKind::kSigned), note}}, *db);
    took.turning += watch.seconds();
  }
  return took;
}

Took MedianOf(const std::vector<Took>& samples) {
  std::vector<double> appending, turning;
  for (const Took& sample : samples) {
    appending.push_back(sample.appending);
    turning.push_back(sample.turning);
  }
  return {Median(appending), Median(turning)};
}

void AddTurns(const Turns& turns, std::vector<Row>& rows) {
  std::vector<Took> ours, bare;
  for (int sample = 0; sample < kSamples; ++sample) {
    bare.push_back(Bare(turns));
    ours.push_back(Ours(turns));
  }
  const Took us = MedianOf(ours), ceiling = MedianOf(bare);
  const auto n = static_cast<double>(turns.entries());
  const std::string of =
      ", " + std::to_string(turns.size) + " a turn, " + std::to_string(turns.group) + " a step";
  const std::string bytes =
      std::to_string(BytesOf(TreeRows(turns.entries() - turns.size, turns.entries())) / 1024);
  rows.push_back(
      {"integrated and signed" + of, "entries/s", turns.entries(), n / us.turning,
       n / ceiling.turning, 0.25, 0.5, true,
       "a turn of the keeper, its memory file too. Ceiling: two synced batches by RocksDB "
       "itself, of the tiles and the right edge (" +
           bytes +
           " KiB in the last turn) and of the checkpoint, which ours keeps in a file of its own "
           "too; "
           "medians of samples in turn"});
  rows.push_back({"the same, the entries' own writing included", "entries/s", turns.entries(),
                  n / (us.appending + us.turning), n / (ceiling.appending + ceiling.turning), 0.25,
                  0.5, true,
                  "ours: AppendEvents in groups of " + std::to_string(turns.group) +
                      " and the turn. Ceiling: a synced batch for each group too, with rows as "
                      "long as the log's"});
}

}  // namespace

std::vector<Row> LogTree(const Setting& setting) {
  std::vector<Row> rows;
  const std::size_t few = std::max<std::size_t>(setting.Scaled(kFewTurns), 5);
  AddTurns({1'000, few, kBusyGroup}, rows);
  AddTurns({1'000, few, 1'000}, rows);
  const std::size_t turn = limits::kEntriesIntegrated;
  AddTurns({turn, std::max<std::size_t>(setting.Scaled(kEntries) / turn, 2), LogStore::kLargeGroup},
           rows);
  return rows;
}

std::vector<Row> Log(const Setting& setting) {
  std::vector<Row> rows;
  for (const auto& part : {LogTree, LogProofs, LogLists, LogYear, LogBytes}) {
    for (Row& row : part(setting)) rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace firstbell::bench
