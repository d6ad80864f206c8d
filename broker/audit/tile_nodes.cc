#include <list>

#include "broker/audit/merkle.h"
#include "broker/audit/tile.h"
#include "broker/crypto/hash.h"

namespace firstbell::audit {

// The tiles read lately, the latest first.
struct TileNodes::Memory {
  std::list<std::pair<TileId, std::string>> tiles;
};

TileNodes::TileNodes(std::uint64_t size, ReadTile read)
    : size_(size), read_(std::move(read)), memory_(std::make_shared<Memory>()) {
  FB_CHECK(size <= kMostLeaves);
}

base::Result<std::string> TileNodes::operator()(int level, std::uint64_t index) const {
  FB_CHECK(0 <= level);
  if (level >= 63 || index >= (size_ >> level)) {
    return base::InvalidArgument("the tree has no such subtree");
  }
  const int within = level % kTileHeight, places = kTileHeight - within;
  const int tile_level = level / kTileHeight;
  const std::uint64_t tile_index = index >> places;
  const int width = TileWidthAt(tile_level, tile_index, size_);
  FB_ASSIGN_OR_RETURN(const std::string* const hashes, Tile({tile_level, tile_index, width}));
  return NodeInTile(*hashes, within, index & ((1u << places) - 1));
}

base::Result<const std::string*> TileNodes::Tile(const TileId& tile) const {
  auto& tiles = memory_->tiles;
  for (auto known = tiles.begin(); known != tiles.end(); ++known) {
    if (known->first != tile) continue;
    tiles.splice(tiles.begin(), tiles, known);
    return &tiles.front().second;
  }
  FB_ASSIGN_OR_RETURN(std::string hashes, read_(tile));
  if (hashes.size() != static_cast<std::size_t>(tile.width) * crypto::kSha256Bytes) {
    return base::DataLoss(TilePath(tile) + " is " + std::to_string(hashes.size()) +
                          " bytes long, which is not 32 for each of its hashes");
  }
  tiles.emplace_front(tile, std::move(hashes));
  if (tiles.size() > kTilesRemembered) tiles.pop_back();
  return &tiles.front().second;
}

}  // namespace firstbell::audit
