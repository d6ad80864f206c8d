#pragma once

// A child's page as the template's variables: what the police said set apart from what the school
// wrote, newest first, and what is in force now.

#include "clients/school/web/record_desk.h"

namespace firstbell::school::web {

// What of a child's records is asked for.
struct ChronologyView {
  std::string show;   // "police", "did", "concerns", "told", "file"; empty: all but the file's own
  std::string token;  // of the page before
};

base::Result<Json> ChildView(const Visit& visit, const school_records::ChildId& child,
                             const ChronologyView& view);

}  // namespace firstbell::school::web
