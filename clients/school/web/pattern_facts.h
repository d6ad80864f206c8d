#pragma once

// The alerts of a period, as patterns count them: read out of the school's records by the visitor's
// key, with what the device's store still knows of each.

#include <vector>

#include "clients/school/records/patterns.h"
#include "clients/school/web/visit.h"

namespace firstbell::school::web {

// A school year, from September to August, or a part of one. Fixed, and shown once it is closed: of
// two days, or of two months, nobody can take the difference. What came in its last days is opened,
// and answered, in the month after; it is closed once that is over too.
struct PatternPeriod {
  absl::CivilMonth first;
  int months = 12;
  absl::TimeZone zone;  // London's

  absl::CivilMonth end() const { return first + months; }  // the month after its last
  absl::CivilMonth closes() const { return end() + 1; }
  absl::Time from() const { return absl::FromCivil(first, zone); }
  absl::Time to() const { return absl::FromCivil(end(), zone); }
  absl::Time until() const { return absl::FromCivil(closes(), zone); }
};

// Every alert that was received in this period, and opened before `until` by somebody who reads the
// records: once, whatever its revisions, and still where its text was erased. So each is of one
// year alone, and of one part of it. Errors: as RecordStore's, and RingOf's.
base::Result<std::vector<school_records::AlertFact>> FactsOf(const Visit& visit,
                                                             const PatternPeriod& period);

}  // namespace firstbell::school::web
