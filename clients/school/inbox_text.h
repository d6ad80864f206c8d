#pragma once

// The inbox's list as a person reads it, and as a program does. No child's name stands in it:
// alerts are sealed. Pure.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "clients/console/local_time.h"
#include "clients/school/inbox.h"

namespace firstbell::school {

// What the people here are to be told beside the alerts.
struct InboxWords {
  std::vector<std::string> standing;  // how things stand: the clock, the daemon, the link
  std::vector<std::string> notices;   // what has happened
};
InboxWords WordsOf(const Inbox& inbox, const console::LocalTime& london);

std::string InboxText(const Inbox& inbox, const console::LocalTime& london);
std::string InboxJson(const Inbox& inbox);  // one line

// That the link is down or refused, since when, and what to do.
std::string LinkText(const LinkStanding& standing, const console::LocalTime& london);

// alert_id, revision, state, shown_from, deadline, minutes_left, late.
nlohmann::ordered_json FactsJson(const HeldAlert& alert, absl::Time now);

// Its state in words, with the name of who acknowledged where the broker has said it.
std::string StateText(const HeldAlert& alert);

// The first characters of an id, enough in practice to name it.
std::string ShortId(const base::AlertId& id);
// "35 min", "3 h 10 min", "2 d 4 h"; "0 min" from the deadline on. Whole minutes that are left.
std::string TimeLeft(absl::Time deadline, absl::Time now);

}  // namespace firstbell::school
