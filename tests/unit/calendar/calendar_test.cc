// Named mornings: what a school is shown when, in dates that a person can look up.

#include "broker/calendar/calendar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/clock.h"

namespace firstbell::calendar {
namespace {

using model::Date;

constexpr Urgency kOrdinary{.urgent = false};
constexpr Urgency kUrgent{.urgent = true};

absl::TimeZone London() {
  return *base::LondonTimeZone();
}

absl::Time At(const char* london) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime("%Y-%m-%d %H:%M:%S", london, London(), &time, &error)) << london;
  return time;
}

absl::Time Utc(const char* utc) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime("%Y-%m-%d %H:%M:%S", utc, &time, &error)) << utc;
  return time;
}

Calendar Easter2026() {
  const model::BankHoliday holidays[] = {
      {v1::NATION_ENGLAND, Date(2026, 4, 3), "Good Friday"},
      {v1::NATION_ENGLAND, Date(2026, 4, 6), "Easter Monday"},
      {v1::NATION_WALES, Date(2026, 4, 3), "Good Friday"},
      {v1::NATION_WALES, Date(2026, 4, 6), "Easter Monday"},
      {v1::NATION_SCOTLAND, Date(2026, 4, 3), "Good Friday"},
      {v1::NATION_SCOTLAND, Date(2026, 11, 30), "St Andrew's Day"},
  };
  return Calendar(London(), Holidays(holidays));
}

struct Morning {
  const char* name;
  const char* now;
  const char* show_from;
  const char* deadline;
  Urgency urgency = kOrdinary;
  v1::Nation nation = v1::NATION_ENGLAND;
  model::SchoolHours hours = {};
};

const Morning kMornings[] = {
    {"at night: next morning", "2026-02-03 02:10:00", "2026-02-03 07:30:00", "2026-02-03 08:45:00"},
    {"evening: tomorrow", "2026-02-03 21:00:00", "2026-02-04 07:30:00", "2026-02-04 08:45:00"},
    {"Friday evening: Monday", "2026-02-06 22:00:00", "2026-02-09 07:30:00", "2026-02-09 08:45:00"},
    {"Saturday: Monday", "2026-02-07 10:00:00", "2026-02-09 07:30:00", "2026-02-09 08:45:00"},
    {"before Easter: Tuesday after", "2026-04-02 16:00:00", "2026-04-07 07:30:00",
     "2026-04-07 08:45:00"},
    {"on Good Friday: Tuesday after", "2026-04-03 09:00:00", "2026-04-07 07:30:00",
     "2026-04-07 08:45:00"},
    {"a holiday of Scotland alone is a school day in England", "2026-11-30 02:00:00",
     "2026-11-30 07:30:00", "2026-11-30 08:45:00"},
    {"and none in Scotland", "2026-11-30 02:00:00", "2026-12-01 07:30:00", "2026-12-01 08:45:00",
     kOrdinary, v1::NATION_SCOTLAND},
    {"Easter Monday is a school day in Scotland", "2026-04-06 02:00:00", "2026-04-06 07:30:00",
     "2026-04-06 08:45:00", kOrdinary, v1::NATION_SCOTLAND},
    {"a second before the window", "2026-02-03 07:29:59", "2026-02-03 07:30:00",
     "2026-02-03 08:45:00"},
    {"at the window: at once", "2026-02-03 07:30:00", "2026-02-03 07:30:00", "2026-02-03 08:30:00"},
    {"late morning: an hour", "2026-02-03 11:00:00", "2026-02-03 11:00:00", "2026-02-03 12:00:00"},
    {"14:00: an hour is half an hour before closing", "2026-02-03 14:00:00", "2026-02-03 14:00:00",
     "2026-02-03 15:00:00"},
    {"14:20: half an hour before closing", "2026-02-03 14:20:00", "2026-02-03 14:20:00",
     "2026-02-03 15:00:00"},
    {"15:10: never before it came", "2026-02-03 15:10:00", "2026-02-03 15:10:00",
     "2026-02-03 15:10:00"},
    {"the last second", "2026-02-03 15:29:59", "2026-02-03 15:29:59", "2026-02-03 15:29:59"},
    {"at closing: tomorrow", "2026-02-03 15:30:00", "2026-02-04 07:30:00", "2026-02-04 08:45:00"},
    {"urgent at night: at once", "2026-02-03 02:10:00", "2026-02-03 02:10:00",
     "2026-02-03 03:10:00", kUrgent},
    {"urgent on a Saturday", "2026-02-07 23:30:00", "2026-02-07 23:30:00", "2026-02-08 00:30:00",
     kUrgent},
    {"urgent by day is as by day", "2026-02-03 14:20:00", "2026-02-03 14:20:00",
     "2026-02-03 15:00:00", kUrgent},
    {"urgent just before an early bell: the bell",
     "2026-02-03 07:20:00",
     "2026-02-03 07:20:00",
     "2026-02-03 08:00:00",
     kUrgent,
     v1::NATION_ENGLAND,
     {.bell = absl::Hours(8)}},
    {"hours of its own",
     "2026-02-03 02:00:00",
     "2026-02-03 07:00:00",
     "2026-02-03 09:10:00",
     kOrdinary,
     v1::NATION_ENGLAND,
     {.window = absl::Hours(7), .bell = absl::Hours(9) + absl::Minutes(10)}},
    {"the Monday after the clocks went forward", "2026-03-29 03:00:00", "2026-03-30 07:30:00",
     "2026-03-30 08:45:00"},
    {"the Monday after the clocks went back", "2026-10-25 12:00:00", "2026-10-26 07:30:00",
     "2026-10-26 08:45:00"},
};

