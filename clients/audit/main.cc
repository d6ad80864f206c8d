#include <iostream>

#include "broker/base/dumps.h"
#include "broker/crypto/secure_heap.h"
#include "clients/audit/commands.h"
#include "clients/console/app.h"
#include "clients/console/channel.h"

int main(int argc, char** argv) {
  using namespace firstbell;
  base::ForbidDumps();
  crypto::LockPrivateKeys();
  console::App app({.name = "firstbell-audit",
                    .version = FIRSTBELL_VERSION,
                    .what = "Tells who was told when, and checks that the delivery log is whole.",
                    .examples = R"(  firstbell-audit --identity auditor/ list --late
  firstbell-audit --config audit.toml show 06f1h9t2m4qzv8c3k7w5x0y1ra
  firstbell-audit --config audit.toml verify

audit.toml:
  [broker]
  address = "broker.example:7443"
  identity = "auditor"
)"},
                   std::cout, std::cerr);
  console::BrokerOptions broker;
  console::AddBrokerSettings(app, broker);
  audit_client::AddCommands(app, broker);
  return app.Main(argc, argv);
}
