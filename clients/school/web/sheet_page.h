#pragma once

// The sheet for chosen staff: what they are to do today for a child, and how it shows. It says no
// reason, and is for every reason alike, so that being on it reveals nothing. A line goes at
// midnight, and is erased kLinesKept later: what staff were told of a child with a file stands in
// its ledger. Who read it is written down.

#include "clients/school/web/record_desk.h"

namespace firstbell::school::web {

inline constexpr absl::Duration kLinesKept = absl::Hours(30 * 24);

// Of safeguarding people.
Response ShowSheet(const Visit& visit);
// A child of whom nothing else is written down.
Response AddByName(const Visit& visit);
Response TakeOffSheet(const Visit& visit);

// Of staff: to show it is to have read it.
Response ShowStaffSheet(const Visit& visit);

}  // namespace firstbell::school::web
