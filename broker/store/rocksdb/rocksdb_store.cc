// Opening the directory, and what the store knows of itself.

#include "broker/store/rocksdb/rocksdb_store.h"

#include <system_error>

#include "broker/base/bytes.h"
#include "broker/base/clock.h"
#include "broker/base/file.h"
#include "broker/store/rocksdb/commit_group.h"
#include "broker/store/rocksdb/layout.h"
#include "broker/store/rocksdb/load.h"
#include "broker/store/rocksdb/rocks_status.h"
#include "broker/store/rocksdb/synced_mark.h"
#include "broker/store/rules.h"
#include "rocksdb/cache.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/slice_transform.h"
#include "rocksdb/table.h"

namespace firstbell::store {

using namespace rocks;  // NOLINT: the driver's own parts

namespace {

// The rows of a night's open alerts; RocksDB's own 8 MB are read again and again.
constexpr std::size_t kBlockCacheBytes = 32 << 20;

rocksdb::Options DatabaseOptions() {
  rocksdb::Options options;
  options.create_if_missing = true;
  // What was acknowledged must not be rolled back: only an unfinished last record may be missing
  // from the write-ahead log, and damage before it refuses to open.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.paranoid_checks = true;
  options.max_background_jobs = 2;
  // A lookup reads some ten blocks, each time others: to unpack them would cost a third more time
  // for a quarter less room. What is sealed does not shrink.
  options.compression = rocksdb::kNoCompression;
  options.write_buffer_size = 32 << 20;
  // Most reads are of rows that were written long ago: they need not walk the newest ones.
  options.memtable_whole_key_filtering = true;
  options.memtable_prefix_bloom_size_ratio = 0.02;
  // A commit writes to many tables in turn; within each, often where it wrote last.
  options.memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewFixedPrefixTransform(1));
  options.max_total_wal_size = 256 << 20;
  options.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  options.keep_log_file_num = 4;
  options.max_log_file_size = 1 << 20;
  rocksdb::BlockBasedTableOptions table;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.block_cache = rocksdb::NewLRUCache(kBlockCacheBytes);
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

Status PrepareDirectory(const std::filesystem::path& directory,
                        const RocksDbStore::Options& options) {
  std::error_code error;
  if (std::filesystem::exists(directory / "CURRENT", error)) return base::OkStatus();
  if (!options.create_if_missing) {
    return base::NotFound("there is no store in this data directory; run firstbell-admin init");
  }
  // RocksDB syncs its files into the directory, nobody the directory into its parent.
  FB_RETURN_IF_ERROR(base::MakeDirectoriesDurably(directory, base::kOwnerOnlyDirectory));
  std::filesystem::permissions(directory, base::kOwnerOnlyDirectory, error);
  if (error) return base::PermissionDenied("the data directory belongs to another user");
  return base::OkStatus();
}

// Reads the log once without touching a file: opening for writing would carry out what it makes of
// a damaged one, and mending the byte would then come too late. What else is wrong, opening says.
Status CheckNothingLost(const std::filesystem::path& directory) {
  rocksdb::Env& env = *rocksdb::Env::Default();
  rocksdb::FileLock* lock = nullptr;
  if (!env.LockFile((directory / "LOCK").string(), &lock).ok()) return base::OkStatus();
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status =
      rocksdb::DB::OpenForReadOnly(DatabaseOptions(), directory.string(), &opened);
  const std::unique_ptr<rocksdb::DB> db(opened);
  const Status checked =
      status.ok() ? SyncedMark::Check(directory, db->GetLatestSequenceNumber()) : base::OkStatus();
  (void)env.UnlockFile(lock);
  return checked;
}

}  // namespace

Result<std::unique_ptr<RocksDbStore>> RocksDbStore::Open(const std::filesystem::path& directory,
                                                         Options options) {
  FB_RETURN_IF_ERROR(PrepareDirectory(directory, options));
  if (SyncedMark::Exists(directory)) FB_RETURN_IF_ERROR(CheckNothingLost(directory));
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(DatabaseOptions(), directory.string(), &opened);
  std::unique_ptr<rocksdb::DB> db(opened);
  FB_RETURN_IF_ERROR(FromOpen(status));
  FB_ASSIGN_OR_RETURN(const absl::TimeZone london, base::LondonTimeZone());
  FB_RETURN_IF_ERROR(BringToLayout(*db, london));
  LoadRuns::RemoveFrom(directory);
  FB_RETURN_IF_ERROR(DiscardLoad(*db));
  return std::unique_ptr<RocksDbStore>(new RocksDbStore(directory, london, options, std::move(db)));
}

RocksDbStore::RocksDbStore(const std::filesystem::path& directory, absl::TimeZone london,
                           const Options& options, std::unique_ptr<rocksdb::DB> db)
    : db_(std::move(db)),
      commits_(std::make_unique<CommitGroup>(*db_, directory, london, options)) {}

RocksDbStore::~RocksDbStore() = default;

Status RocksDbStore::Initialise(const Identity& identity, const Events& events) {
  return commits_->Run([&](Batch& batch) -> Status {
    FB_ASSIGN_OR_RETURN(const std::optional<std::string> there, batch.Get(IdentityKey()));
    if (there) return HasIdentity();
    batch.Put(LayoutKey(), std::string(kLayout));
    batch.Put(IdentityKey(), Encode(identity));
    batch.Append(events);
    return base::OkStatus();
  });
}

Result<Identity> RocksDbStore::GetIdentity() {
  FB_ASSIGN_OR_RETURN(std::optional<Identity> identity, Latest(*db_).Read<Identity>(IdentityKey()));
  if (!identity) return NotInitialised();
  return *std::move(identity);
}

Result<Counts> RocksDbStore::Count() {
  FB_ASSIGN_OR_RETURN(const std::optional<Counts> counts, Latest(*db_).Read<Counts>(CountsKey()));
  return counts.value_or(Counts());
}

Status RocksDbStore::SaveClockOffset(absl::Duration offset, const Events& events) {
  return commits_->Run([&](Batch& batch) -> Status {
    std::string bytes;
    base::AppendU64(bytes, static_cast<std::uint64_t>(absl::ToInt64Nanoseconds(offset)));
    batch.Put(ClockOffsetKey(), std::move(bytes));
    batch.Append(events);
    return base::OkStatus();
  });
}

Result<std::optional<absl::Duration>> RocksDbStore::ClockOffset() {
  FB_ASSIGN_OR_RETURN(const std::optional<std::string> bytes, Latest(*db_).Get(ClockOffsetKey()));
  if (!bytes) return std::optional<absl::Duration>();
  if (bytes->size() != 8) return base::DataLoss("the stored clock offset does not read back");
  return absl::Nanoseconds(static_cast<std::int64_t>(base::ReadU64(*bytes)));
}

}  // namespace firstbell::store