TEST(Mornings, AreTimed) {
  const Calendar calendar = Easter2026();
  for (const Morning& m : kMornings) {
    const Timing timing = calendar.Plan(Plain(m.nation, m.hours), At(m.now), m.urgency);
    EXPECT_EQ(timing.show_from, At(m.show_from)) << m.name;
    EXPECT_EQ(timing.deadline, At(m.deadline)) << m.name;
  }
}

// The two nights by UTC, so that the zone data is not checked against itself.
TEST(ClockChanges, MondaysWindowMovesByTheHour) {
  const Calendar calendar = Easter2026();
  const auto window = [&](const char* utc) {
    return calendar.Plan(Plain(v1::NATION_ENGLAND), Utc(utc), kOrdinary).show_from;
  };
  EXPECT_EQ(window("2026-03-27 23:00:00"), Utc("2026-03-30 06:30:00"));
  EXPECT_EQ(window("2026-10-23 23:00:00"), Utc("2026-10-26 07:30:00"));
}

TEST(ClockChanges, ATimeInTheGapIsTheFirstInstantAfterIt) {
  const Calendar calendar = Easter2026();
  const Date gap(2026, 3, 29);
  EXPECT_EQ(calendar.At(gap, absl::Minutes(59)), Utc("2026-03-29 00:59:00"));
  EXPECT_EQ(calendar.At(gap, absl::Minutes(60)), Utc("2026-03-29 01:00:00"));
  EXPECT_EQ(calendar.At(gap, absl::Minutes(90)), Utc("2026-03-29 01:00:00"));
  EXPECT_EQ(calendar.At(gap, absl::Minutes(120)), Utc("2026-03-29 01:00:00"));
  EXPECT_EQ(calendar.At(gap, absl::Minutes(121)), Utc("2026-03-29 01:01:00"));
}

TEST(ClockChanges, ATimeThatOccursTwiceIsTheFirst) {
  const Calendar calendar = Easter2026();
  const Date fold(2026, 10, 25);
  EXPECT_EQ(calendar.At(fold, absl::Minutes(59)), Utc("2026-10-24 23:59:00"));
  EXPECT_EQ(calendar.At(fold, absl::Minutes(90)), Utc("2026-10-25 00:30:00"));
  EXPECT_EQ(calendar.At(fold, absl::Minutes(120)), Utc("2026-10-25 02:00:00"));
}

TEST(ClockChanges, TheDateIsLondons) {
  const Calendar calendar = Easter2026();
  EXPECT_EQ(calendar.LocalDate(Utc("2026-06-30 23:30:00")), Date(2026, 7, 1));
  EXPECT_EQ(calendar.LocalDate(Utc("2026-01-31 23:30:00")), Date(2026, 1, 31));
}

TEST(HolidaysTest, KnowHowFarTheyReach) {
  const Calendar none(London(), Holidays());
  EXPECT_TRUE(none.IsSchoolDay(Plain(v1::NATION_ENGLAND), Date(2026, 12, 25)))
      << "unknown errs to earlier";
  const model::BankHoliday list[] = {{v1::NATION_WALES, Date(2027, 5, 3), ""},
                                     {v1::NATION_WALES, Date(2026, 5, 4), ""},
                                     {v1::NATION_NORTHERN_IRELAND, Date(2026, 3, 17), ""}};
  const Holidays holidays(list);
  EXPECT_EQ(holidays.Until(v1::NATION_WALES), Date(2027, 5, 3));
  EXPECT_EQ(holidays.Until(v1::NATION_NORTHERN_IRELAND), Date(2026, 3, 17));
  EXPECT_EQ(holidays.Until(v1::NATION_ENGLAND), std::nullopt);
  EXPECT_EQ(holidays.Until(v1::NATION_SCOTLAND), std::nullopt);
  EXPECT_EQ(Holidays().Until(v1::NATION_ENGLAND), std::nullopt);
}

TEST(HolidaysTest, AListThatClosesEverythingIsNotBelieved) {
  std::vector<model::BankHoliday> all;
  for (Date day(2026, 1, 1); day.year() == 2026; ++day) {
    all.push_back({v1::NATION_ENGLAND, day, ""});
  }
  const Calendar calendar(London(), Holidays(all));
  EXPECT_EQ(calendar.NextSchoolDay(Plain(v1::NATION_ENGLAND), Date(2026, 2, 7)), Date(2026, 2, 9));
  EXPECT_EQ(calendar.NextSchoolDay(Plain(v1::NATION_ENGLAND), Date(2026, 12, 20)),
            Date(2027, 1, 1));
}

}  // namespace
}  // namespace firstbell::calendar
