#pragma once

// A school's record of what was said and done about a child: one row, of which the clear part names
// nobody, and the body is read by the school's safeguarding people alone. Values. Format:
// proto/FORMATS.md, "A school's records".

#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "broker/base/ids.h"

namespace firstbell::school {

using RecordId = base::TextId<struct RecordIdTag>;  // random: 26 characters, lower case
using ChildId = base::TextId<struct ChildIdTag>;    // the same form; the school's own for a child

// Numbers are kept in the store.
enum class RecordKind {
  kChild = 1,    // who it is
  kAction = 2,   // what was done, or what came of it
  kConcern = 3,  // what somebody saw or heard
  kPause = 4,    // before any sanction, speak to …
  kFiled = 5,    // handed over to the school's own system
  kAlert = 6,    // what the police said, as it was opened
};

enum class ErasedWhy {
  kNot = 0,
  kRetention = 1,  // its time was over
  kTakenBack = 2,  // the force took the alert back
  kFiled = 3,      // it is kept elsewhere
};

// What lies in the clear: what is needed while nobody is signed in, and no more.
struct RecordFacts {
  RecordId id;
  ChildId child;
  base::AlertId alert;  // empty: of none
  RecordKind kind = RecordKind::kAction;
  absl::Time at;
  base::RecipientId by;
  std::optional<absl::Time> due;  // to be looked at again: a follow-up, a review
  RecordId corrects;              // empty: none. Both stay
  friend bool operator==(const RecordFacts&, const RecordFacts&) = default;
};

struct Record {
  std::uint64_t number = 0;  // its place in the chain, from 1
  RecordFacts facts;
  std::string body;  // JSON (bodies.h); empty: erased
  ErasedWhy erased = ErasedWhy::kNot;
};

}  // namespace firstbell::school
