#include "broker/matching/similarity.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>

namespace firstbell::matching {
namespace {

constexpr std::size_t kAny = 1000;

TEST(JaroWinkler, PublishedPairs) {
  // Winkler's own examples, to the digits that he gives.
  EXPECT_NEAR(JaroWinkler("martha", "marhta"), 0.9611, 5e-5);
  EXPECT_NEAR(JaroWinkler("dwayne", "duane"), 0.84, 5e-5);
  EXPECT_NEAR(JaroWinkler("dixon", "dicksonx"), 0.8133, 5e-5);
  EXPECT_EQ(JaroWinkler("ada", "ada"), 1);
  EXPECT_EQ(JaroWinkler("ada", ""), 0);
  EXPECT_EQ(JaroWinkler("", ""), 0);
  EXPECT_EQ(JaroWinkler("ada", "zoe"), 0);
}

TEST(Osa, EachEditCountsOnce) {
  EXPECT_EQ(OsaDistance("ella", "bella", kAny), 1u);
  EXPECT_EQ(OsaDistance("emma", "gemma", kAny), 1u);
  EXPECT_EQ(OsaDistance("zayn", "zain", kAny), 1u);
  EXPECT_EQ(OsaDistance("brain", "brian", kAny), 1u);
  EXPECT_EQ(OsaDistance("ca", "abc", kAny), 3u);  // 2 if a swapped pair could be edited again
  EXPECT_EQ(OsaDistance("", "ada", kAny), 3u);
  EXPECT_EQ(OsaDistance("", "", kAny), 0u);
}

TEST(Osa, StopsAboveTheMostThatIsAskedFor) {
  EXPECT_EQ(OsaDistance("alexander", "zoe", 2), 3u);
  EXPECT_EQ(OsaDistance("aaaa", "bbbb", 1), 2u);
  EXPECT_EQ(OsaDistance("abcd", "badc", 2), 2u);  // two swaps, each over one row
  EXPECT_EQ(OsaDistance("abcd", "badc", 1), 2u);
}

// Longer than any name that the model lets in: cut, not read beyond.
TEST(Similarity, TextsBeyondTheLimitAreCut) {
  const std::string a(5000, 'a'), b(5000, 'b');
  EXPECT_EQ(OsaDistance(a, a, kAny), 0u);
  EXPECT_EQ(OsaDistance(a, b, kAny), 200u);
  EXPECT_EQ(JaroWinkler(a, a), 1);
}

// The recurrence as it stands in the books, without a table.
std::size_t SlowOsa(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return a.size() + b.size();
  const std::string_view a1 = a.substr(1), b1 = b.substr(1);
  std::size_t least =
      std::min({SlowOsa(a1, b) + 1, SlowOsa(a, b1) + 1, SlowOsa(a1, b1) + (a[0] == b[0] ? 0 : 1)});
  if (a.size() > 1 && b.size() > 1 && a[0] == b[1] && a[1] == b[0]) {
    least = std::min(least, SlowOsa(a.substr(2), b.substr(2)) + 1);
  }
  return least;
}

std::string ShortWord() {
  const auto length = *rc::gen::inRange<std::size_t>(0, 7);
  return *rc::gen::container<std::string>(length, rc::gen::inRange('a', 'd'));
}

RC_GTEST_PROP(Osa, AgreesWithItsSlowTwin, ()) {
  const std::string a = ShortWord(), b = ShortWord();
  const std::size_t distance = SlowOsa(a, b);
  RC_ASSERT(OsaDistance(a, b, kAny) == distance);
  RC_ASSERT(OsaDistance(b, a, kAny) == distance);
  for (std::size_t most = 0; most <= 7; ++most) {
    RC_ASSERT(OsaDistance(a, b, most) == std::min(distance, most + 1));
  }
}

RC_GTEST_PROP(JaroWinkler, IsSymmetricAndOneForEqualsAlone, ()) {
  const std::string a = ShortWord(), b = ShortWord();
  const double similarity = JaroWinkler(a, b);
  RC_ASSERT(similarity == JaroWinkler(b, a));
  RC_ASSERT(0 <= similarity && similarity <= 1);
  RC_ASSERT((similarity == 1) == (a == b && !a.empty()));
}

}  // namespace
}  // namespace firstbell::matching
