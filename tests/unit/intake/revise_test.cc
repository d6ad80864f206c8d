// Corrections and withdrawals. Everyone is invented.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "broker/intake/intake.h"
#include "broker/placing/reported.h"
#include "google/protobuf/util/message_differencer.h"
#include "tests/support/world.h"

namespace firstbell::intake {
namespace {

using namespace support;
using google::protobuf::util::MessageDifferencer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// Zoë at kPrimary and Finn at kHigh.
v1::Incident Siblings(std::uint32_t revision = 1) {
  v1::Incident incident = IncidentOf("R1");
  *incident.add_children() = FinnReported();
  incident.set_revision(revision);
  return incident;
}

class ReviseTest : public testing::Test {
 protected:
  void TearDown() override {
    const base::Status verified = world_.memory.Verify({});
    EXPECT_TRUE(verified.ok()) << verified;
  }
  base::Result<v1::IncidentAnswer> Submit(const v1::Incident& incident) {
    return world_.intake.Submit(kForce, incident, world_.clock.Now());
  }
  base::Result<v1::IncidentAnswer> Withdraw(const std::vector<std::string>& children = {},
                                            std::uint32_t revision = 0) {
    v1::WithdrawIncidentRequest request;
    request.set_reference("R1");
    request.set_reason(v1::WITHDRAWAL_REASON_MISTAKEN);
    request.set_revision(revision);
    for (const std::string& child : children) request.add_child_refs(child);
    return world_.intake.Withdraw(kForce, request, world_.clock.Now());
  }
  store::Incident Stored() {
    return world_.memory.GetIncident(kForce, base::Reference("R1")).value();
  }
  std::vector<model::Alert> Alerts() { return world_.memory.AlertsOf(Stored().id).value(); }
  model::Alert At(base::Urn urn) {
    const auto alerts = Alerts();
    const auto found = std::find_if(alerts.rbegin(), alerts.rend(),
                                    [&](const auto& alert) { return alert.urn == urn; });
    return found == alerts.rend() ? model::Alert() : *found;
  }
  std::vector<model::Case> Cases() { return world_.memory.CasesOf(Stored().id).value(); }
  // As its people and machine would have it, by telephone.
  void Acknowledge(base::Urn urn) {
    const store::NewCall call{
        At(urn).id,         kForce, 0, v1::CALL_OUTCOME_ACKNOWLEDGED, base::OfficerId("wren"),
        world_.clock.Now(), {},     {}};
    ASSERT_TRUE(world_.memory.RecordCall(call).ok());
  }

