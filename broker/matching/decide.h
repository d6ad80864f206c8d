#pragma once

// Which pupil is this child? The first safe rule: names and date of birth exactly equal once
// normalised, the pupil unique, **and** the outward postcode or a valid UPN agreeing. A machine
// places on that alone; everything else is a case for a person. Pure: no store, no clock.

#include <vector>

#include "absl/types/span.h"
#include "broker/model/alert.h"
#include "broker/model/incident.h"
#include "broker/model/pupil.h"

namespace firstbell::matching {

// Either establishments (outcome placed) or a reason to ask a person.
struct Decision {
  v1::Reason reason = v1::REASON_UNSPECIFIED;  // unspecified: placed
  std::vector<model::PupilAtSchool>
      registrations;  // every registration of the one child; when placed
  std::vector<model::Case::Candidate> candidates;  // for the desk, in order; when not
  bool placed() const { return reason == v1::REASON_UNSPECIFIED; }
};

// `found` is what the store has under ChildKeys(child), in any order, a registration perhaps more
// than once. Candidates are those of it that are on roll on `today` and do share a key with the
// child. Same input, same decision. Rules, in order:
//  - the child or any candidate is protected: REASON_PROTECTED
//  - none: REASON_NO_MATCH
//  - more than limits::kCandidates found, of which the store gave only some: REASON_NOT_UNIQUE
//  - more than one pupil, unless all share one valid UPN and are one main and its subsidiary
//    registrations (one child, registered twice): REASON_NOT_UNIQUE. A guest is registered
//    elsewhere: guests are left aside where the same UPN has another registration, and are no
//    registration alone (REASON_NOT_CORROBORATED). The main and each subsidiary registration must
//    be at schools of their own, at most limits::kEstablishmentsPerChild of them.
//  - the child's valid UPN differs from the pupil's: REASON_CONFLICT
//  - neither UPN nor outward postcode agrees: REASON_NOT_CORROBORATED. A missing field agrees with
//    nothing.
Decision Decide(const model::ChildIdentity& child, absl::Span<const model::PupilAtSchool> found,
                model::Date today);

}  // namespace firstbell::matching
