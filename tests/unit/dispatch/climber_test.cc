#include "broker/dispatch/climber.h"

#include <gmock/gmock.h>

#include "tests/unit/dispatch/linked_school.h"

namespace firstbell::dispatch {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class ClimberTest : public SchoolLinksTest {
 protected:
  model::Alert Stored(const model::Alert& alert) {
    return world_.memory.GetAlert(alert.id).value();
  }
  // Minutes before the alert's deadline.
  std::size_t ClimbAt(const model::Alert& alert, int minutes) {
    world_.clock.Set(alert.deadline - absl::Minutes(minutes));
    return climber_.Run(world_.clock.Now()).value();
  }
  std::size_t Climbed(const std::string& log) const {
    std::size_t count = 0;
    for (std::size_t at = log.find("alert.climbed"); at != std::string::npos;
         at = log.find("alert.climbed", at + 1)) {
      ++count;
    }
    return count;
  }

  const Member deputy_ = MakePerson(kPrimary, v1::RECIPIENT_ROLE_DEPUTY);
  const Member head_ = MakePerson(kPrimary, v1::RECIPIENT_ROLE_HEAD);
  Climber climber_{world_.store, world_.ladders,
                   [this](const model::Alert& alert) { links_.Wake(alert.urn); }};
};

TEST_F(ClimberTest, EachRungSealsToItsPeopleAndNotBefore) {
  EnrolNow(deputy_);
  EnrolNow(head_);
  const model::Alert alert = Incident("R1");
  Hello("s1", office_);
  const auto at_night = link_.TakePushed("s1");
  ASSERT_THAT(at_night, SizeIs(1));
  EXPECT_TRUE(OpenAs(lead_, at_night[0]).ok());
  EXPECT_FALSE(OpenAs(deputy_, at_night[0]).ok());
  Received("s1", office_, at_night);

  EXPECT_EQ(ClimbAt(alert, 75), 1u) << "the window";
  EXPECT_THAT(link_.TakePushed("s1"), IsEmpty()) << "the same people";
  EXPECT_EQ(ClimbAt(alert, 46), 0u);
  EXPECT_EQ(ClimbAt(alert, 45), 1u);
  const auto to_deputies = link_.TakePushed("s1");
  ASSERT_THAT(to_deputies, SizeIs(1));
  EXPECT_TRUE(OpenAs(lead_, to_deputies[0]).ok());
  EXPECT_TRUE(OpenAs(deputy_, to_deputies[0]).ok());
  EXPECT_FALSE(OpenAs(head_, to_deputies[0]).ok());
  EXPECT_EQ(ClimbAt(alert, 30), 1u);
  const auto to_all = link_.TakePushed("s1");
  ASSERT_THAT(to_all, SizeIs(1));
  EXPECT_TRUE(OpenAs(head_, to_all[0]).ok());
  EXPECT_THAT(world_.memory.Calls(alert.force, "", 10)->items, IsEmpty());
  EXPECT_EQ(ClimbAt(alert, 20), 1u);
  EXPECT_THAT(world_.memory.Calls(alert.force, "", 10)->items, ElementsAre(Stored(alert)));
  EXPECT_EQ(ClimbAt(alert, 0), 1u);
  EXPECT_EQ(Climbed(world_.LogText()), 5u);
}

TEST_F(ClimberTest, ARungIsClimbedOnce) {
  const model::Alert alert = Incident("R1");
  EXPECT_EQ(ClimbAt(alert, 44), 1u) << "one alert, two rungs";
  EXPECT_EQ(Stored(alert).rung, 2u);
  EXPECT_EQ(ClimbAt(alert, 44), 0u);
  Climber after_a_restart(world_.store, world_.ladders, nullptr);
  EXPECT_EQ(after_a_restart.Everywhere(world_.clock.Now()).value(), 0u);
  EXPECT_EQ(Climbed(world_.LogText()), 2u);
}

TEST_F(ClimberTest, WhoAcknowledgesEndsIt) {
  const model::Alert alert = Incident("R1");
  Hello("s1", office_);
  const auto pushed = link_.TakePushed("s1");
  EXPECT_EQ(ClimbAt(alert, 60), 1u);
  Acknowledged("s1", office_, lead_, pushed.at(0));
  EXPECT_EQ(ClimbAt(alert, 0), 0u);
  EXPECT_EQ(Stored(alert).rung, 1u);
}

TEST_F(ClimberTest, WhatIsNotDurableIsNotToldAndIsClimbedNextTime) {
  EnrolNow(deputy_);
  const model::Alert alert = Incident("R1");
  Hello("s1", office_);
  link_.Take("s1");
  world_.clock.Set(alert.deadline - absl::Minutes(45));
  world_.store.FailNext("RecordClimbs", Fault::kNotDone, base::Unavailable("invented"));
  EXPECT_FALSE(climber_.Run(world_.clock.Now()).ok());
  EXPECT_THAT(link_.TakePushed("s1"), IsEmpty());
  EXPECT_EQ(climber_.Run(world_.clock.Now()).value(), 1u);
  EXPECT_THAT(link_.TakePushed("s1"), SizeIs(1));
}

// The outcome was unclear, and it had been written: the walk after the start tells its school.
TEST_F(ClimberTest, WhatWasDurableAfterAllIsNotRepeated) {
  const model::Alert alert = Incident("R1");
  world_.clock.Set(alert.show_from);
  world_.store.FailNext("RecordClimbs", Fault::kDone, base::Unavailable("invented"));
  EXPECT_FALSE(climber_.Run(world_.clock.Now()).ok());
  EXPECT_EQ(climber_.Run(world_.clock.Now()).value(), 0u);
  EXPECT_EQ(Climbed(world_.LogText()), 1u);
}

TEST_F(ClimberTest, AnAlertThatMovesToEarlierIsLookedAtThen) {
  const model::Alert alert = Incident("R1");
  const absl::Duration earlier = absl::Hours(1);
  ASSERT_TRUE(
      world_.memory.Reschedule(alert.id, alert.show_from - earlier, alert.deadline - earlier, {})
          .ok());
  EXPECT_EQ(Stored(alert).climb_at, alert.show_from - earlier);
  EXPECT_EQ(ClimbAt(alert, 75 + 60), 1u);
  EXPECT_EQ(Stored(alert).climb_at, alert.deadline - earlier - absl::Minutes(45));
}

TEST_F(ClimberTest, ASchoolsOwnLadderGoesBeforeItsForces) {
  const model::Alert alert = Incident("R1");
  model::Ladder of_force = model::ShippedLadder(), of_school = of_force;
  of_force[1].before = absl::Minutes(60);
  of_school[1].before = absl::Minutes(50);
  ASSERT_TRUE(world_.memory.SetLadder(alert.force, of_force, {}).ok());
  ASSERT_TRUE(world_.ladders.Reload().ok());
  EXPECT_EQ(ClimbAt(alert, 60), 1u);
  EXPECT_EQ(Stored(alert).rung, 2u);
  const model::Alert other = Incident("R2");
  ASSERT_TRUE(world_.memory.SetLadder(kPrimary, of_school, {}).ok());
  ASSERT_TRUE(world_.ladders.Reload().ok());
  world_.clock.Set(other.show_from);
  EXPECT_EQ(ClimbAt(other, 51), 1u);
  EXPECT_EQ(Stored(other).climb_at, other.deadline - absl::Minutes(50));
}

}  // namespace
}  // namespace firstbell::dispatch
