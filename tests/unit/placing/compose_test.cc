#include "broker/placing/compose.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/support/invented.h"

namespace firstbell::placing {
namespace {

using namespace support;
using testing::HasSubstr;
using testing::Not;

model::Alert AlertFor(std::string_view child_ref) {
  model::Alert alert;
  alert.id = base::AlertId("a-1");
  alert.urn = kPrimary;
  alert.force = kForce;
  alert.child_ref = base::ChildRef(std::string(child_ref));
  return alert;
}

base::Result<v1::AlertContent> TryCompose(const v1::Incident& wire, std::string_view child_ref,
                                          const v1::Policy& policy = {}) {
  const auto incident = model::Incident::Parse(wire, kNight);
  FB_CHECK(incident.ok());
  return Compose(*incident, AlertFor(child_ref), policy);
}

v1::AlertContent ComposeFor(const v1::Incident& wire, std::string_view child_ref) {
  return TryCompose(wire, child_ref).value();
}

v1::Address Refuge() {
  v1::Address refuge;
  refuge.add_lines("7 Hidden Close");
  refuge.set_postcode("YO1 7HH");
  return refuge;
}

TEST(ComposeTest, ARefugesAddressIsNeverSentOnlyThatItDiffers) {
  v1::Incident incident = IncidentOf("R1");
  *incident.mutable_children(0)->mutable_current_address() = Refuge();
  const v1::AlertContent content = ComposeFor(incident, "C1");
  EXPECT_TRUE(content.address_differs());
  EXPECT_THAT(content.DebugString(), Not(HasSubstr("Hidden")));
  EXPECT_THAT(content.DebugString(), Not(HasSubstr("YO1")));
  EXPECT_EQ(content.child().home_address().postcode(), "LS1 4AP");
  EXPECT_EQ(content.place().postcode(), "LS1 4AP");
}

TEST(ComposeTest, APlaceThatIsTheRefugeIsNotSentEither) {
  v1::Incident incident = IncidentOf("R1");
  *incident.mutable_place() = Refuge();
  *incident.mutable_children(0)->mutable_current_address() = Refuge();
  const v1::AlertContent content = ComposeFor(incident, "C1");
  EXPECT_FALSE(content.has_place());
  EXPECT_THAT(content.DebugString(), Not(HasSubstr("YO1")));
}

// The same place, written by another hand: another case, spaces, a line more.
TEST(ComposeTest, APlaceThatIsTheRefugeWrittenOtherwiseIsNotSentEither) {
  v1::Incident incident = IncidentOf("R1");
  *incident.mutable_children(0)->mutable_current_address() = Refuge();
  incident.mutable_place()->Clear();
  incident.mutable_place()->add_lines("7 hidden close");
  incident.mutable_place()->add_lines("York");
  incident.mutable_place()->set_postcode("yo17hh");
  const v1::AlertContent content = ComposeFor(incident, "C1");
  EXPECT_FALSE(content.has_place()) << content.place().ShortDebugString();
}

TEST(ComposeTest, ACurrentAddressThatIsHomeDoesNotDiffer) {
  v1::Incident incident = IncidentOf("R1");
  *incident.mutable_children(0)->mutable_current_address() = incident.children(0).home_address();
  const v1::AlertContent content = ComposeFor(incident, "C1");
  EXPECT_FALSE(content.address_differs());
  EXPECT_FALSE(content.child().has_current_address());
  EXPECT_TRUE(content.has_place());
}

TEST(ComposeTest, TheOtherChildIsAbsentAltogether) {
  v1::Incident incident = IncidentOf("R1");
  *incident.add_children() = FinnReported();
  const std::string zoe = ComposeFor(incident, "C1").DebugString();
  EXPECT_THAT(zoe, HasSubstr("She came to the stairs."));
  for (const std::string word : {"C2", "finn", "2010-02-03", "He telephoned"}) {
    EXPECT_THAT(zoe, Not(HasSubstr(word)));
  }
  EXPECT_THAT(ComposeFor(incident, "C2").DebugString(), Not(HasSubstr("stairs")));
}

// "C2" at one school says that there is a C1 at some other.
TEST(ComposeTest, NothingCountsTheOtherChildren) {
  v1::Incident incident = IncidentOf("R1");
  incident.add_children()->CopyFrom(FinnReported());
  incident.mutable_children(1)->add_schools_heard()->set_name("A sister's school");
  incident.mutable_parties(0)->set_party_ref("P7-of-9");
  incident.mutable_children(0)->mutable_relationships(0)->set_party_ref("P7-of-9");
  incident.mutable_children(1)->mutable_relationships(0)->set_party_ref("P7-of-9");
  const v1::AlertContent finn = ComposeFor(incident, "C2");
  EXPECT_EQ(finn.child().child_ref(), "");
  for (const std::string word : {"C2", "sister", "of-9"}) {
    EXPECT_THAT(finn.DebugString(), Not(HasSubstr(word)));
  }
}

// Alone or not, first or last among the incident's children and parties: the school reads the same.
TEST(ComposeTest, TheSameBytesWhetherOrNotThereIsAnother) {
  v1::Incident alone = IncidentOf("R1");
  alone.mutable_children(0)->CopyFrom(FinnReported());
  alone.mutable_children(0)->set_child_ref("C1");
  v1::Incident with_sister = IncidentOf("R1");
  with_sister.add_children()->CopyFrom(FinnReported());
  with_sister.mutable_parties()->SwapElements(0, 1);
  EXPECT_EQ(ComposeFor(alone, "C1").SerializeAsString(),
            ComposeFor(with_sister, "C2").SerializeAsString());
}

// A field that is new stands here only once somebody has thought about what it tells a school.
TEST(ComposeTest, EveryFieldOfAChildIsEitherToldOrKept) {
  std::set<std::string> known = {
      "name",          "date_of_birth", "upn",          "home_address",    "presence",
      "where_in_home", "voice",         "account",      "relationships",   "collection",
      "support",       "needs",         "age",          "handling",        "child_ref",
      "schools_heard", "setting",       "is_protected", "current_address", "looked_after"};
  const auto* descriptor = v1::Child::descriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    EXPECT_EQ(known.erase(std::string(descriptor->field(i)->name())), 1u)
        << descriptor->field(i)->name();
  }
  EXPECT_TRUE(known.empty());
}

TEST(ComposeTest, RelationshipsPointAtTheParties) {
  v1::Incident incident = IncidentOf("R1");
  incident.mutable_parties()->SwapElements(0, 1);  // Edmund comes first
  const v1::AlertContent content = ComposeFor(incident, "C1");
  ASSERT_EQ(content.child().relationships_size(), 2);
  EXPECT_EQ(content.parties(0).name().given_names(), "Edmund");
  EXPECT_EQ(content.parties(0).party_ref(), "P1");
  EXPECT_EQ(content.child().relationships(0).relationship_to_child(), "mother");
  EXPECT_EQ(content.child().relationships(0).party_ref(), "P2");
  EXPECT_EQ(content.child().relationships(1).party_ref(), "P1");
}

TEST(ComposeTest, OnlyPartiesTheChildIsRelatedTo) {
  v1::Incident incident = IncidentOf("R1");
  *incident.add_children() = FinnReported();
  EXPECT_EQ(ComposeFor(incident, "C1").parties_size(), 2);
  const v1::AlertContent finn = ComposeFor(incident, "C2");
  ASSERT_EQ(finn.parties_size(), 1);
  EXPECT_EQ(finn.parties(0).party_ref(), "P1");
}

TEST(ComposeTest, AllPartiesWhereNoRelationshipIsGiven) {
  v1::Incident incident = IncidentOf("R1");
  incident.mutable_children(0)->clear_relationships();
  EXPECT_EQ(ComposeFor(incident, "C1").parties_size(), 2);
}

TEST(ComposeTest, SilenceOnHandlingMeansNoContactAndHidden) {
  const v1::AlertContent content = ComposeFor(IncidentOf("R1"), "C1");
  EXPECT_EQ(content.child().handling().parent_contact(), v1::PARENT_CONTACT_NONE);
  EXPECT_EQ(content.child().handling().child_awareness(), v1::CHILD_AWARENESS_HIDDEN);
}

TEST(ComposeTest, IdsAreTheAlertsOwn) {
  const v1::AlertContent content = ComposeFor(IncidentOf("R1"), "C1");
  EXPECT_EQ(content.alert_id(), "a-1");
  EXPECT_EQ(content.urn(), kPrimary.value());
  EXPECT_EQ(content.force(), kForce.value());
  EXPECT_EQ(content.reference(), "FB-A-1");
  EXPECT_EQ(content.revision(), 1u);
}

TEST(ComposeTest, AChildThatIsNotThereIsDataLoss) {
  EXPECT_TRUE(absl::IsDataLoss(TryCompose(IncidentOf("R1"), "C7").status()));
}

v1::Incident Full() {
  v1::Incident incident = IncidentOf("R1");
  incident.set_nature("assault");
  incident.mutable_risk()->set_scheme("DASH");
  v1::Child& child = *incident.mutable_children(0);
  child.set_account("She came to the stairs.");
  child.set_where_in_home("on the stairs");
  child.mutable_voice()->set_what_was_said("I heard it");
  child.mutable_support()->set_social_worker("K. Beech");
  child.mutable_needs()->set_send("autism");
  child.mutable_collection()->add_may_not_collect("her father");
  child.mutable_handling()->add_further("Ring before school.");
  return incident;
}

TEST(ComposeTest, WhatAForceWithholdsIsNotSent) {
  v1::Policy policy;
  for (int part = 1; part < v1::DisclosurePart_ARRAYSIZE; ++part) {
    policy.mutable_disclosure()->add_withheld(static_cast<v1::DisclosurePart>(part));
  }
  const v1::AlertContent content = TryCompose(Full(), "C1", policy).value();
  for (const std::string word : {"assault", "DASH", "stairs", "heard", "Beech", "autism", "LS1"}) {
    EXPECT_THAT(content.DebugString(), Not(HasSubstr(word)));
  }
  EXPECT_TRUE(content.parties().empty());
  EXPECT_FALSE(content.has_occurred_at());
  EXPECT_EQ(content.child().collection().may_not_collect(0), "her father") << "always";
  EXPECT_EQ(content.child().handling().further(0), "Ring before school.");
}

TEST(ComposeTest, ImpactAloneIsWhoTheChildIsAndWhatProtectsIt) {
  v1::Policy policy;
  policy.mutable_disclosure()->set_impact_only(true);
  const v1::AlertContent content = TryCompose(Full(), "C1", policy).value();
  for (const std::string word : {"assault", "DASH", "stairs", "heard", "Beech", "autism", "LS1"}) {
    EXPECT_THAT(content.DebugString(), Not(HasSubstr(word)));
  }
  EXPECT_EQ(content.child().collection().may_not_collect(0), "her father");
  EXPECT_FALSE(content.child().name().family_name().empty());
}

TEST(ComposeTest, APartThatThisProgramDoesNotKnowLeavesImpactAlone) {
  v1::Policy policy;
  policy.mutable_disclosure()->add_withheld(static_cast<v1::DisclosurePart>(99));
  EXPECT_THAT(TryCompose(Full(), "C1", policy)->DebugString(), Not(HasSubstr("stairs")));
}

TEST(ComposeTest, ASchoolThatIsAskedFirstReadsWhoTheChildIsAndNothingElse) {
  const auto incident = model::Incident::Parse(Full(), kNight);
  model::Alert alert = AlertFor("C1");
  alert.ours.asked = true;
  const v1::AlertContent content = Compose(*incident, alert, {}).value();
  v1::AlertContent expected;
  expected.set_alert_id(content.alert_id());
  expected.set_urn(content.urn());
  expected.set_revision(content.revision());
  expected.set_force(content.force());
  expected.set_reference(content.reference());
  *expected.mutable_child()->mutable_name() = content.child().name();
  expected.mutable_child()->set_date_of_birth(content.child().date_of_birth());
  EXPECT_EQ(content.SerializeAsString(), expected.SerializeAsString());
  alert.ours.at = kWindow;
  EXPECT_EQ(Compose(*incident, alert, {})->child().account(), "She came to the stairs.");
}

TEST(ComposeTest, TheReferenceIsTheSchoolsOwn) {
  model::Alert alert = AlertFor("C1");
  alert.id = base::AlertId("3f7kq2mz0000000000000000aa");
  const auto incident = model::Incident::Parse(IncidentOf("R1"), kNight);
  EXPECT_EQ(Compose(*incident, alert, {})->reference(), "FB-3F7KQ2MZ");
  EXPECT_EQ(model::IdPrefixOf("FB-3F7KQ2MZ"), "3f7kq2mz");
  EXPECT_EQ(model::IdPrefixOf("3f7kq2mz"), "3f7kq2mz");
}

TEST(ComposeTest, ChangedFieldsAreNamedOnceAndInOrder) {
  const v1::AlertContent before = ComposeFor(Full(), "C1");
  v1::Incident changed = Full();
  changed.mutable_children(0)->set_account("She was in the garden.");
  changed.mutable_children(0)->mutable_collection()->add_may_collect("her aunt");
  changed.mutable_children(0)->mutable_collection()->add_may_collect("her gran");
  changed.mutable_place()->set_postcode("LS2 7QQ");
  EXPECT_EQ(ChangedFields(before, ComposeFor(changed, "C1")),
            (std::vector<std::string>{"child.account", "child.collection", "place"}));
  EXPECT_TRUE(ChangedFields(before, before).empty());
}

}  // namespace
}  // namespace firstbell::placing
