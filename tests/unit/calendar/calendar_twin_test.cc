// The slow obvious twin: it walks the minutes, asking the zone only what the clock on the wall
// says.

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <optional>
#include <random>
#include <set>

#include "broker/base/clock.h"
#include "broker/calendar/calendar.h"

namespace firstbell::calendar {
namespace {

using model::Date;

constexpr auto kNation = v1::NATION_ENGLAND;

absl::TimeZone London() {
  return *base::LondonTimeZone();
}

// Christmas, New Year and the first Monday in May, each on its very day: on a weekday it closes.
std::vector<model::BankHoliday> Constructed() {
  std::vector<model::BankHoliday> holidays;
  for (int year = 2010; year <= 2045; ++year) {
    Date may(year, 5, 1);
    while (absl::GetWeekday(may) != absl::Weekday::monday) ++may;
    for (const Date day : {Date(year, 1, 1), Date(year, 12, 25), Date(year, 12, 26), may}) {
      holidays.push_back({kNation, day, ""});
    }
  }
  return holidays;
}

class Twin {
 public:
  explicit Twin(absl::TimeZone zone) : zone_(zone) {
    for (const auto& holiday : Constructed()) closed_.insert(holiday.date);
  }

  bool Open(Date day) const {
    const auto weekday = absl::GetWeekday(day);
    return weekday != absl::Weekday::saturday && weekday != absl::Weekday::sunday &&
           closed_.count(day) == 0;
  }

  // The first minute of `day` at which the wall shows `time` or later: by that the gap and the fold
  // need no rule of their own. No clock change is longer than the three hours that it starts
  // before.
  absl::Time Reach(Date day, absl::Duration time) const {
    absl::Time minute = absl::FromCivil(day, zone_) + time - absl::Hours(3);
    while (!Shows(minute, day, time)) minute += absl::Minutes(1);
    return minute;
  }

  Timing Plan(const model::SchoolHours& hours, absl::Time now) const {
    Date day = absl::ToCivilDay(now, zone_);
    if (Open(day)) {
      const absl::Time closing = Reach(day, hours.closing);
      if (now >= Reach(day, hours.window) && now < closing) {
        absl::Time deadline = now + absl::Hours(1);
        if (deadline > closing - absl::Minutes(30)) deadline = closing - absl::Minutes(30);
        if (deadline < now) deadline = now;
        return {now, deadline};
      }
      if (now >= closing) ++day;
    }
    while (!Open(day)) ++day;
    return {Reach(day, hours.window), Reach(day, hours.bell)};
  }

 private:
  bool Shows(absl::Time minute, Date day, absl::Duration time) const {
    const absl::CivilMinute wall = absl::ToCivilMinute(minute, zone_);
    return wall >= absl::CivilMinute(day) + absl::ToInt64Minutes(time);
  }

  absl::TimeZone zone_;
  std::set<Date> closed_;
};

Calendar Real(absl::TimeZone zone) {
  return Calendar(zone, Holidays(Constructed()));
}

TEST(CalendarTwin, ThirtyYearsOfDays) {
  const Twin twin(London());
  const Calendar real = Real(London());
  for (Date day(2012, 1, 1); day.year() < 2042; ++day) {
    ASSERT_EQ(real.IsSchoolDay(Plain(kNation), day), twin.Open(day)) << day;
    Date next = day;
    while (!twin.Open(next)) ++next;
    ASSERT_EQ(real.NextSchoolDay(Plain(kNation), day), next) << day;
  }
}

// One moment of each day, another each day, so that every part of a day and of the year is met.
TEST(CalendarTwin, ThirtyYearsOfIncidents) {
  const Twin twin(London());
  const Calendar real = Real(London());
  std::mt19937 random(20260207);
  std::uniform_int_distribution<int> second(0, 86'399);
  for (Date day(2012, 1, 1); day.year() < 2042; ++day) {
    const absl::Time now = absl::FromCivil(absl::CivilSecond(day) + second(random), London());
    ASSERT_EQ(real.Plan(Plain(kNation), now, {}), twin.Plan({}, now)) << now;
  }
}

TEST(CalendarTwin, EveryMinuteOfTheTwoNights) {
  const Twin twin(London());
  const Calendar real = Real(London());
  for (const Date sunday : {Date(2026, 3, 29), Date(2026, 10, 25), Date(2027, 3, 28)}) {
    for (int minute = 0; minute < 24 * 60; ++minute) {
      const absl::Duration time = absl::Minutes(minute);
      ASSERT_EQ(real.At(sunday, time), twin.Reach(sunday, time)) << sunday << " " << time;
    }
  }
}

// In a zone whose clocks change at midnight on a Friday, school hours themselves meet gap and fold.
TEST(CalendarTwin, AnyHoursInAZoneThatChangesOnSchoolDays) {
  absl::TimeZone cairo;
  ASSERT_TRUE(absl::LoadTimeZone("Africa/Cairo", &cairo));
  const Twin twin(cairo);
  const Calendar real = Real(cairo);
  const bool holds = rc::check([&] {
    const int window = *rc::gen::inRange(0, 120);
    const int bell = *rc::gen::inRange(window + 1, 600);
    const int closing = *rc::gen::inRange(bell + 1, 24 * 60);
    const model::SchoolHours hours{absl::Minutes(window), absl::Minutes(bell),
                                   absl::Minutes(closing)};
    // The clocks went forward on Friday 24 April 2026 and go back on Friday 30 October 2026.
    const Date start = *rc::gen::element(Date(2026, 4, 22), Date(2026, 10, 28));
    const absl::Time now =
        absl::FromCivil(start, cairo) + absl::Seconds(*rc::gen::inRange(0, 4 * 86'400));
    const Timing timing = real.Plan(Plain(kNation, hours), now, {});
    RC_ASSERT(timing == twin.Plan(hours, now));
    RC_ASSERT(now <= timing.show_from && timing.show_from <= timing.deadline);
    const Timing urgent = real.Plan(Plain(kNation, hours), now, {.urgent = true});
    RC_ASSERT(urgent.show_from == now && urgent.deadline >= now);
    RC_ASSERT(urgent.deadline <= timing.deadline && urgent.deadline <= now + absl::Hours(1));
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace firstbell::calendar
