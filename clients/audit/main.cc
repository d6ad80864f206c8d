#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "broker/base/dumps.h"
#include "broker/crypto/secure_heap.h"
#include "clients/audit/commands.h"
#include "clients/console/app.h"
#include "clients/console/channel.h"

namespace {

// $XDG_STATE_HOME/firstbell-audit, by the XDG base directory specification.
std::filesystem::path DefaultState() {
  const char* const state = std::getenv("XDG_STATE_HOME");
  if (state != nullptr && *state != '\0') return std::filesystem::path(state) / "firstbell-audit";
  const char* const home = std::getenv("HOME");
  const std::filesystem::path base = home != nullptr ? home : ".";
  return base / ".local" / "state" / "firstbell-audit";
}

}  // namespace

int main(int argc, char** argv) {
  using namespace firstbell;
  base::ForbidDumps();
  crypto::LockPrivateKeys();
  console::App app({.name = "firstbell-audit",
                    .version = FIRSTBELL_VERSION,
                    .what = "Tells who was told when, and checks that the delivery log is whole.",
                    .examples = R"(  firstbell-audit --identity auditor/ list --late
  firstbell-audit --config audit.toml show p-06f1h9t2m4qzv8c3
  firstbell-audit --config audit.toml verify
  firstbell-audit --config audit.toml stats --from 2026-03-01 --to 2026-04-01 --by week

audit.toml:
  [broker]
  address = "broker.example:7443"
  identity = "auditor"
  [trust]
  log_key = "firstbell.example/log+1234abcd+AQ..."
  policy = "witnesses.policy"
)"},
                   std::cout, std::cerr);
  console::BrokerOptions broker;
  console::AddBrokerSettings(app, broker);
  audit_client::TrustOptions trust;
  trust.state = DefaultState();
  audit_client::AddTrustSettings(app, trust);
  audit_client::AddCommands({app, broker, trust});
  return app.Main(argc, argv);
}
