#pragma once

// Which child is the same child: names and date of birth, as they are compared. Pure; any thread.

#include <optional>
#include <string>

#include "firstbell/v1/school_records.pb.h"

namespace firstbell::school_records {

// Family name, given names and date of birth in NFC, case folded (Unicode, default folding), runs
// of white space as one space and none at the ends, each ended by a zero byte. Nothing: no date of
// birth or no name, by which nobody can be told apart. As personal as what went in.
std::optional<std::string> IdentityOf(const v1::RecordedChild& child);
// A name, or what somebody is called, as it is compared: so much of it.
std::string Folded(const std::string& name);

}  // namespace firstbell::school_records
