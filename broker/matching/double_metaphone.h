#pragma once

// How a name sounds in English: Double Metaphone (Lawrence Philips, "The Double Metaphone Search
// Algorithm", C/C++ Users Journal, June 2000). Pure; any thread.

#include <string>
#include <string_view>

namespace firstbell::matching {

// At most four letters each; '0' is the sound of "th", 'X' of "sh". They differ where a name has a
// second reading, "Schmidt" as XMT or SMT.
struct Sounds {
  std::string primary, secondary;
  friend bool operator==(const Sounds&, const Sounds&) = default;
};

// Of ASCII letters in any case; everything else is silent. Empty for an empty name.
Sounds SoundsOf(std::string_view name);

}  // namespace firstbell::matching
