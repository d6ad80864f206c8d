#pragma once

// The section [wake_ups] of broker.toml, read and written. Pure; any thread.

#include <string>

#include <toml++/toml.h>

#include "broker/base/status.h"
#include "broker/registry/wake_up_config.h"

namespace firstbell::registry {

// The section that says the same, with a comment at every key.
std::string FormatWakeUps(const WakeUpConfig& config);

// Takes over what stands in `section`; what does not, stays as it is. InvalidArgument names the
// line and the key that is unknown or wrong, or what is missing beside another.
base::Status ReadWakeUps(const toml::table& section, WakeUpConfig& config);

}  // namespace firstbell::registry
