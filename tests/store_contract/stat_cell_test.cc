// Cells of the statistics: where they belong, how long things took, their bytes, and how they are
// put together.

#include "broker/store/statistics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "broker/base/clock.h"
#include "tests/store_contract/invented.h"

namespace firstbell::store {
namespace {

absl::TimeZone London() {
  return *base::LondonTimeZone();
}

model::Alert SomeAlert() {
  model::Alert alert;
  alert.force = kKent;
  alert.authority = base::AuthorityCode("886");
  alert.accepted_at = At(0);
  alert.deadline = At(400);
  return alert;
}

// --- Keys ---------------------------------------------------------------------------------------

TEST(StatCell, AKeyIsLondonsDay) {
  model::Alert alert = SomeAlert();
  alert.accepted_at = absl::FromCivil(absl::CivilSecond(2026, 6, 30, 23, 30), absl::UTCTimeZone());
  const StatKey key = KeyOf(alert, London());
  EXPECT_EQ(key, (StatKey{absl::CivilDay(2026, 7, 1), kKent, base::AuthorityCode("886")}));
  Incident incident;
  incident.force = kEssex;
  incident.accepted_at = alert.accepted_at;
  EXPECT_EQ(KeyOf(incident, London()), (StatKey{absl::CivilDay(2026, 7, 1), kEssex, {}}));
  model::Case value;
  value.force = kEssex;
  value.opened_at = At(0);
  EXPECT_EQ(KeyOf(value, London()), (StatKey{absl::CivilDay(2026, 11, 9), kEssex, {}}));
}

TEST(StatCell, KeysAreInOrderOfDayForceAuthority) {
  const StatKey key{absl::CivilDay(2026, 7, 1), kKent, base::AuthorityCode("886")};
  StatKey day = key, force = key, authority = key;
  day.day = absl::CivilDay(2026, 6, 30);
  force.force = kEssex;
  authority.authority = {};
  EXPECT_LT(day, force);
  EXPECT_LT(force, authority);
  EXPECT_LT(authority, key);
}

// --- Durations ----------------------------------------------------------------------------------

TEST(StatCell, BucketsFollowEachOtherAtNoMoreThanNineteenPerCent) {
  EXPECT_EQ(UpperBound(0), absl::Seconds(1));
  EXPECT_EQ(UpperBound(4), absl::Seconds(2));
  EXPECT_EQ(UpperBound(kBuckets - 2), absl::Seconds(1 << 22));
  EXPECT_GT(UpperBound(kBuckets - 2), absl::Hours(24 * 7 * 6));
  for (std::size_t bucket = 0; bucket + 1 < kBuckets; ++bucket) {
    EXPECT_EQ(BucketOf(UpperBound(bucket)), bucket + 1);
    EXPECT_EQ(BucketOf(UpperBound(bucket) - absl::Nanoseconds(1)), bucket);
    if (bucket == 0) continue;
    const double step = absl::FDivDuration(UpperBound(bucket), UpperBound(bucket - 1));
    EXPECT_GT(step, 1.18) << bucket;
    EXPECT_LT(step, 1.19 + 1e-3) << bucket;
  }
  EXPECT_EQ(BucketOf(-absl::Hours(1)), 0u);
  EXPECT_EQ(BucketOf(absl::Hours(24 * 365)), kBuckets - 1);
  EXPECT_EQ(UpperBound(kBuckets - 1), absl::Seconds(1 << 22));
}

TEST(StatCell, APercentileIsTheUpperBoundOfItsBucket) {
  std::mt19937 random(2);
  for (int round = 0; round < 200; ++round) {
    StatCell cell;
    std::vector<double> seconds(1 + random() % 50);
    for (double& one : seconds) {
      one = std::exp2(static_cast<double>(random() % 2100) / 100.0);
      cell.Add(Span::kAcknowledged, absl::Seconds(one));
    }
    std::sort(seconds.begin(), seconds.end());
    for (const std::size_t percent : {0, 1, 7, 25, 50, 90, 95, 99, 100}) {
      const std::size_t rank = std::max<std::size_t>((percent * seconds.size() + 99) / 100, 1);
      const auto found =
          Percentile(cell.of(Span::kAcknowledged), static_cast<double>(percent) / 100);
      ASSERT_TRUE(found.has_value());
      ASSERT_GT(absl::ToDoubleSeconds(*found), seconds[rank - 1] - 1e-6) << percent;
      ASSERT_LE(absl::ToDoubleSeconds(*found), seconds[rank - 1] * 1.1897) << percent;
    }
  }
}

// 0.07 * 100 is a little more than 7 as a computer reckons it.
TEST(StatCell, APercentileOfAWholeRankIsNotTheNext) {
  Histogram histogram;
  histogram.counts[3] = 7;
  histogram.counts[9] = 93;
  EXPECT_EQ(Percentile(histogram, 0.07), UpperBound(3));
  EXPECT_EQ(Percentile(histogram, 0.08), UpperBound(9));
}

TEST(StatCell, NoDurationsHaveNoPercentile) {
  EXPECT_EQ(Percentile(Histogram(), 0.5), std::nullopt);
  StatCell cell;
  cell.Add(Span::kSent, absl::Hours(24 * 365));
  EXPECT_EQ(Percentile(cell.of(Span::kSent), 0.5), absl::Seconds(1 << 22));
  EXPECT_EQ(Percentile(cell.of(Span::kReceived), 0.5), std::nullopt);
}

// --- Bytes --------------------------------------------------------------------------------------

TEST(StatCell, IsEncodedAsItsPairs) {
  StatCell cell;
  EXPECT_EQ(Encode(cell), "");
  cell.Add(Of(Stat::kDecidedFor, 2), -65);
  cell.Add(Stat::kAlerts, 3);
  cell.Add(Span::kSent, absl::ZeroDuration());
  const std::string bytes("\x01\x06\xde\x01\x81\x01\x80\x08\x02");
  EXPECT_EQ(Encode(cell), bytes);
  EXPECT_EQ(*DecodeStatCell(bytes), cell);
}

TEST(StatCell, ReadsBackWhateverItHolds) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 500; ++round) {
    StatCell cell;
    for (std::size_t i = random() % 30; i > 0; --i) {
      const auto number = static_cast<std::int64_t>(random()) >> (random() % 64);
      cell.Add(Of(Stat::kReviewFor, static_cast<int>(random() % 40)), number);
      cell.Add(static_cast<Span>(random() % kSpans), absl::Seconds(1 << random() % 23));
    }
    const auto read = DecodeStatCell(Encode(cell));
    ASSERT_TRUE(read.ok()) << read.status();
    ASSERT_EQ(*read, cell);
  }
}

