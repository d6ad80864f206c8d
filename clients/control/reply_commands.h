#pragma once

// calls replies: what a school has said back about an alert, opened with the desk's key.

#include "clients/console/app.h"
#include "clients/console/channel.h"

namespace firstbell::control {

// Below `calls`. All three outlive the call to App::Main.
void AddReplies(console::App& app, CLI::App& calls, const console::BrokerOptions& broker);

}  // namespace firstbell::control
