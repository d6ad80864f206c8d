#pragma once

// What the sections of broker.toml share: how a text is written, and what is wrong with a setting.
// Pure; any thread.

#include <string>
#include <string_view>

#include <toml++/toml.h>

#include "broker/base/status.h"

namespace firstbell::registry {

// A TOML string on one line.
std::string Quoted(std::string_view text);
// InvalidArgument: the line, the key, and what would be right.
base::Status WrongSetting(const toml::node& node, std::string_view key, std::string_view right);

}  // namespace firstbell::registry
