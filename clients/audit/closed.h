#pragma once

// Entries whose events are not shown, held against what the log says it has erased: `log.erased`
// names the entries that it closed (proto/FORMATS.md, "Event"). Not thread-safe.

#include <cstdint>
#include <string>
#include <vector>

#include "firstbell/v1/delivery_log_service.pb.h"

namespace firstbell::audit_client {

// First and last of entries in a row.
struct EntryRun {
  std::uint64_t first = 0, last = 0;
  friend bool operator==(const EntryRun&, const EntryRun&) = default;
};

class ClosedEntries {
 public:
  static constexpr std::size_t kMostRuns = 100'000;  // further ones are counted, and not named

  // In order; its opening was checked.
  void Take(const v1::LogEntry& entry);

  std::uint64_t count() const { return count_; }
  // Whether events of no force were shown: then the scope is the nation's, and leaves none out.
  bool of_nation() const { return of_nation_; }
  // Those that no erasure names. Nothing: too many to be held against anything.
  std::vector<EntryRun> Unaccounted() const;
  bool too_many() const { return closed_.size() >= kMostRuns || erased_.size() >= kMostRuns; }

 private:
  std::uint64_t count_ = 0;
  bool of_nation_ = false;
  std::vector<EntryRun> closed_;  // ascending
  std::vector<EntryRun> erased_;
};

// "3-5, 9 and 2 more": as many runs as are worth reading.
std::string Describe(const std::vector<EntryRun>& runs);

}  // namespace firstbell::audit_client
