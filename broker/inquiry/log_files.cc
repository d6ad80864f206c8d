#include "broker/inquiry/log_files.h"

#include "broker/audit/tile.h"
#include "broker/crypto/hash.h"

namespace firstbell::inquiry {
namespace {

base::Status NoSuchFile() {
  return base::NotFound("the log has no such file");
}

}  // namespace

base::Result<LogFile> LogFiles::Read(std::string_view path) const {
  if (path == "checkpoint") {
    return LogFile{audit::FormatNote(keeper_.Published().note), true, false};
  }
  const auto resource = audit::ParsePath(path);
  if (!resource.ok()) return NoSuchFile();
  if (const auto* tile = std::get_if<audit::TileId>(&*resource)) {
    return ReadTile(tile->level, tile->index, tile->width);
  }
  const auto& bundle = std::get<audit::BundleId>(*resource);
  return ReadBundle(bundle.index, bundle.width);
}

base::Result<LogFile> LogFiles::ReadTile(int level, std::uint64_t index, int width) const {
  const std::uint64_t size = keeper_.Newest().checkpoint.size;
  if (width > audit::TileWidthAt(level, index, size)) return NoSuchFile();
  FB_ASSIGN_OR_RETURN(std::string hashes, store_.ReadTile(level, index));
  const std::size_t wanted = static_cast<std::size_t>(width) * crypto::kSha256Bytes;
  if (hashes.size() < wanted) return base::DataLoss("a tile of the log is cut short");
  hashes.resize(wanted);
  return LogFile{std::move(hashes), false, true};
}

base::Result<LogFile> LogFiles::ReadBundle(std::uint64_t index, int width) const {
  const std::uint64_t size = keeper_.Newest().checkpoint.size;
  if (width > audit::TileWidthAt(0, index, size)) return NoSuchFile();
  const auto count = static_cast<std::size_t>(width);
  FB_ASSIGN_OR_RETURN(const auto rows, store_.ReadLog(index * audit::kTileWidth, count));
  if (rows.size() != count) return base::DataLoss("a bundle of the log is cut short");
  std::vector<std::string> entries;
  entries.reserve(count);
  for (const store::LogEntry& row : rows) entries.push_back(row.entry);
  return LogFile{audit::EncodeBundle(entries), false, true};
}

}  // namespace firstbell::inquiry
