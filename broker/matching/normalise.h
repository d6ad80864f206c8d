#pragma once

// One spelling for names that a person would call the same: ICU compatibility decomposition,
// accents off, case folded, Latin letters that no decomposition opens (ł, ø, æ) in their plain
// form; hyphens, apostrophes, full stops and spaces of any kind go. "Zoë-Anne O'Brien" and "ZOE
// ANNE OBRIEN" agree. Vowel signs and points of other scripts are letters of the name and stay.
// Pure; any thread.

#include <string>
#include <string_view>
#include <vector>

#include "broker/model/incident.h"
#include "broker/model/pupil.h"

namespace firstbell::matching {

// Empty where nothing of the name is a letter or digit.
std::string NormaliseName(std::string_view name);

// The keys under which a pupil is found: one for each pairing of given or preferred with family or
// former name, together with the date of birth: "2014-05-09|zoeanne|obrien". Distinct, sorted, at
// most four. They are as personal as the names in them.
std::vector<std::string> PupilKeys(const model::Pupil& pupil);
// The keys to look under for a child of an incident, by the same rule.
std::vector<std::string> ChildKeys(const model::ChildIdentity& child);

}  // namespace firstbell::matching
