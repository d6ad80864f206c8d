#pragma once

// desk new-key: the key to whose certificate schools seal what they say back.

#include "clients/console/app.h"

namespace firstbell::control {

// `app` outlives the call to App::Main.
void AddDeskCommands(console::App& app);

}  // namespace firstbell::control
