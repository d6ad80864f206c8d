#pragma once

// Remembers inner nodes of a tree's upper tiles. A proof in a large tree needs as many hashes of
// them as of its lowest tile, and hashes them anew each time; they are few, and shared by all
// proofs.

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "broker/audit/proof.h"
#include "broker/base/mutex.h"

namespace firstbell::audit {

// Of one tree, however it grows: a complete subtree never changes. Threads: safe. Outlives what
// Over gave.
class NodeMemory {
 public:
  // At most so many nodes are remembered, some 10 MB; then it begins anew.
  static constexpr std::size_t kMost = 65'536;

  // Asks `read` for what is not remembered, and for every node within a tile of level 0.
  ReadNode Over(ReadNode read);

 private:
  using Place = std::pair<int, std::uint64_t>;

  base::Result<std::string> Read(const Place& place, const ReadNode& read);

  base::Mutex mutex_;
  std::map<Place, std::string> nodes_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace firstbell::audit
