#include "broker/audit/node_memory.h"

#include "broker/audit/tile.h"

namespace firstbell::audit {

ReadNode NodeMemory::Over(ReadNode read) {
  return [this, read = std::move(read)](int level, std::uint64_t index) {
    return level < kTileHeight ? read(level, index) : Read({level, index}, read);
  };
}

base::Result<std::string> NodeMemory::Read(const Place& place, const ReadNode& read) {
  {
    base::MutexLock lock(mutex_);
    const auto known = nodes_.find(place);
    if (known != nodes_.end()) return known->second;
  }
  FB_ASSIGN_OR_RETURN(std::string node, read(place.first, place.second));
  base::MutexLock lock(mutex_);
  if (nodes_.size() == kMost) nodes_.clear();
  nodes_.emplace(place, node);
  return node;
}

}  // namespace firstbell::audit
