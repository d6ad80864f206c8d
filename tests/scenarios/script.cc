#include "tests/scenarios/script.h"

#include <algorithm>
#include <regex>
#include <sstream>

#include "broker/base/file.h"

namespace firstbell::scenarios {
namespace {

std::string Trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

base::Status ReadOnly(const std::string& text, Script& script) {
  static const std::regex form("only: (simulated|processes), because (.+)");
  std::smatch match;
  if (!std::regex_match(text, match, form)) {
    return base::InvalidArgument(
        "say `only: simulated, because …` or `only: processes, because …`");
  }
  script.only = match[1] == "simulated" ? WorldKind::kSimulated : WorldKind::kProcesses;
  script.because = match[2];
  return base::OkStatus();
}

}  // namespace

base::Result<Script> Script::Parse(const std::filesystem::path& path, std::string_view text) {
  Script script;
  script.path = path;
  std::istringstream lines{std::string(text)};
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    const Step step{++number, Trimmed(line)};
    if (step.text.empty() || step.text.front() == '#') continue;
    if (!step.text.starts_with("only:")) {
      script.steps.push_back(step);
      continue;
    }
    const base::Status read = ReadOnly(step.text, script);
    if (!read.ok()) return base::Annotate(read, script.Place(step));
  }
  return script;
}

base::Result<Script> Script::Load(const std::filesystem::path& path) {
  FB_ASSIGN_OR_RETURN(const std::string text, base::ReadFile(path));
  return Parse(path, text);
}

std::string Script::Place(const Step& step) const {
  return path.filename().string() + ":" + std::to_string(step.line);
}

std::vector<std::filesystem::path> ScenarioFiles(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".scenario") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace firstbell::scenarios
