#pragma once

// The commands of firstbell-audit.

#include "clients/console/app.h"
#include "clients/console/channel.h"

namespace firstbell::audit_client {

// `broker` is read when a command runs and outlives `app`.
void AddCommands(console::App& app, const console::BrokerOptions& broker);

}  // namespace firstbell::audit_client
