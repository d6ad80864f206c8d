#pragma once

// What a date of birth that was heard says of one on a roll. Pure; any thread.

#include "broker/model/text.h"

namespace firstbell::matching {

enum class BirthDateMatch {
  kExact,
  kSwapped,      // day and month changed places: 9 May, 5 September
  kOneEdit,      // one digit of YYYYMMDD is another, or two neighbours changed places
  kPlaceholder,  // the same year, and one of them 1 January: what is written where only that is
                 // known
  kDifferent,
};

// Symmetric. The first of them that holds.
BirthDateMatch CompareBirthDates(model::Date a, model::Date b);

enum class AgeMatch {
  kFits,
  kNear,  // a year off, either way: a birthday that is near, an age that was guessed
  kDifferent,
};

// Whether someone born on `born` is `age` years old on `today`. Born on 29 February, one is a year
// older on 1 March of a common year.
AgeMatch CompareAge(int age, model::Date born, model::Date today);

}  // namespace firstbell::matching
