// firstbell-admin init: a new data directory, its authority and keys.

#include <algorithm>
#include <cctype>
#include <memory>

#include "broker/audit/checkpoint.h"
#include "broker/base/clock.h"
#include "broker/base/file.h"
#include "broker/registry/config.h"
#include "broker/registry/data_directory.h"
#include "broker/registry/log_keys.h"
#include "broker/store/rocksdb/rocksdb_store.h"
#include "clients/admin/commands.h"
#include "clients/console/local_time.h"

namespace firstbell::admin {
namespace {

using console::Exit;

struct InitOptions {
  std::filesystem::path root_keys;
  std::string organisation = "Firstbell";
  std::string origin;
  std::vector<std::string> server_names = {"localhost", "127.0.0.1"};
  bool simulated = false;
  std::string clock;
  registry::Config config;
};

constexpr auto kReadable =
    base::kOwnerOnly | std::filesystem::perms::group_read | std::filesystem::perms::others_read;

// Enough of C2SP's checkpoint origin: a name without spaces or plus signs.
base::Status CheckOrigin(const std::string& origin) {
  if (origin.size() <= 100 && audit::ValidOrigin(origin)) return base::OkStatus();
  return console::UsageError(
      "--origin names the delivery log for good: up to 100 characters without spaces or plus "
      "signs, for "
      "instance firstbell.example/log");
}

// They become names in the broker's certificate.
base::Status CheckServerNames(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const bool good = !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
      return std::isalnum(c) || c == '-' || c == '.' || c == ':';
    });
    if (!good) {
      return console::UsageError(
          "--server-name is one DNS name or address of the broker, for instance broker.example or "
          "192.0.2.7, without spaces and port; say the option again for another");
    }
  }
  return base::OkStatus();
}

// What a simulated clock is ahead of the wall's by.
base::Result<absl::Duration> OffsetOf(const InitOptions& options) {
  if (options.clock.empty()) return absl::ZeroDuration();
  if (!options.simulated) return console::UsageError("--clock goes with --simulated-clock");
  FB_ASSIGN_OR_RETURN(const auto london, console::LocalTime::London());
  FB_ASSIGN_OR_RETURN(const auto start, london.Parse(options.clock, "--clock"));
  return model::FromWire(start) - base::SystemClock().Now();
}

base::Status MakeStore(const registry::DataDirectory& directory, const InitOptions& options,
                       absl::Duration offset) {
  FB_ASSIGN_OR_RETURN(const registry::Keyring keys, registry::LoadKeys(directory));
  FB_ASSIGN_OR_RETURN(const auto store, store::RocksDbStore::Open(directory.store(), {}));
  const absl::Time now = base::SystemClock().Now() + offset;
  FB_RETURN_IF_ERROR(
      store->Initialise({options.origin, options.simulated, registry::RootDigest(keys)},
                        {model::Event(model::EventKind::kBrokerInitialised, now)
                             .WithWord("clock", options.simulated ? "simulated" : "real")}));
  return options.simulated ? store->SaveClockOffset(offset, {}) : base::OkStatus();
}

base::Result<Exit> Init(console::App& app, const Where& where, const InitOptions& options) {
  if (where.data.empty()) return console::UsageError("--data DIR is the directory to make");
  if (options.root_keys.empty()) {
    return console::UsageError(
        "--root-keys DIR is where the root key goes; keep that directory off the broker");
  }
  FB_RETURN_IF_ERROR(CheckServerNames(options.server_names));
  FB_RETURN_IF_ERROR(CheckOrigin(options.origin));
  if (const base::Status addresses = registry::CheckAddresses(options.config); !addresses.ok()) {
    return console::UsageError(base::Message(addresses));
  }
  FB_ASSIGN_OR_RETURN(const absl::Duration offset, OffsetOf(options));
  const registry::DataDirectory directory = registry::At(where.data, where.keys);
  FB_ASSIGN_OR_RETURN(const bool there, base::Exists(directory.store()));
  if (there) {
    return base::AlreadyExists("'" + directory.root.filename().string() +
                               "' is initialised already; nothing was changed");
  }
  FB_RETURN_IF_ERROR(
      registry::MakeKeys(directory, options.root_keys,
                         {options.organisation, options.server_names, base::SystemClock().Now()}));
  FB_RETURN_IF_ERROR(registry::MakeLogKeys(directory));
  FB_RETURN_IF_ERROR(base::WriteFileDurably(directory.config(),
                                            registry::FormatConfig(options.config), kReadable));
  FB_RETURN_IF_ERROR(MakeStore(directory, options, offset));
  if (app.json()) {
    app.out() << "{\"initialised\":true}\n";
    return Exit::kDone;
  }
  app.out()
      << "Made " << directory.root.string() << " (data and settings: broker.toml)\n"
      << "     " << directory.keys.string() << " (keys; never back them up with the data)\n"
      << "     " << options.root_keys.string()
      << " (the root key: take it off this machine now; it is needed only to renew the issuing "
         "key)\n"
      << "Next: import schools, bank holidays and rolls with --data, issue certificates, then "
         "start\n"
      << "      firstbell-broker --data " << directory.root.string()
      << (options.simulated ? " --simulated-clock" : "") << "\n";
  return Exit::kDone;
}

}  // namespace

void AddInit(console::App& app, Where& where) {
  const auto options = std::make_shared<InitOptions>();
  CLI::App& command =
      app.Command("init", "Make a data directory, its authority and its keys",
                  "  firstbell-admin init --data /var/lib/firstbell --root-keys "
                  "/media/offline/firstbell-root \\\n"
                  "      --origin firstbell.example/log --server-name broker.example\n"
                  "  firstbell-admin init --data demo --root-keys demo-root --simulated-clock "
                  "--clock \"2026-03-03 "
                  "02:00\"\n",
                  [&app, &where, options] {
                    if (options->origin.empty())
                      options->origin = options->server_names.front() + "/firstbell";
                    return Init(app, where, *options);
                  });
  command.add_option("--root-keys", options->root_keys, "Where the root's private key goes")
      ->type_name("DIR");
  command.add_option("--organisation", options->organisation, "Name of this installation");
  command.add_option("--origin", options->origin,
                     "The delivery log's name (default: NAME/firstbell)");
  command.add_option("--server-name", options->server_names,
                     "DNS name or address of the broker; may be repeated");
  command.add_flag("--simulated-clock", options->simulated, "For rehearsals; never for real use");
  command.add_option("--clock", options->clock, "Where the simulated clock starts, London time");
  registry::Config& config = options->config;
  command.add_option("--grpc", config.grpc_listen, "Listen address for gRPC");
  command.add_option("--enrolment", config.enrolment_listen, "Listen address for enrolment");
  command.add_option("--link", config.link_listen, "Listen address of the school link");
  command.add_option("--metrics", config.metrics_listen,
                     "Listen address of metrics and health, for operators alone; \"\" for none");
  command.add_option("--log", config.log_listen,
                     "Listen address of the delivery log's checkpoint and tiles; \"\" for none");
  command.add_option("--public-enrolment", config.enrolment_public, "As schools reach it");
  command.add_option("--public-link", config.link_public, "As schools reach it");
}

}  // namespace firstbell::admin
