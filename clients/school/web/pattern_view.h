#pragma once

// Patterns as the page's charts show them: words, numbers, and how long a bar is, which follows
// from the numbers that are said alone. Pure; any thread.

#include "clients/school/records/patterns.h"
#include "clients/school/web/pattern_facts.h"
#include "clients/school/web/visit.h"

namespace firstbell::school::web {

// What the template is given is in assets/README.md. Beyond what `patterns` withholds, a month
// before the first alert or after the last, and a year group of which no number is said, do not
// stand out by being named or left out.
Json PatternsView(const school_records::Patterns& patterns, const PatternPeriod& period);
// Of a period of which nothing is shown yet.
Json NotClosedView(const PatternPeriod& period);

}  // namespace firstbell::school::web
