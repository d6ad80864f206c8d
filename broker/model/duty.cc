#include "broker/model/duty.h"

#include "broker/base/limits.h"

namespace firstbell::model {

base::Result<Duty> ParseDuty(const v1::Duty& wire, std::string_view path) {
  Duty duty;
  Violations violations;
  duty.weekdays = ReadWeekdays(wire.weekdays(), Join(path, "weekdays"), violations);
  if (wire.has_away()) {
    duty.away = ReadDateRange(wire.away(), Join(path, "away"), limits::kAwayDays, violations);
  }
  FB_RETURN_IF_ERROR(violations.ToStatus());
  return duty;
}

v1::Duty ToWire(const Duty& duty) {
  v1::Duty wire;
  for (int day = 0; day < 7; ++day) {
    const auto weekday = static_cast<absl::Weekday>(day);
    if (duty.weekdays.Contains(weekday)) wire.add_weekdays(ToWire(weekday));
  }
  if (duty.away) *wire.mutable_away() = ToWire(*duty.away);
  return wire;
}

}  // namespace firstbell::model
