#pragma once

// How alike two spellings are. Bytes: give words that matching/names.h has brought to plain
// letters. Pure; any thread. Time and memory grow with the product of the lengths, which are
// bounded by limits::kNameBytes; nothing is allocated for the lengths of names.

#include <cstddef>
#include <string_view>

namespace firstbell::matching {

// Jaro's similarity with Winkler's reward for a common beginning of up to four letters (W. E.
// Winkler, "String Comparator Metrics and Enhanced Decision Rules in the Fellegi-Sunter Model of
// Record Linkage", 1990; p = 0.1, above 0.7 only). 1: equal; 0: nothing in common, or one is empty.
double JaroWinkler(std::string_view a, std::string_view b);

// The least number of insertions, deletions, substitutions and swaps of neighbours that make one
// into the other, no place edited twice (optimal string alignment). Stops above `most`: then it
// answers most + 1.
std::size_t OsaDistance(std::string_view a, std::string_view b, std::size_t most);

}  // namespace firstbell::matching
