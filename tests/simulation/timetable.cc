#include "tests/simulation/timetable.h"

#include <algorithm>

#include "broker/base/clock.h"

namespace firstbell::simulation {
namespace {

absl::TimeZone London() {
  static const absl::TimeZone zone = *base::LondonTimeZone();
  return zone;
}

bool Within(const std::vector<Span>& spans, Day day) {
  return std::any_of(spans.begin(), spans.end(),
                     [&](const Span& span) { return span.first <= day && day <= span.second; });
}

bool IsWeekend(Day day) {
  const absl::Weekday weekday = absl::GetWeekday(day);
  return weekday == absl::Weekday::saturday || weekday == absl::Weekday::sunday;
}

// The first such weekday on or after `day`.
Day First(absl::Weekday weekday, Day day) {
  while (absl::GetWeekday(day) != weekday) ++day;
  return day;
}

// Easter Sunday (the anonymous Gregorian computus).
Day Easter(int year) {
  const int a = year % 19, b = year / 100, c = year % 100, d = b / 4, e = b % 4;
  const int f = (b + 8) / 25, g = (b - f + 1) / 3, h = (19 * a + b - d - g + 15) % 30;
  const int i = c / 4, k = c % 4, l = (32 + 2 * e + 2 * i - h - k) % 7;
  const int m = (a + 11 * h + 22 * l) / 451, n = h + l - 7 * m + 114;
  return Day(year, n / 31, n % 31 + 1);
}

}  // namespace

bool IsSchoolDay(const Timetable& timetable, Day day) {
  if (timetable.open.contains(day)) return true;
  if (IsWeekend(day) || timetable.bank_holidays.contains(day)) return false;
  if (timetable.inset.contains(day) || timetable.closed.contains(day)) return false;
  return Within(timetable.terms, day) && !Within(timetable.half_terms, day);
}

Day SchoolDayFrom(const Timetable& timetable, Day day) {
  while (!IsSchoolDay(timetable, day)) ++day;
  return day;
}

absl::Time At(Day day, int minute) {
  const absl::CivilSecond local(day.year(), day.month(), day.day(), minute / 60, minute % 60);
  return absl::FromCivil(local, London());
}

Day DayOf(absl::Time time) {
  return absl::ToCivilDay(time, London());
}

int MinuteOf(absl::Time time) {
  const absl::CivilMinute local = absl::ToCivilMinute(time, London());
  return local.hour() * 60 + local.minute();
}

Times TimesOf(const Timetable& timetable, absl::Time came, Urgent urgent) {
  const Day today = DayOf(came);
  const absl::Time window = At(today, timetable.hours.window);
  const absl::Time closing = At(today, timetable.hours.closing);
  const absl::Time in_an_hour = came + absl::Hours(1);
  Times times;
  if (IsSchoolDay(timetable, today) && window <= came && came < closing) {
    const absl::Time soon = std::min(in_an_hour, closing - absl::Minutes(30));
    times = {came, std::max(came, soon)};
  } else {
    const Day next = SchoolDayFrom(timetable, came < closing ? today : today + 1);
    times = {At(next, timetable.hours.window), At(next, timetable.hours.bell)};
  }
  if (timetable.boarding || urgent == Urgent::kYes) times.show_from = came;
  if (urgent == Urgent::kYes) times.deadline = std::min(times.deadline, in_an_hour);
  return times;
}

std::vector<Span> TermsOf(int year, int authority) {
  const Day autumn = Day(year, 9, 2) + authority % 3;
  const Day easter = Easter(year + 1);
  const Day spring_ends = easter - 3 - 7 * (authority % 2);  // a Thursday
  const Day summer = easter + 15 - 7 * (authority % 2);      // a Monday
  return {{autumn, First(absl::Weekday::friday, Day(year, 12, 16))},
          {First(absl::Weekday::monday, Day(year + 1, 1, 3)), spring_ends},
          {summer, First(absl::Weekday::friday, Day(year + 1, 7, 17))}};
}

std::vector<Span> HalfTermsOf(int year) {
  std::vector<Span> weeks;
  for (const Day near : {Day(year, 10, 24), Day(year + 1, 2, 12), Day(year + 1, 5, 25)}) {
    const Day monday = First(absl::Weekday::monday, near);
    weeks.emplace_back(monday, monday + 4);
  }
  return weeks;
}

std::set<Day> BankHolidaysOf(int year) {
  const Day easter = Easter(year);
  std::set<Day> days = {easter - 2, easter + 1, First(absl::Weekday::monday, Day(year, 5, 1)),
                        First(absl::Weekday::monday, Day(year, 5, 25)),
                        First(absl::Weekday::monday, Day(year, 8, 25))};
  // Those that fall on a weekend, or on another, are given on the next weekday.
  for (Day day : {Day(year, 1, 1), Day(year, 12, 25), Day(year, 12, 26)}) {
    while (IsWeekend(day) || days.contains(day)) ++day;
    days.insert(day);
  }
  return days;
}

v1::DateRange ToWire(const Span& span) {
  const auto text = [](Day day) { return absl::FormatCivilTime(day); };
  v1::DateRange wire;
  wire.set_first(text(span.first));
  wire.set_last(text(span.second));
  return wire;
}

}  // namespace firstbell::simulation