TEST(StatCell, OtherBytesAreDataLoss) {
  using namespace std::string_literals;
  EXPECT_TRUE(DecodeStatCell("").ok());
  const std::pair<const char*, std::string> wrong[] = {
      {"a number without a value", "\x01"},
      {"a value that is cut off", "\x01\x80"},
      {"a value of zero", "\x01\x00"s},
      {"a value longer than it need be", "\x01\x86\x00"s},
      {"a number longer than it need be", "\x81\x00\x06"s},
      {"a value of more than 64 bits", "\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"},
      {"a value that does not end", "\x01" + std::string(11, '\xff')},
      {"a number twice", "\x01\x02\x01\x02"},
      {"two numbers that are too large together",
       "\x01\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01"
       "\x01\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01"},
      {"not ascending", "\x02\x02\x01\x02"},
      {"the number 0", "\x00\x02"s},
      {"a number between the known ones", "\x08\x02"},
      {"a bucket too many", "\xda\x08\x02"},
      {"a span too many", "\x80\x0d\x02"},
      {"a number of more than 16 bits", "\x81\x80\x04\x02"},
  };
  for (const auto& [what, bytes] : wrong) {
    EXPECT_EQ(DecodeStatCell(bytes).status().code(), base::Code::kDataLoss) << what;
  }
}

TEST(StatCell, WhatWasNeverAddedShowsBelowZero) {
  StatCell cell;
  cell -= Contribution(SomeAlert(), London());
  EXPECT_FALSE(cell.empty());
  EXPECT_EQ(cell[Stat::kAlerts], -1);
  EXPECT_EQ(*DecodeStatCell(Encode(cell)), cell);
  cell -= cell;
  EXPECT_TRUE(cell.empty());
}

// --- Groups -------------------------------------------------------------------------------------

TEST(StatCell, WeeksBeginOnMonday) {
  StatKey key;
  for (int day = 2; day <= 8; ++day) {  // Monday to Sunday
    key.day = absl::CivilDay(2026, 11, day);
    EXPECT_EQ(GroupOf(key, {GroupBy::kWeek}).week, absl::CivilDay(2026, 11, 2)) << day;
  }
  EXPECT_EQ(GroupOf(key, {GroupBy::kWeekday}).weekday, absl::Weekday::sunday);
}

TEST(StatCell, WhatIsNotGroupedByIsLeftOut) {
  const StatKey key{absl::CivilDay(2026, 11, 4), kKent, base::AuthorityCode("886")};
  EXPECT_EQ(GroupOf(key, {}), GroupKey());
  GroupKey group;
  group.day = key.day;
  EXPECT_EQ(GroupOf(key, {GroupBy::kDay}), group);
  group = {};
  group.force = kKent;
  group.authority = key.authority;
  EXPECT_EQ(GroupOf(key, {GroupBy::kForce, GroupBy::kAuthority}), group);
}

TEST(StatCell, GroupsHoldWhatTheirCellsHold) {
  std::mt19937 random(4);
  Groups all, by_force;
  std::map<base::ForceCode, std::int64_t> twin;
  for (int i = 0; i < 200; ++i) {
    const StatKey key{absl::CivilDay(2026, 11, 1) + static_cast<int>(random() % 30),
                      random() % 2 == 0 ? kKent : kEssex,
                      {}};
    StatCell cell;
    cell.Add(Stat::kAlerts, 1 + static_cast<int>(random() % 9));
    twin[key.force] += cell[Stat::kAlerts];
    Fold(key, cell, {}, all);
    Fold(key, cell, {GroupBy::kForce}, by_force);
  }
  ASSERT_EQ(all.size(), 1u);
  ASSERT_EQ(by_force.size(), 2u);
  for (const auto& [group, cell] : by_force) {
    EXPECT_EQ(cell[Stat::kAlerts], twin[*group.force]);
  }
  EXPECT_EQ(all.begin()->second[Stat::kAlerts], twin[kKent] + twin[kEssex]);
}

TEST(StatCell, ByTheHourItIsKnownHowManyAndWhatBecameOfThem) {
  model::Alert alert = SomeAlert();
  alert.accepted_at = absl::FromCivil(absl::CivilSecond(2026, 6, 30, 23, 30), absl::UTCTimeZone());
  const StatCell cell = Contribution(alert, London());
  EXPECT_EQ(OfHour(cell, 0)[Stat::kAlerts], 1) << "half past midnight in London";
  EXPECT_EQ(OfHour(cell, 0)[Stat::kOpen], 1);
  EXPECT_TRUE(OfHour(cell, 23).empty());
  Groups groups;
  Fold(KeyOf(alert, London()), cell, {GroupBy::kHour}, groups);
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(groups.begin()->first.hour, 0);
  EXPECT_EQ(groups.begin()->second[Stat::kAlerts], 1);
}

}  // namespace
}  // namespace firstbell::store
