#include "broker/audit/tile.h"

#include <algorithm>

#include "broker/audit/merkle.h"
#include "broker/crypto/hash.h"

namespace firstbell::audit {

int TileWidthAt(int level, std::uint64_t index, std::uint64_t size) {
  FB_CHECK(0 <= level && size <= kMostLeaves);
  // 256^8 leaves are more than there can be.
  if (level > 7) return 0;
  const std::uint64_t hashes = size >> (kTileHeight * level);
  if (index > hashes / kTileWidth) return 0;
  return static_cast<int>(std::min<std::uint64_t>(hashes - index * kTileWidth, kTileWidth));
}

void ForEachTile(std::uint64_t size, const std::function<void(const TileId&)>& tile) {
  FB_CHECK(size <= kMostLeaves);
  for (int level = 0; TileWidthAt(level, 0, size) > 0; ++level) {
    for (std::uint64_t index = 0;; ++index) {
      const int width = TileWidthAt(level, index, size);
      if (width > 0) tile({level, index, width});
      if (width < kTileWidth) break;
    }
  }
}

std::vector<TileId> TilesOf(std::uint64_t size) {
  std::vector<TileId> tiles;
  ForEachTile(size, [&](const TileId& tile) { tiles.push_back(tile); });
  return tiles;
}

base::Result<std::string> NodeInTile(const std::string& tile_hashes, int level_within,
                                     std::uint64_t index_within) {
  FB_CHECK(0 <= level_within && level_within < kTileHeight);
  const std::size_t width = tile_hashes.size() / crypto::kSha256Bytes;
  if (tile_hashes.size() % crypto::kSha256Bytes != 0 || width > kTileWidth) {
    return base::DataLoss("a tile is up to 256 hashes of 32 bytes; this one is not");
  }
  if (index_within >= (width >> level_within)) {
    return base::DataLoss("the tile has " + std::to_string(width) + " hashes and ends before one");
  }
  std::vector<std::string> hashes;
  const std::size_t first = index_within << level_within, end = first + (1u << level_within);
  for (std::size_t i = first; i < end; ++i) {
    hashes.push_back(tile_hashes.substr(i * crypto::kSha256Bytes, crypto::kSha256Bytes));
  }
  for (; hashes.size() > 1; hashes.resize(hashes.size() / 2)) {
    for (std::size_t i = 0; i < hashes.size() / 2; ++i) {
      hashes[i] = NodeHash(hashes[2 * i], hashes[2 * i + 1]);
    }
  }
  return hashes.front();
}

std::string EncodeBundle(absl::Span<const std::string> entries) {
  FB_CHECK(entries.size() <= kTileWidth);
  std::string bytes;
  for (const std::string& entry : entries) {
    FB_CHECK(entry.size() <= kMostEntryBytes);
    bytes.push_back(static_cast<char>(entry.size() >> 8));
    bytes.push_back(static_cast<char>(entry.size()));
    bytes += entry;
  }
  return bytes;
}

namespace {

base::Status NotABundle(std::size_t count, std::string_view what) {
  return base::InvalidArgument("not a bundle of " + std::to_string(count) +
                               " entries: " + std::string(what));
}

}  // namespace

base::Result<std::vector<std::string>> DecodeBundle(std::string_view bytes, std::size_t count) {
  std::vector<std::string> entries;
  while (entries.size() < count) {
    if (bytes.size() < 2) return NotABundle(count, "it ends early");
    const std::size_t length = static_cast<std::size_t>(static_cast<unsigned char>(bytes[0])) << 8 |
                               static_cast<unsigned char>(bytes[1]);
    bytes.remove_prefix(2);
    if (bytes.size() < length) return NotABundle(count, "it ends within an entry");
    entries.emplace_back(bytes.substr(0, length));
    bytes.remove_prefix(length);
  }
  if (!bytes.empty()) return NotABundle(count, "more follows");
  return entries;
}

}  // namespace firstbell::audit
