#include <algorithm>

#include "broker/audit/lines.h"
#include "broker/audit/tile.h"

namespace firstbell::audit {

namespace {

constexpr std::string_view kRoot = "tile/";
constexpr std::string_view kEntries = "entries";
constexpr std::string_view kPartial = ".p/";
constexpr std::uint64_t kGroup = 1000;  // three digits
// Eighteen digits: more tiles than any tree has.
constexpr std::uint64_t kMostIndex = 999'999'999'999'999'999;

std::string ThreeDigits(std::uint64_t number) {
  std::string digits = std::to_string(number);
  return std::string(3 - digits.size(), '0') + digits;
}

std::string IndexPath(std::uint64_t index) {
  FB_CHECK(index <= kMostIndex);
  std::string path = ThreeDigits(index % kGroup);
  for (index /= kGroup; index > 0; index /= kGroup) {
    path = "x" + ThreeDigits(index % kGroup) + "/" + path;
  }
  return path;
}

std::string PathOf(std::string_view level, std::uint64_t index, int width) {
  FB_CHECK(1 <= width && width <= kTileWidth);
  std::string path = std::string(kRoot) + std::string(level) + "/" + IndexPath(index);
  if (width < kTileWidth) path += std::string(kPartial) + std::to_string(width);
  return path;
}

// Up to a separator, which is taken too; all where there is none.
std::string_view Take(std::string_view& path, std::string_view separator) {
  const std::string_view taken = path.substr(0, path.find(separator));
  path.remove_prefix(std::min(path.size(), taken.size() + separator.size()));
  return taken;
}

std::string PathOf(const Resource& resource) {
  if (const auto* const tile = std::get_if<TileId>(&resource)) return TilePath(*tile);
  const auto& bundle = std::get<BundleId>(resource);
  return BundlePath(bundle.index, bundle.width);
}

// What a path may mean. Whether it says so in the one way is for the caller to see.
base::Result<Resource> Read(std::string_view path) {
  if (!path.starts_with(kRoot)) return base::InvalidArgument("no tile");
  path.remove_prefix(kRoot.size());
  const std::string_view level_word = Take(path, "/");
  std::string digits;
  for (const char c : Take(path, kPartial)) {
    if (c != 'x' && c != '/') digits.push_back(c);
  }
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  FB_ASSIGN_OR_RETURN(const std::uint64_t index, ParseDecimal(digits));
  std::uint64_t width = kTileWidth;
  if (!path.empty()) {
    FB_ASSIGN_OR_RETURN(width, ParseDecimal(path));
  }
  const bool entries = level_word == kEntries;
  std::uint64_t level = 0;
  if (!entries) {
    FB_ASSIGN_OR_RETURN(level, ParseDecimal(level_word));
  }
  if (index > kMostIndex || width < 1 || width > kTileWidth || level > kMostTileLevel) {
    return base::InvalidArgument("no tile");
  }
  if (entries) return BundleId{index, static_cast<int>(width)};
  return TileId{static_cast<int>(level), index, static_cast<int>(width)};
}

}  // namespace

std::string TilePath(const TileId& tile) {
  FB_CHECK(0 <= tile.level && tile.level <= kMostTileLevel);
  return PathOf(std::to_string(tile.level), tile.index, tile.width);
}

std::string BundlePath(std::uint64_t index, int width) {
  return PathOf(kEntries, index, width);
}

base::Result<Resource> ParsePath(std::string_view path) {
  base::Result<Resource> resource = Read(path);
  // Writing it again is what makes sure that each has one path.
  if (!resource.ok() || PathOf(*resource) != path) {
    return base::InvalidArgument(
        "not a tile's path: it is like tile/0/x001/234 or tile/entries/067.p/112");
  }
  return resource;
}

}  // namespace firstbell::audit
