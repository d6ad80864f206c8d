#pragma once

// Where in an index of a roll a child may be found: each pupil stands in a few blocks, with a few
// bytes that say roughly who it is, so that few of a block need be fetched. Pure; any thread.

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "broker/matching/description.h"

namespace firstbell::matching {

// FNV-1a of what the pupils of a block share. As personal as that: a name and a date can be
// guessed.
using BlockKey = std::uint64_t;

// Eight bytes of a pupil.
struct Fingerprint {
  std::uint16_t born = 0;  // days since 1 January 1990; 0: not known
  std::uint8_t forename = 0, forename_sound = 0;
  std::uint8_t family = 0, family_sound = 0;
  std::uint8_t outward = 0, inward = 0;  // of the postcode; 0: not known

  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};
Fingerprint FingerprintOf(const Description& description);

// Distinct, sorted. By date of birth and the sound of a family name; by that and the sound of a
// forename; by forename and family name; by postcode; by UPN.
std::vector<BlockKey> BlocksOf(const Description& pupil);
// Where to look for a child.
struct Blocks {
  std::vector<BlockKey> narrow;
  // With the names swapped, and by forename and family name alone, which are large. Needed only
  // where nobody stands out in the others: who shares names and nothing else is far behind one who
  // shares more.
  std::vector<BlockKey> more;
};
Blocks BlocksFor(const Description& child);

// How promising one of a block is, to be compared with another's alone. `at_school`: it is where
// the child was heard to go. Below kWorthFetching it can not be the child, as far as its
// fingerprint goes; from kStandsOut on it shares home, birth date and a name, and nobody in the
// larger blocks is as likely. Who is more than kBehind behind another is far from being as likely,
// and more than kBehindOne behind one who stands out: it does not share both names and the birth
// date.
int Promise(const Fingerprint& child, const Fingerprint& pupil, bool at_school);
inline constexpr int kWorthFetching = 4;
inline constexpr int kStandsOut = 14;
inline constexpr int kBehind = 7;
inline constexpr int kBehindOne = 7;

}  // namespace firstbell::matching
