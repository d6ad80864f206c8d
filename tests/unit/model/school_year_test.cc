// What a layer of a calendar says, as it comes over the wire.

#include "broker/model/school_year.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/limits.h"
#include "broker/model/calendar_change.h"
#include "broker/model/violations.h"

namespace firstbell::model {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> Fields(const base::Status& status) {
  std::vector<std::string> fields;
  const auto request = BadRequestOf(status);
  for (const auto& violation : request.field_violations()) fields.push_back(violation.field());
  return fields;
}

void Add(google::protobuf::RepeatedPtrField<v1::DateRange>* ranges, std::string_view first,
         std::string_view last) {
  v1::DateRange& range = *ranges->Add();
  range.set_first(std::string(first));
  range.set_last(std::string(last));
}

void AddHours(v1::SchoolYear& wire, v1::Weekday weekday, std::string_view window,
              std::string_view bell, std::string_view closing) {
  v1::WeekdayHours& hours = *wire.add_hours();
  hours.set_weekday(weekday);
  hours.mutable_hours()->set_window(std::string(window));
  hours.mutable_hours()->set_bell(std::string(bell));
  hours.mutable_hours()->set_closing(std::string(closing));
}

v1::SchoolYear Whole() {
  v1::SchoolYear wire;
  Add(wire.mutable_terms(), "2025-09-02", "2025-12-19");
  Add(wire.mutable_terms(), "2026-01-05", "2026-03-27");
  Add(wire.mutable_half_terms(), "2026-02-14", "2026-02-22");
  Add(wire.mutable_inset(), "2025-09-02", "2025-09-02");
  Add(wire.mutable_closed(), "2026-01-08", "2026-01-09");
  Add(wire.mutable_open(), "2026-03-07", "2026-03-07");
  wire.add_weekdays(v1::WEEKDAY_MONDAY);
  wire.add_weekdays(v1::WEEKDAY_SATURDAY);
  AddHours(wire, v1::WEEKDAY_MONDAY, "06:00", "08:45", "15:30");
  AddHours(wire, v1::WEEKDAY_SUNDAY, "", "09:00", "");
  wire.set_boarding(v1::BOARDING_NONE);
  wire.set_holiday_contact(v1::RECIPIENT_ROLE_DEPUTY);
  return wire;
}

TEST(SchoolYears, SurviveTheRoundTripWhole) {
  const auto year = ParseSchoolYear(Whole(), "");
  ASSERT_TRUE(year.ok()) << year.status();
  EXPECT_EQ(ToWire(*year).SerializeAsString(), Whole().SerializeAsString());
  EXPECT_TRUE(year->weekdays.Contains(absl::Weekday::saturday));
  EXPECT_FALSE(year->weekdays.Contains(absl::Weekday::sunday));
  EXPECT_EQ(year->hours[6].bell, absl::Hours(9));
  EXPECT_EQ(year->boarding, false);
  EXPECT_EQ(year->holiday_contact, v1::RECIPIENT_ROLE_DEPUTY);
  EXPECT_EQ(ParseSchoolYear({}, "").value(), SchoolYear());
}

TEST(SchoolYears, ListsAreInOrderAndEachRangeStandsOnce) {
  v1::SchoolYear wire;
  Add(wire.mutable_inset(), "2026-06-01", "");
  Add(wire.mutable_inset(), "2026-01-05", "2026-01-06");
  Add(wire.mutable_inset(), "2026-06-01", "2026-06-01");
  const auto year = ParseSchoolYear(wire, "");
  ASSERT_TRUE(year.ok());
  EXPECT_THAT(year->inset, ElementsAre(DateRange{Date(2026, 1, 5), Date(2026, 1, 6)},
                                       DateRange{Date(2026, 6, 1), Date(2026, 6, 1)}));
  EXPECT_TRUE(Contains(year->inset, Date(2026, 1, 6)));
  EXPECT_FALSE(Contains(year->inset, Date(2026, 1, 7)));
}

TEST(SchoolYears, AreRefusedByAllTheirFaultyFields) {
  v1::SchoolYear wire;
  Add(wire.mutable_terms(), "2026-02-30", "");
  Add(wire.mutable_terms(), "2026-02-01", "01/03/2026");
  Add(wire.mutable_half_terms(), "2026-02-20", "2026-02-16");
  Add(wire.mutable_half_terms(), "2026-02-16", "2026-03-20");
  Add(wire.mutable_closed(), "2026-01-01", "2026-12-31");
  wire.add_weekdays(static_cast<v1::Weekday>(8));
  AddHours(wire, v1::WEEKDAY_UNSPECIFIED, "", "", "");
  AddHours(wire, v1::WEEKDAY_FRIDAY, "7:30", "", "");
  wire.set_boarding(static_cast<v1::Boarding>(7));
  EXPECT_THAT(Fields(ParseSchoolYear(wire, "year").status()),
              ElementsAre("year.terms[0].first", "year.terms[1].last", "year.half_terms[0].last",
                          "year.half_terms[1]", "year.closed[0]", "year.weekdays[0]",
                          "year.hours[0].weekday", "year.hours[1].hours.window", "year.boarding"));
}

TEST(SchoolYears, TermsThatOverlapAreNamedByTheirDates) {
  v1::SchoolYear wire;
  Add(wire.mutable_terms(), "2026-04-13", "2026-07-21");
  Add(wire.mutable_terms(), "2026-01-05", "2026-04-13");
  const auto year = ParseSchoolYear(wire, "");
  EXPECT_THAT(Fields(year.status()), ElementsAre("terms"));
  EXPECT_THAT(std::string(base::Message(year.status())), HasSubstr("2026-04-13"));
}

TEST(SchoolYears, AClosingPastMidnightIsRefused) {
  for (const char* closing : {"00:30", "24:00", "24:30", "08:45"}) {
    v1::SchoolYear wire;
    AddHours(wire, v1::WEEKDAY_MONDAY, "", "08:45", closing);
    EXPECT_FALSE(ParseSchoolYear(wire, "").ok()) << closing;
  }
  v1::SchoolYear twice;
  AddHours(twice, v1::WEEKDAY_MONDAY, "06:00", "", "");
  AddHours(twice, v1::WEEKDAY_MONDAY, "07:00", "", "");
  EXPECT_THAT(Fields(ParseSchoolYear(twice, "").status()), ElementsAre("hours[1].weekday"));
}

TEST(SchoolYears, AHolidayContactIsAPersonOfOneSchool) {
  for (const auto role : {v1::RECIPIENT_ROLE_DEVICE, static_cast<v1::RecipientRole>(9)}) {
    v1::SchoolYear wire;
    wire.set_holiday_contact(role);
    EXPECT_THAT(Fields(ParseSchoolYear(wire, "").status()), ElementsAre("holiday_contact"));
  }
  v1::CalendarChange change;
  change.mutable_year()->set_holiday_contact(v1::RECIPIENT_ROLE_HEAD);
  change.set_urn(100000);
  const auto of_school = ParseCalendarChange(change, "");
  ASSERT_TRUE(of_school.ok()) << of_school.status();
  EXPECT_EQ(Apply(*of_school, {}).holiday_contact, v1::RECIPIENT_ROLE_HEAD);
  change.set_trust_code("2044");
  EXPECT_THAT(Fields(ParseCalendarChange(change, "c").status()),
              ElementsAre("c.year.holiday_contact"));
  CalendarChange cleared{base::Urn(100000), {}, {v1::CALENDAR_FIELD_HOLIDAY_CONTACT}};
  EXPECT_EQ(Apply(cleared, Apply(*of_school, {})).holiday_contact, std::nullopt);
}

TEST(SchoolYears, HaveAtMostSoManyRangesOfAKind) {
  v1::SchoolYear wire;
  Date day(2026, 1, 1);
  for (std::size_t i = 0; i < limits::kDateRanges; ++i) {
    Add(wire.mutable_closed(), FormatDate(day++), "");
  }
  EXPECT_TRUE(ParseSchoolYear(wire, "").ok());
  Add(wire.mutable_closed(), FormatDate(day), "");
  EXPECT_THAT(Fields(ParseSchoolYear(wire, "").status()), ElementsAre("closed"));
}

}  // namespace
}  // namespace firstbell::model
