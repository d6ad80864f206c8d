#pragma once

// Forenames that are one name. Two that are a letter apart are usually two people (Emma and Gemma,
// Ella and Bella): only this table says which are not. Pure; any thread.

#include <string_view>

namespace firstbell::matching {

enum class SameName {
  kNo,
  kSpelling,  // one name written differently: Zayn, Zain; Mohammed, Muhammad
  kShort,     // one is short for the other: Lizzie, Elizabeth
};

// Of two forenames in plain letters (names.h). Symmetric. Alex is Alexander's and Alexandra's, so
// that kShort is weak; and two short for a third are no one name: Ella and Bella may be sisters.
SameName CompareForenames(std::string_view a, std::string_view b);

// Whether it is a name that many in the country bear, on this roll or not.
bool IsCommonForename(std::string_view forename);

// One spelling for all that are kSpelling of each other; any other name is its own.
std::string_view CommonSpelling(std::string_view forename);

}  // namespace firstbell::matching
