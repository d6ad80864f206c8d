#pragma once

// A program's TOML file, its tables flattened to dotted keys ("broker.address"). A value; not
// thread-safe.

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "broker/base/status.h"

namespace firstbell::console {

class Config {
 public:
  // NotFound: no such file. InvalidArgument: not TOML, with the line; or a value that is neither a
  // text, a number, true or false.
  static base::Result<Config> Load(const std::filesystem::path& path);

  // The value as text, once.
  std::optional<std::string> Take(const std::string& key);
  // InvalidArgument naming a key that nobody took: a misspelt one must not pass unseen.
  base::Status CheckAllTaken() const;

 private:
  std::string name_;
  std::map<std::string, std::string> values_;
};

}  // namespace firstbell::console
