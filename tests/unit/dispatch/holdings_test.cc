// What a device says that it holds, and what it learns from the answer: what is over, what it
// missed, what it has lost.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/limits.h"
#include "broker/model/text.h"
#include "tests/unit/dispatch/linked_school.h"

namespace firstbell::dispatch {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class HoldingsTest : public SchoolLinksTest {};

TEST_F(HoldingsTest, EveryLinkedMachineLearnsAtOnceWhoAcknowledged) {
  const Member staff_room = MakeDevice(kPrimary);
  EnrolNow(staff_room);
  const model::Alert alert = Incident("R1");
  Hello("s1", office_);
  Hello("s2", staff_room);
  const auto pushed = link_.TakePushed("s1");
  Received("s1", office_, pushed);
  link_.Take("s2");
  Acknowledged("s1", office_, lead_, pushed.at(0));
  EXPECT_EQ(StateOf(alert), v1::ALERT_STATE_ACKNOWLEDGED);
  for (const SessionId session : {"s1", "s2"}) {
    const auto ended = TakeEnded(session);
    ASSERT_THAT(ended, SizeIs(1)) << session;
    EXPECT_EQ(ended[0].alert_id(), alert.id.value());
    EXPECT_EQ(ended[0].revision(), 1u);
    EXPECT_EQ(ended[0].state(), v1::ALERT_STATE_ACKNOWLEDGED);
    EXPECT_EQ(ended[0].acknowledged_by(), lead_.id().value());
    EXPECT_EQ(model::FromWire(ended[0].at()), kNight);
  }
}

// A school may have several machines, and each gets each alert.
TEST_F(HoldingsTest, AMachineThatWasOffGetsTheAlertAndLearnsThatItIsOver) {
  const Member staff_room = MakeDevice(kPrimary);
  EnrolNow(staff_room);
  const model::Alert alert = Incident("R1");
  Hello("s1", office_);
  const auto pushed = link_.TakePushed("s1");
  Acknowledged("s1", office_, lead_, pushed.at(0));

  Hello("s2", staff_room);
  EXPECT_THAT(link_.TakePushed("s2"), IsEmpty());
  Holds("s2", staff_room, {});
  const auto sent = link_.Take("s2");
  ASSERT_THAT(sent, SizeIs(3));
  EXPECT_TRUE(sent[0].ended_alerts().answers_holdings()) << "of what it holds, none is over";
  EXPECT_EQ(sent[1].push().envelope().SerializeAsString(), pushed[0].SerializeAsString());
  EXPECT_FALSE(sent[2].ended_alerts().answers_holdings());
  ASSERT_EQ(sent[2].ended_alerts().alerts_size(), 1);
  EXPECT_EQ(sent[2].ended_alerts().alerts(0).alert_id(), alert.id.value());

  Received("s2", staff_room, pushed);
  EXPECT_EQ(StateOf(alert), v1::ALERT_STATE_ACKNOWLEDGED);
  After(limits::kResendAfter);
  Holds("s2", staff_room, {});
  EXPECT_THAT(link_.TakePushed("s2"), IsEmpty());
}

TEST_F(HoldingsTest, WhatCannotBeReadAnyMoreIsNotPushed) {
  Incident("R1");
  Hello("s1", office_);
  Acknowledged("s1", office_, lead_, link_.TakePushed("s1").at(0));
  const Member staff_room = MakeDevice(kPrimary);
  EnrolNow(staff_room);
  After(limits::kSealingLife + absl::Hours(24));
  Hello("s2", staff_room);
  Holds("s2", staff_room, {});
  EXPECT_THAT(link_.TakePushed("s2"), IsEmpty());
}

// The frame that said so at once was lost, or the machine was off.
TEST_F(HoldingsTest, HoldingsAreAnsweredWithWhatIsOver) {
  const Member staff_room = MakeDevice(kPrimary);
  EnrolNow(staff_room);
  Incident("R1");
  const model::Alert open = Incident("R2");
  Hello("s1", office_);
  Hello("s2", staff_room);
  const auto pushed = link_.TakePushed("s2");
  ASSERT_THAT(pushed, SizeIs(2));
  Received("s2", staff_room, pushed);
  const bool first_is_open = HeaderOf(pushed[0]).alert_id() == open.id.value();
  const v1::SealedEnvelope& over = pushed[first_is_open ? 1 : 0];
  Acknowledged("s1", office_, lead_, over);
  link_.Take("s2");

  Holds("s2", staff_room, pushed);
  const auto sent = link_.Take("s2");
  ASSERT_THAT(sent, SizeIs(1));
  ASSERT_EQ(sent[0].ended_alerts().alerts_size(), 1);
  EXPECT_EQ(sent[0].ended_alerts().alerts(0).alert_id(), HeaderOf(over).alert_id());
}

TEST_F(HoldingsTest, WhatAMachineHasLostIsPushedAgain) {
  Incident("R1");
  Incident("R2");
  Hello("s1", office_);
  const auto pushed = link_.TakePushed("s1");
  ASSERT_THAT(pushed, SizeIs(2));
  Received("s1", office_, pushed);
  Holds("s1", office_, pushed);
  EXPECT_THAT(link_.TakePushed("s1"), IsEmpty());

  Hello("s2", office_);  // its disk has lost the second
  Holds("s2", office_, {pushed[0]});
  const auto again = link_.TakePushed("s2");
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(again[0].SerializeAsString(), pushed[1].SerializeAsString());
  Received("s2", office_, again);
  After(absl::Hours(1));
  EXPECT_THAT(link_.TakePushed("s2"), IsEmpty());
}

// An older backup was restored here: the device holds a newer sealing, and would not take ours.
TEST_F(HoldingsTest, WhoHoldsANewerSealingHasLostNothing) {
  Incident("R1");
  Hello("s1", office_);
  const auto pushed = link_.TakePushed("s1");
  Received("s1", office_, pushed);
  v1::LinkMessage message;
  message.mutable_holdings()->set_complete(true);
  v1::Holding& holding = *message.mutable_holdings()->add_alerts();
  holding.set_alert_id(HeaderOf(pushed[0]).alert_id());
  holding.set_sealing(HeaderOf(pushed[0]).sealing() + 1);
  Frame("s1", office_, message);
  EXPECT_THAT(link_.TakePushed("s1"), IsEmpty());
}

TEST_F(HoldingsTest, AMessageOfAKindNotKnownHereIsLeftAside) {
  Hello("s1", office_);
  link_.Take("s1");
  v1::LinkMessage of_a_newer_program;
  of_a_newer_program.GetReflection()
      ->MutableUnknownFields(&of_a_newer_program)
      ->AddLengthDelimited(1000, "x");
  Frame("s1", office_, of_a_newer_program);
  EXPECT_THAT(link_.Take("s1"), IsEmpty());
  Incident("R1");
  EXPECT_THAT(link_.TakePushed("s1"), SizeIs(1));
}

TEST_F(HoldingsTest, HoldingsTellNothingOfAnotherSchoolsAlerts) {
  Incident("R1");
  Hello("s1", office_);
  const auto pushed = link_.TakePushed("s1");
  Acknowledged("s1", office_, lead_, pushed.at(0));
  const Member elsewhere = MakeDevice(kHigh);
  EnrolNow(elsewhere);
  Hello("s2", elsewhere);
  link_.Take("s2");
  Holds("s2", elsewhere, pushed);
  EXPECT_THAT(TakeEnded("s2"), IsEmpty());
}

TEST_F(HoldingsTest, TooManyHoldingsInOneMessageAreRefused) {
  Hello("s1", office_);
  v1::LinkMessage message;
  for (std::size_t i = 0; i <= limits::kHoldingsNamed; ++i) {
    message.mutable_holdings()->add_alerts();
  }
  Frame("s1", office_, message);
  EXPECT_THAT(Refusal("s1"), HasSubstr("limits::kHoldingsNamed"));
}

TEST_F(HoldingsTest, OfWhatWasMissedTheNewestComeFirstAndSoManyAtOnce) {
  Hello("s1", office_);
  for (std::size_t i = 0; i <= limits::kEndedPushed; ++i) {
    After(absl::Seconds(1));
    Incident("R" + std::to_string(i));
    Acknowledged("s1", office_, lead_, link_.TakePushed("s1").at(0));
  }
  const Member staff_room = MakeDevice(kPrimary);
  EnrolNow(staff_room);
  Hello("s2", staff_room);
  Holds("s2", staff_room, {});
  const auto first = link_.TakePushed("s2");
  EXPECT_THAT(first, SizeIs(limits::kEndedPushed));
  Received("s2", staff_room, first);
  Holds("s2", staff_room, {});
  EXPECT_THAT(link_.TakePushed("s2"), IsEmpty()) << "asking twice is no way to more";
  After(limits::kResendAfter);
  Holds("s2", staff_room, {});
  EXPECT_THAT(link_.TakePushed("s2"), SizeIs(1));
}

TEST_F(SchoolLinksTest, WhatWasTakenBackIsToldToEveryMachine) {
  const model::Alert alert = Incident("R1");
  Hello("s1", office_);
  const auto pushed = link_.TakePushed("s1");
  ASSERT_TRUE(world_.memory
                  .PlaceAgain({.incident_id = alert.incident_id,
                               .child_ref = alert.child_ref,
                               .at = kNight,
                               .ended = {alert.id}})
                  .ok());
  links_.TookBack(kPrimary, alert.id);
  const auto told = TakeEnded("s1");
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].alert_id(), alert.id.value());
  EXPECT_EQ(told[0].state(), v1::ALERT_STATE_REDIRECTED);
  EXPECT_TRUE(told[0].acknowledged_by().empty());
  // It was on its way when it was taken back: the device hears so once it holds it.
  Received("s1", office_, pushed);
  EXPECT_EQ(TakeEnded("s1").size(), 1u);
  After(absl::Hours(1));
  Hello("s2", office_);
  EXPECT_TRUE(link_.TakePushed("s2").empty()) << "and it is not pushed any more";
}

}  // namespace
}  // namespace firstbell::dispatch
