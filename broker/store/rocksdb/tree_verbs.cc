// The tree over the delivery log, and the checkpoints of it that were signed.

#include <algorithm>

#include "broker/base/bytes.h"
#include "broker/crypto/hash.h"
#include "broker/store/rocksdb/commit_group.h"
#include "broker/store/rocksdb/log_tree.h"
#include "broker/store/rules.h"

namespace firstbell::store {

using namespace rocks;  // NOLINT: the driver's own parts

Result<std::uint64_t> RocksDbStore::LogSize() {
  return ReadLogSize(Latest(*db_));
}

Result<LogHead> RocksDbStore::GetLogHead() {
  FB_ASSIGN_OR_RETURN(const audit::Frontier tree, ReadTree(Latest(*db_)));
  return LogHead{tree.size(), tree.Root()};
}

// Entries never change, so the work is done beside the commits; the step that keeps it only looks
// whether the tree is still the one that it began with. If we crash before it, the next call does
// the same work again.
Result<LogHead> RocksDbStore::IntegrateLog(std::size_t limit) {
  const Snapshot snapshot(*db_);
  FB_ASSIGN_OR_RETURN(const audit::Frontier before, ReadTree(snapshot));
  FB_ASSIGN_OR_RETURN(const std::uint64_t size, ReadLogSize(snapshot));
  const std::uint64_t end =
      before.size() + std::min<std::uint64_t>(limit, size - std::min(size, before.size()));
  if (end == before.size()) {
    // What an unclear commit left is not to be taken for what stands: this asks no more than that.
    FB_RETURN_IF_ERROR(commits_->Run([](Batch&) { return base::OkStatus(); }));
    return LogHead{before.size(), before.Root()};
  }
  audit::TileBuilder builder(before, [&](const audit::TilePlace& place) {
    return ReadTileAt(snapshot, place, before.size());
  });
  FB_RETURN_IF_ERROR(VisitEntries(snapshot, before.size(), end,
                                  [&](const std::string& entry) { return builder.Append(entry); }));
  FB_RETURN_IF_ERROR(commits_->Run([&](Batch& batch) -> Status {
    FB_ASSIGN_OR_RETURN(const audit::Frontier stands, ReadTree(batch));
    if (stands != before) return base::Unavailable("the log's tree has grown meanwhile");
    for (const auto& [place, hashes] : builder.tiles()) {
      if (IsKept(place, hashes)) batch.Put(TileKey(place), hashes);
    }
    batch.Put(FrontierKey(), builder.tree().Serialize());
    return base::OkStatus();
  }));
  return LogHead{builder.tree().size(), builder.tree().Root()};
}

Result<std::string> RocksDbStore::ReadTile(int level, std::uint64_t index) {
  const Snapshot snapshot(*db_);
  FB_ASSIGN_OR_RETURN(const audit::Frontier tree, ReadTree(snapshot));
  return ReadTileAt(snapshot, {level, index}, tree.size());
}

Status RocksDbStore::SaveCheckpoint(CheckpointKind kind, const SignedHead& checkpoint) {
  return commits_->Run([&](Batch& batch) -> Status {
    const std::string key = CheckpointKey(kind);
    FB_ASSIGN_OR_RETURN(const std::optional<SignedHead> kept, batch.Read<SignedHead>(key));
    if (kept) {
      FB_RETURN_IF_ERROR(CheckFollows(kept->head, checkpoint.head));
      if (*kept == checkpoint) return base::OkStatus();
    }
    batch.Put(key, Encode(checkpoint));
    return base::OkStatus();
  });
}

Result<std::optional<SignedHead>> RocksDbStore::GetCheckpoint(CheckpointKind kind) {
  return Latest(*db_).Read<SignedHead>(CheckpointKey(kind));
}

}  // namespace firstbell::store
