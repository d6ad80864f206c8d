#include "adapters/calendar_csv/calendar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "broker/model/calendar_change.h"
#include "tests/unit/adapters/temp_file.h"

namespace firstbell::adapters::calendar_csv {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Outcome {
  base::Result<CalendarFile> file = CalendarFile();
  std::vector<Reject> rejects;

  std::vector<std::string> Places() const {
    std::vector<std::string> places;
    for (const Reject& r : rejects) places.push_back(std::to_string(r.line) + " " + r.field);
    return places;
  }
};

Outcome Read(std::string_view bytes) {
  const TempFile file(bytes);
  Outcome outcome;
  outcome.file = ReadCalendars(
      file.path(), {[&](const Reject& reject) { outcome.rejects.push_back(reject); }, {}});
  return outcome;
}

const std::string kHeader = "scope,kind,first,last,weekday,window,bell,closing\n";

// A nation, an authority of Wales, a trust, and a Saturday school with boarders.
const std::string kGolden = kHeader +
                            "England,term,2026-09-02,2026-12-18,,,,\n"
                            "100000,inset,2026-09-02,,,,,\n"
                            "England,term,2027-01-04,2027-03-25,,,,\n"
                            "England,half_term,2026-10-24,2026-11-01,,,,\n"
                            "660,closed,2026-09-07,2026-09-08,,,,\n"
                            "100000,weekdays,,,mon-sat,,,\n"
                            "100000,hours,,,,07:00,08:40,15:10\n"
                            "100000,hours,,,wed SATURDAY,,,12:30\n"
                            "100000,boarding,,,,,,\n"
                            "100000,open,2026-11-01,,,,,\n"
                            "100000,no_closed,,,,,,\n"
                            "Trust:2044,inset,2026-10-23,,,,,\n";

TEST(CalendarCsv, GathersWhatEachScopeSays) {
  const Outcome read = Read(kGolden);
  ASSERT_TRUE(read.file.ok()) << read.file.status();
  EXPECT_THAT(read.rejects, IsEmpty());
  EXPECT_EQ(read.file->totals.rows, 12u);
  ASSERT_EQ(read.file->calendars.size(), 4u);
  const v1::CalendarChange& england = read.file->calendars[0].change;
  EXPECT_EQ(england.nation(), v1::NATION_ENGLAND);
  EXPECT_EQ(england.year().terms_size(), 2);
  EXPECT_EQ(england.year().half_terms(0).last(), "2026-11-01");
  const v1::CalendarChange& school = read.file->calendars[1].change;
  EXPECT_EQ(school.urn(), 100000u);
  EXPECT_EQ(school.year().inset(0).last(), "");
  EXPECT_EQ(school.year().weekdays_size(), 6);
  EXPECT_EQ(school.year().boarding(), v1::BOARDING_YES);
  EXPECT_THAT(school.cleared(), ElementsAre(v1::CALENDAR_FIELD_CLOSED));
  ASSERT_EQ(school.year().hours_size(), 7);
  EXPECT_EQ(school.year().hours(1).hours().closing(), "15:10");
  EXPECT_EQ(school.year().hours(2).hours().closing(), "12:30");
  EXPECT_EQ(school.year().hours(5).hours().bell(), "08:40");
  EXPECT_EQ(read.file->calendars[2].change.local_authority_code(), "660");
  EXPECT_EQ(read.file->calendars[3].change.trust_code(), "2044");
}

TEST(CalendarCsv, WhatItGivesPassesTheBrokersOwnCheck) {
  const Outcome read = Read(kGolden);
  ASSERT_TRUE(read.file.ok());
  for (const Calendar& calendar : read.file->calendars) {
    const auto change = model::ParseCalendarChange(calendar.change, "");
    EXPECT_TRUE(change.ok()) << change.status();
  }
}

TEST(CalendarCsv, KnowsTheLineOfEveryEntry) {
  const Outcome read = Read(kGolden);
  ASSERT_TRUE(read.file.ok());
  const Calendar& england = read.file->calendars[0];
  EXPECT_EQ(england.LineOf("year.terms[1].last"), 4u);
  EXPECT_EQ(england.LineOf("year.terms"), 4u);
  EXPECT_EQ(england.LineOf("nation"), 2u);
  EXPECT_EQ(read.file->calendars[1].LineOf("year.hours[2].hours"), 9u);
}

TEST(CalendarCsv, RejectsEachFaultyFieldByLineAndField) {
  const Outcome read = Read(kHeader +
                            "Kent,term,2026-09-02,,,,,\n"
                            "100000,holiday,2026-09-02,,,,,\n"
                            "100000,term,02/09/2026,2026-02-30,,,,\n"
                            "100000,term,2026-12-18,2026-09-02,,,,\n"
                            "100000,inset,,,,,,\n"
                            "100000,hours,,,,,,\n"
                            "100000,hours,,,fri-mon,7:30,25:00,\n"
                            "100000,weekdays,,,,,,\n"
                            "100000,closed,2026-09-02,,mon,,08:00,\n"
                            "100000,boarding,2026-09-02,,,,,\n"
                            ",term,2026-09-02,,,,,\n"
                            "trust:,term,2026-09-02,,,,,\n"
                            "trust:20x4,term,2026-09-02,,,,,\n"
                            "trust:123456789,term,2026-09-02,,,,,\n");
  ASSERT_TRUE(read.file.ok()) << read.file.status();
  EXPECT_THAT(read.Places(),
              ElementsAre("2 scope", "3 kind", "4 first", "4 last", "5 last", "6 first", "7 bell",
                          "8 weekday", "8 window", "8 bell", "9 weekday", "10 weekday", "10 window",
                          "11 first", "12 scope", "13 scope", "14 scope", "15 scope"));
  EXPECT_EQ(read.file->totals.rejected, 14u);
  ASSERT_EQ(read.file->calendars.size(), 1u);
  EXPECT_EQ(read.file->calendars[0].rejected, 9u) << "marked: it must not be used";
  EXPECT_EQ(read.rejects[1].urn, "100000");
}

TEST(CalendarCsv, RowsThatContradictEachOtherAreRejected) {
  const Outcome read = Read(kHeader +
                            "100000,hours,,,mon-wed,,08:40,\n"
                            "100000,hours,,,wed,,09:40,\n"
                            "100000,hours,,,,07:00,,\n"
                            "100000,hours,,,,07:30,,\n"
                            "100000,boarding,,,,,,\n"
                            "100000,day_school,,,,,,\n"
                            "100000,closed,2026-09-02,,,,,\n"
                            "100000,no_closed,,,,,,\n"
                            "100000,no_term,,,,,,\n"
                            "100000,term,2026-09-02,2026-12-18,,,,\n");
  ASSERT_TRUE(read.file.ok());
  EXPECT_THAT(read.Places(), ElementsAre("3 weekday", "5 weekday", "7 kind", "9 kind", "11 kind"));
  EXPECT_THAT(read.rejects[0].reason, HasSubstr("line 2"));
}

TEST(CalendarCsv, AHolidayContactIsTheRoleOfOneSchoolsPerson) {
  const std::string header = "scope,kind,role\n";
  const Outcome read = Read(header + "100000,holiday_contact,Deputy\n100001,no_holiday_contact,\n");
  ASSERT_TRUE(read.file.ok()) << read.file.status();
  EXPECT_THAT(read.rejects, IsEmpty());
  EXPECT_EQ(read.file->calendars[0].change.year().holiday_contact(), v1::RECIPIENT_ROLE_DEPUTY);
  EXPECT_THAT(read.file->calendars[1].change.cleared(),
              ElementsAre(v1::CALENDAR_FIELD_HOLIDAY_CONTACT));
  EXPECT_THAT(Read(header + "886,holiday_contact,lead\n"
                            "100000,holiday_contact,\n"
                            "100000,holiday_contact,device\n"
                            "100000,boarding,lead\n"
                            "100000,holiday_contact,lead\n"
                            "100000,holiday_contact,head\n"
                            "100000,no_holiday_contact,\n")
                  .Places(),
              ElementsAre("2 scope", "3 role", "4 role", "5 role", "7 role", "8 kind"));
}

TEST(CalendarCsv, AFileIsReadByItsHeader) {
  EXPECT_TRUE(Read("KIND,scope\nboarding,100000\n").file.ok());
  EXPECT_THAT(std::string(base::Message(Read("scope,first\n").file.status())),
              HasSubstr("'kind' is missing"));
  EXPECT_THAT(std::string(base::Message(Read("scope,kind,colour\n").file.status())),
              HasSubstr("'colour' is unknown"));
  EXPECT_FALSE(Read(kHeader + "100000,term,\"2026-09-02").file.ok()) << "cut off";
}

}  // namespace
}  // namespace firstbell::adapters::calendar_csv
