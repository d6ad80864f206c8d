#include "broker/server/retiming.h"

#include <gtest/gtest.h>

namespace firstbell::server {
namespace {

const absl::Time kClock = absl::FromUnixSeconds(1'800'000'000);
const ClockWatch::Instant kNow = ClockWatch::Instant() + std::chrono::hours(1);

TEST(ClockWatchTest, AClockThatGoesOnHasNotStepped) {
  ClockWatch watch(kClock, kNow);
  for (int second = 1; second <= 3600; ++second) {
    // Steered by as much as a time service does.
    const absl::Duration gone = absl::Seconds(second) * 1.0005;
    EXPECT_FALSE(watch.Stepped(kClock + gone, kNow + std::chrono::seconds(second))) << second;
  }
}

TEST(ClockWatchTest, AStepIsSaidOnce) {
  for (const absl::Duration step : {absl::Hours(1), -absl::Hours(1)}) {
    ClockWatch watch(kClock, kNow);
    EXPECT_FALSE(watch.Stepped(kClock + absl::Seconds(1), kNow + std::chrono::seconds(1)));
    for (int second = 2; second < 200; ++second) {
      EXPECT_EQ(
          watch.Stepped(kClock + step + absl::Seconds(second), kNow + std::chrono::seconds(second)),
          second == 2);
    }
  }
}

// One that was set back runs at half speed for as long again.
TEST(ClockWatchTest, AClockThatRunsSlowIsSaidOnceAMinute) {
  ClockWatch watch(kClock, kNow);
  int said = 0;
  for (int second = 1; second <= 600; ++second) {
    said += watch.Stepped(kClock + absl::Seconds(second) / 2, kNow + std::chrono::seconds(second));
  }
  EXPECT_EQ(said, 10);
}

}  // namespace
}  // namespace firstbell::server
