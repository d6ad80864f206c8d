#include "broker/dispatch/climb.h"

#include <gtest/gtest.h>

namespace firstbell::dispatch {
namespace {

const model::Ladder& kLadder = model::ShippedLadder();

model::Alert Waiting(std::uint32_t rung = 0) {
  model::Alert alert;
  alert.id = base::AlertId("06f1h9t2m4qzv8c3k7w5x0y1ra");
  alert.force = base::ForceCode("kent");
  alert.urn = base::Urn(100'001);
  alert.show_from = absl::FromUnixSeconds(1'794'209'400);  // 07:30
  alert.deadline = alert.show_from + absl::Minutes(75);    // 08:45
  alert.rung = rung;
  alert.climb_at = alert.show_from;
  return alert;
}

absl::Time Before(int minutes) {
  return Waiting().deadline - absl::Minutes(minutes);
}

store::NewClimb Climb(const model::Ladder& ladder, const model::Alert& alert, absl::Time now) {
  return dispatch::Climb(ladder, alert, now,
                         {model::LooksOf(alert.show_from, absl::UTCTimeZone())});
}

TEST(Climb, BeforeTheWindowNothingIsDue) {
  const store::NewClimb climb = Climb(kLadder, Waiting(), Before(76));
  EXPECT_EQ(climb.to, 0u);
  EXPECT_EQ(climb.climb_at, Waiting().show_from);
  EXPECT_TRUE(climb.events.empty());
}

TEST(Climb, ARungAtATimeThroughTheMorning) {
  model::Alert alert = Waiting();
  const int minutes[] = {75, 45, 30, 20, 0};
  for (std::uint32_t rung = 0; rung < 5; ++rung) {
    const absl::Time due = Before(minutes[rung]);
    EXPECT_EQ(Climb(kLadder, alert, due - absl::Nanoseconds(1)).to, rung);
    const store::NewClimb climb = Climb(kLadder, alert, due);
    EXPECT_EQ(climb.from, rung);
    EXPECT_EQ(climb.to, rung + 1);
    EXPECT_EQ(climb.called, rung == 3);
    ASSERT_EQ(climb.events.size(), 1u);
    EXPECT_EQ(climb.events[0].numbers().at("rung"), rung + 1);
    EXPECT_EQ(climb.climb_at.has_value(), rung < 4);
    alert.rung = climb.to;
  }
}

TEST(Climb, WhoComesLateClimbsSeveralAtOnce) {
  const store::NewClimb climb = Climb(kLadder, Waiting(), Before(19));
  EXPECT_EQ(climb.to, 4u);
  EXPECT_TRUE(climb.called);
  EXPECT_EQ(climb.events.size(), 4u);
  EXPECT_EQ(climb.climb_at, Before(0));
}

TEST(Climb, OfWhatWasOpenedTheAuthorityHearsNothing) {
  model::Alert alert = Waiting(4);
  EXPECT_EQ(Climb(kLadder, alert, Before(0)).events[0].texts().at("state"), "unopened");
  alert.state = v1::ALERT_STATE_OPENED;
  EXPECT_EQ(Climb(kLadder, alert, Before(0)).events[0].texts().at("state"), "opened");
}

TEST(Climb, OfAShorterLadderThereIsNothingLeft) {
  const store::NewClimb climb = Climb({kLadder[0]}, Waiting(3), Before(10));
  EXPECT_EQ(climb.to, 3u);
  EXPECT_EQ(climb.climb_at, std::nullopt);
}

}  // namespace
}  // namespace firstbell::dispatch
