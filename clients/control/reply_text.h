#pragma once

// What schools have said back, as an officer reads it and as a program does. Pure; any thread.

#include <string>

#include "clients/console/local_time.h"
#include "clients/control/desk_key.h"

namespace firstbell::control {

// When, who, what about; then the text; then an empty line. Safe for a terminal.
std::string ReplyText(const OpenedReply& reply, const console::LocalTime& london);
// at, by; from, about, text; or error. One line, without a line break.
std::string ReplyJson(const OpenedReply& reply);
// Under the last: how many are not shown, and what to do then. `call` as the list had it before
// they were read; of no call where it stood there no more.
std::string RepliesEnd(const v1::Call& call, const v1::GetRepliesResponse& replies);

}  // namespace firstbell::control
