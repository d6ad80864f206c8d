#pragma once

// The alerts of a school year, as patterns count them: read out of the school's records by the
// visitor's key, with what the device's store still knows of each.

#include <algorithm>
#include <vector>

#include "clients/school/records/patterns.h"
#include "clients/school/web/visit.h"

namespace firstbell::school::web {

// From 1 September to 31 August, as much of it as counts. What came in the last days of a year is
// opened, and answered, in the next September: the year is closed once that is over too.
struct SchoolYear {
  int begins = 0;            // 2025: from September 2025
  absl::CivilMonth running;  // not over: neither it nor what follows counts
  absl::TimeZone zone;       // London's

  absl::CivilMonth first() const { return absl::CivilMonth(begins, 9); }
  absl::CivilMonth last() const { return first() + 11; }
  absl::CivilMonth closes() const { return last() + 2; }
  bool closed() const { return running >= closes(); }
  absl::Time from() const { return absl::FromCivil(first(), zone); }
  absl::Time to() const { return absl::FromCivil(last() + 1, zone); }
  absl::Time until() const { return absl::FromCivil(std::min(running, closes()), zone); }
};

// Every alert that was received in this year, and opened before `until` by somebody who reads the
// records: once, whatever its revisions, and still where its text was erased. So each is of one
// year alone, and no two years can be subtracted from each other; nor two days of one month.
// Errors: as RecordStore's, and RingOf's.
base::Result<std::vector<school_records::AlertFact>> FactsOf(const Visit& visit,
                                                             const SchoolYear& year);

}  // namespace firstbell::school::web
