#include "broker/matching/similarity.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <utility>

#include "broker/base/limits.h"

namespace firstbell::matching {
namespace {

constexpr double kReward = 0.1;
constexpr double kRewardedAbove = 0.7;
constexpr std::size_t kRewardedLetters = 4;

using Taken = std::bitset<limits::kNameBytes>;

std::string_view Bounded(std::string_view text) {
  return text.substr(0, limits::kNameBytes);
}

struct Common {
  std::size_t letters = 0;
  Taken of_a, of_b;
};

// Letters that both have, no farther apart than half the longer text.
Common CommonLetters(std::string_view a, std::string_view b) {
  const std::size_t half = std::max(a.size(), b.size()) / 2;
  const std::size_t reach = half > 0 ? half - 1 : 0;
  Common common;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const std::size_t end = std::min(i + reach + 1, b.size());
    for (std::size_t j = i > reach ? i - reach : 0; j < end; ++j) {
      if (common.of_b[j] || a[i] != b[j]) continue;
      common.of_a[i] = common.of_b[j] = true;
      ++common.letters;
      break;
    }
  }
  return common;
}

// Half the common letters that stand in another order.
std::size_t Transpositions(std::string_view a, std::string_view b, const Common& common) {
  std::size_t out_of_order = 0, j = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!common.of_a[i]) continue;
    while (!common.of_b[j]) ++j;
    out_of_order += a[i] != b[j++] ? 1 : 0;
  }
  return out_of_order / 2;
}

}  // namespace

double JaroWinkler(std::string_view a, std::string_view b) {
  a = Bounded(a);
  b = Bounded(b);
  const Common common = CommonLetters(a, b);
  if (common.letters == 0) return 0;
  const auto letters = static_cast<double>(common.letters);
  const auto swapped = static_cast<double>(Transpositions(a, b, common));
  const double jaro = (letters / static_cast<double>(a.size()) +
                       letters / static_cast<double>(b.size()) + (letters - swapped) / letters) /
                      3;
  if (jaro <= kRewardedAbove) return jaro;
  const std::size_t longest = std::min({a.size(), b.size(), kRewardedLetters});
  std::size_t same = 0;
  while (same < longest && a[same] == b[same]) ++same;
  return jaro + static_cast<double>(same) * kReward * (1 - jaro);
}

std::size_t OsaDistance(std::string_view a, std::string_view b, std::size_t most) {
  a = Bounded(a);
  b = Bounded(b);
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > most) return most + 1;
  // The rows of the table for i - 2, i - 1 and i letters of b, against 0 to |a| letters of a.
  std::array<std::array<std::size_t, limits::kNameBytes + 1>, 3> rows;
  for (std::size_t j = 0; j <= a.size(); ++j) rows[0][j] = j;
  std::size_t distance = a.size();
  for (std::size_t i = 1; i <= b.size(); ++i) {
    auto& row = rows[i % 3];
    const auto &before = rows[(i + 2) % 3], &two_before = rows[(i + 1) % 3];
    row[0] = i;
    std::size_t least = i;
    for (std::size_t j = 1; j <= a.size(); ++j) {
      const bool same = b[i - 1] == a[j - 1];
      row[j] = std::min({before[j] + 1, row[j - 1] + 1, before[j - 1] + (same ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && b[i - 1] == a[j - 2] && b[i - 2] == a[j - 1];
      if (swapped) row[j] = std::min(row[j], two_before[j - 2] + 1);
      least = std::min(least, row[j]);
    }
    distance = row[a.size()];
    // A swap reaches back over one row, so that two of them must be past it.
    if (least > most + 1) return most + 1;
  }
  return std::min(distance, most + 1);
}

}  // namespace firstbell::matching
