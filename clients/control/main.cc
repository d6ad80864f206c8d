#include <iostream>

#include "broker/base/dumps.h"
#include "broker/crypto/secure_heap.h"
#include "clients/console/app.h"
#include "clients/console/channel.h"
#include "clients/control/commands.h"

int main(int argc, char** argv) {
  using namespace firstbell;
  base::ForbidDumps();
  crypto::LockPrivateKeys();
  console::App app({.name = "firstbell-control",
                    .version = FIRSTBELL_VERSION,
                    .what = "Submits a force's incidents and tells what becomes of each notice.",
                    .examples = R"(  firstbell-control --identity force/ submit incident.json
  firstbell-control --config control.toml list --late
  firstbell-control --config control.toml watch INV-2026-0001

control.toml:
  [broker]
  address = "broker.example:7443"
  identity = "force"
)"},
                   std::cout, std::cerr);
  console::BrokerOptions broker;
  console::AddBrokerSettings(app, broker);
  control::AddCommands(app, broker, std::cin);
  return app.Main(argc, argv);
}
