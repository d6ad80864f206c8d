#pragma once

// Which edition of the time zone database this process computes local times by.

#include <string>

namespace firstbell::base {

// "2025b", as the database says of itself; "unknown" where it does not. Read once. Threads: safe.
const std::string& TzdataVersion();

}  // namespace firstbell::base
