// Children at no school, looked-after children, schools where nobody is left to tell, and a force
// that asks every school first.

#include "broker/placing/replacer.h"
#include "tests/support/members.h"
#include "tests/unit/placing/placer_world.h"

namespace firstbell::placing {
namespace {

constexpr std::uint32_t kCode = 383;

class AuthorityTest : public PlacerTest {
 protected:
  void SetUp() override {
    model::School authority = SchoolOf(kPrimary);
    authority.urn = model::UrnOfAuthority(kCode);
    ASSERT_TRUE(world_.memory.ImportSchools({&authority, 1}, {}).ok());
    policy_.mutable_told()->add_authorities()->set_code(kCode);
    Hold();
  }
  void Hold() {
    ASSERT_TRUE(world_.memory.SetPolicy(kForce, policy_, {}).ok());
    ASSERT_TRUE(world_.policies.Reload().ok());
  }
  static v1::Incident At(v1::EducationSetting setting) {
    v1::Incident incident = IncidentOf("R1");
    incident.mutable_children(0)->set_setting(setting);
    return incident;
  }

  v1::Policy policy_;
};

TEST_F(AuthorityTest, HomeEducationAndMissingEducationAreTheLocalAuthoritys) {
  for (const auto setting :
       {v1::EDUCATION_SETTING_HOME_EDUCATION, v1::EDUCATION_SETTING_MISSING_EDUCATION}) {
    const Placement placement = Place(At(setting));
    ASSERT_EQ(placement.alerts.size(), 1u);
    EXPECT_EQ(placement.alerts[0].urn, model::UrnOfAuthority(kCode));
    EXPECT_EQ(placement.answers[0].outcome, v1::CHILD_OUTCOME_ACCEPTED);
    EXPECT_TRUE(placement.cases.empty());
  }
}

TEST_F(AuthorityTest, OfAnotherDistrictOrWithoutAPolicyAPersonIsAsked) {
  policy_.mutable_told()->mutable_authorities(0)->add_districts("YO1");
  Hold();
  const Placement placement = Place(At(v1::EDUCATION_SETTING_HOME_EDUCATION));
  EXPECT_EQ(placement.cases.at(0).reason, v1::REASON_NOT_AT_SCHOOL);
  ASSERT_TRUE(world_.memory.SetPolicy(kForce, std::nullopt, {}).ok());
  ASSERT_TRUE(world_.policies.Reload().ok());
  EXPECT_EQ(Place(At(v1::EDUCATION_SETTING_HOME_EDUCATION)).cases.size(), 1u);
}

TEST_F(AuthorityTest, AProtectedChildIsAPersonsToPlace) {
  v1::Incident incident = At(v1::EDUCATION_SETTING_HOME_EDUCATION);
  incident.mutable_children(0)->set_is_protected(true);
  EXPECT_TRUE(Place(incident).alerts.empty());
  EXPECT_EQ(Place(incident).cases.size(), 1u);
}

TEST_F(AuthorityTest, ANurserysIsAsTheForceSays) {
  const v1::Incident incident = At(v1::EDUCATION_SETTING_NURSERY);
  EXPECT_EQ(Place(incident).cases.size(), 1u) << "unless it says otherwise";
  policy_.mutable_told()->set_nursery(v1::NURSERY_RULE_AUTHORITY);
  Hold();
  EXPECT_EQ(Place(incident).alerts.size(), 1u);
  policy_.mutable_told()->set_nursery(v1::NURSERY_RULE_WITHHOLD);
  Hold();
  EXPECT_EQ(PlaceOne(incident).outcome, v1::CHILD_OUTCOME_WITHHELD);
  EXPECT_EQ(PlaceOne(incident).reason, v1::REASON_NOT_AT_SCHOOL);
}

TEST_F(AuthorityTest, ALookedAfterChildsAuthorityGetsACopyWhereTheForceSaysSo) {
  v1::Incident incident = IncidentOf("R1");
  incident.mutable_children(0)->set_looked_after(true);
  EXPECT_EQ(Place(incident).alerts.size(), 1u);
  policy_.mutable_told()->set_copy_virtual_school_head(true);
  Hold();
  const Placement placement = Place(incident);
  ASSERT_EQ(placement.alerts.size(), 2u);
  EXPECT_EQ(placement.alerts[0].urn, kPrimary);
  EXPECT_EQ(placement.alerts[1].urn, model::UrnOfAuthority(kCode));
  EXPECT_EQ(Place(IncidentOf("R2")).alerts.size(), 1u) << "of no other child";
}

// A lead at kPrimary, who is an adult in the incident, and the authority of that school.
class NobodyLeftTest : public AuthorityTest {
 protected:
  void SetUp() override {
    AuthorityTest::SetUp();
    model::School primary = SchoolOf(kPrimary);
    primary.local_authority_code = std::to_string(kCode);
    ASSERT_TRUE(world_.memory.ImportSchools({&primary, 1}, {}).ok());
    Named(kPrimary, "Rosalind Quillfeather");
    policy_.set_nobody_left(v1::NOBODY_LEFT_AUTHORITY);
    Hold();
  }
  void Named(base::Urn urn, const std::string& name) {
    Member member = MakePerson(urn);
    member.recipient.display_name = name;
    ASSERT_TRUE(Enrol(world_.memory, member).ok());
  }
  std::vector<base::Urn> Told(const v1::Incident& incident) {
    std::vector<base::Urn> urns;
    for (const model::Alert& alert : Place(incident).alerts) urns.push_back(alert.urn);
    return urns;
  }

