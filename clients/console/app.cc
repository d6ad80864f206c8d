#include "clients/console/app.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/cord.h"
#include "clients/console/config.h"
#include "clients/console/errors.h"
#include "clients/console/output.h"

namespace firstbell::console {
namespace {

constexpr std::string_view kUsage = "firstbell/wrong-usage";

std::string Footer(const std::string& examples) {
  return examples.empty() ? "" : "\nExamples:\n" + examples;
}

// The names of the commands below `parent`.
std::string NamesBelow(const CLI::App& parent) {
  std::string names;
  for (const CLI::App* command : parent.get_subcommands({})) {
    names += (names.empty() ? "" : ", ") + command->get_name();
  }
  return names;
}

// The command that was understood, as far as it was.
const CLI::App& DeepestParsed(const CLI::App& cli) {
  const CLI::App* deepest = &cli;
  while (!deepest->get_subcommands().empty()) deepest = deepest->get_subcommands().back();
  return *deepest;
}

bool AsksForJson(int argc, const char* const* argv) {
  return std::any_of(argv, argv + argc, [](std::string_view word) { return word == "--json"; });
}

}  // namespace

base::Status UsageError(std::string_view message) {
  base::Status status = base::InvalidArgument(message);
  status.SetPayload(base::View(kUsage), absl::Cord());
  return status;
}

App::App(About about, std::ostream& out, std::ostream& err)
    : cli_(about.what, about.name), out_(out), err_(err) {
  // What goes wrong is said in our words; gRPC's own lines would stand beside them, raw.
  setenv("GRPC_VERBOSITY", "NONE", 0);
  // Between two calls nobody but gRPC's backup poller moves a connection on. Every five seconds, as
  // it is, a handshake is cut off before its second step, and a broker that is back is never
  // reached.
  setenv("GRPC_CLIENT_CHANNEL_BACKUP_POLL_INTERVAL_MS", "50", 0);
  cli_.footer(
      Footer(about.examples) +
      "\nExit codes: 0 done, 1 failed, 2 wrong usage. Each command has a --help of its own.");
  cli_.set_version_flag("--version", about.name + " " + about.version);
  cli_.add_flag("--json", json_, "Answer in JSON, one object a line");
  cli_.add_option("--config", config_, "A TOML file with settings")->type_name("FILE");
  cli_.require_subcommand(1);
}

CLI::App& App::Command(const std::string& name, const std::string& what,
                       const std::string& examples, Action action) {
  return Command(cli_, name, what, examples, std::move(action));
}

CLI::App& App::Command(CLI::App& parent, const std::string& name, const std::string& what,
                       const std::string& examples, Action action) {
  CLI::App* command = parent.add_subcommand(name, what);
  command->footer(std::string());  // not its parent's as well
  command->footer([this, examples] { return Footer(examples) + SharedOptions(); });
  command->fallthrough();
  command->callback([this, action = std::move(action)] { chosen_ = action; });
  return *command;
}

CLI::App& App::Group(const std::string& name, const std::string& what) {
  return Group(cli_, name, what);
}

CLI::App& App::Group(CLI::App& parent, const std::string& name, const std::string& what) {
  CLI::App* group = parent.add_subcommand(name, what);
  group->require_subcommand(1);
  group->fallthrough();
  group->footer(std::string());
  group->footer([this] { return SharedOptions(); });
  return *group;
}

void App::Setting(std::string& value, const std::string& flag, const std::string& key,
                  const std::string& what) {
  CLI::Option* option = cli_.add_option(flag, value, what + " (in the file: " + key + ")");
  if (!value.empty()) option->capture_default_str();
  settings_.push_back(
      {key, option, [&value](const std::string& text, const auto&) { value = text; }});
}

void App::PathSetting(std::filesystem::path& value, const std::string& flag, const std::string& key,
                      const std::string& what) {
  CLI::Option* option = cli_.add_option(flag, value, what + " (in the file: " + key + ")");
  option->type_name("PATH");
  settings_.push_back({key, option, [&value](const std::string& text, const auto& folder) {
                         value = folder / text;
                       }});
}

std::string App::SharedOptions() const {
  const auto options = cli_.get_options([](const CLI::Option* option) {
    return option->get_name() != "--help" && option->get_name() != "--version";
  });
  return "\n" + CLI::Formatter().make_group("Of every command", false, options);
}

std::string App::WrongUsage(const CLI::ParseError& error) const {
  const CLI::App& parsed = DeepestParsed(cli_);
  const std::string names = NamesBelow(parsed);
  for (const std::string& word : cli_.remaining(true)) {
    if (names.empty() || word.starts_with('-')) continue;
    return "there is no command '" + Printable(word) + "' here; there are: " + names;
  }
  return error.what();
}

int App::Main(int argc, const char* const* argv) {
  try {
    cli_.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return cli_.exit(error, out_, err_);  // --help, --version
    PrintError(err_, UsageError(WrongUsage(error)), AsksForJson(argc, argv));
    if (!AsksForJson(argc, argv)) err_ << "See " << cli_.get_name() << " --help" << std::endl;
    return static_cast<int>(Exit::kWrongUsage);
  }
  const Exit exit = Run();
  out_.flush();
  // A result that could not be written, to a full disk or a closed pipe, was not given.
  return static_cast<int>(exit == Exit::kDone && !out_ ? Exit::kFailed : exit);
}

Exit App::Run() {
  if (const base::Status status = ReadConfig(); !status.ok()) {
    PrintError(err_, status, json_);
    return Exit::kWrongUsage;
  }
  const base::Result<Exit> done = chosen_();
  if (done.ok()) return *done;
  PrintError(err_, done.status(), json_);
  return done.status().GetPayload(base::View(kUsage)) ? Exit::kWrongUsage : Exit::kFailed;
}

base::Status App::ReadConfig() {
  if (config_.empty()) return base::OkStatus();
  FB_ASSIGN_OR_RETURN(Config config, Config::Load(config_));
  for (const FileSetting& setting : settings_) {
    const std::optional<std::string> text = config.Take(setting.key);
    if (text && setting.option->empty()) setting.set(*text, config_.parent_path());
  }
  return config.CheckAllTaken();
}

}  // namespace firstbell::console
