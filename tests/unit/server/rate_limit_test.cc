#include "broker/server/rate_limit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "broker/model/retry.h"

namespace firstbell::server {
namespace {

using testing::HasSubstr;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);
const base::ForceCode kKent("kent"), kEssex("essex");

bool TryTake(TokenBucket& bucket, absl::Time now) {
  if (bucket.Wait(now) > absl::ZeroDuration()) return false;
  bucket.Take();
  return true;
}

TEST(TokenBucketTest, GivesWhatItHoldsAndThenOneAfterTheOther) {
  TokenBucket bucket(3, absl::Minutes(1));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(TryTake(bucket, kNow));
  EXPECT_EQ(bucket.Wait(kNow), absl::Seconds(20));
  EXPECT_EQ(bucket.Wait(kNow + absl::Seconds(5)), absl::Seconds(15));
  EXPECT_TRUE(TryTake(bucket, kNow + absl::Seconds(20)));
  EXPECT_FALSE(TryTake(bucket, kNow + absl::Seconds(20)));
}

TEST(TokenBucketTest, IsNeverMoreThanFull) {
  TokenBucket bucket(2, absl::Minutes(1));
  EXPECT_TRUE(TryTake(bucket, kNow));
  const absl::Time later = kNow + absl::Hours(100);
  EXPECT_TRUE(TryTake(bucket, later));
  EXPECT_TRUE(TryTake(bucket, later));
  EXPECT_FALSE(TryTake(bucket, later));
}

TEST(TokenBucketTest, AClockThatGoesBackGivesNothingAndTakesNothing) {
  TokenBucket bucket(1, absl::Minutes(1));
  EXPECT_TRUE(TryTake(bucket, kNow));
  EXPECT_EQ(bucket.Wait(kNow - absl::Hours(1)), absl::Hours(1) + absl::Minutes(1));
  EXPECT_EQ(bucket.Wait(kNow), absl::Minutes(1));
}

// The slow twin: no more than the capacity in any stretch of time, plus what that stretch fills.
TEST(TokenBucketTest, NoStretchOfTimeHasMoreThanItMay) {
  const std::uint32_t seed = std::random_device()();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  TokenBucket bucket(5, absl::Seconds(50));
  std::vector<absl::Time> taken;
  absl::Time now = kNow;
  for (int i = 0; i < 2000; ++i) {
    now += absl::Milliseconds(random() % 9000);
    const absl::Duration wait = bucket.Wait(now);
    if (!TryTake(bucket, now)) {
      now += wait;
      ASSERT_TRUE(TryTake(bucket, now + absl::Nanoseconds(1))) << "the delay it gave was real";
    }
    taken.push_back(now);
  }
  for (std::size_t first = 0; first < taken.size(); ++first) {
    for (std::size_t last = first; last < std::min(first + 30, taken.size()); ++last) {
      const double may = 5 + absl::FDivDuration(taken[last] - taken[first], absl::Seconds(10));
      ASSERT_LE(static_cast<double>(last - first + 1), may + 1e-6);
    }
  }
}

TEST(ForceLimitsTest, EachForceHasItsOwnAndIsToldWhichLimitAndWhen) {
  ForceLimits limits({.a_minute = 2, .a_day = 3});
  EXPECT_TRUE(limits.Take(kKent, kNow).ok());
  EXPECT_TRUE(limits.Take(kKent, kNow).ok());
  const base::Status minute = limits.Take(kKent, kNow);
  EXPECT_TRUE(absl::IsResourceExhausted(minute));
  EXPECT_THAT(std::string(base::Message(minute)), HasSubstr("in a minute (2)"));
  EXPECT_EQ(model::RetryAfter(minute), absl::Seconds(30));
  EXPECT_TRUE(limits.Take(kEssex, kNow).ok());

  EXPECT_TRUE(limits.Take(kKent, kNow + absl::Minutes(1)).ok());
  const base::Status day = limits.Take(kKent, kNow + absl::Minutes(1));
  EXPECT_THAT(std::string(base::Message(day)), HasSubstr("in a day (3)"));
  EXPECT_EQ(model::RetryAfter(day), absl::Hours(8) - absl::Minutes(1));
  EXPECT_TRUE(limits.Take(kKent, kNow + absl::Hours(8)).ok());
}

}  // namespace
}  // namespace firstbell::server
