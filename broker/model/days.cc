#include "broker/model/days.h"

#include <algorithm>
#include <string>

namespace firstbell::model {

bool Contains(const DateRanges& ranges, Date day) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const DateRange& range) { return range.Contains(day); });
}

std::optional<DateRange> ReadDateRange(const v1::DateRange& wire, std::string_view path,
                                       int longest, Violations& violations) {
  constexpr std::string_view kDate = "is not an existing date as YYYY-MM-DD";
  const auto wrong = [&](std::string_view field, std::string_view what) {
    violations.Add(field.empty() ? std::string(path) : Join(path, field), what);
    return std::nullopt;
  };
  const auto first = ParseDate(wire.first());
  const auto last = wire.last().empty() ? first : ParseDate(wire.last());
  if (!first) return wrong("first", kDate);
  if (!last) return wrong("last", kDate);
  if (*last < *first) return wrong("last", "is before the first day");
  if (*last - *first >= longest) {
    return wrong("", "is longer than the " + std::to_string(longest) +
                         " days that it can have; is the year right?");
  }
  return DateRange{*first, *last};
}

v1::DateRange ToWire(const DateRange& range) {
  v1::DateRange wire;
  wire.set_first(FormatDate(range.first));
  wire.set_last(FormatDate(range.last));
  return wire;
}

std::optional<absl::Weekday> ParseWeekday(v1::Weekday wire) {
  if (!v1::Weekday_IsValid(wire) || wire == v1::WEEKDAY_UNSPECIFIED) return std::nullopt;
  return static_cast<absl::Weekday>(wire - 1);
}

v1::Weekday ToWire(absl::Weekday weekday) {
  return static_cast<v1::Weekday>(Index(weekday) + 1);
}

Weekdays ReadWeekdays(const google::protobuf::RepeatedField<int>& wire, std::string_view path,
                      Violations& violations) {
  Weekdays weekdays;
  for (int i = 0; i < wire.size(); ++i) {
    const auto weekday = ParseWeekday(static_cast<v1::Weekday>(wire[i]));
    if (weekday) {
      weekdays.Add(*weekday);
    } else {
      violations.Add(std::string(path) + "[" + std::to_string(i) + "]",
                     "is a weekday, Monday to Sunday");
    }
  }
  return weekdays;
}

}  // namespace firstbell::model
