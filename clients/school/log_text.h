#pragma once

// What this machine remembers of the broker's delivery log, as a person reads it, and as a program
// does; and what it means to accept another. Pure.

#include <string>
#include <vector>

#include "broker/audit/note.h"
#include "clients/console/local_time.h"
#include "clients/link/log_trust.h"
#include "clients/link/session_storage.h"

namespace firstbell::school {

struct LogView {
  link::LogTrust trust;  // with the key that was pinned at enrolment, where no other is known
  std::vector<link::PastFork> past;
  std::vector<link::Person> people;  // as the broker last told of them
};

// Of a log that is not trusted the name and the size alone: its key is to come from the operator,
// and not from this screen.
std::string LogText(const LogView& view, const console::LocalTime& london);
std::string LogJson(const LogView& view);  // one line

// Before anything is changed: what is given up, and the digits that are to be read out first.
std::string BeforeAcceptingText(const link::LogTrust& trust, const audit::VerifierKey& key);
std::string AcceptedText(const audit::VerifierKey& key, const std::string& confirmed_by);

}  // namespace firstbell::school
