#include "tests/scenarios/make_world.h"
#include "tests/scenarios/process_world.h"

namespace firstbell::scenarios {

const WorldKind kWorldKind = WorldKind::kProcesses;

base::Result<std::unique_ptr<World>> MakeWorld(const std::filesystem::path& directory) {
  return ProcessWorld::Make(directory, FIRSTBELL_BIN);
}

}  // namespace firstbell::scenarios
