#pragma once

// What staff report goes to the safeguarding people: into the records' post box, which staff cannot
// read again. One of these places it with a child.

#include <vector>

#include "clients/school/web/record_desk.h"
#include "clients/school/web/record_forms.h"

namespace firstbell::school::web {

// With whom a concern can be placed: each child with a file, by its name.
base::Result<std::vector<FormChoice>> ChildChoices(const Visit& visit);
Response ShowConcerns(const Visit& visit);
Response PlaceConcern(const Visit& visit);

// Of staff.
Response ShowStaffConcern(const Visit& visit);
Response AddStaffConcern(const Visit& visit);

}  // namespace firstbell::school::web
