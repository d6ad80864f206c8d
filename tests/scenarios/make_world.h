#pragma once

// Which world a test program plays in: each links one of make_simulated.cc, make_processes.cc.

#include <filesystem>
#include <memory>

#include "tests/scenarios/script.h"
#include "tests/scenarios/world.h"

namespace firstbell::scenarios {

extern const WorldKind kWorldKind;

// At kStart, empty. `directory` is its own and outlives it.
base::Result<std::unique_ptr<World>> MakeWorld(const std::filesystem::path& directory);

}  // namespace firstbell::scenarios
