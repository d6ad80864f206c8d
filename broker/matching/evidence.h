#pragma once

// What a pupil of a roll says for and against being the child that was heard, field by field, in
// bits: I. P. Fellegi and A. B. Sunter, "A Theory for Record Linkage", JASA 64 (1969). Each field
// is put at one level of agreement; its weight is log2(m / u), m how often the same child is
// written so, u how often another is. Pure; any thread. Same input, same bits.

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "broker/matching/description.h"
#include "broker/matching/frequencies.h"

namespace firstbell::matching {

enum class Field { kForename, kFamilyName, kBirthDate, kPostcode, kAddress, kSchool, kUpn };
inline constexpr std::size_t kFields = 7;

enum class Level {
  kUnknown,      // nothing to compare: no evidence either way
  kExact,        // the same
  kSpelling,     // forename: one name written differently
  kShort,        // forename: one is short for the other
  kMiddle,       // forename: called by one that stands further back
  kHalf,         // family name: one half of a double-barrelled one
  kFormer,       // family name: a former one
  kClose,        // a slip of the pen
  kSound,        // sounds alike
  kInitial,      // forename: an initial and no more
  kAlike,        // forename: two different names that look or sound alike
  kSwapped,      // date of birth: day and month; names: given and family name
  kPlaceholder,  // date of birth: 1 January of the same year
  kAge,          // only the age is known, and fits
  kNearAge,      // it is a year off
  kNear,         // postcode: the sector; address: some of it; school: by its name alone
  kArea,         // postcode: the outward code
  kDifferent,
};
std::string_view NameOf(Field field);
std::string_view NameOf(Level level);

// A weight in hundredths of a bit, so that sums are exact.
using Centibits = std::int32_t;

struct Finding {
  Level level = Level::kUnknown;
  Centibits weight = 0;
};

struct Evidence {
  std::array<Finding, kFields> findings;

  const Finding& at(Field field) const { return findings[static_cast<std::size_t>(field)]; }
  Finding& at(Field field) { return findings[static_cast<std::size_t>(field)]; }
  Centibits total() const;
  // What speaks for this child and not merely for its household.
  Centibits of_child() const { return at(Field::kForename).weight + at(Field::kBirthDate).weight; }
};

// How often the same child is written so (m). The defaults are of the kind that linkage of British
// administrative records finds; whoever knows a roll better sets them in broker.toml. Each field's
// sum is 1, and those of an age by themselves. `spelling` is of the names alone that have several:
// the sum of forenames is at most 1 without it, and at least 1 with it.
struct Habits {
  struct {
    double exact = 0.80, spelling = 0.12, short_form = 0.03, middle = 0.02, close = 0.06,
           sound = 0.01, initial = 0.005, alike = 0.01, different = 0.035;
  } forename;
  struct {
    double exact = 0.80, half = 0.02, former = 0.01, close = 0.09, sound = 0.02, different = 0.06;
  } family;
  double names_swapped = 0.01;
  struct {
    double exact = 0.88, swapped = 0.025, close = 0.045, placeholder = 0.005, different = 0.045;
    double age = 0.85, near_age = 0.13, other_age = 0.02;
  } birth_date;
  struct {
    double exact = 0.81, close = 0.03, near = 0.01, area = 0.04, different = 0.11;
  } postcode;
  struct {
    double exact = 0.75, close = 0.10, near = 0.07, different = 0.08;
  } address;
  struct {
    double exact = 0.90, different = 0.10;
  } school;
};

// Where the child was heard to go to school, as read against the register. Sorted.
struct SchoolHeard {
  std::vector<base::Urn> may_be;  // empty: not heard, or not understood: no evidence
  double share = 0;               // of all pupils, those there
  bool name_alone = false;        // no place was heard: it may be another of the name
};

// Several were heard: either may be meant.
void AddTo(SchoolHeard& schools, const SchoolHeard& more);

struct Heard {
  Description child;
  SchoolHeard school;
};

// `today` for an age.
Evidence Compare(const Heard& heard, const Description& pupil, base::Urn at,
                 const Frequencies& frequencies, const Habits& habits, model::Date today);

}  // namespace firstbell::matching
