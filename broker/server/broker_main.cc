// firstbell-broker: runs one broker on one data directory until SIGTERM or SIGINT.

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "broker/base/dumps.h"
#include "broker/base/log.h"
#include "broker/crypto/secure_heap.h"
#include "broker/server/broker.h"
#include "broker/server/listen.h"
#include "broker/server/service_manager.h"

namespace firstbell::server {
namespace {

constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;
constexpr char kExamples[] = R"(
Examples:
  firstbell-admin init --data /var/lib/firstbell --root-keys /media/offline/firstbell-root
  firstbell-broker --data /var/lib/firstbell

The keys lie in DIR.keys unless --keys says otherwise. Settings stand in DIR/broker.toml.
Stop it with SIGTERM: calls under way are finished first, for 20 seconds at most. After a crash,
just start it again. It ends with 1 by itself where it is unclear whether a write stands.
Metrics and health are at http://127.0.0.1:7445/metrics and /healthz; under systemd it says when
it is ready and feeds the watchdog. New server.crt and server.key are taken while it runs.)";

struct Arguments {
  std::string data, keys, config;
  bool simulated_clock = false;
  bool trust_clock = false;
};

sigset_t BlockStopSignals() {
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigaddset(&stop, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);
  return stop;
}

// Returns the exit code once a signal, or an unclear commit, ends it.
int WaitForEnd(Broker& broker, const sigset_t& stop) {
  const timespec second{1, 0};
  while (true) {
    if (sigtimedwait(&stop, nullptr, &second) > 0) return EXIT_SUCCESS;
    const bool alive = broker.Look(std::chrono::steady_clock::now());
    TellStatus(broker.WhyNot());
    if (alive) TellAlive();
    if (!broker.MustRestart()) continue;
    base::LogError("server",
                   "stopping, because it is unclear whether a write stands: free space on the data "
                   "directory's disk, or check the disk, then start the broker again");
    return kFailed;
  }
}

int Run(const Arguments& arguments) {
  const auto directory = registry::At(arguments.data, arguments.keys);
  if (const base::Status there = registry::CheckInitialised(directory); !there.ok()) {
    base::LogError("server", base::Message(there));
    return kFailed;
  }
  const std::filesystem::path path =
      arguments.config.empty() ? directory.config() : std::filesystem::path(arguments.config);
  auto config = registry::ReadConfig(path);
  if (!config.ok()) {
    base::LogError("server", base::Message(config.status()));
    return absl::IsNotFound(config.status()) ? kFailed : kWrongUsage;
  }
  base::ConfigureLog(config->log_level, config->log_form);
  const sigset_t stop = BlockStopSignals();
  const auto broker = Broker::Start({.directory = directory,
                                     .config = *config,
                                     .simulated_clock = arguments.simulated_clock,
                                     .version = FIRSTBELL_VERSION,
                                     .trust_clock = arguments.trust_clock});
  if (!broker.ok()) {
    base::LogError("server", base::Message(broker.status()));
    return kFailed;
  }
  base::LogInfo("server", "serving",
                {{"grpc", config->grpc_listen},
                 {"enrolment", config->enrolment_listen},
                 {"link", config->link_listen},
                 {"metrics", config->metrics_listen.empty() ? "none" : config->metrics_listen},
                 {"clock", arguments.simulated_clock ? "simulated" : "real"}});
  TellStatus((*broker)->WhyNot());
  TellReady();
  const int code = WaitForEnd(**broker, stop);
  TellStopping();
  base::LogInfo("server", "stopping: calls under way are finished first");
  (*broker)->Stop();
  return code;
}

}  // namespace
}  // namespace firstbell::server

int main(int argc, char** argv) {
  using namespace firstbell;
  base::ForbidDumps();
  crypto::LockPrivateKeys();
  std::signal(SIGPIPE, SIG_IGN);  // a peer that hung up is a write that fails
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a write that fails
  server::RestrictCipherSuites();
  setenv("GRPC_VERBOSITY", "NONE", 0);  // what fails is said in our own words
  CLI::App app("Takes incidents from forces and gets them to schools before the first bell.",
               "firstbell-broker");
  server::Arguments arguments;
  app.add_option("--data", arguments.data, "Data directory, made by firstbell-admin init")
      ->required();
  app.add_option("--keys", arguments.keys, "Key directory (default: DIR.keys)");
  app.add_option("--config", arguments.config, "Settings in TOML (default: DIR/broker.toml)");
  app.add_flag(
      "--simulated-clock", arguments.simulated_clock,
      "For rehearsals: time as firstbell-admin clock advance says. Only on a data directory "
      "that was initialised for it");
  app.add_flag("--trust-clock", arguments.trust_clock,
               "This machine's time is right, though it jumped and no time service keeps it");
  app.set_version_flag("--version", FIRSTBELL_VERSION);
  app.footer(server::kExamples);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? EXIT_SUCCESS : server::kWrongUsage;
  }
  return server::Run(arguments);
}
