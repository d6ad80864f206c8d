// A child on several rolls, a guest on some of them. Everyone is invented.

#include "broker/placing/settings.h"

#include "broker/base/limits.h"
#include "broker/placing/replacer.h"
#include "tests/unit/placing/placer_world.h"

namespace firstbell::placing {
namespace {

model::Pupil Zoe(v1::Enrolment enrolment) {
  model::Pupil zoe = ZoeAtPrimary();
  zoe.upn = base::Redacted<model::Upn>(*model::ParseUpn("B801200005001"));
  zoe.enrolment = enrolment;
  return zoe;
}

// Registered at kPrimary, a guest at kHigh.
class SettingsTest : public PlacerTest {
 protected:
  void SetUp() override { Rolls(v1::ENROLMENT_CURRENT, kNight); }
  void Rolls(v1::Enrolment at_primary, absl::Time guest_since) {
    PutRoll(kPrimary, {Zoe(at_primary)});
    PutRoll(kHigh, {Zoe(v1::ENROLMENT_GUEST)}, guest_since);
  }
  void Hold(v1::SettingsRule rule) {
    v1::Policy policy;
    policy.mutable_told()->set_settings(rule);
    ASSERT_TRUE(world_.memory.SetPolicy(kForce, policy, {}).ok());
    ASSERT_TRUE(world_.policies.Reload().ok());
  }
  void CloseHigh() {
    model::School closed = SchoolOf(kHigh);
    closed.status = v1::SCHOOL_STATUS_CLOSED;
    ASSERT_TRUE(world_.memory.ImportSchools({&closed, 1}, {}).ok());
  }
  static std::vector<base::Urn> Told(const Placement& placement) {
    std::vector<base::Urn> urns;
    for (const model::Alert& alert : placement.alerts) urns.push_back(alert.urn);
    return urns;
  }
  void ExpectPrimaryAndACaseOfHigh(const Placement& placement) {
    EXPECT_EQ(Told(placement), std::vector<base::Urn>{kPrimary});
    EXPECT_EQ(placement.answers.at(0).outcome, v1::CHILD_OUTCOME_ACCEPTED);
    ASSERT_EQ(placement.cases.size(), 1u);
    EXPECT_EQ(placement.cases[0].reason, v1::REASON_COMPETING_CLAIM);
    ASSERT_EQ(placement.cases[0].candidates.size(), 1u);
    EXPECT_EQ(placement.cases[0].candidates[0].urn, kHigh);
  }
};

TEST_F(SettingsTest, UnlessItsForceSaysOtherwiseAGuestsSchoolIsToldToo) {
  for (const auto rule : {v1::SETTINGS_RULE_UNSPECIFIED, v1::SETTINGS_RULE_EVERY}) {
    Hold(rule);
    const Placement placement = Place(IncidentOf("R1"));
    EXPECT_EQ(Told(placement), (std::vector<base::Urn>{kPrimary, kHigh}));
    EXPECT_TRUE(placement.cases.empty());
    EXPECT_EQ(placement.alerts.at(1).local_id, ZoeAtPrimary().local_id);
  }
}

TEST_F(SettingsTest, WhereItIsRegisteredAlone) {
  Hold(v1::SETTINGS_RULE_REGISTERED);
  const Placement placement = Place(IncidentOf("R1"));
  EXPECT_EQ(Told(placement), std::vector<base::Urn>{kPrimary});
  EXPECT_TRUE(placement.cases.empty());
}

TEST_F(SettingsTest, OrAPersonIsAskedOfTheGuestsSchoolAndTheOthersAreTold) {
  Hold(v1::SETTINGS_RULE_ASK);
  ExpectPrimaryAndACaseOfHigh(Place(IncidentOf("R1")));
}

// Or any school could hear of any child.
TEST_F(SettingsTest, NoSchoolMakesItselfAGuests) {
  Rolls(v1::ENROLMENT_MAIN, kNight);
  PutRoll(kHigh, {});
  PutRoll(kHigh, {Zoe(v1::ENROLMENT_GUEST)}, kNight + limits::kClaimsTogether);
  ExpectPrimaryAndACaseOfHigh(Place(IncidentOf("R1"), kNight + absl::Hours(49)));
  Hold(v1::SETTINGS_RULE_REGISTERED);
  EXPECT_TRUE(Place(IncidentOf("R1"), kNight + absl::Hours(49)).cases.empty());
}

TEST_F(SettingsTest, WhoIsAGuestAndNothingElseIsToldOfThereWhateverTheRule) {
  PutRoll(kPrimary, {});
  for (const auto rule :
       {v1::SETTINGS_RULE_EVERY, v1::SETTINGS_RULE_REGISTERED, v1::SETTINGS_RULE_ASK}) {
    Hold(rule);
    const Placement placement = Place(IncidentOf("R1"));
    EXPECT_EQ(Told(placement), std::vector<base::Urn>{kHigh});
    EXPECT_TRUE(placement.cases.empty());
  }
}

TEST_F(SettingsTest, AGuestsSchoolThatHasClosedHindersNothing) {
  CloseHigh();
  for (const auto rule : {v1::SETTINGS_RULE_EVERY, v1::SETTINGS_RULE_ASK}) {
    Hold(rule);
    const Placement placement = Place(IncidentOf("R1"));
    EXPECT_EQ(Told(placement), std::vector<base::Urn>{kPrimary});
    EXPECT_TRUE(placement.cases.empty());
  }
}

TEST_F(SettingsTest, PlacedAgainTheSameRuleHolds) {
  Replacer replacer(world_.store, world_.placer, *world_.vault, [](const auto&, const auto&) {});
  for (const auto rule :
       {v1::SETTINGS_RULE_EVERY, v1::SETTINGS_RULE_REGISTERED, v1::SETTINGS_RULE_ASK}) {
    Hold(rule);
    const auto answer = world_.Submit(IncidentOf("R-" + std::to_string(rule)));
    const base::IncidentId id(answer.incident_id());
    const std::size_t told = world_.AlertsOf(answer).size();
    EXPECT_EQ(told, rule == v1::SETTINGS_RULE_EVERY ? 2u : 1u);
    EXPECT_EQ(replacer.Incident(id, kNight + absl::Hours(2)).value(), 0u)
        << "the rolls are the same";
    EXPECT_EQ(world_.AlertsOf(answer).size(), told);
  }
  EXPECT_TRUE(world_.memory.Verify({}).ok());
}

TEST(BySettingsTest, AtMoreSchoolsThanAChildGoesToAPersonIsAsked) {
  matching::Decision decision;
  const auto at = [](std::size_t number, v1::Enrolment enrolment) {
    model::PupilAtSchool one;
    one.urn = base::Urn(100'000 + static_cast<std::uint32_t>(number));
    one.pupil.local_id = base::LocalId("p");
    one.pupil.enrolment = enrolment;
    return one;
  };
  decision.registrations = {at(0, v1::ENROLMENT_MAIN)};
  for (std::size_t i = 1; i < limits::kEstablishmentsPerChild + 2; ++i) {
    decision.guests.push_back(at(i, v1::ENROLMENT_GUEST));
  }
  BySettings(v1::SETTINGS_RULE_EVERY, decision);
  EXPECT_EQ(decision.registrations.size(), limits::kEstablishmentsPerChild);
  EXPECT_EQ(decision.candidates.size(), 2u);
  EXPECT_TRUE(decision.guests.empty()) << "they are settled once";
}

}  // namespace
}  // namespace firstbell::placing
