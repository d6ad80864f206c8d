#pragma once

// What staff report goes to the safeguarding people: into the records' post box, which staff cannot
// read again. One of these places it with a child.

#include "clients/school/web/record_desk.h"

namespace firstbell::school::web {

Response ShowConcerns(const Visit& visit);
Response PlaceConcern(const Visit& visit);

// Of staff.
Response ShowStaffConcern(const Visit& visit);
Response AddStaffConcern(const Visit& visit);

}  // namespace firstbell::school::web
