// Children at no school, looked-after children, and a force that asks every school first.

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
