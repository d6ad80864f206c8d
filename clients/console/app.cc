#include "clients/console/app.h"

#include <utility>

#include "absl/strings/cord.h"
#include "clients/console/config.h"
#include "clients/console/errors.h"

namespace firstbell::console {
namespace {

constexpr std::string_view kUsage = "firstbell/wrong-usage";

std::string Footer(const std::string& examples) {
  return examples.empty() ? "" : "\nExamples:\n" + examples;
}

}  // namespace

base::Status UsageError(std::string_view message) {
  base::Status status = base::InvalidArgument(message);
  status.SetPayload(base::View(kUsage), absl::Cord());
  return status;
}

App::App(About about, std::ostream& out, std::ostream& err)
    : cli_(about.what, about.name), out_(out), err_(err) {
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
  command->footer(Footer(examples));
  command->fallthrough();
  command->callback([this, action = std::move(action)] { chosen_ = action; });
  return *command;
}

CLI::App& App::Group(const std::string& name, const std::string& what) {
  CLI::App* group = cli_.add_subcommand(name, what);
  group->require_subcommand(1);
  group->fallthrough();
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

int App::Main(int argc, const char* const* argv) {
  try {
    cli_.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = cli_.exit(error, out_, err_);
    return static_cast<int>(code == 0 ? Exit::kDone : Exit::kWrongUsage);
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
