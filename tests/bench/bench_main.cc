// firstbell_bench NAME: runs one benchmark and prints its rows as JSON. run.sh says it in words.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>
#include <map>

#include "tests/bench/benches.h"
#include "tests/bench/noop_server.h"
#include "tests/bench/raw_router.h"

int main(int argc, char** argv) {
  using namespace firstbell::bench;
  using Bench = std::function<std::vector<Row>(const Setting&)>;
  const std::map<std::string, Bench> benches = {
      {"intake", Intake},   {"push", Push},       {"seal-push", SealAndPush},
      {"morning", Morning}, {"restart", Restart}, {"memory", Memory},
      {"match", Match},     {"linkage", Linkage}, {"lookup", Lookup},
      {"ladder", Ladder},   {"log", Log},         {"inbox", Inbox}};
  CLI::App app("One benchmark; its rows as JSON", "firstbell_bench");
  app.require_subcommand(1);
  Setting setting{FIRSTBELL_BIN, std::filesystem::read_symlink("/proc/self/exe")};
  for (const auto& [name, bench] : benches) {
    CLI::App& command = *app.add_subcommand(name);
    command.add_option("--scale", setting.scale, "Of every N")->check(CLI::Range(0.001, 1.0));
    command.callback([&setting, bench = bench] { std::puts(ToJson(bench(setting)).c_str()); });
  }
  std::string keys, address, frames;
  CLI::App& noop = *app.add_subcommand("noop", "The ceiling of intake");
  noop.add_option("keys", keys)->required();
  noop.add_option("address", address)->required();
  noop.callback([&] { ServeNoop(keys, address); });
  CLI::App& raw = *app.add_subcommand("raw", "The ceiling of the push");
  raw.add_option("keys", keys)->required();
  raw.add_option("address", address)->required();
  raw.add_option("frames", frames)->required();
  raw.callback([&] { ServeRaw(keys, address, frames); });
  std::string directory, result;
  std::size_t families = 0, queries = 0;
  CLI::App& probe = *app.add_subcommand("probe", "What lookup measures");
  probe.add_option("directory", directory)->required();
  probe.add_option("families", families)->required();
  probe.add_option("queries", queries)->required();
  probe.add_option("result", result)->required();
  probe.callback([&] { ProbeLookups(directory, families, queries, result); });
  CLI11_PARSE(app, argc, argv);
  return 0;
}
