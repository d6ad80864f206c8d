// Children whose rolls change between the incident and the morning. Everyone is invented.

#include <gtest/gtest.h>

#include "broker/placing/replacer.h"
#include "tests/support/world.h"

namespace firstbell::placing {
namespace {

using namespace support;
using model::Date;

class PlaceAgainTest : public testing::Test {
 protected:
  void PutRoll(base::Urn urn, const std::vector<model::Pupil>& pupils, absl::Time at = kNight) {
    std::vector<store::RollEntry> entries;
    for (const model::Pupil& pupil : pupils) entries.push_back(EntryOf(pupil));
    ASSERT_TRUE(world_.memory.ImportRoll(urn, entries, store::RollMode::kReplace, at, {}).ok());
  }
  void Submit(const v1::Incident& incident) {
    id_ = base::IncidentId(world_.Submit(incident).incident_id());
  }
  std::size_t Walk() {
    world_.clock.Set(kNight + absl::Hours(2));
    return replacer_.Incident(id_, world_.clock.Now()).value();
  }
  std::vector<model::Alert> Alerts() { return world_.memory.AlertsOf(id_).value(); }
  std::vector<model::Case> Cases() { return world_.memory.CasesOf(id_).value(); }
  void Expect(const model::Alert& alert, base::Urn urn, model::AlertState state) {
    EXPECT_EQ(alert.urn, urn);
    EXPECT_EQ(alert.state, state) << model::Word(alert.state);
  }

