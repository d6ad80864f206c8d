#include "broker/store/rocksdb/log_tree.h"

#include "broker/audit/tile.h"
#include "broker/base/bytes.h"
#include "broker/crypto/hash.h"
#include "broker/store/rules.h"

namespace firstbell::store::rocks {
namespace {

constexpr std::size_t kU64Bytes = 8;
constexpr std::size_t kFullTile = audit::kTileWidth * crypto::kSha256Bytes;

// Of a level 0 that is not full.
Result<std::string> HashesOf(const Reader& rows, std::uint64_t first, std::uint64_t end) {
  std::string hashes;
  FB_RETURN_IF_ERROR(VisitEntries(rows, first, end, [&](const std::string& entry) {
    hashes += audit::LeafHash(entry);
    return base::OkStatus();
  }));
  return hashes;
}

}  // namespace

Result<std::uint64_t> ReadLogSize(const Reader& rows) {
  FB_ASSIGN_OR_RETURN(const std::optional<std::string> bytes, rows.Get(LogSizeKey()));
  if (!bytes) return std::uint64_t{0};
  if (bytes->size() != kU64Bytes) return Damaged("the log's size", "");
  return base::ReadU64(*bytes);
}

std::string EncodeLogSize(std::uint64_t size) {
  std::string bytes;
  base::AppendU64(bytes, size);
  return bytes;
}

Result<audit::Frontier> ReadTree(const Reader& rows) {
  FB_ASSIGN_OR_RETURN(const std::optional<std::string> edge, rows.Get(FrontierKey()));
  return edge ? audit::Frontier::Parse(*edge) : audit::Frontier();
}

Status VisitEntries(const Reader& rows, std::uint64_t first, std::uint64_t end,
                    const std::function<Status(const std::string& entry)>& visit) {
  std::uint64_t next = first;
  if (first >= end) return base::OkStatus();
  std::string entry;
  FB_RETURN_IF_ERROR(rows.Scan(Key(Table::kLog).Take(), LogKey(first),
                               [&](std::string_view key, std::string_view value) -> Result<Next> {
                                 if (key != LogKey(next)) return Next::kStop;
                                 FB_RETURN_IF_ERROR(DecodeEntry(value, entry));
                                 FB_RETURN_IF_ERROR(visit(entry));
                                 return ++next < end ? Next::kMore : Next::kStop;
                               }));
  return next == end ? base::OkStatus() : Damaged("the log, entry", std::to_string(next));
}

Result<std::string> ReadTileAt(const Reader& rows, const audit::TilePlace& place,
                               std::uint64_t size) {
  const auto width = static_cast<std::size_t>(audit::TileWidthAt(place.level, place.index, size));
  if (width == 0) return NoSuchTile();
  if (place.level == 0 && width < audit::kTileWidth) {
    const std::uint64_t first = place.index * audit::kTileWidth;
    return HashesOf(rows, first, first + width);
  }
  FB_ASSIGN_OR_RETURN(std::optional<std::string> hashes, rows.Get(TileKey(place)));
  if (!hashes || hashes->size() < width * crypto::kSha256Bytes) {
    return Damaged("a tile of the log", std::to_string(place.index));
  }
  // Of a tree that has grown since, the first of them.
  return hashes->substr(0, width * crypto::kSha256Bytes);
}

bool IsKept(const audit::TilePlace& place, std::string_view hashes) {
  return place.level > 0 || hashes.size() == kFullTile;
}

}  // namespace firstbell::store::rocks
