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

}  // namespace firstbell::placing
