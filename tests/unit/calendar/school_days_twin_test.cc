// The slow obvious twin of a school's year: it paints every day of thirty years, layer by layer,
// and counts days one by one. Calendars are random; most of them contradict themselves somewhere.

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <optional>

#include "broker/base/clock.h"
#include "broker/calendar/calendar.h"

namespace firstbell::calendar {
namespace {

using model::Date;
using model::DateRange;
using model::SchoolYear;

const Date kFirst(2012, 1, 1);
const Date kLast(2041, 12, 31);

absl::TimeZone London() {
  return *base::LondonTimeZone();
}

// --- Random calendars ------------------------------------------------------------------------

// Terms one after the other, each gap anything from a half term to most of a year.
model::DateRanges SomeTerms() {
  model::DateRanges terms;
  Date day = kFirst + *rc::gen::inRange(-400, 4000);
  const int count = *rc::gen::inRange(0, 60);
  for (int i = 0; i < count && day < kLast; ++i) {
    const Date last = day + *rc::gen::inRange(20, 110);
    terms.push_back({day, last});
    day = last + 1 + *rc::gen::element(0, 2, 9, 16, 23, 39, 40, 41, 44, 60, 61, 69, 70, 71, 120);
  }
  return terms;
}

model::DateRanges SomeDays(int most, int longest) {
  model::DateRanges days;
  const int count = *rc::gen::inRange(0, most);
  for (int i = 0; i < count; ++i) {
    const Date first = kFirst + *rc::gen::inRange(0, static_cast<int>(kLast - kFirst));
    days.push_back({first, first + *rc::gen::inRange(0, longest)});
  }
  std::sort(days.begin(), days.end());
  return days;
}

std::optional<absl::Duration> SomeTime(int from, int to) {
  if (*rc::gen::inRange(0, 3) == 0) return std::nullopt;
  return absl::Minutes(*rc::gen::inRange(from, to));
}

// A layer says each thing or leaves it to the next.
SchoolYear SomeYear() {
  const auto says = [] { return *rc::gen::inRange(0, 3) != 0; };
  SchoolYear year;
  if (says()) year.terms = SomeTerms();
  if (says()) year.half_terms = SomeDays(60, 15);
  if (says()) year.inset = SomeDays(40, 2);
  if (says()) year.closed = SomeDays(80, 30);
  if (says()) year.open = SomeDays(20, 3);
  year.weekdays = model::Weekdays(*rc::gen::element(0u, 0u, 0x1fu, 0x0fu, 0x3fu, 0x40u));
  for (model::DayHours& hours : year.hours) {
    hours = {SomeTime(0, 600), SomeTime(1, 1000), SomeTime(300, 1440)};
  }
  if (*rc::gen::arbitrary<bool>()) year.boarding = *rc::gen::arbitrary<bool>();
  return year;
}

std::vector<model::BankHoliday> SomeHolidays(v1::Nation nation) {
  std::vector<model::BankHoliday> holidays;
  for (const DateRange& range : SomeDays(200, 1)) holidays.push_back({nation, range.first, ""});
  return holidays;
}

// --- The twin --------------------------------------------------------------------------------

class Twin {
 public:
  Twin(v1::Nation nation, const std::vector<SchoolYear>& nearest_first,
       const std::vector<model::BankHoliday>& holidays)
      : nation_(nation) {
    for (const SchoolYear& year : nearest_first) {
      if (term_.empty()) Paint(year.terms, term_);
      if (open_.empty()) Paint(year.open, open_);
      if (inset_.empty()) Paint(year.inset, inset_);
      if (closed_.empty()) Paint(year.closed, closed_);
      if (!half_said_) Paint(year.half_terms, half_);
      half_said_ = half_said_ || !year.terms.empty() || !year.half_terms.empty();
      if (weekdays_.empty()) weekdays_ = year.weekdays;
    }
    if (weekdays_.empty()) weekdays_ = model::Weekdays::MondayToFriday();
    for (const model::BankHoliday& holiday : holidays) bank_[holiday.date] = true;
  }

  bool Open(Date day) const {
    if (open_.count(day) != 0) return true;
    if (!weekdays_.Contains(absl::GetWeekday(day))) return false;
    for (const auto* none : {&bank_, &inset_, &closed_, &half_}) {
      if (none->count(day) != 0) return false;
    }
    return !Holiday(day);
  }

  // Backwards to the last day of a term, forwards to the first of one, every day between counted;
  // who is farther from either than any holiday is long need not go on.
  bool Holiday(Date day) const {
    if (term_.empty() || term_.count(day) != 0) return false;
    int length = 0;
    bool august = false;
    Date before = day;
    for (; term_.count(before) == 0; --before) {
      if (++length > 100) return false;
      august = august || (before.month() == 8 && before.day() == 1);
    }
    if (term_.rbegin()->first < day) return Summer(before, day);
    for (Date after = day + 1; term_.count(after) == 0; ++after) {
      if (++length > 100) return false;
      august = august || (after.month() == 8 && after.day() == 1);
    }
    return length <= (august ? 70 : 40);
  }

  Date Next(Date day) const {
    Date reached = day;
    int unexplained = 0;
    while (!Open(reached)) {
      if (!Holiday(reached)) ++unexplained;
      ++reached;
      if (unexplained == 30 || reached - day == 120) return FirstWeekday(day);
    }
    return reached;
  }

 private:
  using Painted = std::map<Date, bool>;

  static void Paint(const model::DateRanges& ranges, Painted& painted) {
    for (const DateRange& range : ranges) {
      for (Date day = range.first; day <= range.last; ++day) painted[day] = true;
    }
  }

