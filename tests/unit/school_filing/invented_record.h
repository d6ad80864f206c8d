#pragma once

// A record about an invented child, with one entry of each sort.

#include "clients/school/filing/filing.h"

namespace firstbell::school_filing {

inline absl::Time Morning() {
  return absl::FromUnixSeconds(1772523000);
}  // 2026-03-03 07:30 UTC

inline FiledRecord InventedRecord() {
  FiledRecord record{.urn = 123456,
                     .school = "Larkmoor Primary School",
                     .child = "Wren Quillfeather",
                     .born = "2017-05-04",
                     .form = "Year 4, Kestrels",
                     .made_by = "Ottoline Marsh",
                     .made_at = Morning() + absl::Hours(24 * 30)};
  record.entries = {
      {.at = Morning(),
       .by = "Fenshire Police",
       .heading = "Domestic incident on Monday night",
       .facts = {{"What happened", "Shouting was heard upstairs. PC Bramble attended."},
                 {"The child", "Was seen, and seemed frightened."}},
       .police = true},
      {.at = Morning() + absl::Minutes(50),
       .by = "Ottoline Marsh",
       .heading = "Done: Breakfast club",
       .facts = {{"Who", "Miss Thistle"},
                 {"Note", "Came in quietly. Ate two pieces of toast.\nSat with a friend."}}},
      {.at = Morning() + absl::Hours(5),
       .by = "Barnaby Thistle",
       .heading = "A concern",
       .facts = {{"What was seen", "Tired all morning."}},
       .corrected = true},
      {.at = Morning() + absl::Hours(30),
       .by = "Fenshire Police",
       .heading = "From the police",
       .police = true,
       .gone = "the force took it back"}};
  return record;
}

}  // namespace firstbell::school_filing
