// One run of the simulation, for whoever replays a seed or runs a long one.

#include <stdlib.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <iostream>

#include "broker/base/log.h"
#include "tests/simulation/days.h"

namespace firstbell::simulation {
namespace {

int Run(const Options& options, bool tell) {
  std::string name = (std::filesystem::temp_directory_path() / "firstbell-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) return 1;
  Days days(options, name);
  days.Run();
  std::filesystem::remove_all(name);
  if (tell) {
    for (const auto& [what, count] : days.tally().counts()) {
      std::cout << count << "\t" << what << "\n";
    }
  }
  for (const std::string& finding : days.findings()) std::cout << finding << "\n";
  if (days.findings().empty()) return 0;
  std::cout << "to replay: " << ReplayCommand(options) << "\n";
  return 1;
}

}  // namespace
}  // namespace firstbell::simulation

int main(int argc, char** argv) {
  using firstbell::base::LogLevel;
  firstbell::simulation::Options options;
  bool tell = false, log = false;
  CLI::App app("Years of a broker with its schools, forces and officers, from one seed.");
  app.add_option("--seed", options.seed, "from which everything follows");
  app.add_option("--year", options.year, "in whose August it begins, to end in July");
  app.add_option("--years", options.years, "how many (at most four: pupils grow up)")
      ->check(CLI::Range(1, 4));
  app.add_option("--days", options.days, "fewer days than that");
  app.add_option("--schools", options.schools, "how many");
  app.add_option("--alerts", options.alerts, "how many on a school day");
  app.add_option("--crowd", options.crowd,
                 "in place of a year: so many alerts wait for the first morning of September");
  app.add_option("--mutation", options.mutation, "a fault of the core, seeded on purpose");
  app.add_flag("--tally", tell, "say how often each fault and check happened");
  app.add_flag("--log", log, "the broker's and the machines' own log on standard error");
  CLI11_PARSE(app, argc, argv);
  firstbell::base::ConfigureLog(log ? LogLevel::kInfo : LogLevel::kError,
                                firstbell::base::LogForm::kText);
  if (!log && std::freopen("/dev/null", "w", stderr) == nullptr) return 1;
  return firstbell::simulation::Run(options, tell);
}
