#include "clients/school/web/tries.h"

#include <gtest/gtest.h>

namespace firstbell::school::web {
namespace {

const base::RecipientId kLead("lead"), kHead("head");
constexpr absl::Duration kNow = absl::Hours(5);

TEST(Tries, ThreeAreFree) {
  Tries tries;
  for (int i = 0; i < kFreeTries; ++i) {
    EXPECT_EQ(tries.Wait(kLead, kNow), absl::ZeroDuration()) << i;
    tries.Began(kLead, kNow);
  }
  EXPECT_EQ(tries.Wait(kLead, kNow), kFirstPause);
  EXPECT_EQ(tries.Wait(kLead, kNow + absl::Seconds(2)), kFirstPause - absl::Seconds(2));
  EXPECT_EQ(tries.Wait(kLead, kNow + kFirstPause), absl::ZeroDuration());
}

TEST(Tries, EachFurtherOneDoublesThePauseUpToAQuarterOfAnHour) {
  Tries tries;
  absl::Duration now = kNow, pause;
  for (int i = 0; i < 30; ++i) {
    tries.Began(kLead, now);
    const absl::Duration wait = tries.Wait(kLead, now);
    EXPECT_GE(wait, pause);
    EXPECT_LE(wait, kLongestPause);
    pause = wait;
    now += wait;
  }
  EXPECT_EQ(pause, kLongestPause);
  // In a year of guessing day and night: some 35,000, of at least 12 characters.
  EXPECT_LE(absl::Hours(24 * 365) / kLongestPause, 35'040);
}

TEST(Tries, OnePersonsKeepNobodyElseOut) {
  Tries tries;
  for (int i = 0; i < 10; ++i) tries.Began(kLead, kNow);
  EXPECT_GT(tries.Wait(kLead, kNow), absl::ZeroDuration());
  EXPECT_EQ(tries.Wait(kHead, kNow), absl::ZeroDuration());
}

TEST(Tries, ARightOneBeginsAnew) {
  Tries tries;
  for (int i = 0; i < 10; ++i) tries.Began(kLead, kNow);
  tries.Succeeded(kLead);
  EXPECT_EQ(tries.Wait(kLead, kNow), absl::ZeroDuration());
}

}  // namespace
}  // namespace firstbell::school::web
