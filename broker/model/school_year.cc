#include "broker/model/school_year.h"

#include <algorithm>

#include "broker/base/limits.h"

namespace firstbell::model {
namespace {

using RangesOnWire = google::protobuf::RepeatedPtrField<v1::DateRange>;

// A list of dates and how many days a range of it may have: what is longer is a slip of the pen.
struct Kind {
  std::string_view field;
  DateRanges SchoolYear::*ranges;
  const RangesOnWire& (v1::SchoolYear::*wire)() const;
  RangesOnWire* (v1::SchoolYear::*mutable_wire)();
  int longest;
};

const Kind kKinds[] = {
    {"terms", &SchoolYear::terms, &v1::SchoolYear::terms, &v1::SchoolYear::mutable_terms, 366},
    {"half_terms", &SchoolYear::half_terms, &v1::SchoolYear::half_terms,
     &v1::SchoolYear::mutable_half_terms, 23},
    {"inset", &SchoolYear::inset, &v1::SchoolYear::inset, &v1::SchoolYear::mutable_inset, 14},
    {"closed", &SchoolYear::closed, &v1::SchoolYear::closed, &v1::SchoolYear::mutable_closed, 30},
    {"open", &SchoolYear::open, &v1::SchoolYear::open, &v1::SchoolYear::mutable_open, 31},
};

std::string Item(std::string_view path, std::string_view field, int index) {
  return Join(path, field) + "[" + std::to_string(index) + "]";
}

void ReadRanges(const v1::SchoolYear& wire, std::string_view path, const Kind& kind,
                SchoolYear& year, Violations& violations) {
  const RangesOnWire& items = (wire.*kind.wire)();
  if (static_cast<std::size_t>(items.size()) > limits::kDateRanges) {
    return violations.Add(Join(path, kind.field),
                          "are at most " + std::to_string(limits::kDateRanges));
  }
  DateRanges& ranges = year.*kind.ranges;
  for (int i = 0; i < items.size(); ++i) {
    const auto range = ReadDateRange(items[i], Item(path, kind.field, i), kind.longest, violations);
    if (range) ranges.push_back(*range);
  }
  std::sort(ranges.begin(), ranges.end());
  ranges.erase(std::unique(ranges.begin(), ranges.end()), ranges.end());
}

void CheckDisjoint(const DateRanges& terms, std::string_view path, Violations& violations) {
  const auto overlap =
      std::adjacent_find(terms.begin(), terms.end(),
                         [](const DateRange& a, const DateRange& b) { return b.first <= a.last; });
  if (overlap == terms.end()) return;
  violations.Add(Join(path, "terms"),
                 "overlap: one begins on " + FormatDate(std::next(overlap)->first) +
                     ", while that which began on " + FormatDate(overlap->first) + " still runs");
}

void ReadTime(std::string_view text, std::string_view path, std::optional<absl::Duration>& time,
              Violations& violations) {
  if (text.empty()) return;
  time = ParseTimeOfDay(text);
  if (!time) violations.Add(path, "is not a time of day as HH:MM, 00:00 to 23:59");
}

bool InOrder(const DayHours& hours) {
  std::optional<absl::Duration> before;
  for (const auto& time : {hours.window, hours.bell, hours.closing}) {
    if (time && before && *time <= *before) return false;
    if (time) before = time;
  }
  return true;
}

void ReadHours(const v1::WeekdayHours& wire, const std::string& path, WeekHours& week,
               Violations& violations) {
  const auto weekday = ParseWeekday(wire.weekday());
  if (!weekday) return violations.Add(Join(path, "weekday"), "is required, Monday to Sunday");
  DayHours& hours = week[Index(*weekday)];
  if (!hours.empty()) return violations.Add(Join(path, "weekday"), "stands there twice");
  const std::string field = Join(path, "hours");
  ReadTime(wire.hours().window(), Join(field, "window"), hours.window, violations);
  ReadTime(wire.hours().bell(), Join(field, "bell"), hours.bell, violations);
  ReadTime(wire.hours().closing(), Join(field, "closing"), hours.closing, violations);
  if (InOrder(hours)) return;
  violations.Add(field,
                 "the notice window must come before the bell, the bell before closing, all on "
                 "one day");
}

void ReadBoarding(const v1::SchoolYear& wire, std::string_view path, SchoolYear& year,
                  Violations& violations) {
  if (!v1::Boarding_IsValid(wire.boarding())) {
    violations.Add(Join(path, "boarding"), "is yes, none, or not said");
  } else if (wire.boarding() != v1::BOARDING_UNSPECIFIED) {
    year.boarding = wire.boarding() == v1::BOARDING_YES;
  }
}

void ReadHolidayContact(const v1::SchoolYear& wire, std::string_view path, SchoolYear& year,
                        Violations& violations) {
  switch (wire.holiday_contact()) {
    case v1::RECIPIENT_ROLE_UNSPECIFIED:
      return;
    case v1::RECIPIENT_ROLE_LEAD:
    case v1::RECIPIENT_ROLE_DEPUTY:
    case v1::RECIPIENT_ROLE_HEAD:
      year.holiday_contact = wire.holiday_contact();
      return;
    default:
      violations.Add(Join(path, "holiday_contact"), "is lead, deputy, head, or not said");
  }
}

std::string FormatTime(const std::optional<absl::Duration>& time) {
  return time ? FormatTimeOfDay(*time) : std::string();
}

}  // namespace

base::Result<SchoolYear> ParseSchoolYear(const v1::SchoolYear& wire, std::string_view path) {
  SchoolYear year;
  Violations violations;
  for (const Kind& kind : kKinds) ReadRanges(wire, path, kind, year, violations);
  CheckDisjoint(year.terms, path, violations);
  year.weekdays = ReadWeekdays(wire.weekdays(), Join(path, "weekdays"), violations);
  for (int i = 0; i < wire.hours_size(); ++i) {
    ReadHours(wire.hours(i), Item(path, "hours", i), year.hours, violations);
  }
  ReadBoarding(wire, path, year, violations);
  ReadHolidayContact(wire, path, year, violations);
  FB_RETURN_IF_ERROR(violations.ToStatus());
  return year;
}

v1::SchoolYear ToWire(const SchoolYear& year) {
  v1::SchoolYear wire;
  for (const Kind& kind : kKinds) {
    for (const DateRange& range : year.*kind.ranges) {
      *(wire.*kind.mutable_wire)()->Add() = ToWire(range);
    }
  }
  for (int day = 0; day < 7; ++day) {
    const auto weekday = static_cast<absl::Weekday>(day);
    if (year.weekdays.Contains(weekday)) wire.add_weekdays(ToWire(weekday));
    const DayHours& hours = year.hours[Index(weekday)];
    if (hours.empty()) continue;
    v1::WeekdayHours& item = *wire.add_hours();
    item.set_weekday(ToWire(weekday));
    item.mutable_hours()->set_window(FormatTime(hours.window));
    item.mutable_hours()->set_bell(FormatTime(hours.bell));
    item.mutable_hours()->set_closing(FormatTime(hours.closing));
  }
  if (year.boarding) wire.set_boarding(*year.boarding ? v1::BOARDING_YES : v1::BOARDING_NONE);
  if (year.holiday_contact) wire.set_holiday_contact(*year.holiday_contact);
  return wire;
}

}  // namespace firstbell::model
