#pragma once

// The alerts of a school year, as patterns count them: read out of the school's records by the
// visitor's key, with what the device's store still knows of each.

#include <vector>

#include "clients/school/records/patterns.h"
#include "clients/school/web/visit.h"

namespace firstbell::school::web {

// From 1 September to 31 August. `zone` is London's.
struct SchoolYear {
  int begins = 0;  // 2025: from September 2025
  absl::TimeZone zone;
  absl::Time from() const { return absl::FromCivil(absl::CivilMonth(begins, 9), zone); }
  absl::Time to() const { return absl::FromCivil(absl::CivilMonth(begins + 1, 9), zone); }
};

// Every alert that was received in this year and opened by somebody who reads the records: once,
// whatever its revisions, and still where its text was erased. So each is of one year alone, and no
// two years can be subtracted from each other. Errors: as RecordStore's, and RingOf's.
base::Result<std::vector<school_records::AlertFact>> FactsOf(const Visit& visit,
                                                             const SchoolYear& year);

}  // namespace firstbell::school::web
