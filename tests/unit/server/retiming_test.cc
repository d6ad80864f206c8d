#include "broker/server/retiming.h"

#include <gtest/gtest.h>

#include "broker/base/limits.h"
#include "tests/support/world.h"

namespace firstbell::server {
namespace {

const absl::Time kClock = absl::FromUnixSeconds(1'800'000'000);
const ClockWatch::Instant kNow = ClockWatch::Instant() + std::chrono::hours(1);

// Two schools whose bells became earlier, of which the first fails once.
TEST(RetimingTest, GoesPastASchoolThatFailsAndIsDueAgain) {
  using namespace support;
  World world;
  world.Submit(IncidentOf("R1"));
  v1::Incident elsewhere = IncidentOf("R2");
  *elsewhere.mutable_children(0) = FinnReported();
  world.Submit(elsewhere);
  const std::vector<base::Urn> schools = world.memory.SchoolsWithOpenAlerts().value();
  ASSERT_EQ(schools.size(), 2u);
  for (const base::Urn urn : schools) {
    const model::SchoolHours earlier{absl::Hours(6.5), absl::Hours(7.75), absl::Hours(14.5)};
    ASSERT_TRUE(world.memory.SetSchoolHours(urn, earlier, {}).ok());
  }
  std::vector<base::Urn> moved;
  Retiming retiming(world.store, world.calendar, world.clock,
                    [&](base::Urn urn) { moved.push_back(urn); });
  EXPECT_FALSE(retiming.Due(kNow)) << "the first walk is the start's";
  world.store.FailNext("Reschedule", Fault::kNotDone, base::ResourceExhausted("no room"));
  retiming.Run();
  EXPECT_EQ(moved, (std::vector<base::Urn>{schools[1]}));
  const auto later = absl::ToChronoSeconds(limits::kResendAfter);
  EXPECT_FALSE(retiming.Due(kNow)) << "not at once";
  EXPECT_TRUE(retiming.Due(kNow + later));
  EXPECT_FALSE(retiming.Due(kNow + 3 * later)) << "it is under way";
  retiming.Run();
  EXPECT_EQ(moved, (std::vector<base::Urn>{schools[1], schools[0]}));
  EXPECT_FALSE(retiming.Due(kNow + 9 * later)) << "all is done";
}

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
