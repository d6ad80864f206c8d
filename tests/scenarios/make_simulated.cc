#include "tests/scenarios/make_world.h"
#include "tests/scenarios/simulated_world.h"

namespace firstbell::scenarios {

const WorldKind kWorldKind = WorldKind::kSimulated;

base::Result<std::unique_ptr<World>> MakeWorld(const std::filesystem::path& directory) {
  return SimulatedWorld::Make(directory);
}

}  // namespace firstbell::scenarios
