#include "broker/audit/tile_builder.h"

#include "broker/crypto/hash.h"

namespace firstbell::audit {
namespace {

constexpr std::size_t kFullTile = kTileWidth * crypto::kSha256Bytes;

}  // namespace

base::Status TileBuilder::Append(std::string_view entry) {
  base::Status added = base::OkStatus();
  tree_.AppendHash(LeafHash(entry), [&](int level, std::uint64_t index, const std::string& hash) {
    if (level % kTileHeight != 0 || !added.ok()) return;
    const TilePlace place{level / kTileHeight, index / kTileWidth};
    added = Add(place, index % kTileWidth, hash);
  });
  return added;
}

base::Status TileBuilder::Add(const TilePlace& place, std::uint64_t at, const std::string& hash) {
  auto tile = tiles_.find(place);
  if (tile == tiles_.end()) {
    std::string begun;
    if (at > 0) {
      FB_ASSIGN_OR_RETURN(begun, read_(place));
    }
    tile = tiles_.emplace(place, std::move(begun)).first;
  }
  if (tile->second.size() != at * crypto::kSha256Bytes) {
    return base::DataLoss("a tile of the log is not as long as its tree says");
  }
  tile->second += hash;
  return base::OkStatus();
}

void TileBuilder::ForgetFull() {
  std::erase_if(tiles_, [](const auto& tile) { return tile.second.size() == kFullTile; });
}

}  // namespace firstbell::audit
