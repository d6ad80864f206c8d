#include "broker/review/agreement.h"

#include <gtest/gtest.h>

#include "tests/support/invented.h"

namespace firstbell::review {
namespace {

using matching::Level;

TEST(AgreementTest, EachLevelIsOneOfFourWords) {
  for (int level = 0; level <= static_cast<int>(Level::kDifferent); ++level) {
    const v1::Agreement agreement = AgreementOf(static_cast<Level>(level));
    switch (static_cast<Level>(level)) {
      case Level::kUnknown:
        EXPECT_EQ(agreement, v1::AGREEMENT_UNKNOWN);
        break;
      case Level::kExact:
        EXPECT_EQ(agreement, v1::AGREEMENT_AGREE);
        break;
      case Level::kAlike:  // two names a letter apart are two children
      case Level::kDifferent:
        EXPECT_EQ(agreement, v1::AGREEMENT_DIFFER);
        break;
      default:
        EXPECT_EQ(agreement, v1::AGREEMENT_CLOSE) << level;
    }
  }
}

v1::CaseCandidate Agree(const v1::Child& child, const model::Pupil& pupil) {
  v1::Incident wire = support::IncidentOf("R1");
  *wire.mutable_children(0) = child;
  const auto incident = model::Incident::Parse(wire, support::kNight);
  FB_CHECK(incident.ok());
  v1::CaseCandidate candidate;
  FillAgreements(incident->children().front(), pupil, model::Date(2026, 3, 3), candidate);
  return candidate;
}

TEST(AgreementTest, EachFieldForItself) {
  v1::Child child = support::ZoeReported();
  model::Pupil pupil = support::ZoeAtPrimary();
  v1::CaseCandidate same = Agree(child, pupil);
  EXPECT_EQ(same.forename(), v1::AGREEMENT_AGREE);
  EXPECT_EQ(same.family_name(), v1::AGREEMENT_AGREE);
  EXPECT_EQ(same.date_of_birth(), v1::AGREEMENT_AGREE);
  EXPECT_EQ(same.postcode(), v1::AGREEMENT_AGREE);
  EXPECT_EQ(same.upn(), v1::AGREEMENT_UNKNOWN);

  child.mutable_name()->set_family_name("Obriem");
  child.set_date_of_birth("2014-05-08");
  child.mutable_home_address()->set_postcode("LS1 4AQ");
  v1::CaseCandidate slips = Agree(child, pupil);
  EXPECT_EQ(slips.forename(), v1::AGREEMENT_AGREE);
  EXPECT_EQ(slips.family_name(), v1::AGREEMENT_CLOSE);
  EXPECT_EQ(slips.date_of_birth(), v1::AGREEMENT_CLOSE);
  EXPECT_EQ(slips.postcode(), v1::AGREEMENT_CLOSE);

  child.mutable_name()->set_given_names("Bartholomew");
  child.mutable_name()->set_family_name("Quillfeather");
  child.set_date_of_birth("2009-11-30");
  child.mutable_home_address()->set_postcode("M1 1AA");
  child.set_upn("B801200005001");
  pupil.upn = base::Redacted<model::Upn>(*model::ParseUpn("H801200001001"));
  v1::CaseCandidate other = Agree(child, pupil);
  EXPECT_EQ(other.forename(), v1::AGREEMENT_DIFFER);
  EXPECT_EQ(other.family_name(), v1::AGREEMENT_DIFFER);
  EXPECT_EQ(other.date_of_birth(), v1::AGREEMENT_DIFFER);
  EXPECT_EQ(other.postcode(), v1::AGREEMENT_DIFFER);
  EXPECT_EQ(other.upn(), v1::AGREEMENT_DIFFER);
  child.mutable_home_address()->clear_postcode();
  EXPECT_EQ(Agree(child, pupil).postcode(), v1::AGREEMENT_UNKNOWN);
}

TEST(AgreementTest, OfSeveralSchoolsHeardTheBestCounts) {
  model::School school = support::SchoolOf(support::kPrimary);
  school.name = "Elm Park Primary School";
  v1::Child child;
  EXPECT_EQ(SchoolAgreement(child, school), v1::AGREEMENT_UNKNOWN);
  child.add_schools_heard()->set_name("Larch Row");
  EXPECT_EQ(SchoolAgreement(child, school), v1::AGREEMENT_DIFFER);
  child.add_schools_heard()->set_name("elm park");
  EXPECT_EQ(SchoolAgreement(child, school), v1::AGREEMENT_CLOSE);
  child.add_schools_heard()->set_name("Elm Park primary school");
  EXPECT_EQ(SchoolAgreement(child, school), v1::AGREEMENT_AGREE);
  child.clear_schools_heard();
  child.add_schools_heard()->set_urn(support::kHigh.value());
  EXPECT_EQ(SchoolAgreement(child, school), v1::AGREEMENT_DIFFER);
  child.add_schools_heard()->set_urn(support::kPrimary.value());
  EXPECT_EQ(SchoolAgreement(child, school), v1::AGREEMENT_AGREE);
  model::School nameless;
  child.clear_schools_heard();
  child.add_schools_heard()->set_name("Elm Park");
  EXPECT_EQ(SchoolAgreement(child, nameless), v1::AGREEMENT_UNKNOWN);
}

}  // namespace
}  // namespace firstbell::review
