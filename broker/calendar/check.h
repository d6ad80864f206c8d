#pragma once

// What is missing in a school's calendar, or cannot be. What is past is not looked at. Pure; any
// thread.

#include <vector>

#include "broker/calendar/calendar.h"

namespace firstbell::calendar {

enum class Problem {
  kNoTerms,        // nothing is known of any: every weekday is a school day
  kGap,            // between two terms, too long for a holiday: its weekdays are school days
  kNoNextTerm,     // the last one has ended, or ends within 60 days: a summer that never ends
  kClosedTooLong,  // closed for 30 days, holidays between terms not counted: not believed
};

// The days that it is about. Of kNoTerms the day of the question; of kNoNextTerm from the last
// day of term on to the last that is believed to be a holiday.
struct Finding {
  Problem problem;
  model::Date first;
  model::Date last;
  friend bool operator==(const Finding&, const Finding&) = default;
};

std::vector<Finding> Check(const Calendar& calendar, const SchoolDays& school, model::Date today);

}  // namespace firstbell::calendar
