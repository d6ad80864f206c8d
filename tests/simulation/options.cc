#include "tests/simulation/options.h"

namespace firstbell::simulation {

std::string ReplayCommand(const Options& options) {
  const Options plain;
  std::string command = "build/bin/simulation --seed " + std::to_string(options.seed) + " --year " +
                        std::to_string(options.year);
  const auto add = [&](const char* name, auto value, auto usual) {
    if (value != usual) command += std::string(" --") + name + " " + std::to_string(value);
  };
  add("years", options.years, plain.years);
  add("days", options.days, plain.days);
  add("schools", options.schools, plain.schools);
  add("alerts", options.alerts, plain.alerts);
  add("crowd", options.crowd, plain.crowd);
  if (!options.mutation.empty()) command += " --mutation " + options.mutation;
  return command;
}

}  // namespace firstbell::simulation
