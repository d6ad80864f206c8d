#pragma once

// Numbers that are the same on every machine for the same seed (SplitMix64; G. L. Steele, D. Lea
// and C. H. Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014). For invented
// data alone: anyone can guess the next. One thread.

#include <cstdint>
#include <initializer_list>

namespace firstbell::demo {

class Dice {
 public:
  // A stream of its own for each list of numbers.
  explicit Dice(std::initializer_list<std::uint64_t> seeds) {
    for (const std::uint64_t seed : seeds) state_ = Next() ^ seed;
  }

  std::uint64_t Next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  // Below `end`, which is more than zero.
  std::uint64_t Below(std::uint64_t end) { return Next() % end; }
  int Between(int first, int last) {
    return first + static_cast<int>(Below(static_cast<std::uint64_t>(last - first) + 1));
  }
  double Unit() { return static_cast<double>(Next() >> 11) * 0x1p-53; }
  bool Chance(double probability) { return Unit() < probability; }

 private:
  std::uint64_t state_ = 0;
};

}  // namespace firstbell::demo
