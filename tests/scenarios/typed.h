#pragma once

// What is typed at the programs. Pure.

#include <string>
#include <string_view>

#include "tests/scenarios/world.h"
#include "tests/support/program.h"

namespace firstbell::scenarios {

// As a command takes a word of ours: "never-here".
std::string Typed(std::string_view word);
support::Arguments Joined(support::Arguments first, const support::Arguments& then);
// firstbell-school inbox …, of that alert.
support::Arguments InboxArguments(const base::AlertId& alert, const Saying& saying);
// firstbell-school duty away …, or back.
support::Arguments DutyArguments(const v1::Duty& duty);

}  // namespace firstbell::scenarios
