#pragma once

// The commands below `firstbell-control review`, for a force's named officers.

#include "clients/console/app.h"
#include "clients/console/channel.h"

namespace firstbell::control {

// `broker` is read when a command runs; it outlives `app`.
void AddReviewCommands(console::App& app, const console::BrokerOptions& broker);

}  // namespace firstbell::control
