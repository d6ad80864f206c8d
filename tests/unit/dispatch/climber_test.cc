#include "broker/dispatch/climber.h"

#include <gmock/gmock.h>

#include "broker/base/limits.h"
#include "broker/model/text.h"
#include "broker/sealing/receipt.h"
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
  Climber climber_{world_.store, world_.ladders, world_.calendar,
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
  Climber after_a_restart(world_.store, world_.ladders, world_.calendar, nullptr);
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
  EXPECT_EQ(Stored(alert).climb_at, alert.accepted_at) << "at once";
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

TEST_F(ClimberTest, ASchoolThatMayNotHearOfItIsKnownTheEveningBefore) {
  Revoke(lead_);
  const model::Alert alert = Incident("R1");
  const model::Looks looks = model::LooksOf(alert.show_from, world_.calendar.Current()->zone());
  ASSERT_LE(looks.evening, world_.clock.Now()) << "at night: at once";
  climber_.Run(world_.clock.Now()).value();
  EXPECT_TRUE(Stored(alert).telephone.unready);
  EXPECT_FALSE(Stored(alert).telephone.wanted) << "its ladder is another thing";
  EXPECT_EQ(model::CallAboutOf(Stored(alert)), v1::CALL_ABOUT_UNREADY);
  EXPECT_THAT(world_.LogText(), testing::HasSubstr("school.unready"));
  EXPECT_EQ(Stored(alert).climb_at, looks.morning);
  const std::string log = world_.LogText();
  world_.clock.Set(looks.morning);
  climber_.Run(world_.clock.Now()).value();
  EXPECT_EQ(world_.LogText(), log) << "said once";
}

TEST_F(ClimberTest, ASchoolThatIsReadyIsLookedAtAgainInTheMorning) {
  const model::Alert alert = Incident("R1");
  Hello("s1", office_);
  const model::Looks looks = model::LooksOf(alert.show_from, world_.calendar.Current()->zone());
  climber_.Run(world_.clock.Now()).value();
  EXPECT_FALSE(Stored(alert).telephone.unready);
  Revoke(lead_);
  world_.clock.Set(looks.morning - absl::Seconds(1));
  climber_.Run(world_.clock.Now()).value();
  EXPECT_FALSE(Stored(alert).telephone.unready) << "not due";
  world_.clock.Set(looks.morning);
  climber_.Run(world_.clock.Now()).value();
  EXPECT_TRUE(Stored(alert).telephone.unready);
}

TEST_F(ClimberTest, WhoDoesNotSayWhetherTheChildHasComeIsTelephoned) {
  const model::Alert alert = Incident("R1");
  Hello("s1", office_);
  const auto pushed = link_.TakePushed("s1");
  Received("s1", office_, pushed);
  world_.clock.Set(alert.show_from);
  Acknowledged("s1", office_, lead_, pushed[0]);
  const absl::Time due = alert.deadline + limits::kRegistration;
  world_.clock.Set(due - absl::Seconds(1));
  climber_.Run(world_.clock.Now()).value();
  EXPECT_FALSE(Stored(alert).arrival.overdue);
  world_.clock.Set(due);
  climber_.Run(world_.clock.Now()).value();
  EXPECT_TRUE(Stored(alert).arrival.overdue);
  EXPECT_EQ(world_.memory.Calls(kForce, "", 10)->items.size(), 1u);
  EXPECT_THAT(world_.LogText(), testing::HasSubstr("arrival.overdue"));
  const std::string log = world_.LogText();
  climber_.Run(due + absl::Hours(1)).value();
  EXPECT_EQ(world_.LogText(), log);
  Receipts("s1", office_, {ReceiptOf(lead_, SealingOf(pushed[0]), v1::RECEIPT_KIND_SEEN)});
  EXPECT_TRUE(world_.memory.Calls(kForce, "", 10)->items.empty());
}

TEST_F(ClimberTest, AnAbsenceIsOnTheCallListAtOnceAndInTheLog) {
  const model::Alert alert = Incident("R1");
  Hello("s1", office_);
  const auto pushed = link_.TakePushed("s1");
  Acknowledged("s1", office_, lead_, pushed[0]);
  Receipts("s1", office_, {ReceiptOf(lead_, SealingOf(pushed[0]), v1::RECEIPT_KIND_ABSENT)});
  const auto calls = world_.memory.Calls(kForce, "", 10)->items;
  ASSERT_THAT(calls, SizeIs(1));
  EXPECT_EQ(model::CallAboutOf(calls[0]), v1::CALL_ABOUT_ABSENCE);
  EXPECT_THAT(world_.LogText(), testing::HasSubstr("child.absent"));
}

TEST_F(ClimberTest, AMachineWhoseClockIsAheadHidesNoAbsence) {
  const model::Alert alert = Incident("R1");
  Hello("s1", office_);
  const auto pushed = link_.TakePushed("s1");
  Acknowledged("s1", office_, lead_, pushed[0]);
  v1::ReceiptStatement seen = StatementOf(lead_, SealingOf(pushed[0]), v1::RECEIPT_KIND_SEEN);
  *seen.mutable_at() = model::ToWire(world_.clock.Now() + absl::Hours(24 * 365));
  Receipts("s1", office_, {sealing::SignReceipt(seen, lead_.signing)});
  world_.clock.Set(world_.clock.Now() + absl::Minutes(30));
  v1::ReceiptStatement absent = StatementOf(lead_, SealingOf(pushed[0]), v1::RECEIPT_KIND_ABSENT);
  *absent.mutable_at() = model::ToWire(world_.clock.Now());
  Receipts("s1", office_, {sealing::SignReceipt(absent, lead_.signing)});
  EXPECT_EQ(model::CallAboutOf(Stored(alert)), v1::CALL_ABOUT_ABSENCE);
}

}  // namespace
}  // namespace firstbell::dispatch
