#pragma once

// One row of a calendar: its columns, and what they say together. Values; any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "adapters/csv/columns.h"
#include "firstbell/v1/operator_service.pb.h"

namespace firstbell::adapters::calendar_csv {

struct Row {
  std::uint64_t line = 0;
  v1::CalendarChange scope;  // its scope alone; none where it cannot be read
  v1::CalendarField field = v1::CALENDAR_FIELD_UNSPECIFIED;
  bool clears = false;
  v1::DateRange range;
  std::vector<v1::Weekday> weekdays;  // ascending
  v1::SchoolHours hours;
  v1::Boarding boarding = v1::BOARDING_UNSPECIFIED;
  v1::RecipientRole role = v1::RECIPIENT_ROLE_UNSPECIFIED;
};

// Whose calendar: "100000", "886", "trust:2044", "england". Nothing: none of these.
std::optional<v1::CalendarChange> ParseScope(const std::string& text);

absl::Span<const csv::Column<Row>> Columns();

// What a row lacks for its kind, and what it has that its kind has no use for.
std::vector<csv::Fault> CheckTogether(const Row& row);

}  // namespace firstbell::adapters::calendar_csv
