#pragma once

// What tests of matching share: an invented roll of some twenty thousand to be unlike, and children
// as they are described.

#include <optional>

#include "broker/matching/evidence.h"
#include "clients/demo/invented_roll.h"

namespace firstbell::matching {

inline constexpr model::Date kToday(2026, 3, 3);

inline Description ChildOf(const char* given, const char* family, std::optional<model::Date> born,
                           const char* postcode) {
  Description child;
  child.given = GivenWords(given);
  child.family = ReadFamilyName(family);
  child.born = born;
  child.postcode = ReadPostcode(postcode);
  return child;
}

// Counted once.
inline const Frequencies& SmallRoll() {
  static const Frequencies* const kept = [] {
    const demo::NamePool names;
    const demo::InventedRoll roll({.seed = 5, .families = 12'000}, names);
    FrequencyCounter counter;
    for (std::uint64_t number = 0; number < roll.county().families; ++number) {
      for (const demo::InventedChild& child : roll.Family(number)) {
        counter.Add(demo::Describe(child));
      }
    }
    return new Frequencies(counter.Take());
  }();
  return *kept;
}

}  // namespace firstbell::matching
