#pragma once

// What the parts of the benchmark `log` share: a store on disk with its log's keeper, RocksDB by
// itself, and invented deliveries. Not thread-safe.

#include <chrono>
#include <filesystem>
#include <memory>
#include <vector>

#include "broker/inquiry/delivery_inquiry.h"
#include "broker/inquiry/log_keeper.h"
#include "broker/model/alert.h"
#include "broker/store/rocksdb/rocksdb_store.h"
#include "rocksdb/db.h"
#include "tests/bench/benches.h"

namespace firstbell::bench {

// The parts, each with stores of its own.
std::vector<Row> LogTree(const Setting& setting);
std::vector<Row> LogProofs(const Setting& setting);
std::vector<Row> LogLists(const Setting& setting);
std::vector<Row> LogYear(const Setting& setting);
std::vector<Row> LogBytes(const Setting& setting);

class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// Microseconds of one call, the median of so many.
template <typename Call>
double MedianMicroseconds(std::size_t calls, const Call& call) {
  std::vector<double> took;
  for (std::size_t i = 0; i < calls; ++i) {
    const Stopwatch watch;
    call(i);
    took.push_back(1e6 * watch.seconds());
  }
  return Median(std::move(took));
}

inline const absl::Time kLogNight = absl::FromUnixSeconds(1'788'228'600);  // 1 September 2026

// The real store in `directory`, which is made where it is missing, and a keeper that has signed
// what stands. It remembers that in a file beside, durably, as the broker does.
class LogStore {
 public:
  explicit LogStore(const std::filesystem::path& directory);

  store::RocksDbStore& store() { return *store_; }
  inquiry::LogKeeper& keeper() { return keeper_; }
  // Until all that stands is in the tree and signed.
  void SignAll();
  // So many events, small ones; each group is one synced step.
  static constexpr std::size_t kLargeGroup = 10'000;
  void Append(std::size_t count, std::size_t group = kLargeGroup);

 private:
  inquiry::LogKeeper::Options Options() const;

  const std::filesystem::path memory_;
  const std::unique_ptr<store::RocksDbStore> store_;
  inquiry::LogKeeper keeper_;
};

// RocksDB on the directory, uncompressed as the store is.
std::unique_ptr<rocksdb::DB> OpenBare(const std::filesystem::path& directory);

inline constexpr std::size_t kForces = 43, kAuthorities = 175;
inline constexpr double kADay = 2'192;  // deliveries of the nation: 800,000 a year

// So many deliveries, spread over so many days before kLogNight.
struct Period {
  std::size_t count = 0;
  double days = 0;
};
// The n-th of them in the order of their acceptance: four in five acknowledged in time, some late,
// redirected or withdrawn; of the last day's, half are open. 22,000 schools; most have climbed no
// rung.
model::Alert AlertOf(std::size_t n, const Period& period);
base::ForceCode ForceOf(std::size_t authority);
base::AuthorityCode AuthorityOf(std::size_t authority);

// A store with so many of them: each alert's row, its index rows and what statistics count of it,
// by the driver's own row types, written to RocksDB directly and compacted. An incident or a log
// entry none of them has. Seconds.
double WriteAlerts(const std::filesystem::path& directory, const Period& period);

}  // namespace firstbell::bench
