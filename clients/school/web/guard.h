#pragma once

// Who may speak to the page at all, before anybody is asked who they are: a user of this machine
// who was named, a browser that means this very address, and for whatever changes something a form
// of our own. Pure; any thread.

#include <optional>
#include <set>
#include <string>

#include "clients/school/web/message.h"

namespace firstbell::school::web {

struct GuardPolicy {
  std::set<uid_t> users;  // whose processes may connect
  std::string host;       // "127.0.0.1:7470": what a request must name as its Host
};

struct Refusal {
  int status = 403;
  std::string why;  // for the log and the page: never what was sent
};

// Of whoever connects, before anything is read. 403: another user, or one that is not known.
std::optional<Refusal> JudgeUser(std::optional<uid_t> user, const GuardPolicy& policy);

// Nothing: it may go on. 405: a method that is neither GET nor POST. 421: another Host (a name that
// was rebound to this machine, for one). 403: another user's process, or one that is not known; a
// POST from another origin, or that does not say from which. 413: a POST that is not whole.
// 415: one that is no form.
std::optional<Refusal> Judge(const Request& request, const GuardPolicy& policy);

}  // namespace firstbell::school::web
