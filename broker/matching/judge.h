#pragma once

// Which of the pupils found is the child, or why a person must say. A machine places on what speaks
// for the child (forename and date of birth) together with what says where it lives or learns: a
// household's evidence alone is its brother's too. Pure; any thread. Same input, same judgement.

#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "broker/matching/evidence.h"

namespace firstbell::matching {

// In hundredths of a bit. Shipped as measured on invented rolls of ten million (tests/bench).
struct Thresholds {
  Centibits certain = 1200;  // of the total, beyond log2 of the roll
  Centibits forename = 200;  // of the forename
  Centibits birth_date = 200;
  Centibits of_child = 1000;  // of both
  Centibits margin = 1000;    // to the next child
};

// Why a machine does not place. In the order in which they are asked.
enum class Doubt {
  kNone,             // placed
  kNobody,           // nobody on the roll is like it
  kUpnConflict,      // the UPN is one pupil's, names and date of birth are another's
  kTooLittle,        // all that agrees may agree by chance on a roll of this size
  kForename,         // the forename does not speak for this child
  kNoBirthDate,      // none was heard
  kBirthDate,        // it does not speak for this child
  kChildWeak,        // both together do not
  kNoLocation,       // neither home nor school says that it is this one
  kAnotherAsLikely,  // the next child is nearly as likely
  kCut               // not all who may be it were compared
};
std::string_view NameOf(Doubt doubt);  // "forename", for a table of decisions

struct Scored {
  std::size_t pupil = 0;  // whichever number the caller knows it by
  std::size_t child = 0;  // the same for all registrations of one child
  Evidence evidence;
};

struct Judgement {
  Doubt doubt = Doubt::kNobody;
  Centibits beyond_chance = 0;  // the best one's total, less log2 of the roll
  Centibits margin = 0;         // to the next child; all of it where there is none
  std::vector<Scored> ranked;   // best first; by `pupil` where they are equal
  bool placed() const { return doubt == Doubt::kNone; }
};

Judgement Judge(std::vector<Scored> found, const Frequencies& frequencies,
                const Thresholds& thresholds);

}  // namespace firstbell::matching
