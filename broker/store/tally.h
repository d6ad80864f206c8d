#pragma once

// Changes to what is counted (statistics.h), gathered from rows as they come and go. Not
// thread-safe.

#include <map>

#include "broker/store/statistics.h"

namespace firstbell::store {

class Tally {
 public:
  explicit Tally(absl::TimeZone london) : london_(london) {}

  // Of a model::Alert, a model::Case or an Incident.
  template <typename Row>
  void Add(const Row& row) {
    cells_[KeyOf(row, london_)] += Of(row);
  }
  template <typename Row>
  void Remove(const Row& row) {
    cells_[KeyOf(row, london_)] -= Of(row);
  }
  void Join(const Tally& other) {
    for (const auto& [key, cell] : other.cells_) cells_[key] += cell;
  }
  void Clear() { cells_.clear(); }
  // Some may be empty: what came went again.
  const std::map<StatKey, StatCell>& cells() const { return cells_; }

 private:
  StatCell Of(const model::Alert& alert) const { return Contribution(alert, london_); }
  StatCell Of(const model::Case& value) const { return Contribution(value); }
  StatCell Of(const Incident& incident) const { return Contribution(incident); }

  absl::TimeZone london_;
  std::map<StatKey, StatCell> cells_;
};

}  // namespace firstbell::store
