#pragma once

// A scenario file: one step a line. Blank lines and what follows a # at the start of a line are for
// the reader. A line `only: simulated, because …` or `only: processes, because …` keeps it out of
// the other world. Values; any thread.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "broker/base/status.h"

namespace firstbell::scenarios {

enum class WorldKind { kSimulated, kProcesses };

struct Step {
  int line = 0;
  std::string text;
};

struct Script {
  std::filesystem::path path;
  std::optional<WorldKind> only;
  std::string because;
  std::vector<Step> steps;

  // InvalidArgument naming file and line where `only:` gives no world or no reason.
  static base::Result<Script> Parse(const std::filesystem::path& path, std::string_view text);
  static base::Result<Script> Load(const std::filesystem::path& path);
  // "placed_overnight.scenario:7"
  std::string Place(const Step& step) const;
};

// Every scenario of a folder, by name.
std::vector<std::filesystem::path> ScenarioFiles(const std::filesystem::path& folder);

}  // namespace firstbell::scenarios
