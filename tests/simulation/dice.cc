#include "tests/simulation/dice.h"

namespace firstbell::simulation {

// splitmix64 (Steele, Lea, Flood 2014).
std::uint64_t Dice::Draw() {
  std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

int Dice::Between(int least, int most) {
  return least + static_cast<int>(Below(static_cast<std::size_t>(most - least) + 1));
}

absl::Duration Dice::Between(absl::Duration least, absl::Duration most) {
  const auto room = static_cast<std::size_t>(absl::ToInt64Milliseconds(most - least)) + 1;
  return least + absl::Milliseconds(static_cast<std::int64_t>(Below(room)));
}

bool Dice::Chance(double probability) {
  return static_cast<double>(Draw() >> 11) * 0x1.0p-53 < probability;
}

}  // namespace firstbell::simulation
