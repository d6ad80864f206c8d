#pragma once

// Patterns for a school's senior leaders: counts over the alerts of a period, of which what would
// single out a child is withheld (suppression.h). Pure; any thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "clients/school/records/record.h"
#include "clients/school/records/suppression.h"
#include "firstbell/v1/alert.pb.h"

namespace firstbell::school_records {

// One alert, as the chronology has it.
struct AlertFact {
  ChildId child;
  std::string year_group;  // empty: not known
  absl::Time received;
  std::optional<absl::Time> first_action;
  v1::Arrival arrival = v1::ARRIVAL_UNSPECIFIED;
};

// From received to the first action.
enum class ActionTime { kWithinHour, kWithinDay, kWithinWeek, kLater, kNone };
inline constexpr std::size_t kActionTimes = 5;
inline constexpr std::size_t kArrivals = 4;  // v1::Arrival: not said, seen, late, absent
inline constexpr std::size_t kRepeats = 4;   // children with 1, 2, 3, 4 or more alerts
inline constexpr std::size_t kWeekdays = 7;  // Monday is 0

struct Patterns {
  // Every month from the first alert's to the last's, in order.
  std::vector<absl::CivilMonth> months;
  SaidTable by_month;  // one row
  // Rows in the order of `year_groups`, columns are weekdays.
  std::vector<std::string> year_groups;  // as a school orders them; the unknown, empty, last
  SaidTable by_year_and_weekday;
  SaidTable repeats;       // children, one row
  SaidTable action_times;  // one row
  // Of the alerts with an action; nothing: of fewer than kFewestChildren children.
  std::optional<absl::Duration> median_to_action;
  SaidTable arrivals;  // one row
};

// By the days of `zone`. In any order of `alerts`.
Patterns PatternsOf(absl::Span<const AlertFact> alerts, absl::TimeZone zone);

// Every count to the nearest five, each by itself: a year and its parts, of which each withholds
// something else, cannot be taken from each other.
inline constexpr std::uint64_t kRoundedTo = 5;
Patterns Rounded(Patterns patterns);

}  // namespace firstbell::school_records
