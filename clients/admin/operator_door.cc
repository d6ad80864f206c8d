#include "clients/admin/operator_door.h"

#include "clients/admin/local_door.h"
#include "clients/admin/remote_door.h"

namespace firstbell::admin {

void AddWhere(console::App& app, Where& where) {
  app.PathSetting(where.data, "--data", "data", "Data directory that no broker has open");
  app.PathSetting(where.keys, "--keys", "keys", "Its key directory, if not DIR.keys");
  app.Setting(where.broker.address, "--broker,--address", "broker.address",
              "host:port of a running broker");
  app.PathSetting(where.broker.identity, "--identity", "broker.identity",
                  "Folder of an operator's certificate, as certificate issue wrote it");
  app.PathSetting(where.broker.ca, "--ca", "broker.ca", "Root certificate");
  app.PathSetting(where.broker.cert, "--cert", "broker.cert", "Certificate");
  app.PathSetting(where.broker.key, "--key", "broker.key", "Private key");
}

Result<std::unique_ptr<OperatorDoor>> Where::Open() const {
  if (data.empty() == broker.address.empty()) {
    return console::UsageError(
        "say either --data DIR (a data directory that no broker has open) or --broker HOST:PORT (a "
        "running one, with --identity)");
  }
  if (!data.empty()) return LocalDoor::Open(registry::At(data, keys));
  return RemoteDoor::Open(broker);
}

}  // namespace firstbell::admin