  const base::Urn authority_ = model::UrnOfAuthority(kCode);
  const std::vector<base::Urn> school_{kPrimary};
  const std::vector<base::Urn> both_{kPrimary, model::UrnOfAuthority(kCode)};
};

TEST_F(NobodyLeftTest, WhereNobodyIsLeftAtTheSchoolItsAuthorityIsToldToo) {
  EXPECT_EQ(Told(IncidentOf("R1")), school_) << "nobody could open it there";
  Named(authority_, "Ada Other");
  policy_.set_identity_first(v1::IDENTITY_FIRST_ALWAYS);
  Hold();
  EXPECT_EQ(Told(IncidentOf("R1")), both_);
  EXPECT_FALSE(Place(IncidentOf("R1")).alerts.at(1).ours.asked) << "it keeps no roll";
  v1::Incident looked_after = IncidentOf("R2");
  looked_after.mutable_children(0)->set_looked_after(true);
  policy_.mutable_told()->set_copy_virtual_school_head(true);
  Hold();
  EXPECT_EQ(Told(looked_after), both_) << "once";
}

TEST_F(NobodyLeftTest, NotUnlessTheForceSaysSoAndNotWhereSomebodyIsLeft) {
  Named(authority_, "Ada Other");
  policy_.set_nobody_left(v1::NOBODY_LEFT_HEAD);
  Hold();
  EXPECT_EQ(Told(IncidentOf("R1")), school_);
  policy_.set_nobody_left(v1::NOBODY_LEFT_AUTHORITY);
  Hold();
  Named(kPrimary, "Ms Invented");
  EXPECT_EQ(Told(IncidentOf("R1")), school_);
}

TEST_F(NobodyLeftTest, NorWhereTheAuthorityIsTheAdultsToo) {
  Named(authority_, "R. Quillfeather");
  EXPECT_EQ(Told(IncidentOf("R1")), school_);
}

TEST_F(NobodyLeftTest, ByHandAsByMachineAndOnce) {
  Named(authority_, "Ada Other");
  const auto incident = model::Incident::Parse(IncidentOf("R1"), kNight).value();
  const auto answer = world_.Submit(IncidentOf("R1"));
  EXPECT_EQ(world_.AlertsOf(answer).size(), 2u);
  const auto by_hand = [&](const base::IncidentId& id) {
    return world_.placer
        .PlaceByHand(incident, base::ChildRef("C1"), {PlacedByHand{kPrimary, {}, false}},
                     {id, kForce, kNight})
        .value()
        .size();
  };
  EXPECT_EQ(by_hand(base::IncidentId("another")), 2u);
  EXPECT_EQ(by_hand(base::IncidentId(answer.incident_id())), 1u) << "the authority has it";
}

TEST_F(NobodyLeftTest, ACorrectionThatNamesTheAdultTellsTheAuthority) {
  Named(authority_, "Ada Other");
  v1::Incident incident = IncidentOf("R1");
  incident.mutable_parties(0)->mutable_name()->set_given_names("Beatrice");
  const auto answer = world_.Submit(incident);
  EXPECT_EQ(world_.AlertsOf(answer).size(), 1u);
  v1::Incident corrected = IncidentOf("R1");
  corrected.set_revision(2);
  world_.Submit(corrected);
  const auto alerts = world_.AlertsOf(answer);
  ASSERT_EQ(alerts.size(), 2u);
  EXPECT_EQ(alerts[1].urn, authority_);
  EXPECT_EQ(alerts[1].revision, 2u);
  EXPECT_EQ(alerts[0].state, v1::ALERT_STATE_ACCEPTED);
  EXPECT_TRUE(world_.memory.Verify({}).ok());
}

TEST_F(NobodyLeftTest, AChildWhoMovesToSuchASchoolIsToldOfAtItsAuthority) {
  Named(authority_, "Ada Other");
  PutRoll(kPrimary, {});
  PutRoll(kHigh, {ZoeAtPrimary()});
  const auto answer = world_.Submit(IncidentOf("R1"));
  EXPECT_EQ(world_.AlertsOf(answer).size(), 1u);
  PutRoll(kHigh, {});
  PutRoll(kPrimary, {ZoeAtPrimary()}, kNight + absl::Hours(1));
  Replacer replacer(world_.store, world_.placer, *world_.vault, [](const auto&, const auto&) {});
  const base::IncidentId id(answer.incident_id());
  EXPECT_EQ(replacer.Incident(id, kNight + absl::Hours(2)).value(), 1u);
  const auto alerts = world_.AlertsOf(answer);
  ASSERT_EQ(alerts.size(), 3u);
  EXPECT_EQ(alerts[0].state, v1::ALERT_STATE_REDIRECTED);
  EXPECT_EQ(alerts[1].urn, kPrimary);
  EXPECT_EQ(alerts[2].urn, authority_);
  EXPECT_EQ(replacer.Incident(id, kNight + absl::Hours(3)).value(), 0u) << "once";
  EXPECT_TRUE(world_.memory.Verify({}).ok());
}

TEST_F(AuthorityTest, AForceMayAskEverySchoolFirst) {
  EXPECT_FALSE(Place(IncidentOf("R1")).alerts.at(0).ours.asked);
  policy_.set_identity_first(v1::IDENTITY_FIRST_ALWAYS);
  Hold();
  EXPECT_TRUE(Place(IncidentOf("R1")).alerts.at(0).ours.asked);
  EXPECT_FALSE(Place(At(v1::EDUCATION_SETTING_HOME_EDUCATION)).alerts.at(0).ours.asked)
      << "an authority keeps no roll";
}

}  // namespace
}  // namespace firstbell::placing
