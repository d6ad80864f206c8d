#pragma once

// Which directories this process has synced: a directory that was made and not synced into its
// parent is gone after a loss of power, with all that was written in it.

#include <filesystem>
#include <set>

namespace firstbell::support {

// Begins anew. From then on every fsync of a directory is noted, and done. Threads: safe.
void WatchSyncs();
// Canonical paths, since WatchSyncs.
std::set<std::filesystem::path> SyncedDirectories();

}  // namespace firstbell::support
