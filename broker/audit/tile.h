#pragma once

// The log as files (C2SP tlog-tiles): tiles hold the tree's hashes, 256 of one level side by side,
// and bundles the entries in the same way. A path names one of either and never changes what it
// holds. Pure apart from what is handed in; any thread, except TileNodes.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/types/span.h"
#include "broker/base/status.h"

namespace firstbell::audit {

inline constexpr int kTileHeight = 8;
inline constexpr int kTileWidth = 256;
inline constexpr std::size_t kMostTileBytes = 256 * 32;
inline constexpr int kMostTileLevel = 63;
inline constexpr std::size_t kMostEntryBytes = 65'535;  // as its length of 16 bits says

// The hash at place i of a tile is that of the 256^level leaves from (index * 256 + i) * 256^level
// on. Narrower than 256, it is the last of its level in a tree that ends there.
struct TileId {
  int level = 0;
  std::uint64_t index = 0;
  int width = kTileWidth;
  friend bool operator==(const TileId&, const TileId&) = default;
};
// `width` entries, from entry index * 256 on.
struct BundleId {
  std::uint64_t index = 0;
  int width = kTileWidth;
  friend bool operator==(const BundleId&, const BundleId&) = default;
};
using Resource = std::variant<TileId, BundleId>;

// "tile/0/x001/x234/067", with ".p/112" where the tile is partial. CHECKs the bounds that ParsePath
// checks.
std::string TilePath(const TileId& tile);
std::string BundlePath(std::uint64_t index, int width);  // "tile/entries/…"
// A path as the two above write it. InvalidArgument: anything else. That a tile has a path does not
// say that some tree has the tile: TileWidthAt does.
base::Result<Resource> ParsePath(std::string_view path);

// How wide this tile is in a tree of that size; 0 where it has none. A bundle is as wide as its
// tile of level 0. Here and below, sizes beyond kMostLeaves fail a CHECK; no checkpoint that was
// parsed has one.
int TileWidthAt(int level, std::uint64_t index, std::uint64_t size);
// Every tile of a tree of that size, also the partial ones: level by level, from the left.
void ForEachTile(std::uint64_t size, const std::function<void(const TileId&)>& tile);
std::vector<TileId> TilesOf(std::uint64_t size);

// The hash of the complete subtree of 2^level_within of a tile's hashes, from index_within *
// 2^level_within on. level_within: 0 to 7. DataLoss: the tile is not one, or ends before.
base::Result<std::string> NodeInTile(const std::string& tile_hashes, int level_within,
                                     std::uint64_t index_within);

using ReadTile = std::function<base::Result<std::string>(const TileId&)>;

// A ReadNode (proof.h) over the tiles of a tree of `size`. Each node is read from the tile that
// holds it, as wide as that tree has it. Remembers kTilesRemembered tiles. Does not check that the
// tiles belong together: the root or the proof made of them does. DataLoss: a tile is not as long
// as its width. Copies share what they remember. Threads: one, copies included.
class TileNodes {
 public:
  static constexpr std::size_t kTilesRemembered = 32;
  TileNodes(std::uint64_t size, ReadTile read);
  base::Result<std::string> operator()(int level, std::uint64_t index) const;

 private:
  struct Memory;
  base::Result<const std::string*> Tile(const TileId& tile) const;

  std::uint64_t size_;
  ReadTile read_;
  std::shared_ptr<Memory> memory_;
};

// Each entry after its length as two bytes, big-endian. CHECKs that there are at most 256, none
// longer than kMostEntryBytes.
std::string EncodeBundle(absl::Span<const std::string> entries);
// InvalidArgument: the bytes are not exactly `count` entries.
base::Result<std::vector<std::string>> DecodeBundle(std::string_view bytes, std::size_t count);

}  // namespace firstbell::audit