  World world_;
};

TEST_F(ReviseTest, DisturbsOnlyTheSchoolThatHasSomethingNewToRead) {
  const auto first = Submit(Siblings());
  ASSERT_TRUE(first.ok());
  const model::Alert zoe = At(kPrimary), finn = At(kHigh);
  v1::Incident corrected = Siblings(2);
  corrected.mutable_children(0)->set_account("She was in the garden.");
  world_.clock.Set(kNight + absl::Hours(1));
  const auto second = Submit(corrected);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->revision(), 2u);
  EXPECT_EQ(second->children_size(), 2);
  EXPECT_EQ(At(kHigh), finn);
  EXPECT_EQ(At(kPrimary).id, zoe.id) << "it survives";
  EXPECT_EQ(At(kPrimary).revision, 2u);
  EXPECT_EQ(At(kPrimary).deadline, zoe.deadline);
  EXPECT_THAT(world_.sink.revised(), ElementsAre(At(kPrimary)));
  EXPECT_THAT(world_.LogText(), HasSubstr("\"kind\":\"alert.revised\""));
  // Both answers stand.
  EXPECT_TRUE(MessageDifferencer::Equals(*Submit(Siblings()), *first));
  EXPECT_TRUE(MessageDifferencer::Equals(*Submit(corrected), *second));
  corrected.mutable_children(0)->set_account("She was upstairs.");
  EXPECT_TRUE(absl::IsAlreadyExists(Submit(corrected).status()));
}

TEST_F(ReviseTest, WhatWasAcknowledgedOpensAgainWithADeadlineOfItsOwn) {
  ASSERT_TRUE(Submit(Siblings()).ok());
  world_.clock.Set(kWindow + absl::Minutes(5));
  Acknowledge(kPrimary);
  world_.clock.Set(kBell + absl::Minutes(30));  // during the school day
  v1::Incident corrected = Siblings(2);
  corrected.mutable_children(0)->set_account("She was in the garden.");
  ASSERT_TRUE(Submit(corrected).ok());
  const model::Alert reopened = At(kPrimary);
  EXPECT_EQ(reopened.state, v1::ALERT_STATE_ACCEPTED);
  EXPECT_EQ(reopened.show_from, world_.clock.Now()) << "people have read the first";
  EXPECT_EQ(reopened.deadline, world_.clock.Now() + absl::Minutes(60));
  EXPECT_EQ(reopened.opened_revision, 1u);
  EXPECT_EQ(reopened.telephone, model::Telephone());
}

TEST_F(ReviseTest, WhatIsLateStaysLate) {
  ASSERT_TRUE(Submit(Siblings()).ok());
  world_.clock.Set(kBell + absl::Minutes(30));
  v1::Incident corrected = Siblings(2);
  corrected.mutable_children(0)->set_account("She was in the garden.");
  ASSERT_TRUE(Submit(corrected).ok());
  EXPECT_EQ(At(kPrimary).deadline, kBell) << "a correction buys nobody time";
  EXPECT_TRUE(model::Late(At(kPrimary), world_.clock.Now()));
}

TEST_F(ReviseTest, AChildThatItLeavesOutIsWithdrawnAndOneThatComesBackIsPlacedAnew) {
  ASSERT_TRUE(Submit(Siblings()).ok());
  v1::Incident alone = Siblings(2);
  alone.mutable_children()->RemoveLast();
  const auto second = Submit(alone);
  ASSERT_TRUE(second.ok());
  ASSERT_EQ(second->children_size(), 2) << "it is still said what became of him";
  EXPECT_EQ(second->children(1).outcome(), v1::CHILD_OUTCOME_WITHDRAWN);
  EXPECT_EQ(At(kHigh).state, v1::ALERT_STATE_WITHDRAWN);
  EXPECT_EQ(At(kPrimary).state, v1::ALERT_STATE_ACCEPTED);
  const auto third = Submit(Siblings(5));
  ASSERT_TRUE(third.ok());
  EXPECT_EQ(third->children(1).outcome(), v1::CHILD_OUTCOME_ACCEPTED);
  EXPECT_THAT(Alerts(), SizeIs(3));
  EXPECT_EQ(At(kHigh).state, v1::ALERT_STATE_ACCEPTED);
}

TEST_F(ReviseTest, WhoIsAnotherChildIsWithdrawnFromTheFirstSchoolAndToldAtTheSecond) {
  ASSERT_TRUE(Submit(IncidentOf("R1")).ok());
  const model::Alert first = At(kPrimary);
  v1::Incident corrected = IncidentOf("R1");
  corrected.set_revision(2);
  *corrected.mutable_children(0) = FinnReported();
  corrected.mutable_children(0)->set_child_ref("C1");
  const auto answer = Submit(corrected);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->children(0).outcome(), v1::CHILD_OUTCOME_ACCEPTED);
  EXPECT_EQ(At(kPrimary).state, v1::ALERT_STATE_WITHDRAWN);
  EXPECT_FALSE(At(kPrimary).breach_at) << "nobody had read it";
  EXPECT_EQ(At(kHigh).state, v1::ALERT_STATE_ACCEPTED);
  EXPECT_EQ(At(kHigh).deadline, first.deadline) << "the same morning";
  EXPECT_THAT(world_.LogText(), HasSubstr("\"why\":\"placed_elsewhere\""));
}

