#pragma once

// When a notice is shown and by when a person is to acknowledge it. Pure; any thread; no clock.
//
// A school day is a weekday that is not a bank holiday of the school's nation. An alert that comes
// in [window, closing) of a school day is shown at once, its deadline the earlier of 60 minutes and
// half an hour before closing (and never before it came). Any other is shown from the window of the
// next school day, its deadline that day's bell. An urgent one is shown at once at any hour, its
// deadline 60 minutes, or earlier as above. Local times are London's: one that does not exist is
// the earliest valid instant after the gap; one that occurs twice is the first. In doubt, earlier.

#include <optional>
#include <set>
#include <utility>

#include "absl/time/time.h"
#include "absl/types/span.h"
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

class Calendar {
 public:
  Calendar(absl::TimeZone zone, Holidays holidays);

  bool IsSchoolDay(model::Nation nation, model::Date day) const;
  // The first school day on or after `day`, within 30 days. Where a list leaves none in 30 days it
  // is not believed: the first weekday.
  model::Date NextSchoolDay(model::Nation nation, model::Date day) const;
  // For an alert that comes at `now` to a school of this nation with these hours.
  Timing Plan(model::Nation nation, const model::SchoolHours& hours, absl::Time now,
              Urgency urgency) const;
  model::Date LocalDate(absl::Time now) const;
  // A local time of day on a date as an instant, by the rule for gaps and folds above.
  absl::Time At(model::Date day, absl::Duration time_of_day) const;
  absl::TimeZone zone() const { return zone_; }

 private:
  absl::TimeZone zone_;
  Holidays holidays_;
};

}  // namespace firstbell::calendar
