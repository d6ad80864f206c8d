// The children of one incident. Everyone is invented.

#include "broker/placing/siblings.h"

#include "tests/unit/placing/placer_world.h"

namespace firstbell::placing {
namespace {

using model::Date;

TEST_F(PlacerTest, TwinsListedTogetherAreEachPlaced) {
  model::Pupil saffron = ZoeAtPrimary();
  saffron.local_id = base::LocalId("p-2");
  saffron.given_names = model::PersonText("Saffron");
  PutRoll(kHigh, {saffron});
  v1::Incident incident = IncidentOf("R1");
  v1::Child twin = ZoeReported();
  twin.set_child_ref("C2");
  twin.mutable_name()->set_given_names("Saffron");
  *incident.add_children() = twin;
  const Placement placement = Place(incident);
  ASSERT_EQ(placement.alerts.size(), 2u);
  EXPECT_EQ(placement.alerts[0].urn, kPrimary);
  EXPECT_EQ(placement.alerts[1].urn, kHigh);
}

// That the sister was placed says nothing of which pupil her brother is.
TEST_F(PlacerTest, SiblingsListedTogetherAreEachDecidedAsIfAlone) {
  v1::Child theo = FinnReported();
  theo.mutable_name()->set_given_names("Theo");
  v1::Incident alone = IncidentOf("R1"), together = IncidentOf("R2");
  *alone.mutable_children(0) = theo;
  *together.add_children() = theo;
  const Placement of_one = Place(alone), of_both = Place(together);
  ASSERT_EQ(of_both.alerts.size(), 1u);
  EXPECT_EQ(of_both.alerts[0].urn, kPrimary);
  ASSERT_EQ(of_one.cases.size(), 1u);
  ASSERT_EQ(of_both.cases.size(), 1u);
  EXPECT_EQ(of_both.cases[0].reason, v1::REASON_NOT_CORROBORATED);
  EXPECT_EQ(of_both.cases[0].reason, of_one.cases[0].reason);
  EXPECT_EQ(of_both.cases[0].candidates, of_one.cases[0].candidates);
  EXPECT_EQ(of_both.cases[0].candidates.at(0).urn, kHigh);
}

// Heard with the old postcode, Finn's brother is found at the home that Finn was found at.
TEST_F(PlacerTest, ASiblingsHomeShowsMoreCandidatesAndPlacesNobody) {
  model::Pupil theo = FinnAtHigh();
  theo.local_id = base::LocalId("h-2");
  theo.given_names = model::PersonText("Theo");
  theo.date_of_birth = base::Redacted<Date>(Date(2016, 11, 3));
  PutRoll(kHigh, {FinnAtHigh(), theo});
  PutRoll(kPrimary, {});
  v1::Child heard = FinnReported();
  heard.set_child_ref("theo");
  heard.mutable_name()->set_given_names("Teddy");
  heard.mutable_name()->set_family_name("Brien-Walsh");
  heard.set_date_of_birth("2017-10-04");
  heard.mutable_home_address()->set_postcode("M1 1AA");
  v1::Incident alone = IncidentOf("R1"), together = IncidentOf("R2");
  *alone.mutable_children(0) = heard;
  *together.mutable_children(0) = FinnReported();
  *together.add_children() = heard;
  EXPECT_TRUE(Place(alone).cases.at(0).candidates.empty());
  const Placement placement = Place(together);
  ASSERT_EQ(placement.alerts.size(), 1u) << "Finn's, and nobody else's";
  const auto& candidates = placement.cases.at(0).candidates;
  ASSERT_EQ(candidates.size(), 2u);
  EXPECT_EQ(candidates[0].local_id, theo.local_id);
  EXPECT_EQ(candidates[1].local_id, FinnAtHigh().local_id) << "who was placed already comes last";
}

// Perhaps one of twins is on no roll, and both are heard as the other.
TEST_F(PlacerTest, TwoChildrenOfAnIncidentAreNotOnePupil) {
  v1::Incident incident = IncidentOf("R1");
  v1::Child other = ZoeReported();
  other.set_child_ref("C2");
  other.mutable_name()->set_given_names("Zoe");
  *incident.add_children() = other;
  const Placement placement = Place(incident);
  EXPECT_TRUE(placement.alerts.empty());
  ASSERT_EQ(placement.cases.size(), 2u);
  for (const model::Case& one : placement.cases) {
    EXPECT_EQ(one.reason, v1::REASON_NOT_UNIQUE);
    EXPECT_EQ(one.candidates.at(0).urn, kPrimary);
  }
}

TEST_F(PlacerTest, AChildThatIsNamedTwiceIsPlacedOnce) {
  v1::Incident incident = IncidentOf("R1");
  v1::Child again = ZoeReported();
  again.set_child_ref("C2");
  *incident.add_children() = again;
  const Placement placement = Place(incident);
  ASSERT_EQ(placement.alerts.size(), 1u);
  EXPECT_EQ(placement.alerts[0].child_ref, base::ChildRef(incident.children(0).child_ref()));
  ASSERT_EQ(placement.cases.size(), 1u);
  EXPECT_EQ(placement.cases[0].child_ref, base::ChildRef("C2"));
}

}  // namespace
}  // namespace firstbell::placing
