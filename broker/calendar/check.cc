#include "broker/calendar/check.h"

#include <optional>

namespace firstbell::calendar {
namespace {

using model::Date;
using Findings = std::vector<Finding>;

constexpr int kSoon = 60;    // a term that ends within so many days is to be followed by another
constexpr int kAhead = 400;  // how far closures are looked at

void CheckGaps(const SchoolDays& school, Date today, Findings& findings) {
  for (std::size_t i = 1; i < school.terms.size(); ++i) {
    const Date first = school.terms[i - 1].last + 1, last = school.terms[i].first - 1;
    const bool gap = first <= last && TermsOn(school, first) == InTerms::kUnknown;
    if (gap && last >= today) findings.push_back({Problem::kGap, first, last});
  }
}

void CheckEnd(const SchoolDays& school, Date today, Findings& findings) {
  const Date ended = school.terms.back().last;
  if (ended > today + kSoon) return;
  Date last = ended;
  while (TermsOn(school, last + 1) == InTerms::kHoliday) ++last;
  findings.push_back({Problem::kNoNextTerm, ended, last});
}

// As NextSchoolDay counts, from the first day of each closure on.
void CheckClosures(const Calendar& calendar, const SchoolDays& school, Date today,
                   Findings& findings) {
  std::optional<Date> since;
  int closed = 0;
  for (Date day = today; day <= today + kAhead; ++day) {
    if (!calendar.IsSchoolDay(school, day)) {
      since = since.value_or(day);
      closed += TermsOn(school, day) == InTerms::kHoliday ? 0 : 1;
      continue;
    }
    if (since && closed >= kLongestClosure) {
      findings.push_back({Problem::kClosedTooLong, *since, day - 1});
    }
    since.reset();
    closed = 0;
  }
  if (since && closed >= kLongestClosure) {
    findings.push_back({Problem::kClosedTooLong, *since, today + kAhead});
  }
}

}  // namespace

Findings Check(const Calendar& calendar, const SchoolDays& school, Date today) {
  Findings findings;
  if (school.terms.empty()) {
    findings.push_back({Problem::kNoTerms, today, today});
  } else {
    CheckGaps(school, today, findings);
    CheckEnd(school, today, findings);
  }
  CheckClosures(calendar, school, today, findings);
  return findings;
}

}  // namespace firstbell::calendar
