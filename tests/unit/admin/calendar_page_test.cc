// A school's month as an operator sees it.

#include "clients/admin/calendar_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_split.h"

namespace firstbell::admin {
namespace {

using model::Date;
using testing::HasSubstr;
using testing::Not;

v1::GetCalendarResponse March() {
  v1::GetCalendarResponse answer;
  answer.set_urn(100000);
  answer.set_name("Wren Lane Primary");
  answer.set_today("2026-03-04");
  for (Date day(2026, 3, 1); day.month() == 3; ++day) {
    v1::CalendarDay& item = *answer.add_days();
    item.set_date(model::FormatDate(day));
    const auto weekday = absl::GetWeekday(day);
    const bool weekend = weekday == absl::Weekday::saturday || weekday == absl::Weekday::sunday;
    item.set_kind(weekend ? v1::CALENDAR_DAY_KIND_WEEKEND : v1::CALENDAR_DAY_KIND_SCHOOL);
  }
  answer.mutable_days(6)->set_kind(v1::CALENDAR_DAY_KIND_OPEN);
  answer.mutable_days(8)->set_kind(v1::CALENDAR_DAY_KIND_INSET);
  answer.mutable_days(29)->set_kind(v1::CALENDAR_DAY_KIND_HOLIDAY);
  answer.mutable_days(30)->set_kind(v1::CALENDAR_DAY_KIND_HOLIDAY);
  for (int day = 1; day <= 7; ++day) {
    v1::WeekdayHours& hours = *answer.add_hours();
    hours.set_weekday(static_cast<v1::Weekday>(day));
    hours.mutable_hours()->set_window("07:30");
    hours.mutable_hours()->set_bell("08:45");
    hours.mutable_hours()->set_closing(day == 5 ? "13:00" : "15:30");
  }
  return answer;
}

TEST(CalendarPage, DrawsAMonth) {
  EXPECT_EQ(DrawMonth(March()),
            "URN 100000 Wren Lane Primary\n"
            "March 2026\n"
            "\n"
            "   Mon        Tue        Wed        Thu        Fri        Sat        Sun\n"
            "                                                                    1 -\n"
            "  2 school   3 school * 4 school   5 school   6 school   7 extra    8 -\n"
            "  9 INSET   10 school  11 school  12 school  13 school  14 -       15 -\n"
            " 16 school  17 school  18 school  19 school  20 school  21 -       22 -\n"
            " 23 school  24 school  25 school  26 school  27 school  28 -       29 -\n"
            " 30 holiday 31 holiday\n"
            "\n"
            "           extra: a school day although it would be none; -: no school on this\n"
            "           weekday; INSET: staff alone; *: today\n"
            "Hours      Mon-Thu window 07:30, bell 08:45, closing 15:30\n"
            "           Fri window 07:30, bell 08:45, closing 13:00\n"
            "           Sat-Sun window 07:30, bell 08:45, closing 15:30\n");
}

TEST(CalendarPage, FitsEightyColumnsWhateverItHasToSay) {
  v1::GetCalendarResponse answer = March();
  answer.set_name(
      "The Blessed Saints of Examplebury and Larchwood-upon-Water Church of England Voluntary "
      "Controlled Primary School and Nursery");
  answer.set_boarding(true);
  answer.mutable_own()->set_holiday_contact(v1::RECIPIENT_ROLE_DEPUTY);
  for (int i = 0; i < 31; ++i) {
    answer.mutable_days(i)->set_kind(static_cast<v1::CalendarDayKind>(1 + i % 9));
  }
  for (int problem = 0; problem <= v1::CalendarProblem_MAX + 1; ++problem) {
    v1::CalendarFinding& finding = *answer.add_findings();
    finding.set_problem(static_cast<v1::CalendarProblem>(problem));
    finding.set_first("2026-03-27");
    finding.set_last("2026-08-23");
  }
  const std::string page = DrawMonth(answer);
  for (const auto& line : absl::StrSplit(page, '\n')) {
    EXPECT_LE(line.size(), 80u) << std::string(line);
  }
  EXPECT_THAT(page, HasSubstr("Boarding"));
  EXPECT_THAT(page, HasSubstr("Holidays   the deputy is to be told"));
  EXPECT_THAT(page, HasSubstr("no term is known after 2026-03-27"));
  EXPECT_THAT(page, HasSubstr("bank:"));
  EXPECT_THAT(DrawMonth(March()), Not(HasSubstr("bank")));
}

TEST(CalendarPage, AMonthIsOne) {
  EXPECT_EQ(ParseMonth("2026-02").value().last, Date(2026, 2, 28));
  EXPECT_EQ(ParseMonth("2028-02").value().last, Date(2028, 2, 29));
  EXPECT_EQ(ParseMonth("2026-12").value().last, Date(2026, 12, 31));
  for (const char* text : {"", "2026", "2026-13", "2026-3", "2026-03-01", "march", "26-03-0"}) {
    EXPECT_FALSE(ParseMonth(text).ok()) << text;
  }
}

}  // namespace
}  // namespace firstbell::admin
