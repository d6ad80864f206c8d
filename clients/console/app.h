#pragma once

// A program's command line: its commands, the flags that all programs have (--config, --json,
// --version,
// --help) and its settings. A setting is an option that may also stand in the TOML file of
// --config; the command line wins. Exit codes: 0 done, 1 failed, 2 wrong usage. Not thread-safe.

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "broker/base/status.h"

namespace firstbell::console {

enum class Exit { kDone = 0, kFailed = 1, kWrongUsage = 2 };

// What a command does once everything is parsed. An error is printed and ends with kFailed, a
// UsageError with kWrongUsage.
using Action = std::function<base::Result<Exit>()>;

// An error that the user corrects on the command line.
base::Status UsageError(std::string_view message);

class App {
 public:
  struct About {
    std::string name;      // "firstbell-control"
    std::string version;   // FIRSTBELL_VERSION
    std::string what;      // one sentence
    std::string examples;  // lines as typed, under the help
  };
  // Results go to `out`, errors to `err`; both outlive this.
  App(About about, std::ostream& out, std::ostream& err);
  App(const App&) = delete;
  App& operator=(const App&) = delete;

  // A command of the program, or below `parent`. Options are added to what is returned.
  CLI::App& Command(const std::string& name, const std::string& what, const std::string& examples,
                    Action action);
  CLI::App& Command(CLI::App& parent, const std::string& name, const std::string& what,
                    const std::string& examples, Action action);
  // A name that has commands below it, as in `schools import`.
  CLI::App& Group(const std::string& name, const std::string& what);
  // The same below `parent`, as in `school direct-lines set`.
  CLI::App& Group(CLI::App& parent, const std::string& name, const std::string& what);

  // `value` keeps its default where neither the command line (`flag`, "--address") nor the file
  // (`key`, "broker.address") gives it. A path in the file is relative to the file.
  void Setting(std::string& value, const std::string& flag, const std::string& key,
               const std::string& what);
  void PathSetting(std::filesystem::path& value, const std::string& flag, const std::string& key,
                   const std::string& what);

  // All of main: parses, reads --config, runs the chosen command, prints its error.
  int Main(int argc, const char* const* argv);

  bool json() const { return json_; }
  std::ostream& out() { return out_; }
  std::ostream& err() { return err_; }

 private:
  struct FileSetting {
    std::string key;
    CLI::Option* option;
    std::function<void(const std::string& text, const std::filesystem::path& folder)> set;
  };

  std::string SharedOptions() const;
  std::string WrongUsage(const CLI::ParseError& error) const;
  base::Status ReadConfig();
  Exit Run();

  CLI::App cli_;
  std::ostream& out_;
  std::ostream& err_;
  bool json_ = false;
  std::filesystem::path config_;
  std::vector<FileSetting> settings_;
  Action chosen_;
};

}  // namespace firstbell::console
