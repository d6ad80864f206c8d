#pragma once

// What an option's value must look like, checked on the command line so that a slip there is wrong
// usage, names the option and reaches nobody. Pure.

#include <CLI/CLI.hpp>

namespace firstbell::console {

CLI::Validator IsTimeOfDay();  // HH:MM, 00:00 to 23:59
CLI::Validator IsDuration();   // 90m, 7h30m; more than nothing
CLI::Validator IsCount();      // digits alone: CLI11 would read -1 as the largest number

}  // namespace firstbell::console
