#pragma once

// The judge's own reckoning of a school's days: which are school days, and when an alert is shown
// and due. It shares no code with broker/calendar, and knows only calendars that are complete, as
// this country's are. Pure.

#include <set>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "firstbell/v1/operator_service.pb.h"

namespace firstbell::simulation {

using Day = absl::CivilDay;
using Span = std::pair<Day, Day>;  // both days count

struct Hours {
  int window = 7 * 60 + 30, bell = 8 * 60 + 45, closing = 15 * 60 + 30;  // minutes after midnight
  friend bool operator==(const Hours&, const Hours&) = default;
};

struct Timetable {
  std::vector<Span> terms, half_terms;
  std::set<Day> bank_holidays, inset, closed, open;
  Hours hours;
  bool boarding = false;
};

// What holds from `since` on, and certainly no more after `until`: while a change is on its way
// into the broker, both may.
struct Version {
  Timetable timetable;
  absl::Time since = absl::InfinitePast(), until = absl::InfiniteFuture();
};

struct Times {
  absl::Time show_from, deadline;
  friend bool operator==(const Times&, const Times&) = default;
};

enum class Urgent { kNo, kYes };

bool IsSchoolDay(const Timetable& timetable, Day day);
// The first school day from `day` on.
Day SchoolDayFrom(const Timetable& timetable, Day day);
// `minute` of a day in London.
absl::Time At(Day day, int minute);
Day DayOf(absl::Time time);
int MinuteOf(absl::Time time);
// Of an alert that came at `came`.
Times TimesOf(const Timetable& timetable, absl::Time came, Urgent urgent);

// The terms of the school year that begins in `year`'s September, which differ by `authority`.
std::vector<Span> TermsOf(int year, int authority);
std::vector<Span> HalfTermsOf(int year);
// England's and Wales's.
std::set<Day> BankHolidaysOf(int year);

v1::DateRange ToWire(const Span& span);

}  // namespace firstbell::simulation
