#pragma once

// calls list, watch, show, record: the call list of the force's named officers.

#include "clients/console/app.h"
#include "clients/console/channel.h"

namespace firstbell::control {

// Both arguments outlive the call to App::Main.
void AddCallCommands(console::App& app, const console::BrokerOptions& broker);

}  // namespace firstbell::control
