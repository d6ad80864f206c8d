#pragma once

// A child's record as a document for the school's own safeguarding system. That a copy was made,
// by whom and with what in it, is written down before it leaves.

#include "clients/school/web/visit.h"

namespace firstbell::school::web {

Response ShowExport(const Visit& visit);
Response Export(const Visit& visit);

}  // namespace firstbell::school::web
