#include "clients/admin/roll_quality.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firstbell::admin {
namespace {

using testing::ElementsAre;
using testing::Pair;

class RollQualityTest : public ::testing::Test {
 protected:
  // A row with nothing amiss.
  adapters::roll_csv::RollRow Row() {
    adapters::roll_csv::RollRow row;
    row.line = ++line_;
    row.urn = base::Urn(100'001);
    row.pupil.set_local_id("A" + std::to_string(line_));
    row.pupil.set_given_names(std::string("Zoe") + static_cast<char>('a' + line_));
    row.pupil.set_family_name("Brackley");
    row.pupil.set_date_of_birth("2014-05-09");
    row.pupil.set_upn("A123456789012");
    row.pupil.set_postcode("LS1 4AP");
    row.pupil.set_address("12 Mill Lane");
    return row;
  }
  // What is found where this row alone stands.
  std::vector<std::string> CodesOf(const adapters::roll_csv::RollRow& row) {
    RollQuality alone(kToday);
    alone.Add(row);
    return CodesOf(alone);
  }
  std::vector<std::string> CodesOf(const RollQuality& quality) {
    std::vector<std::string> codes;
    for (const RollFinding& finding : quality.Findings()) {
      EXPECT_NE(finding.what, "");
      codes.push_back(finding.code);
    }
    return codes;
  }

  static constexpr model::Date kToday{2026, 3, 3};
  std::uint64_t line_ = 1;
  RollQuality quality_{kToday};
};

TEST_F(RollQualityTest, AGoodRowHasNothing) {
  EXPECT_THAT(CodesOf(Row()), ElementsAre());
}

TEST_F(RollQualityTest, EachGapAndWhatCannotBe) {
  const auto with = [&](auto change) {
    auto row = Row();
    change(row.pupil);
    return CodesOf(row);
  };
  EXPECT_THAT(with([](auto& p) { p.set_given_names("Baby"); }), ElementsAre("no_forename"));
  EXPECT_THAT(with([](auto& p) { p.set_family_name("Unknown"); }), ElementsAre("no_family_name"));
  EXPECT_THAT(with([](auto& p) { p.set_date_of_birth("2014-01-01"); }),
              ElementsAre("born_first_of_january"));
  EXPECT_THAT(with([](auto& p) { p.set_date_of_birth("1990-05-09"); }),
              ElementsAre("born_too_long_ago"));
  EXPECT_THAT(with([](auto& p) { p.set_date_of_birth("2025-05-09"); }),
              ElementsAre("born_too_late"));
  EXPECT_THAT(with([](auto& p) { p.clear_upn(); }), ElementsAre("no_upn"));
  EXPECT_THAT(with([](auto& p) { p.set_upn("B123456789012"); }), ElementsAre("bad_upn"));
  EXPECT_THAT(with([](auto& p) { p.clear_postcode(); }), ElementsAre("no_postcode"));
  EXPECT_THAT(with([](auto& p) { p.set_postcode("nowhere"); }), ElementsAre("bad_postcode"));
  EXPECT_THAT(with([](auto& p) { p.clear_address(); }), ElementsAre("no_address"));
}

TEST_F(RollQualityTest, AUpnOfTwoChildren) {
  quality_.Add(Row());
  quality_.Add(Row());
  EXPECT_THAT(CodesOf(quality_), ElementsAre("upn_of_two"));
}

TEST_F(RollQualityTest, AChildThatStandsTwice) {
  const auto again = Row();
  quality_.Add(again);
  quality_.Add(again);
  EXPECT_THAT(CodesOf(quality_), ElementsAre("twice_at_one_school"));
}

TEST_F(RollQualityTest, AChildAtTwoSchoolsUnlessOneIsSubsidiary) {
  auto elsewhere = Row();
  quality_.Add(elsewhere);
  elsewhere.urn = base::Urn(100'002);
  elsewhere.pupil.set_enrolment(v1::ENROLMENT_SUBSIDIARY);
  quality_.Add(elsewhere);
  EXPECT_THAT(CodesOf(quality_), ElementsAre());
  elsewhere.pupil.set_enrolment(v1::ENROLMENT_CURRENT);
  quality_.Add(elsewhere);
  EXPECT_THAT(CodesOf(quality_), ElementsAre("at_two_schools"));
}

TEST_F(RollQualityTest, TheCommonestFirstAndAFewOfItsLines) {
  for (int i = 0; i < 8; ++i) {
    auto row = Row();
    row.pupil.clear_upn();
    if (i == 0) row.pupil.clear_address();
    quality_.Add(row);
  }
  const auto findings = quality_.Findings();
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].code, "no_upn");
  EXPECT_EQ(findings[0].rows, 8u);
  EXPECT_THAT(findings[0].lines, ElementsAre(2, 3, 4, 5, 6));
  EXPECT_EQ(quality_.pupils(), 8u);
}

TEST_F(RollQualityTest, ThePoorestSchoolsFirst) {
  auto good = Row(), poor = Row();
  quality_.Add(good);
  poor.pupil.clear_postcode();
  quality_.Add(poor);
  poor.urn = base::Urn(100'002);
  quality_.Add(poor);
  EXPECT_THAT(quality_.Poorest(10),
              ElementsAre(Pair(base::Urn(100'002), 1.0), Pair(base::Urn(100'001), 0.5)));
  EXPECT_THAT(quality_.Poorest(1), ElementsAre(Pair(base::Urn(100'002), 1.0)));
}

TEST_F(RollQualityTest, ARejectedRowIsAFinding) {
  quality_.AddReject({7, "date_of_birth", "is no date", "", ""});
  ASSERT_EQ(quality_.Findings().size(), 1u);
  EXPECT_EQ(quality_.Findings()[0].what, "rejected: date_of_birth is no date");
  EXPECT_THAT(quality_.Findings()[0].lines, ElementsAre(7));
}

}  // namespace
}  // namespace firstbell::admin
