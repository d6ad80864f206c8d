#pragma once

// When a notice is shown and by when a person is to acknowledge it. Pure; any thread; no clock.
//
// Which days are school days stands in school_days.h. An alert that comes in [window, closing) of a
// school day is shown at once, its deadline the earlier of 60 minutes and half an hour before
// closing (and never before it came). Any other is shown from the window of the next school day,
// its deadline that day's bell. At a boarding school it is shown at once at any hour, its deadline
// the same. An urgent one is shown at once at any hour, its deadline 60 minutes, or earlier as
// above. Local times are London's: one that does not exist is the earliest valid instant after the
// gap; one that occurs twice is the first. In doubt, earlier.

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "broker/calendar/school_days.h"
#include "broker/model/school.h"

namespace firstbell::calendar {

// Bank holidays by nation.
class Holidays {
 public:
  Holidays() = default;
  explicit Holidays(absl::Span<const model::BankHoliday> holidays);
  bool Contains(model::Nation nation, model::Date day) const;
  // The last day that the list knows of a nation's; nothing where it has none.
  std::optional<model::Date> Until(model::Nation nation) const;

 private:
  std::set<std::pair<model::Nation, model::Date>> days_;
};

struct Urgency {
  bool urgent = false;
};

// show_from <= deadline.
struct Timing {
  absl::Time show_from;
  absl::Time deadline;
  friend bool operator==(const Timing&, const Timing&) = default;
};

// Days without a school day, a holiday between terms not counted; more is a faulty list.
inline constexpr int kLongestClosure = 30;

// What a day is to a school.
enum class DayKind {
  kSchool,
  kOpen,     // a school day although it would be none
  kUnknown,  // a school day because nothing is known of it
  kWeekend,  // or another weekday without school
  kBankHoliday,
  kInset,
  kClosed,
  kHalfTerm,
  kHoliday,
};

// What stands for all schools of a nation, an authority or a trust.
struct Defaults {
  std::map<model::Nation, model::SchoolYear> nations;
  std::map<std::string, model::SchoolYear, std::less<>> authorities;  // by code
  std::map<std::string, model::SchoolYear, std::less<>> trusts;       // by code
  friend bool operator==(const Defaults&, const Defaults&) = default;
};

class Calendar {
 public:
  Calendar(absl::TimeZone zone, Holidays holidays, Defaults defaults = {});

  // The days of a school that says this itself.
  SchoolDays DaysOf(const model::School& school, const Layer& own) const;
  DayKind KindOf(const SchoolDays& school, model::Date day) const;
  bool IsSchoolDay(const SchoolDays& school, model::Date day) const;
  // The first school day on or after `day`. A list that leaves none for 30 days, a holiday between
  // terms not counted, is not believed: the first weekday.
  model::Date NextSchoolDay(const SchoolDays& school, model::Date day) const;
  // For an alert that comes at `now`.
  Timing Plan(const SchoolDays& school, absl::Time now, Urgency urgency) const;
  model::Date LocalDate(absl::Time now) const;
  // A local time of day on a date as an instant, by the rule for gaps and folds above.
  absl::Time At(model::Date day, absl::Duration time_of_day) const;
  absl::TimeZone zone() const { return zone_; }

 private:
  absl::TimeZone zone_;
  Holidays holidays_;
  Defaults defaults_;
};

}  // namespace firstbell::calendar