TEST_F(ReviseTest, WhereTheFirstSchoolHadReadItItIsABreach) {
  ASSERT_TRUE(Submit(IncidentOf("R1")).ok());
  world_.clock.Set(kWindow);
  Acknowledge(kPrimary);
  v1::Incident corrected = IncidentOf("R1");
  corrected.set_revision(2);
  *corrected.mutable_children(0) = FinnReported();
  corrected.mutable_children(0)->set_child_ref("C1");
  ASSERT_TRUE(Submit(corrected).ok());
  EXPECT_EQ(At(kPrimary).breach_at, kWindow);
  EXPECT_THAT(world_.LogText(), HasSubstr("\"kind\":\"breach.started\""));
}

TEST_F(ReviseTest, WhoIsNobodyThatAMachineKnowsIsTakenBackAndAPersonIsAsked) {
  ASSERT_TRUE(Submit(IncidentOf("R1")).ok());
  v1::Incident corrected = IncidentOf("R1");
  corrected.set_revision(2);
  corrected.mutable_children(0)->mutable_name()->set_given_names("Wilhelmina");
  corrected.mutable_children(0)->mutable_name()->set_family_name("Featherstonehaugh");
  corrected.mutable_children(0)->set_date_of_birth("2012-12-12");
  const auto answer = Submit(corrected);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->children(0).outcome(), v1::CHILD_OUTCOME_AT_REVIEW);
  EXPECT_EQ(At(kPrimary).state, v1::ALERT_STATE_WITHDRAWN);
  ASSERT_THAT(Cases(), SizeIs(1));
  EXPECT_FALSE(Cases()[0].decision);
  EXPECT_LE(Cases()[0].deadline, kBell);
  EXPECT_THAT(world_.sink.cases(), ElementsAre(Cases()[0]));
  // And the first again, as the third: it is found once more, and the case ends.
  v1::Incident again = IncidentOf("R1");
  again.set_revision(3);
  ASSERT_TRUE(Submit(again).ok());
  EXPECT_EQ(At(kPrimary).state, v1::ALERT_STATE_ACCEPTED);
  EXPECT_EQ(Cases()[0].decision->reason, v1::DECISION_REASON_FOUND_ON_ROLL);
}

TEST_F(ReviseTest, WhoBecomesProtectedIsTakenBackFromWhereAMachinePutIt) {
  ASSERT_TRUE(Submit(IncidentOf("R1")).ok());
  v1::Incident corrected = IncidentOf("R1");
  corrected.set_revision(2);
  corrected.mutable_children(0)->set_is_protected(true);
  ASSERT_TRUE(Submit(corrected).ok());
  EXPECT_EQ(At(kPrimary).state, v1::ALERT_STATE_WITHDRAWN);
  EXPECT_EQ(Cases().at(0).reason, v1::REASON_PROTECTED);
}

TEST_F(ReviseTest, AReceiptThatComesInMeanwhileIsNotLost) {
  ASSERT_TRUE(Submit(Siblings()).ok());
  v1::Incident corrected = Siblings(2);
  corrected.mutable_children(0)->set_account("She was in the garden.");
  world_.store.BeforeNext("ReviseIncident", [&] { Acknowledge(kPrimary); });
  ASSERT_TRUE(Submit(corrected).ok());
  EXPECT_EQ(At(kPrimary).state, v1::ALERT_STATE_ACCEPTED);
  EXPECT_EQ(At(kPrimary).opened_revision, 1u) << "that it was acknowledged is known";
}

