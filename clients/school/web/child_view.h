#pragma once

// A child's chronology as the template's variables: what the police said set apart from what the
// school wrote, newest first, and what is in force now.

#include "clients/school/records/record_store.h"
#include "clients/school/web/visit.h"

namespace firstbell::school::web {

base::Result<std::string> NameOf(const Visit& visit, const Ring& ring, const ChildId& child);

base::Result<Json> ChildView(const Visit& visit, const Ring& ring, const ChildId& child,
                             const RecordPage& page);

}  // namespace firstbell::school::web
