#include "broker/dispatch/compose.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/invented.h"

namespace firstbell::dispatch {
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

base::Result<v1::AlertContent> TryCompose(const v1::Incident& wire, std::string_view child_ref) {
  const auto incident = model::Incident::Parse(wire, kNight);
  FB_CHECK(incident.ok());
  return Compose(*incident, AlertFor(child_ref));
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
  EXPECT_EQ(content.reference(), "R1");
  EXPECT_EQ(content.revision(), 1u);
}

TEST(ComposeTest, AChildThatIsNotThereIsDataLoss) {
  EXPECT_TRUE(absl::IsDataLoss(TryCompose(IncidentOf("R1"), "C7").status()));
}

}  // namespace
}  // namespace firstbell::dispatch
