#pragma once

// Which registrations a child's notice goes to, or why a person must say: judge.h's judgement of
// who the child is, and what rolls say of where a child belongs. Pure: no store, no clock; any
// thread. Same input, same decision, whatever the order of `found`.

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "broker/matching/judge.h"
#include "broker/model/alert.h"
#include "broker/model/pupil.h"

namespace firstbell::matching {

struct Rule {
  Habits habits;
  Thresholds thresholds;
};

// A child that somebody looks for.
struct Wanted {
  Heard heard;
  bool is_protected = false;
};

// What an index has of who may be it: any registration at most once.
struct Found {
  std::vector<model::PupilAtSchool> pupils;
  bool cut = false;   // there are more, which were not looked at
  bool full = false;  // the same of some that are no likelier than those
};

struct Decision {
  v1::Reason reason = v1::REASON_UNSPECIFIED;  // unspecified: placed
  // Whom to tell, every registration of the one child; when placed.
  std::vector<model::PupilAtSchool> registrations;
  // Beside those, where the child is a guest; when placed. Whether they are told is not said here.
  std::vector<model::PupilAtSchool> guests;
  // For the desk, best first, at most limits::kCandidates: who it may be, when not placed; when
  // placed, the later claims to the child, which are told nothing until a person says so or the
  // earlier school lets it go.
  std::vector<model::Case::Candidate> candidates;

  // How it came to this.
  Judgement judgement;                         // Scored::pupil is a place in `compared`
  std::vector<model::PupilAtSchool> compared;  // those on roll, by (urn, local id)
  bool all_compared = true;                    // and nobody else may be the child

  bool placed() const { return reason == v1::REASON_UNSPECIFIED; }
};

// Who is not on roll on `today` is left aside. Two registrations are one child's where forename,
// family name and date of birth agree and the UPN too or, where one has none, the full postcode.
// In this order:
//  - the child, or a pupil whose forename and date of birth speak for being it, is protected:
//    REASON_PROTECTED
//  - Judge doubts, or the index was cut: REASON_NO_MATCH, _NOT_UNIQUE, _CONFLICT, or
//    _NOT_CORROBORATED, as ReasonOf says
//  - a guest is registered elsewhere: where the child has another registration, its schools are
//    `guests`; where it has none, they are told as its registrations, the first claims among them
//  - one school, or one main and its subsidiaries, at most limits::kEstablishmentsPerChild: placed
//    at all of them. The main's own roll says that there is another school, so that none can make
//    itself one.
//  - otherwise schools compete. What was claimed within limits::kClaimsTogether of the first claim
//    is placed if it is one registration, or a main and its subsidiaries; the later claims are
//    candidates. Where it is neither: REASON_COMPETING_CLAIM.
Decision Decide(const Wanted& child, Found found, const Frequencies& frequencies, const Rule& rule,
                model::Date today);

// As a case's reason; unspecified for kNone.
v1::Reason ReasonOf(const Judgement& judgement);

}  // namespace firstbell::matching
