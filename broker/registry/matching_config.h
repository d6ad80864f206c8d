#pragma once

// The sections [matching.…] of broker.toml: how often the same child is written so, and how much
// evidence a machine needs. Pure; any thread.

#include <string>

#include <toml++/toml.h>

#include "broker/base/status.h"
#include "broker/matching/decide.h"

namespace firstbell::registry {

// The sections that say the same, with a comment at every key.
std::string FormatMatching(const matching::Rule& rule);

// Takes over what stands in `matching`; what does not, stays as it is. InvalidArgument names the
// line and the key that is unknown or outside of its range, or the field whose levels do not sum
// to 1.
base::Status ReadMatching(const toml::table& matching, matching::Rule& rule);

}  // namespace firstbell::registry
