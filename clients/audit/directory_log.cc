#include "clients/audit/directory_log.h"

#include <algorithm>

#include "broker/audit/checkpoint.h"
#include "broker/audit/merkle.h"
#include "broker/audit/proof.h"
#include "broker/audit/tile.h"
#include "broker/audit/tile_builder.h"
#include "broker/base/file.h"
#include "broker/crypto/hash.h"

namespace firstbell::audit_client {
namespace {

constexpr std::size_t kMostBundleBytes = 256 * (2 + 65'535);
constexpr auto kReadable =
    base::kOwnerOnly | std::filesystem::perms::group_read | std::filesystem::perms::others_read;
constexpr auto kOpenDirectory = base::kOwnerOnlyDirectory | std::filesystem::perms::group_read |
                                std::filesystem::perms::group_exec |
                                std::filesystem::perms::others_read |
                                std::filesystem::perms::others_exec;

base::Status Write(const std::filesystem::path& path, const std::string& bytes) {
  FB_RETURN_IF_ERROR(base::MakeDirectoriesDurably(path.parent_path(), kOpenDirectory));
  return base::WriteFileDurably(path, bytes, kReadable);
}

int WidthOf(const std::string& hashes) {
  return static_cast<int>(hashes.size() / crypto::kSha256Bytes);
}

// What a copy is made of, as its entries come.
class Copier {
 public:
  // `before`: what the directory is a copy of already.
  Copier(std::filesystem::path directory, std::uint64_t size, audit::Checkpoint before)
      : directory_(std::move(directory)),
        size_(size),
        before_(std::move(before)),
        tiles_({}, [](const audit::TilePlace&) -> base::Result<std::string> {
          return base::NotFound("no tile had begun");
        }) {}

  base::Status Take(const std::string& entry) {
    if (tiles_.tree().size() == size_ || entry.size() > audit::kMostEntryBytes) {
      return base::DataLoss("the log gave an entry too many, or one that is too long");
    }
    bundle_.push_back(entry);
    FB_RETURN_IF_ERROR(tiles_.Append(entry));
    const std::uint64_t size = tiles_.tree().size();
    if (size == before_.size && tiles_.tree().Root() != before_.root) return NotGrown();
    return size % audit::kTileWidth == 0 || size == size_ ? WriteOut() : base::OkStatus();
  }
  const audit::Frontier& tree() const { return tiles_.tree(); }

 private:
  base::Status WriteOut() {
    const std::uint64_t index = (tiles_.tree().size() - 1) / audit::kTileWidth;
    const int width = static_cast<int>(bundle_.size());
    FB_RETURN_IF_ERROR(WriteNew(audit::BundlePath(index, width), audit::EncodeBundle(bundle_)));
    bundle_.clear();
    const bool last = tiles_.tree().size() == size_;
    for (const auto& [place, hashes] : tiles_.tiles()) {
      const int hashes_wide = WidthOf(hashes);
      if (hashes_wide < audit::kTileWidth && !last) continue;
      const audit::TileId tile{place.level, place.index, hashes_wide};
      FB_RETURN_IF_ERROR(WriteNew(audit::TilePath(tile), hashes));
    }
    tiles_.ForgetFull();
    return base::OkStatus();
  }

  // What is there already and the same stays: it never changes. Of the tree that was copied before
  // nothing is written over: what differs from it is the log's fault, and the copy the proof.
  base::Status WriteNew(const std::string& resource, const std::string& bytes) {
    const std::filesystem::path path = directory_ / resource;
    const auto there = base::ReadFile(path, kMostBundleBytes);
    if (there.ok() && *there == bytes) return base::OkStatus();
    if (there.ok() && tiles_.tree().size() <= before_.size) return NotGrown();
    return Write(path, bytes);
  }

  base::Status NotGrown() const {
    return base::DataLoss("the log has not grown from what was copied before, " +
                          std::to_string(before_.size) +
                          " entries: keep this copy, and verify both");
  }

  const std::filesystem::path directory_;
  const std::uint64_t size_;
  const audit::Checkpoint before_;
  audit::TileBuilder tiles_;
  std::vector<std::string> bundle_;
};

}  // namespace

base::Result<v1::Checkpoint> DirectoryLog::GetCheckpoint(const std::string&) {
  v1::Checkpoint wire;
  FB_ASSIGN_OR_RETURN(*wire.mutable_note(),
                      base::ReadFile(PathOf("checkpoint"), audit::kMostNoteBytes));
  FB_ASSIGN_OR_RETURN(const auto checkpoint, audit::ParseSignedCheckpoint(wire.note()));
  wire.set_origin(checkpoint.checkpoint.origin);
  wire.set_size(checkpoint.checkpoint.size);
  wire.set_root_sha256(checkpoint.checkpoint.root);
  size_ = checkpoint.checkpoint.size;
  return wire;
}

base::Result<std::vector<std::string>> DirectoryLog::ReadBundle(std::uint64_t index) const {
  const int width = audit::TileWidthAt(0, index, size_);
  const std::string resource = audit::BundlePath(index, width);
  FB_ASSIGN_OR_RETURN(const std::string bytes, base::ReadFile(PathOf(resource), kMostBundleBytes));
  auto entries = audit::DecodeBundle(bytes, static_cast<std::size_t>(width));
  if (!entries.ok()) return base::Annotate(entries.status(), resource);
  return entries;
}

base::Status DirectoryLog::ReadEntries(std::uint64_t first, std::uint64_t end,
                                       const std::function<bool(const v1::LogEntry&)>& take) {
  for (std::uint64_t at = first; at < end;) {
    const std::uint64_t index = at / audit::kTileWidth;
    FB_ASSIGN_OR_RETURN(const auto bundle, ReadBundle(index));
    for (; at < end && at / audit::kTileWidth == index; ++at) {
      v1::LogEntry entry;
      entry.set_position(at);
      entry.set_entry(bundle[at % audit::kTileWidth]);
      if (!take(entry)) return base::OkStatus();
    }
  }
  return base::OkStatus();
}

base::Result<std::vector<std::string>> DirectoryLog::Consistency(std::uint64_t old_size,
                                                                 std::uint64_t size) {
  const audit::TileNodes nodes(size, [this](const audit::TileId& tile) {
    return base::ReadFile(PathOf(audit::TilePath(tile)), audit::kMostTileBytes);
  });
  return audit::ConsistencyProof(
      old_size, size, [&](int level, std::uint64_t index) { return nodes(level, index); });
}

base::Result<std::string> DirectoryLog::CheckTile(int level, std::uint64_t index,
                                                  const std::string& hashes) {
  // One that grows on is looked at once it is full, or at the end.
  if (WidthOf(hashes) != audit::TileWidthAt(level, index, size_)) return std::string();
  const std::string resource = audit::TilePath({level, index, WidthOf(hashes)});
  const auto kept = base::ReadFile(PathOf(resource), audit::kMostTileBytes);
  if (absl::IsNotFound(kept.status())) return resource + " is not there";
  if (!kept.ok()) return kept.status();
  return *kept == hashes ? std::string() : resource + " is not made of the log's entries";
}

namespace {

// What a tree of `size` has in the place of this one: its path, empty where it has nothing there,
// and how wide it is.
struct Place {
  std::string path;
  int own_width = 0, width = 0;
};
Place PlaceOf(const audit::Resource& resource, std::uint64_t size) {
  if (const auto* tile = std::get_if<audit::TileId>(&resource)) {
    const int width = audit::TileWidthAt(tile->level, tile->index, size);
    const audit::TileId there{tile->level, tile->index, width};
    return {width == 0 ? "" : audit::TilePath(there), tile->width, width};
  }
  const auto& bundle = std::get<audit::BundleId>(resource);
  const int width = audit::TileWidthAt(0, bundle.index, size);
  return {width == 0 ? "" : audit::BundlePath(bundle.index, width), bundle.width, width};
}

// Of tiles and bundles alike, a narrower one is the beginning of a wider one.
bool AgreeAsFar(const std::string& a, const std::string& b) {
  return a.size() <= b.size() ? b.starts_with(a) : a.starts_with(b);
}

// Whether bytes can be what a path names, of that width.
bool IsWhole(const audit::Resource& resource, const std::string& bytes, int width) {
  if (std::holds_alternative<audit::TileId>(resource)) {
    return bytes.size() == static_cast<std::size_t>(width) * crypto::kSha256Bytes;
  }
  return audit::DecodeBundle(bytes, static_cast<std::size_t>(width)).ok();
}

}  // namespace

base::Result<std::string> DirectoryLog::CheckOther(const std::string& resource) const {
  const auto parsed = audit::ParsePath(resource);
  if (!parsed.ok()) return std::string();
  const Place place = PlaceOf(*parsed, size_);
  // Nothing of the tree stands there, or this is what was read.
  if (place.path.empty() || place.path == resource) return std::string();
  FB_ASSIGN_OR_RETURN(const std::string bytes, base::ReadFile(PathOf(resource), kMostBundleBytes));
  FB_ASSIGN_OR_RETURN(const std::string read, base::ReadFile(PathOf(place.path), kMostBundleBytes));
  const bool fits = IsWhole(*parsed, bytes, place.own_width) && AgreeAsFar(bytes, read);
  return fits ? std::string() : resource + " says something else than " + place.path;
}

base::Result<std::string> DirectoryLog::CheckOtherFiles() {
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator at(PathOf("tile"), error), end;
       !error && at != end; at.increment(error)) {
    if (at->is_directory(error)) continue;
    const std::string resource = at->path().lexically_relative(directory_).generic_string();
    FB_ASSIGN_OR_RETURN(std::string wrong, CheckOther(resource));
    if (!wrong.empty()) return wrong;
  }
  if (!error || error == std::errc::no_such_file_or_directory) return std::string();
  return base::PermissionDenied("the copy cannot be read: " + error.message());
}

namespace {

// Of a tile or bundle that is full, its partial ones are asked for by nobody any more (C2SP
// tlog-tiles). If we die over it, the next copy removes the rest.
void RemovePartials(const std::filesystem::path& directory, std::uint64_t size) {
  audit::ForEachTile(size, [&](const audit::TileId& tile) {
    if (tile.width < audit::kTileWidth) return;
    std::error_code ignored;
    std::filesystem::remove_all(directory / (audit::TilePath(tile) + ".p"), ignored);
    if (tile.level != 0) return;
    const std::string bundle = audit::BundlePath(tile.index, tile.width);
    std::filesystem::remove_all(directory / (bundle + ".p"), ignored);
  });
}

}  // namespace

base::Result<Copied> CopyLog(LogSource& from, const v1::Checkpoint& checkpoint,
                             const std::filesystem::path& directory,
                             const std::function<void(double)>& progress) {
  FB_RETURN_IF_ERROR(base::MakeDirectoriesDurably(directory, kOpenDirectory));
  const auto had = DirectoryLog(directory).GetCheckpoint("");
  if (!had.ok() && !absl::IsNotFound(had.status())) {
    return base::Annotate(had.status(), "the copy's checkpoint");
  }
  const auto before = had.ok() ? audit::Checkpoint{had->origin(), had->size(), had->root_sha256()}
                               : audit::Checkpoint{checkpoint.origin(), 0, audit::EmptyRoot()};
  if (before.origin != checkpoint.origin() || before.size > checkpoint.size()) {
    return base::DataLoss("the directory is a copy of another log, or of more of this one");
  }
  Copier copier(directory, checkpoint.size(), before);
  base::Status status = base::OkStatus();
  const auto total = static_cast<double>(std::max<std::uint64_t>(checkpoint.size(), 1));
  FB_RETURN_IF_ERROR(from.ReadEntries(0, checkpoint.size(), [&](const v1::LogEntry& entry) {
    progress(static_cast<double>(entry.position()) / total);
    status = copier.Take(entry.entry());
    return status.ok();
  }));
  FB_RETURN_IF_ERROR(status);
  if (copier.tree().size() != checkpoint.size() ||
      copier.tree().Root() != checkpoint.root_sha256()) {
    return base::DataLoss(
        "the entries do not give the signed head: the copy has no new checkpoint; run verify");
  }
  FB_RETURN_IF_ERROR(Write(directory / "checkpoint", checkpoint.note()));
  RemovePartials(directory, checkpoint.size());
  return Copied{checkpoint.size(), checkpoint.size() - before.size};
}

}  // namespace firstbell::audit_client
