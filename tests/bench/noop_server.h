#pragma once

// The ceiling of intake: IncidentService behind the broker's own listener, mutual TLS and all,
// whose methods do nothing with a request and answer at once. A process of its own, as the broker
// is.

#include <filesystem>
#include <string>

namespace firstbell::bench {

// Serves until the process is killed. `keys` as of a data directory. Returns only where it cannot.
int ServeNoop(const std::filesystem::path& keys, const std::string& address);

}  // namespace firstbell::bench
