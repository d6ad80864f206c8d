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

namespace {

Status Keep(Batch& batch, CheckpointKind kind, const SignedHead& checkpoint) {
  const std::string key = CheckpointKey(kind);
  FB_ASSIGN_OR_RETURN(const std::optional<SignedHead> kept, batch.Read<SignedHead>(key));
  if (kept) {
    FB_RETURN_IF_ERROR(CheckFollows(kept->head, checkpoint.head));
    if (*kept == checkpoint) return base::OkStatus();
  }
  batch.Put(key, Encode(checkpoint));
  return base::OkStatus();
}

SignedHead SignedBy(const audit::Frontier& tree, const Store::SignHead& sign) {
  const LogHead head{tree.size(), tree.Root()};
  return {head, sign ? sign(head) : ""};
}

}  // namespace

// Entries never change, so the work is done beside the commits; the step that keeps it only looks
// whether the tree is still the one that it began with. If we crash before it, the next call does
// the same work again. Nothing new and nothing to sign is a step too: what an unclear commit left
// is not to be taken for what stands.
Result<LogHead> RocksDbStore::IntegrateLog(std::size_t limit, const SignHead& sign) {
  const Snapshot snapshot(*db_);
  FB_ASSIGN_OR_RETURN(const audit::Frontier before, ReadTree(snapshot));
  FB_ASSIGN_OR_RETURN(const std::uint64_t size, ReadLogSize(snapshot));
  const std::uint64_t end =
      before.size() + std::min<std::uint64_t>(limit, size - std::min(size, before.size()));
  audit::TileBuilder builder(before, [&](const audit::TilePlace& place) {
    return ReadTileAt(snapshot, place, before.size());
  });
  FB_RETURN_IF_ERROR(VisitEntries(snapshot, before.size(), end,
                                  [&](const std::string& entry) { return builder.Append(entry); }));
  const SignedHead grown = SignedBy(builder.tree(), sign);
  FB_RETURN_IF_ERROR(commits_->Run([&](Batch& batch) -> Status {
    FB_ASSIGN_OR_RETURN(const audit::Frontier stands, ReadTree(batch));
    if (stands != before) return base::Unavailable("the log's tree has grown meanwhile");
    for (const auto& [place, hashes] : builder.tiles()) {
      if (IsKept(place, hashes)) batch.Put(TileKey(place), hashes);
    }
    if (end > before.size()) batch.Put(FrontierKey(), builder.tree().Serialize());
    return sign ? Keep(batch, CheckpointKind::kSigned, grown) : base::OkStatus();
  }));
  return grown.head;
}

Result<std::string> RocksDbStore::ReadTile(int level, std::uint64_t index) {
  const Snapshot snapshot(*db_);
  FB_ASSIGN_OR_RETURN(const audit::Frontier tree, ReadTree(snapshot));
  return ReadTileAt(snapshot, {level, index}, tree.size());
}

Status RocksDbStore::SaveCheckpoint(CheckpointKind kind, const SignedHead& checkpoint) {
  return commits_->Run([&](Batch& batch) { return Keep(batch, kind, checkpoint); });
}

Result<std::optional<SignedHead>> RocksDbStore::GetCheckpoint(CheckpointKind kind) {
  return Latest(*db_).Read<SignedHead>(CheckpointKey(kind));
}

}  // namespace firstbell::store
