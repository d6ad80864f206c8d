#pragma once

// The commands of firstbell-control.

#include <istream>

#include "clients/console/app.h"
#include "clients/console/channel.h"

namespace firstbell::control {

// `broker` is read when a command runs, `in` where it is given "-" as a file; both outlive `app`.
void AddCommands(console::App& app, const console::BrokerOptions& broker, std::istream& in);

}  // namespace firstbell::control