TEST_F(ReviseTest, FailedAndNotDoneOrDoneTheSameAgainIsSafe) {
  ASSERT_TRUE(Submit(Siblings()).ok());
  v1::Incident corrected = Siblings(2);
  corrected.set_nature("assault");
  for (const Fault fault : {Fault::kNotDone, Fault::kDone}) {
    corrected.set_revision(corrected.revision() + 1);
    corrected.set_nature(corrected.nature() + " again");
    world_.store.FailNext("ReviseIncident", fault, base::Unavailable("disk error"));
    EXPECT_TRUE(absl::IsUnavailable(Submit(corrected).status()));
    EXPECT_EQ(Submit(corrected)->revision(), corrected.revision());
    EXPECT_EQ(Stored().revision, corrected.revision());
    EXPECT_EQ(At(kPrimary).revision, corrected.revision());
  }
}

TEST_F(ReviseTest, TakesItAllBackOnceAndForAll) {
  ASSERT_TRUE(Submit(Siblings()).ok());
  world_.clock.Set(kWindow);
  Acknowledge(kHigh);
  const auto withdrawn = Withdraw();
  ASSERT_TRUE(withdrawn.ok()) << withdrawn.status();
  EXPECT_EQ(withdrawn->revision(), 2u);
  EXPECT_EQ(withdrawn->withdrawn(), v1::WITHDRAWAL_REASON_MISTAKEN);
  for (const model::Alert& alert : Alerts()) EXPECT_EQ(alert.state, v1::ALERT_STATE_WITHDRAWN);
  EXPECT_TRUE(world_.memory.SchoolsWithOpenAlerts()->empty());
  EXPECT_TRUE(MessageDifferencer::Equals(*Withdraw(), *withdrawn)) << "once";
  EXPECT_THAT(world_.LogText(), HasSubstr("\"kind\":\"incident.withdrawn\""));
  // A force may think better of it.
  const auto back = Submit(Siblings(3));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->children(0).outcome(), v1::CHILD_OUTCOME_ACCEPTED);
  EXPECT_THAT(Alerts(), SizeIs(4));
}

TEST_F(ReviseTest, TakesOneChildBackAndLeavesTheOther) {
  ASSERT_TRUE(Submit(Siblings()).ok());
  const model::Alert finn = At(kHigh);
  ASSERT_TRUE(Withdraw({"C1"}).ok());
  EXPECT_EQ(At(kPrimary).state, v1::ALERT_STATE_WITHDRAWN);
  EXPECT_EQ(At(kHigh), finn);
  const auto kept = placing::Reported(*world_.vault, Stored());
  EXPECT_THAT(kept->children(), SizeIs(1));
  EXPECT_TRUE(absl::IsNotFound(Withdraw({"C9"}).status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(Withdraw({}, 2).status())) << "revision 2 stands";
  EXPECT_TRUE(Withdraw({}, 3).ok());
}

TEST_F(ReviseTest, AWithdrawalOfACaseEndsIt) {
  v1::Incident unknown = IncidentOf("R1");
  unknown.mutable_children(0)->mutable_name()->set_given_names("Wilhelmina");
  unknown.mutable_children(0)->set_date_of_birth("2012-12-12");
  ASSERT_TRUE(Submit(unknown).ok());
  ASSERT_THAT(Cases(), SizeIs(1));
  ASSERT_TRUE(Withdraw().ok());
  EXPECT_EQ(Cases()[0].decision->outcome, v1::CHILD_OUTCOME_WITHDRAWN);
  EXPECT_THAT(*world_.memory.IncidentsWithOpenCases(), IsEmpty());
}

TEST_F(ReviseTest, AFaultyWithdrawalNamesItsFields) {
  const auto faulty = world_.intake.Withdraw(kForce, {}, kNight).status();
  EXPECT_TRUE(absl::IsInvalidArgument(faulty));
  EXPECT_THAT(std::string(base::Message(faulty)), HasSubstr("and 1 more"));
  EXPECT_TRUE(absl::IsNotFound(Withdraw().status()));
  EXPECT_THAT(world_.LogText(), Not(HasSubstr("withdrawn")));
}

}  // namespace
}  // namespace firstbell::intake
