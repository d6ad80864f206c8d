#pragma once

// Who is enrolled at this school as the broker says it, and whether its delivery log bears it out:
// as a person reads it, and as a program does. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "clients/link/log_trust.h"
#include "clients/link/session_storage.h"

namespace firstbell::school {

// How the log stands to somebody, in a word for programs: "yes", "not_yet", "stranger", and
// "unknown" where no log was shown to this device yet.
std::string_view InLog(const base::RecipientId& id, const link::LogTrust& trust);
// The same for people: "yes", "not yet", "no: a stranger", "-".
std::string_view InLogText(const base::RecipientId& id, const link::LogTrust& trust);

std::string PeopleText(const std::vector<link::Person>& people, const link::LogTrust& trust);
std::string PeopleJson(const std::vector<link::Person>& people,
                       const link::LogTrust& trust);  // one line

}  // namespace firstbell::school
