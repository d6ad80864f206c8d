#pragma once

// Patterns for the school's senior leader, over the alerts of one school year: charts of numbers,
// of which those that would single out a child are left out.

#include "clients/school/web/visit.h"

namespace firstbell::school::web {

// How many school years there are to choose from, with the one that runs.
inline constexpr int kYearsShown = 6;

// `?year=2025`: of the school year that begins then; of anything else, the one that runs. A whole
// year and no other span can be asked for, or two of them could be subtracted from each other.
Response ShowPatterns(const Visit& visit);

}  // namespace firstbell::school::web
