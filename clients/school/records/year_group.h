#pragma once

// School years and year groups as England has them: from 1 September to 31 August, by the age at
// their beginning. Pure; any thread.

#include <string>

#include "absl/time/civil_time.h"

namespace firstbell::school_records {

// The year in which the school year of that day begins: 2025 of 31 August 2026.
int SchoolYearOf(absl::CivilDay day);

// The year group that a child of that birthday is in by its age: "Nursery" before "Reception", then
// "Year 1" to "Year 13". Empty: it is not born yet, or older. A child that was kept back or moved
// up is in another.
std::string YearGroupOf(absl::CivilDay born, absl::CivilDay day);

}  // namespace firstbell::school_records
