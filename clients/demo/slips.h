#pragma once

// What goes wrong between a child and an officer's notebook at two in the morning. Pure; the dice
// alone change.

#include <optional>
#include <string>

#include "clients/demo/invented_roll.h"

namespace firstbell::demo {

// How often, of all incidents.
struct Noise {
  double forename_slip = 0, forename_other = 0;
  double family_slip = 0, family_other = 0;
  double swapped = 0;  // given and family name
  double born_wrong = 0, born_missing = 0;
  double postcode_stale = 0, postcode_missing = 0;
  double school_heard = 0, school_right = 0.92;
};
inline constexpr Noise kModerate = {0.10, 0.02, 0.12, 0.03, 0.01, 0.09, 0.03, 0.10, 0.02};
inline constexpr Noise kHarsh = {0.12, 0.05, 0.15, 0.08, 0.03, 0.15, 0.10, 0.30, 0.05};

struct HeardChild {
  std::string given_names, family_name;
  std::optional<model::Date> born;
  std::string postcode;  // empty: not heard
  std::optional<base::Urn> school;
};

matching::Description Describe(const HeardChild& child);

HeardChild Hear(const InventedChild& child, const InventedRoll& roll, const Noise& noise,
                Dice& dice);

// One slip in a name: as it sounds, a key beside, two letters in the wrong order. Another name
// than it was.
std::string SlipInName(const std::string& name, Dice& dice);
// Day and month the wrong way round, a digit, a day, month or year beside, or quite another.
model::Date SlipInDate(model::Date date, Dice& dice);

}  // namespace firstbell::demo
