#pragma once

// The evidence of names (evidence.h). Pure; any thread.

#include "broker/matching/evidence.h"

namespace firstbell::matching {

struct NameFindings {
  Finding forename, family;
};

NameFindings CompareNames(const Description& child, const Description& pupil,
                          const Frequencies& frequencies, const Habits& habits);

// Takes from what speaks for the child, for it agrees by chance so many times as often; never more
// than all.
void Lessen(Finding& finding, double times);

// log2(m / u) in hundredths.
Centibits Weigh(double m, double u);

}  // namespace firstbell::matching
