#include "broker/base/clock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace firstbell::base {
namespace {

const absl::Time kStart =
    absl::FromCivil(absl::CivilSecond(2026, 3, 3, 2, 10, 0), absl::UTCTimeZone());

TEST(SystemClock, IsTheWallClock) {
  const absl::Time before = absl::Now();
  const absl::Time now = SystemClock().Now();
  EXPECT_LE(before, now);
  EXPECT_LE(now, absl::Now());
}

// A machine whose two clocks are set by hand.
class SystemClockTest : public testing::Test {
 protected:
  // Real time passes, and the wall clock jumps by so much beside.
  void Pass(absl::Duration time, absl::Duration jump = absl::ZeroDuration()) {
    now_ = {now_.wall + time + jump, now_.since_boot + time};
  }
  std::string Warned() {
    testing::internal::CaptureStderr();
    clock_.Now();
    return testing::internal::GetCapturedStderr();
  }

  SystemClock::Reading now_{kStart, absl::Hours(5)};
  bool synchronised_ = false;
  const SystemClock clock_{{[this] { return now_; }, [this] { return synchronised_; }}};
};

TEST_F(SystemClockTest, FollowsAJumpAheadThatATimeServiceConfirmsAndSaysHowFar) {
  EXPECT_EQ(clock_.Now(), kStart);
  Pass(absl::Minutes(1), absl::Hours(6));
  synchronised_ = true;
  EXPECT_THAT(Warned(), testing::HasSubstr("jumped; check its time source seconds=21600\n"));
  EXPECT_EQ(clock_.Now(), now_.wall);
  EXPECT_EQ(Warned(), "");  // once
  synchronised_ = false;
  Pass(absl::Minutes(1));
  EXPECT_EQ(clock_.Now(), now_.wall);  // what was confirmed stays so
}

TEST_F(SystemClockTest, NothingIsEarlyBecauseOfAJumpThatNobodyConfirms) {
  EXPECT_EQ(clock_.Now(), kStart);
  Pass(absl::Minutes(1), absl::Hours(6));
  EXPECT_THAT(Warned(), testing::HasSubstr("ahead, and no time service confirms it"));
  EXPECT_EQ(clock_.Now(), kStart + absl::Minutes(1));
  EXPECT_EQ(clock_.HeldBack(), absl::Hours(6));
  Pass(absl::Minutes(5));
  EXPECT_EQ(Warned(), "");  // not at every reading
  EXPECT_EQ(clock_.Now(), kStart + absl::Minutes(6));
  Pass(absl::Minutes(5));
  EXPECT_THAT(Warned(), testing::HasSubstr("no time service confirms it"));

  Pass(absl::Minutes(1), absl::Hours(-6));  // someone put it right
  EXPECT_EQ(clock_.Now(), now_.wall);
  EXPECT_EQ(clock_.HeldBack(), absl::ZeroDuration());
}

TEST_F(SystemClockTest, AJumpAheadIsFollowedOnceItIsConfirmed) {
  EXPECT_EQ(clock_.Now(), kStart);
  Pass(absl::Minutes(1), absl::Hours(6));
  EXPECT_EQ(clock_.Now(), kStart + absl::Minutes(1));
  Pass(absl::Minutes(1));
  synchronised_ = true;
  EXPECT_EQ(clock_.Now(), now_.wall);
  EXPECT_EQ(clock_.HeldBack(), absl::ZeroDuration());
}

// However long it is held back: the slack for a steered clock does not grow into it.
TEST_F(SystemClockTest, WhatIsHeldBackIsNotFollowedByAndBy) {
  EXPECT_EQ(clock_.Now(), kStart);
  Pass(absl::Minutes(1), absl::Seconds(30));
  for (int hour = 0; hour < 48; ++hour) {
    EXPECT_EQ(clock_.Now(), now_.wall - absl::Seconds(30)) << hour;
    Pass(absl::Hours(1));
  }
}

TEST_F(SystemClockTest, AConfirmedSetBackIsWhatALaterJumpIsMeasuredFrom) {
  EXPECT_EQ(clock_.Now(), kStart);
  Pass(absl::ZeroDuration(), absl::Hours(-1));
  synchronised_ = true;
  EXPECT_EQ(clock_.Now(), kStart);
  synchronised_ = false;
  Pass(absl::Minutes(10), absl::Minutes(50));
  clock_.Now();
  EXPECT_EQ(clock_.HeldBack(), absl::Minutes(50));
}

// The program was restarted, by a person or by systemd: that alone confirms nothing.
TEST_F(SystemClockTest, GoesOnFromWhatAnEarlierRunTold) {
  EXPECT_FALSE(clock_.Told().has_value());
  clock_.Now();
  Pass(absl::Minutes(1), absl::Hours(6));
  clock_.Now();
  const auto told = clock_.Told();
  ASSERT_TRUE(told.has_value());
  EXPECT_EQ(told->wall, kStart + absl::Minutes(1));
  Pass(absl::Minutes(5));
  const SystemClock next({[this] { return now_; }, [this] { return synchronised_; }}, told);
  EXPECT_EQ(next.Now(), kStart + absl::Minutes(6));
  EXPECT_EQ(next.HeldBack(), absl::Hours(6));
  const SystemClock trusting({[this] { return now_; }, [this] { return synchronised_; }});
  EXPECT_EQ(trusting.Now(), now_.wall);
}

// A restart is the moment at which a clock that was set back may go back, too.
TEST_F(SystemClockTest, StartsAtTheWallClockThatWasSetBackAndInAnotherRunOfTheMachine) {
  for (const SystemClock::Reading told :
       {SystemClock::Reading{kStart + absl::Hours(6), now_.since_boot - absl::Minutes(1)},
        SystemClock::Reading{kStart - absl::Hours(6), now_.since_boot + absl::Minutes(1)}}) {
    const SystemClock next({[this] { return now_; }, [this] { return synchronised_; }}, told);
    EXPECT_EQ(next.Now(), kStart);
    EXPECT_EQ(next.HeldBack(), absl::ZeroDuration());
  }
}

// Set back by mistake and then put right: that is no jump ahead.
TEST_F(SystemClockTest, AClockThatWasSetBackMayReturn) {
  EXPECT_EQ(clock_.Now(), kStart);
  Pass(absl::ZeroDuration(), absl::Hours(-1));
  EXPECT_EQ(clock_.Now(), kStart);
  Pass(absl::Minutes(30), absl::Hours(1));
  EXPECT_EQ(clock_.Now(), kStart + absl::Minutes(30));
}

TEST_F(SystemClockTest, NeverGoesBackAndNeverStandsStill) {
  EXPECT_EQ(clock_.Now(), kStart);
  Pass(absl::ZeroDuration(), absl::Hours(-1));
  EXPECT_THAT(Warned(), testing::HasSubstr("seconds=-3600\n"));
  EXPECT_EQ(clock_.Now(), kStart);
  Pass(absl::Hours(1));
  EXPECT_EQ(clock_.Now(), kStart + absl::Minutes(30));  // at half speed
  Pass(absl::Hours(1));
  EXPECT_EQ(clock_.Now(), kStart + absl::Hours(1));  // the wall clock has caught up
  Pass(absl::Hours(1));
  EXPECT_EQ(clock_.Now(), now_.wall);
}

TEST_F(SystemClockTest, AClockThatIsSteeredHasNotJumped) {
  EXPECT_EQ(Warned(), "");
  Pass(absl::Minutes(1), SystemClock::kJump);
  EXPECT_EQ(Warned(), "");
  Pass(absl::Hours(10), absl::Seconds(-30));  // asked seldom
  EXPECT_EQ(Warned(), "");
}

TEST(SimulatedClock, IsTheWallClockPlusItsOffset) {
  const SimulatedClock clock(absl::Hours(5));
  const absl::Time before = absl::Now();
  const absl::Time now = clock.Now();
  EXPECT_LE(before + absl::Hours(5), now);
  EXPECT_LE(now, absl::Now() + absl::Hours(5));
  EXPECT_GE(clock.Now(), now);
}

TEST(SimulatedClock, AdvancesByTheOffsetItNames) {
  SimulatedClock clock(absl::ZeroDuration());
  const absl::Time target = clock.Now() + absl::Hours(24 * 365 * 5);
  const absl::Duration offset = clock.OffsetFor(target).value();
  EXPECT_LT(clock.Now(), target);  // naming it moves nothing
  clock.SetOffset(offset);
  EXPECT_GE(clock.Now(), target);
  EXPECT_LT(clock.Now(), target + absl::Minutes(1));
}

TEST(SimulatedClock, NeverGoesBack) {
  SimulatedClock clock(absl::Hours(5));
  const absl::Time now = clock.Now();
  EXPECT_EQ(clock.OffsetFor(now - absl::Seconds(1)).status().code(), Code::kInvalidArgument);
  clock.SetOffset(absl::Hours(1));  // two advances that crossed: the further one holds
  EXPECT_GE(clock.Now(), now);
}

// A broker that restarts with the offset it kept goes on where it was.
TEST(SimulatedClock, RestartsWithItsOffset) {
  SimulatedClock before(absl::ZeroDuration());
  const absl::Duration kept = before.OffsetFor(before.Now() + absl::Hours(6)).value();
  before.SetOffset(kept);
  const absl::Time last = before.Now();
  const SimulatedClock after(kept);
  EXPECT_GE(after.Now(), last);
  EXPECT_LT(after.Now(), last + absl::Minutes(1));
}

TEST(ManualClock, StandsStillUntilSet) {
  ManualClock clock(kStart);
  EXPECT_EQ(clock.Now(), kStart);
  clock.Set(kStart + absl::Seconds(1));
  EXPECT_EQ(clock.Now(), kStart + absl::Seconds(1));
}

TEST(LondonTimeZone, KnowsSummerTime) {
  const absl::TimeZone london = LondonTimeZone().value();
  const absl::CivilSecond bell(2026, 7, 1, 8, 45, 0);
  EXPECT_EQ(absl::FromCivil(bell, london), absl::FromCivil(bell - 3600, absl::UTCTimeZone()));
  const absl::CivilSecond winter_bell(2026, 1, 7, 8, 45, 0);
  EXPECT_EQ(absl::FromCivil(winter_bell, london),
            absl::FromCivil(winter_bell, absl::UTCTimeZone()));
}

}  // namespace
}  // namespace firstbell::base
