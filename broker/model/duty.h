#pragma once

// When a person of a school is there to take its alerts. A value; any thread.

#include <optional>
#include <string_view>

#include "broker/base/status.h"
#include "broker/model/days.h"
#include "firstbell/v1/duty.pb.h"

namespace firstbell::model {

struct Duty {
  Weekdays weekdays;              // none: every day
  std::optional<DateRange> away;  // nothing: not away
  bool On(Date day) const {
    if (away && away->Contains(day)) return false;
    return weekdays.empty() || weekdays.Contains(absl::GetWeekday(day));
  }
  friend bool operator==(const Duty&, const Duty&) = default;
};

// InvalidArgument with paths under `path`: not a weekday, dates that do not exist or run backwards,
// or more than limits::kAwayDays.
base::Result<Duty> ParseDuty(const v1::Duty& wire, std::string_view path);
v1::Duty ToWire(const Duty& duty);

}  // namespace firstbell::model
