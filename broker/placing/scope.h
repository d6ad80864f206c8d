#pragma once

// Who is in the scheme's scope by age: from reception (the September after the fourth birthday) to
// the day before the eighteenth. Pure; any thread.

#include "broker/model/text.h"

namespace firstbell::placing {

bool UnderReceptionAge(model::Date date_of_birth, model::Date today);
bool Adult(model::Date date_of_birth, model::Date today);
inline bool InScope(model::Date date_of_birth, model::Date today) {
  return !UnderReceptionAge(date_of_birth, today) && !Adult(date_of_birth, today);
}

// Where only an age is known, which may be a year off: not where it says that the child is out of
// scope for certain.
inline bool MayBeInScope(int age) {
  return age >= 3 && age <= 18;
}

}  // namespace firstbell::placing
