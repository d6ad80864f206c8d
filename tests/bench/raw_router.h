#pragma once

// The ceiling of the push: a ROUTER under CURVE that sends every device its frames when it says
// hello and counts what comes back. No store, no ladder of states, no signature looked at. A
// process of its own, as the broker is.

#include <filesystem>
#include <string>
#include <vector>

#include "firstbell/v1/link.pb.h"

namespace firstbell::bench {

// The frames of each device, by its number, as the raw router reads them.
void WriteFrames(const std::filesystem::path& file,
                 const std::vector<std::vector<std::string>>& frames_of_device);

// Until as many receipts came as frames went. Prints the seconds from the first hello to the last
// receipt. A device's hello has its number for an id.
int ServeRaw(const std::filesystem::path& keys, const std::string& address,
             const std::filesystem::path& frames);

}  // namespace firstbell::bench