  World world_;
  std::vector<model::Alert> told_;
  std::optional<model::Case> told_case_;
  Replacer replacer_{
      world_.store, world_.placer, *world_.vault,
      [this](const std::vector<model::Alert>& alerts, const std::optional<model::Case>& value) {
        told_ = alerts;
        told_case_ = value;
      }};
  base::IncidentId id_;
};

TEST_F(PlaceAgainTest, WithTheSameRollsNothingChanges) {
  Submit(IncidentOf("R1"));
  EXPECT_EQ(Walk(), 0u);
  EXPECT_EQ(Alerts().size(), 1u);
  EXPECT_TRUE(told_.empty());
}

TEST_F(PlaceAgainTest, AChildWhoMovedIsToldOfAtTheNewSchoolUnderTheSameDeadline) {
  Submit(IncidentOf("R1"));
  const model::Alert first = Alerts().at(0);
  PutRoll(kPrimary, {});
  PutRoll(kHigh, {ZoeAtPrimary()}, kNight + absl::Hours(1));
  EXPECT_EQ(Walk(), 1u);
  const auto alerts = Alerts();
  ASSERT_EQ(alerts.size(), 2u);
  Expect(alerts[0], kPrimary, v1::ALERT_STATE_REDIRECTED);
  Expect(alerts[1], kHigh, v1::ALERT_STATE_ACCEPTED);
  EXPECT_EQ(alerts[1].deadline, first.deadline);
  EXPECT_EQ(alerts[1].accepted_at, kNight + absl::Hours(2));
  EXPECT_EQ(alerts[1].roll_as_of, kNight + absl::Hours(1));
  EXPECT_TRUE(Cases().empty());
  ASSERT_EQ(told_.size(), 2u);
  EXPECT_EQ(told_[0], alerts[1]) << "what came, before what was taken back";
  EXPECT_EQ(Walk(), 0u) << "once";
  const std::string log = world_.LogText();
  EXPECT_NE(log.find("\"kind\":\"alert.redirected\""), std::string::npos) << log;
  EXPECT_NE(log.find("\"why\":\"placed_elsewhere\""), std::string::npos) << log;
  EXPECT_TRUE(world_.memory.Verify({}).ok()) << world_.memory.Verify({});
}

TEST_F(PlaceAgainTest, WhoseLastDayWasYesterdayIsThereNoMore) {
  model::Pupil zoe = ZoeAtPrimary();
  zoe.leaving_date = Date(2026, 3, 3);
  PutRoll(kPrimary, {zoe});
  Submit(IncidentOf("R1"));
  EXPECT_EQ(Walk(), 0u) << "today is the last";
  world_.clock.Set(kNight + absl::Hours(24));
  EXPECT_EQ(replacer_.Incident(id_, world_.clock.Now()).value(), 1u);
  Expect(Alerts().at(0), kPrimary, v1::ALERT_STATE_REDIRECTED);
}

TEST_F(PlaceAgainTest, WhoIsOnNoRollAnyMoreGoesToTheDeskUnderTheDeadlineThatRuns) {
  Submit(IncidentOf("R1"));
  const model::Alert first = Alerts().at(0);
  PutRoll(kPrimary, {});
  EXPECT_EQ(Walk(), 1u);
  Expect(Alerts().at(0), kPrimary, v1::ALERT_STATE_REDIRECTED);
  ASSERT_EQ(Cases().size(), 1u);
  EXPECT_EQ(Cases()[0].reason, v1::REASON_NO_MATCH);
  EXPECT_EQ(Cases()[0].deadline, first.deadline);
  EXPECT_EQ(told_case_, Cases()[0]) << "its force is to hear that it waits";
  EXPECT_EQ(Walk(), 0u);
}

TEST_F(PlaceAgainTest, AWalkThatIsStoppedBeginsNothingMore) {
  Submit(IncidentOf("R1"));
  PutRoll(kPrimary, {});
  replacer_.Stop();
  std::set<base::IncidentId> done;
  EXPECT_EQ(replacer_.School(kPrimary, world_.clock.Now(), done).value(), 0u);
  EXPECT_EQ(replacer_.Desk(world_.clock.Now(), done).value(), 0u);
  EXPECT_TRUE(done.empty());
  Expect(Alerts().at(0), kPrimary, v1::ALERT_STATE_ACCEPTED);
}

TEST_F(PlaceAgainTest, AnotherOfItsNameWhoStaysKeepsNoNoticeOfWhoLeft) {
  Submit(IncidentOf("R1"));
  model::Pupil other = ZoeAtPrimary();
  other.local_id = base::LocalId("p-2");
  other.date_of_birth = base::Redacted<Date>(Date(2012, 1, 2));
  PutRoll(kPrimary, {other});
  EXPECT_EQ(Walk(), 1u);
  Expect(Alerts().at(0), kPrimary, v1::ALERT_STATE_REDIRECTED);
  EXPECT_FALSE(Cases().at(0).decision.has_value());
}

// First the roll that it left, an hour later the one that it joined.
TEST_F(PlaceAgainTest, WhoWaitsIsPlacedOnceARollShowsTheChild) {
  Submit(IncidentOf("R1"));
  PutRoll(kPrimary, {});
  EXPECT_EQ(Walk(), 1u);
  PutRoll(kHigh, {ZoeAtPrimary()});
  EXPECT_EQ(Walk(), 1u);
  Expect(Alerts().at(1), kHigh, v1::ALERT_STATE_ACCEPTED);
  const model::Case decided = Cases().at(0);
  ASSERT_TRUE(decided.decision.has_value());
  EXPECT_TRUE(decided.decision->by_machine());
  EXPECT_EQ(decided.decision->reason, v1::DECISION_REASON_FOUND_ON_ROLL);
  EXPECT_EQ(decided.decision->urns, (std::vector{kHigh}));
  EXPECT_EQ(told_case_, decided);
  // And goes on: the child moves once more.
  PutRoll(kHigh, {});
  EXPECT_EQ(Walk(), 1u);
  Expect(Alerts().at(1), kHigh, v1::ALERT_STATE_REDIRECTED);
  EXPECT_FALSE(Cases().at(0).decision.has_value());
  EXPECT_TRUE(world_.memory.Verify({}).ok()) << world_.memory.Verify({});
}

TEST_F(PlaceAgainTest, ALaterClaimTakesNothingFromTheEarlierSchool) {
  Submit(IncidentOf("R1"));
  PutRoll(kHigh, {ZoeAtPrimary()}, kNight + absl::Hours(30));
  EXPECT_EQ(Walk(), 1u);
  Expect(Alerts().at(0), kPrimary, v1::ALERT_STATE_ACCEPTED);
  EXPECT_EQ(Alerts().size(), 1u);
  EXPECT_EQ(Cases().at(0).reason, v1::REASON_COMPETING_CLAIM);
  EXPECT_FALSE(told_case_.has_value()) << "of a claim beside a notice a force learns nothing";
  EXPECT_EQ(Walk(), 0u) << "it is asked once";
  PutRoll(kHigh, {});
  EXPECT_EQ(Walk(), 1u);
  EXPECT_TRUE(Cases().at(0).decision->by_machine()) << "nobody claims the child any more";
  EXPECT_FALSE(told_case_.has_value());
}

TEST_F(PlaceAgainTest, ANamesakeWhoJoinedIsAQuestionBesideTheAlert) {
  Submit(IncidentOf("R1"));
  model::Pupil namesake = ZoeAtPrimary();
  namesake.local_id = base::LocalId("p-2");
  namesake.upn = base::Redacted<model::Upn>(*model::ParseUpn("B801200005001"));
  model::Pupil zoe = ZoeAtPrimary();
  zoe.upn = base::Redacted<model::Upn>(*model::ParseUpn("H801200001001"));
  PutRoll(kPrimary, {zoe});
  PutRoll(kHigh, {namesake});
  EXPECT_EQ(Walk(), 1u);
  Expect(Alerts().at(0), kPrimary, v1::ALERT_STATE_ACCEPTED);
  EXPECT_EQ(Cases().at(0).reason, v1::REASON_NOT_UNIQUE);
  EXPECT_FALSE(told_case_.has_value());
}

// Another school writes the reported postcode on its roll, where the child's own has an old one.
TEST_F(PlaceAgainTest, ALikelierPupilElsewhereTakesNothingFromASchoolThatStillHasTheChild) {
  model::Pupil zoe = ZoeAtPrimary();
  zoe.postcode = model::PersonText("LS1 9ZZ");
  PutRoll(kPrimary, {zoe});
  v1::Incident incident = IncidentOf("R1");
  incident.mutable_children(0)->add_schools_heard()->set_urn(kPrimary.value());
  Submit(incident);
  Expect(Alerts().at(0), kPrimary, v1::ALERT_STATE_ACCEPTED);
  model::Pupil copy = ZoeAtPrimary();
  copy.local_id = base::LocalId("x-1");
  PutRoll(kHigh, {copy}, kNight + absl::Hours(30));
  EXPECT_EQ(Walk(), 1u);
  ASSERT_EQ(Alerts().size(), 1u) << "nobody else is told";
  Expect(Alerts()[0], kPrimary, v1::ALERT_STATE_ACCEPTED);
  EXPECT_FALSE(Cases().at(0).decision.has_value()) << "a person is asked";
  EXPECT_FALSE(told_case_.has_value());
}

TEST_F(PlaceAgainTest, ProtectionWrittenOnAnotherRollTakesNothingBack) {
  Submit(IncidentOf("R1"));
  model::Pupil copy = ZoeAtPrimary();
  copy.local_id = base::LocalId("x-1");
  copy.postcode = model::PersonText("M1 1AA");
  copy.is_protected = true;
  PutRoll(kHigh, {copy});
  EXPECT_EQ(Walk(), 1u);
  Expect(Alerts().at(0), kPrimary, v1::ALERT_STATE_ACCEPTED);
  EXPECT_EQ(Cases().at(0).reason, v1::REASON_PROTECTED);
}

TEST_F(PlaceAgainTest, ACrowdOfCopiesPushesNobodyOut) {
  Submit(IncidentOf("R1"));
  std::vector<model::Pupil> crowd;
  for (std::size_t i = 0; i < limits::kPupilsCompared + 4; ++i) {
    crowd.push_back(ZoeAtPrimary());
    crowd.back().local_id = base::LocalId("x-" + std::to_string(i));
  }
  model::School first = SchoolOf(base::Urn(100000));
  ASSERT_TRUE(world_.memory.ImportSchools({&first, 1}, {}).ok());
  PutRoll(first.urn, crowd, kNight + absl::Hours(30));
  (void)Walk();
  Expect(Alerts().at(0), kPrimary, v1::ALERT_STATE_ACCEPTED);
}

TEST_F(PlaceAgainTest, ACaseThatAMachineDecidedFollowsTheChild) {
  PutRoll(kPrimary, {});
  Submit(IncidentOf("R1"));
  PutRoll(kHigh, {ZoeAtPrimary()});
  EXPECT_EQ(Walk(), 1u);
  PutRoll(kHigh, {});
  PutRoll(kPrimary, {ZoeAtPrimary()});
  EXPECT_EQ(Walk(), 1u);
  EXPECT_EQ(Cases().at(0).decision->urns, (std::vector{kPrimary}));
  EXPECT_TRUE(world_.memory.Verify({}).ok()) << world_.memory.Verify({});
}

TEST_F(PlaceAgainTest, OfAProtectedChildItIsTakenBack) {
  Submit(IncidentOf("R1"));
  model::Pupil zoe = ZoeAtPrimary();
  zoe.is_protected = true;
  PutRoll(kPrimary, {zoe});
  EXPECT_EQ(Walk(), 1u);
  Expect(Alerts().at(0), kPrimary, v1::ALERT_STATE_REDIRECTED);
  EXPECT_EQ(Cases().at(0).reason, v1::REASON_PROTECTED);
}

TEST_F(PlaceAgainTest, WhereTheSchoolClosedAPersonIsAsked) {
  Submit(IncidentOf("R1"));
  model::School closed = SchoolOf(kPrimary);
  closed.status = v1::SCHOOL_STATUS_CLOSED;
  ASSERT_TRUE(world_.memory.ImportSchools({&closed, 1}, {}).ok());
  EXPECT_EQ(Walk(), 1u);
  Expect(Alerts().at(0), kPrimary, v1::ALERT_STATE_REDIRECTED);
  EXPECT_EQ(Cases().at(0).reason, v1::REASON_SCHOOL_CLOSED);
}

TEST_F(PlaceAgainTest, WhatAnOfficerDecidedStands) {
  PutRoll(kPrimary, {});
  Submit(IncidentOf("R1"));
  store::NewDecision decision;
  decision.incident_id = id_;
  decision.child_ref = Cases().at(0).child_ref;
  decision.decision = {v1::CHILD_OUTCOME_ACCEPTED,
                       v1::DECISION_REASON_SCHOOL_CONFIRMED,
                       base::OfficerId("wren"),
                       {kPrimary},
                       kNight};
  decision.alerts =
      world_.placer
          .PlaceByHand(*model::Incident::Parse(IncidentOf("R1"), kNight), decision.child_ref,
                       {PlacedByHand{kPrimary, {}, false}}, {id_, kForce, kNight})
          .value();
  ASSERT_TRUE(world_.memory.DecideCase(decision).ok());
  PutRoll(kHigh, {ZoeAtPrimary()});
  EXPECT_EQ(Walk(), 0u);
  Expect(Alerts().at(0), kPrimary, v1::ALERT_STATE_ACCEPTED);
}

TEST_F(PlaceAgainTest, AWalkOverSchoolsAndDeskVisitsEachIncidentOnceAndGoesPastErrors) {
  Submit(IncidentOf("R1"));
  Submit(IncidentOf("R2"));
  PutRoll(kPrimary, {});
  PutRoll(kHigh, {ZoeAtPrimary()});
  std::set<base::IncidentId> done;
  world_.store.FailNext("PlaceAgain", Fault::kNotDone, base::ResourceExhausted("no room"));
  EXPECT_FALSE(replacer_.School(kPrimary, kNight, done).ok());
  EXPECT_EQ(done.size(), 2u);
  EXPECT_EQ(world_.memory.OpenAlerts(kPrimary, "", 9).value().items.size(), 1u) << "the other one";
  EXPECT_EQ(replacer_.Desk(kNight, done).value(), 0u);
  done.clear();
  EXPECT_EQ(replacer_.School(kPrimary, kNight, done).value(), 1u);
  EXPECT_EQ(world_.memory.OpenAlerts(kHigh, "", 9).value().items.size(), 2u);
}

}  // namespace
}  // namespace firstbell::placing
