#pragma once

// Patterns for the school's senior leader, over the alerts of one school year or a part of one:
// charts of numbers, of which those that would single out a child are left out.

#include "clients/school/web/visit.h"

namespace firstbell::school::web {

// How many school years there are to choose from, with the one that runs.
inline constexpr int kYearsShown = 6;

// `?year=2025&part=autumn`: of September to December of the school year that begins then; `spring`:
// January to March; `summer`: April to August; without a part, of all of it. Of anything else: the
// newest part that is closed. No other span can be asked for, or two of them could be subtracted
// from each other.
Response ShowPatterns(const Visit& visit);

}  // namespace firstbell::school::web
