#pragma once

// An invented roll in memory, found by matching's blocks: what measures how children are found, and
// not how fast. Read-only once built; any thread.

#include <cstdint>
#include <utility>
#include <vector>

#include "broker/matching/blocks.h"
#include "broker/matching/evidence.h"
#include "broker/matching/judge.h"
#include "clients/demo/invented_roll.h"

namespace firstbell::bench {

class InventedIndex {
 public:
  explicit InventedIndex(const demo::InventedRoll& roll);

  std::size_t pupils() const { return pupils_.size(); }
  const matching::Frequencies& frequencies() const { return frequencies_; }
  double average_school() const { return average_school_; }
  demo::InventedChild Child(std::size_t pupil) const;
  std::uint64_t FamilyOf(std::size_t pupil) const { return pupils_[pupil].family; }

  // Each candidate compared, in no order.
  std::vector<matching::Scored> Compare(const matching::Heard& heard) const;

 private:
  struct Entry {
    matching::BlockKey block = 0;
    std::uint32_t pupil = 0;
    matching::Fingerprint print;
  };
  struct Pupil {
    std::uint32_t family = 0;
    std::uint8_t child = 0;
    base::Urn school;
  };

  void LookAt(matching::BlockKey block, const matching::Fingerprint& print,
              const std::vector<base::Urn>& schools,
              std::vector<std::pair<int, std::uint32_t>>& found) const;
  std::vector<std::uint32_t> Promising(const matching::Heard& heard) const;

  const demo::InventedRoll& roll_;
  matching::Frequencies frequencies_;
  std::vector<Pupil> pupils_;
  std::vector<Entry> entries_;  // by block
  double average_school_ = 0;
};

}  // namespace firstbell::bench