  static Date FirstWeekday(Date day) {
    while (absl::GetWeekday(day) == absl::Weekday::saturday ||
           absl::GetWeekday(day) == absl::Weekday::sunday) {
      ++day;
    }
    return day;
  }

  bool Summer(Date ended, Date day) const {
    if (ended.month() != 6 && ended.month() != 7 && ended.month() != 8) return false;
    if (day - ended > 60 || day.year() != ended.year()) return false;
    const int until = nation_ == v1::NATION_SCOTLAND ? 7 : 23;
    return day.month() < 8 || (day.month() == 8 && day.day() <= until);
  }

  v1::Nation nation_;
  Painted term_, half_, inset_, closed_, open_, bank_;
  bool half_said_ = false;
  model::Weekdays weekdays_;
};

// The first time that is said, the nearest first; the bell stands where they are out of order.
model::SchoolHours HoursBy(const std::vector<SchoolYear>& years, Date day) {
  const std::size_t index = model::Index(absl::GetWeekday(day));
  std::optional<absl::Duration> window, bell, closing;
  for (const SchoolYear& year : years) {
    if (!window) window = year.hours[index].window;
    if (!bell) bell = year.hours[index].bell;
    if (!closing) closing = year.hours[index].closing;
  }
  model::SchoolHours hours{window.value_or(absl::Minutes(450)), bell.value_or(absl::Minutes(525)),
                           closing.value_or(absl::Minutes(930))};
  if (hours.window >= hours.bell) hours.window = hours.bell - absl::Minutes(75);
  if (hours.window < absl::ZeroDuration()) hours.window = absl::ZeroDuration();
  if (hours.closing <= hours.bell) hours.closing = hours.bell + absl::Minutes(405);
  if (hours.closing > absl::Minutes(1439)) hours.closing = absl::Minutes(1439);
  return hours;
}

bool BoardingBy(const std::vector<SchoolYear>& years) {
  for (const SchoolYear& year : years) {
    if (year.boarding) return *year.boarding;
  }
  return false;
}

struct Drawn {
  v1::Nation nation = *rc::gen::element(v1::NATION_ENGLAND, v1::NATION_WALES, v1::NATION_SCOTLAND);
  // Of the school, its trust, its authority and its nation.
  std::vector<SchoolYear> years = {SomeYear(), SomeYear(), SomeYear(), SomeYear()};
  std::vector<model::BankHoliday> holidays = SomeHolidays(nation);

  SchoolDays Days() const {
    model::School school;
    school.nation = nation;
    school.local_authority_code = "886";
    school.trust_code = "2044";
    return Real().DaysOf(school, {.year = &years[0]});
  }
  Calendar Real() const {
    return Calendar(London(), Holidays(holidays),
                    {.nations = {{nation, years[3]}},
                     .authorities = {{"886", years[2]}},
                     .trusts = {{"2044", years[1]}}});
  }
};

TEST(SchoolDaysTwin, ThirtyYearsOfAnyCalendar) {
  const bool holds = rc::check([] {
    const Drawn drawn;
    const Twin twin(drawn.nation, drawn.years, drawn.holidays);
    const SchoolDays school = drawn.Days();
    const Calendar real = drawn.Real();
    const int step = *rc::gen::inRange(5, 25);  // another each time, so that every day is met
    for (Date day = kFirst; day <= kLast; day += step) {
      RC_ASSERT(real.IsSchoolDay(school, day) == twin.Open(day));
      RC_ASSERT(real.NextSchoolDay(school, day) == twin.Next(day));
    }
  });
  EXPECT_TRUE(holds);
}

// The morning as the header tells it, from the twin's days.
Timing Plan(const Drawn& drawn, const Twin& twin, const Calendar& clock, absl::Time now) {
  const Date today = absl::ToCivilDay(now, London());
  const model::SchoolHours hours = HoursBy(drawn.years, today);
  const absl::Time closing = clock.At(today, hours.closing);
  Timing timing;
  if (twin.Open(today) && now < closing && now >= clock.At(today, hours.window)) {
    timing.show_from = now;
    timing.deadline = now + absl::Hours(1);
    if (closing - absl::Minutes(30) < timing.deadline) {
      timing.deadline = closing - absl::Minutes(30);
    }
    if (timing.deadline < now) timing.deadline = now;
  } else {
    const Date next = twin.Next(twin.Open(today) && now < closing ? today : today + 1);
    timing.show_from = clock.At(next, HoursBy(drawn.years, next).window);
    timing.deadline = clock.At(next, HoursBy(drawn.years, next).bell);
  }
  if (BoardingBy(drawn.years)) timing.show_from = now;
  return timing;
}

TEST(SchoolDaysTwin, AnyMorningOfAnyCalendar) {
  const bool holds = rc::check([] {
    const Drawn drawn;
    const Twin twin(drawn.nation, drawn.years, drawn.holidays);
    const SchoolDays school = drawn.Days();
    const Calendar real = drawn.Real();
    for (int i = 0; i < 50; ++i) {
      const Date day = kFirst + *rc::gen::inRange(0, static_cast<int>(kLast - kFirst));
      const int second = *rc::gen::inRange(0, 86'400);
      const absl::Time now = absl::FromCivil(absl::CivilSecond(day) + second, London());
      const Timing timing = real.Plan(school, now, {});
      RC_ASSERT(timing == Plan(drawn, twin, real, now));
      RC_ASSERT(now <= timing.show_from && timing.show_from <= timing.deadline);
      const Timing urgent = real.Plan(school, now, {.urgent = true});
      RC_ASSERT(urgent.show_from == now && urgent.deadline <= timing.deadline);
    }
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace firstbell::calendar
