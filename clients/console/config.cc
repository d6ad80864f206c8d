#include "clients/console/config.h"

#include <toml++/toml.h>

#include "broker/base/file.h"

namespace firstbell::console {
namespace {

constexpr std::size_t kMaxConfigBytes = 1 << 20;

base::Status Flatten(const toml::table& table, const std::string& prefix,
                     std::map<std::string, std::string>& values) {
  for (const auto& [name, node] : table) {
    const std::string key = prefix + std::string(name.str());
    if (const toml::table* below = node.as_table()) {
      FB_RETURN_IF_ERROR(Flatten(*below, key + ".", values));
    } else if (const auto* text = node.as_string()) {
      values[key] = text->get();
    } else if (const auto* number = node.as_integer()) {
      values[key] = std::to_string(number->get());
    } else if (const auto* flag = node.as_boolean()) {
      values[key] = flag->get() ? "true" : "false";
    } else {
      return base::InvalidArgument("'" + key +
                                   "' is neither a text, a whole number, true or false");
    }
  }
  return base::OkStatus();
}

}  // namespace

base::Result<Config> Config::Load(const std::filesystem::path& path) {
  FB_ASSIGN_OR_RETURN(const std::string text, base::ReadFile(path, kMaxConfigBytes));
  Config config;
  config.name_ = path.filename().string();
  try {
    const base::Status status = Flatten(toml::parse(text), "", config.values_);
    if (!status.ok()) return base::Annotate(status, config.name_);
  } catch (const toml::parse_error& error) {
    return base::InvalidArgument(config.name_ + ", line " +
                                 std::to_string(error.source().begin.line) +
                                 ": this is not TOML: " + std::string(error.description()));
  }
  return config;
}

std::optional<std::string> Config::Take(const std::string& key) {
  const auto found = values_.extract(key);
  if (found.empty()) return std::nullopt;
  return found.mapped();
}

base::Status Config::CheckAllTaken() const {
  if (values_.empty()) return base::OkStatus();
  return base::InvalidArgument(name_ + ": '" + values_.begin()->first +
                               "' is no setting of this program; its --help lists them");
}

}  // namespace firstbell::console
