#pragma once

// Every choice of a simulation, from one seed. Of our own making, so that a seed means the same
// wherever it is replayed; no distribution of the standard library is.

#include <cstdint>
#include <vector>

#include "absl/time/time.h"

namespace firstbell::simulation {

// Threads: one. A value: a copy goes on from where it was taken.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}

  std::uint64_t Draw();
  // Below `count`, which is at least 1.
  std::size_t Below(std::size_t count) { return static_cast<std::size_t>(Draw() % count); }
  // In [least, most].
  int Between(int least, int most);
  absl::Duration Between(absl::Duration least, absl::Duration most);
  bool Chance(double probability);
  template <typename T>
  const T& Of(const std::vector<T>& values) {
    return values[Below(values.size())];
  }

 private:
  std::uint64_t state_;
};

}  // namespace firstbell::simulation
