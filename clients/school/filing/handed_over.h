#pragma once

// What of a record leaves the school: the one place where the police's words are left out, before
// either format sees them. Pure.

#include "clients/school/filing/filing.h"

namespace firstbell::school_filing {

struct HandedOverEntry {
  FiledEntry entry;       // its texts plain (plain_text.h); without facts where they are left out
  bool left_out = false;  // what the police said was left out of it
};

struct HandedOver {
  FiledRecord record;  // its texts plain; its entries stand below
  std::vector<HandedOverEntry> entries;
};

HandedOver HandOver(const FiledRecord& record);

// In the place of what was left out.
inline constexpr char kLeftOut[] = "Left out of this copy: what the police said.";

}  // namespace firstbell::school_filing
