#include "broker/registry/toml_text.h"

#include <sstream>

namespace firstbell::registry {

std::string Quoted(std::string_view text) {
  std::ostringstream quoted;
  const toml::value<std::string> value{std::string(text)};
  quoted << toml::toml_formatter(value, toml::format_flags::none);
  return quoted.str();
}

base::Status WrongSetting(const toml::node& node, std::string_view key, std::string_view right) {
  return base::InvalidArgument("line " + std::to_string(node.source().begin.line) + ": " +
                               std::string(key) + ": " + std::string(right));
}

}  // namespace firstbell::registry
