// Schools, their hours, bank holidays and pupils, as an operator imports them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/limits.h"
#include "broker/model/pupil.h"
#include "broker/model/school.h"
#include "broker/model/violations.h"

namespace firstbell::model {
namespace {

using testing::ElementsAre;

std::vector<std::string> Fields(const base::Status& status) {
  std::vector<std::string> fields;
  const auto request = BadRequestOf(status);
  for (const auto& violation : request.field_violations()) {
    fields.push_back(violation.field());
  }
  return fields;
}

v1::School Wren() {
  v1::School wire;
  wire.set_urn(123456);
  wire.set_name("Wren Lane Primary");
  wire.set_nation(v1::NATION_WALES);
  wire.set_status(v1::SCHOOL_STATUS_OPEN);
  wire.set_local_authority_code("660");
  wire.set_local_authority_name("Example Shire");
  wire.set_establishment_number("2001");
  wire.set_type("Community school");
  wire.set_phase("Primary");
  wire.set_town("Exampleton");
  wire.set_postcode("LS1 4AP");
  wire.set_telephone("0113 496 0000");
  wire.set_trust_code("2044");
  return wire;
}

TEST(Schools, SurviveTheRoundTripWhole) {
  const auto school = ParseSchool(Wren(), "schools[0]");
  ASSERT_TRUE(school.ok());
  EXPECT_EQ(ToWire(*school).SerializeAsString(), Wren().SerializeAsString());
}

v1::SetDirectLinesRequest LinesOf(std::initializer_list<std::pair<const char*, const char*>> all) {
  v1::SetDirectLinesRequest request;
  for (const auto& [name, telephone] : all) {
    v1::DirectLine& line = *request.add_direct_lines();
    line.set_name(name);
    line.set_telephone(telephone);
  }
  return request;
}

TEST(DirectLines, SurviveTheRoundTripInTheirOrder) {
  const auto wire = LinesOf({{"A. Person, DSL", "01632 960123"}, {" B. Person ", "+441632960124"}});
  const auto lines = ParseDirectLines(wire.direct_lines(), "direct_lines");
  ASSERT_TRUE(lines.ok()) << lines.status();
  EXPECT_THAT(*lines, ElementsAre(DirectLine{"A. Person, DSL", "01632 960123"},
                                  DirectLine{"B. Person", "+441632960124"}));
  EXPECT_EQ(ToWire((*lines)[0]).SerializeAsString(), wire.direct_lines(0).SerializeAsString());
  EXPECT_TRUE(ParseDirectLines({}, "direct_lines")->empty());
}

TEST(DirectLines, AreRefusedByAllTheirFaultyFields) {
  const auto wire = LinesOf({{"", "01632 960123"},
                             {"A\x01", "01632 960123"},
                             {"A. Person", ""},
                             {"A. Person", "1234"},
                             {"A. Person", "01632+960123"},
                             {"A. Person", "ask at reception"},
                             {"A. Person", "0163200000000000000000000000000000"}});
  EXPECT_THAT(
      Fields(ParseDirectLines(wire.direct_lines(), "direct_lines").status()),
      ElementsAre("direct_lines[0].name", "direct_lines[1].name", "direct_lines[2].telephone",
                  "direct_lines[3].telephone", "direct_lines[4].telephone",
                  "direct_lines[5].telephone", "direct_lines[6].telephone"));
}

TEST(DirectLines, AreSoManyAtMost) {
  v1::SetDirectLinesRequest request;
  for (std::size_t i = 0; i < limits::kDirectLines; ++i) {
    *request.add_direct_lines() = LinesOf({{"A. Person", "01632 960123"}}).direct_lines(0);
  }
  EXPECT_TRUE(ParseDirectLines(request.direct_lines(), "direct_lines").ok());
  *request.add_direct_lines() = request.direct_lines(0);
  EXPECT_THAT(Fields(ParseDirectLines(request.direct_lines(), "direct_lines").status()),
              ElementsAre("direct_lines"));
}

TEST(Schools, AreRefusedByAllTheirFaultyFields) {
  v1::School wire = Wren();
  wire.set_urn(99999);
  wire.set_name(" ");
  wire.clear_nation();
  wire.set_status(static_cast<SchoolStatus>(9));
  wire.set_town("Example\x01ton");
  EXPECT_THAT(Fields(ParseSchool(wire, "schools[3]").status()),
              ElementsAre("schools[3].urn", "schools[3].nation", "schools[3].status",
                          "schools[3].name", "schools[3].town"));
  wire = Wren();
  wire.set_urn(1'000'000);
  EXPECT_THAT(Fields(ParseSchool(wire, "").status()), ElementsAre("urn"));
}

TEST(Predecessors, AreSortedAndDistinct) {
  v1::School wire = Wren();
  for (const std::uint32_t urn : {100002u, 100001u, 100002u}) wire.add_predecessors(urn);
  const auto school = ParseSchool(wire, "");
  ASSERT_TRUE(school.ok()) << school.status();
  EXPECT_THAT(school->predecessors, ElementsAre(base::Urn(100001), base::Urn(100002)));
  EXPECT_THAT(ToWire(*school).predecessors(), ElementsAre(100001u, 100002u));
}

TEST(Predecessors, AreOtherSchoolsAndNotTooMany) {
  for (const std::uint32_t urn : {7u, Wren().urn()}) {
    v1::School wire = Wren();
    wire.add_predecessors(urn);
    EXPECT_THAT(Fields(ParseSchool(wire, "s").status()), ElementsAre("s.predecessors")) << urn;
  }
  v1::School wire = Wren();
  for (std::uint32_t i = 0; i < limits::kPredecessorsPerSchool; ++i) {
    wire.add_predecessors(100001 + i);
  }
  EXPECT_TRUE(ParseSchool(wire, "s").ok());
  wire.add_predecessors(200000);
  EXPECT_THAT(Fields(ParseSchool(wire, "s").status()), ElementsAre("s.predecessors"));
}

TEST(Hours, AreTheDefaultsWhereNotGiven) {
  EXPECT_EQ(*ParseHours({}, "hours"), SchoolHours());
  v1::SchoolHours wire;
  wire.set_bell("09:05");
  EXPECT_EQ(ParseHours(wire, "hours")->bell, absl::Hours(9) + absl::Minutes(5));
  EXPECT_EQ(ToWire(*ParseHours(wire, "hours")).bell(), "09:05");
  EXPECT_EQ(ToWire(SchoolHours()).window(), "07:30");
}

TEST(Hours, AreTimesOfDay) {
  for (const auto* text : {"24:00", "08:60", "8:45", "08.45", "0845", "08:45 ", "ab:cd", "-1:30"}) {
    v1::SchoolHours wire;
    wire.set_bell(text);
    EXPECT_THAT(Fields(ParseHours(wire, "hours").status()), ElementsAre("hours.bell")) << text;
  }
}

TEST(Hours, AreInOrder) {
  v1::SchoolHours wire;
  wire.set_window("08:45");
  EXPECT_THAT(Fields(ParseHours(wire, "hours").status()), ElementsAre("hours"));
  wire.set_window("08:44");
  EXPECT_TRUE(ParseHours(wire, "hours").ok());
  wire.set_closing("08:45");
  EXPECT_FALSE(ParseHours(wire, "hours").ok());
}

TEST(BankHolidays, NeedANationAndADate) {
  v1::BankHoliday wire;
  wire.set_nation(v1::NATION_ENGLAND);
  wire.set_date("2026-12-25");
  wire.set_title("Christmas Day");
  const auto holiday = ParseBankHoliday(wire, "holidays[0]");
  ASSERT_TRUE(holiday.ok());
  EXPECT_EQ(holiday->date, Date(2026, 12, 25));
  wire.set_date("2026-12-32");
  wire.clear_nation();
  EXPECT_THAT(Fields(ParseBankHoliday(wire, "holidays[0]").status()),
              ElementsAre("holidays[0].nation", "holidays[0].date"));
}

v1::Pupil Ada() {
  v1::Pupil wire;
  wire.set_local_id("A1");
  wire.set_given_names("Ada");
  wire.set_family_name("Byrne");
  wire.set_date_of_birth("2014-05-09");
  wire.set_upn("B801200005001");
  wire.set_preferred_given_name("Addy");
  wire.set_former_family_name("Okafor");
  wire.set_address("1 Wren Lane\nExampleton");
  wire.set_postcode("LS1 4AP");
  wire.set_enrolment(v1::ENROLMENT_SUBSIDIARY);
  wire.set_entry_date("2018-09-03");
  wire.set_leaving_date("2026-07-21");
  wire.set_is_protected(true);
  return wire;
}

TEST(Pupils, SurviveTheRoundTripWhole) {
  const auto pupil = ParsePupil(Ada(), "pupils[0]");
  ASSERT_TRUE(pupil.ok());
  EXPECT_EQ(ToWire(*pupil).SerializeAsString(), Ada().SerializeAsString());
  EXPECT_EQ(*ParsePupil(ToWire(*pupil), ""), *pupil);
}

TEST(Pupils, AreRefusedByAllTheirFaultyFields) {
  v1::Pupil wire;
  wire.set_enrolment(static_cast<v1::Enrolment>(9));
  wire.set_entry_date("2018-02-30");
  wire.set_postcode("LS1\n4AP");
  EXPECT_THAT(Fields(ParsePupil(wire, "pupils[1]").status()),
              ElementsAre("pupils[1].local_id", "pupils[1].given_names", "pupils[1].family_name",
                          "pupils[1].postcode", "pupils[1].date_of_birth", "pupils[1].entry_date",
                          "pupils[1].enrolment"));
  wire = Ada();
  wire.set_leaving_date("2018-09-02");
  EXPECT_THAT(Fields(ParsePupil(wire, "").status()), ElementsAre("leaving_date"));
}

TEST(Pupils, WithoutEnrolmentAreCurrentAndWithABadUpnHaveNone) {
  v1::Pupil wire = Ada();
  wire.clear_enrolment();
  wire.set_upn("B801200005002");
  const auto pupil = ParsePupil(wire, "");
  ASSERT_TRUE(pupil.ok());
  EXPECT_EQ(pupil->enrolment, v1::ENROLMENT_CURRENT);
  EXPECT_FALSE(pupil->upn.has_value());
}

TEST(Pupils, AreOnRollFromEntryToTheLastDay) {
  const auto pupil = ParsePupil(Ada(), "");
  EXPECT_FALSE(pupil->OnRoll(Date(2018, 9, 2)));
  EXPECT_TRUE(pupil->OnRoll(Date(2018, 9, 3)));
  EXPECT_TRUE(pupil->OnRoll(Date(2026, 7, 21)));
  EXPECT_FALSE(pupil->OnRoll(Date(2026, 7, 22)));
}

}  // namespace
}  // namespace firstbell::model
