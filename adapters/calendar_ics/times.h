#pragma once

// When an event takes place: DTSTART, DTEND or DURATION, RRULE, RDATE, EXDATE (RFC 5545, section
// 3.8), in London. Threads: one at a time.

#include <optional>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "adapters/calendar_ics/property.h"

namespace firstbell::adapters::calendar_ics {

// Both days count.
struct Days {
  absl::CivilDay first;
  absl::CivilDay last;
  absl::civil_diff_t length() const { return last - first + 1; }
  friend bool operator==(const Days&, const Days&) = default;
};

// London's time; the end is not part of it, and may be the begin.
struct Occurrence {
  absl::CivilSecond begin;
  absl::CivilSecond end;

  Days Touched() const;
  // Of which it has all from 09:00 to 15:00: nothing where there is none.
  std::optional<Days> Covered() const;
};

struct Times {
  bool repeats = false;
  std::vector<Occurrence> occurrences;  // none where each is excepted; at most kDateRanges
};

// `moved`: the RECURRENCE-IDs of events that stand for one occurrence of this, each left out here.
std::optional<FaultAt> ReadTimes(const RawEvent& event, absl::Span<const ContentLine> moved,
                                 absl::TimeZone london, Times& times);

}  // namespace firstbell::adapters::calendar_ics
