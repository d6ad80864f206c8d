// RocksDB alone: every verb failed, or failed but done; crashes; damage; a second process.

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <ostream>

#include "broker/base/bytes.h"
#include "broker/store/rocksdb/codec.h"
#include "broker/store/rocksdb/keys.h"
#include "rocksdb/db.h"
#include "tests/store_contract/crash_verbs.h"
#include "tests/store_contract/store_driver.h"
#include "tests/support/synced.h"

namespace firstbell::store {
namespace {

using base::Code;
namespace fs = std::filesystem;

// What a crash leaves on the disk: the files as they are, nothing flushed or closed.
void CopyAsCrashed(const fs::path& from, const fs::path& to) {
  fs::create_directory(to);
  for (const auto& file : fs::directory_iterator(from)) {
    if (file.path().filename() != "LOCK") fs::copy_file(file, to / file.path().filename());
  }
}

std::unique_ptr<RocksDbStore> OpenOrDie(const fs::path& path, RocksDbStore::Options options = {}) {
  Result<std::unique_ptr<RocksDbStore>> store = RocksDbStore::Open(path, std::move(options));
  EXPECT_TRUE(store.ok()) << store.status();
  return *std::move(store);
}

// By what a step that was done is told from one that was not: each changes one of them.
std::tuple<std::uint64_t, LogHead, std::optional<SignedHead>> Standing(Store& store) {
  return {store.LogSize().value(), store.GetLogHead().value(),
          store.GetCheckpoint(CheckpointKind::kWitnessed).value()};
}

struct Failure {
  Verb verb;
  CommitFault fault;
};

void PrintTo(const Failure& failure, std::ostream* out) {
  *out << failure.verb.name;
}

class EveryVerbFails : public ::testing::TestWithParam<Failure> {};

TEST_P(EveryVerbFails, IsUnknownThenUnavailableAndRightAfterReopening) {
  const auto& [verb, fault] = GetParam();
  support::TempDirectory directory;
  const fs::path path = directory.path() / "data";
  CommitFault armed = CommitFault::kNone;
  RocksDbStore::Options options;
  options.fault = [&armed] { return armed; };
  std::unique_ptr<RocksDbStore> store = OpenOrDie(path, options);
  Prepare(*store);
  const auto before = Standing(*store);

  armed = fault;
  EXPECT_EQ(verb.call(*store).code(), Code::kUnknown);
  armed = CommitFault::kNone;
  EXPECT_EQ(verb.call(*store).code(), Code::kUnavailable) << "never guess";
  EXPECT_EQ(store->AppendEvents(OneEvent()).code(), Code::kUnavailable);
  EXPECT_TRUE(store->GetIncident(kNight.incident.id).ok()) << "reading goes on";

  store.reset();
  store = OpenOrDie(path);
  ASSERT_TRUE(store->Verify({}).ok()) << store->Verify({});
  const bool done = fault == CommitFault::kFailAfter;
  EXPECT_EQ(Standing(*store) == before, !done);
  EXPECT_EQ(verb.call(*store).code(), done ? verb.again : Code::kOk);
  const Status verified = store->Verify({});
  EXPECT_TRUE(verified.ok()) << verified;
}

std::vector<Failure> Failures() {
  std::vector<Failure> failures;
  for (const Verb& verb : Verbs()) {
    failures.push_back({verb, CommitFault::kFailBefore});
    failures.push_back({verb, CommitFault::kFailAfter});
  }
  return failures;
}

std::string NameOf(const ::testing::TestParamInfo<Failure>& failure) {
  const bool done = failure.param.fault == CommitFault::kFailAfter;
  return failure.param.verb.name + (done ? "_Done" : "_NotDone");
}

INSTANTIATE_TEST_SUITE_P(RocksDb, EveryVerbFails, ::testing::ValuesIn(Failures()), NameOf);

TEST(RocksDbCrash, WhatWasAnsweredStandsAtEveryMoment) {
  support::TempDirectory directory;
  const fs::path path = directory.path() / "data";
  const std::unique_ptr<RocksDbStore> store = OpenOrDie(path);
  Prepare(*store);
  int crash = 0;
  for (const Verb& verb : Verbs()) {
    ASSERT_TRUE(verb.call(*store).ok()) << verb.name;
    const fs::path crashed = directory.path() / ("crashed-" + std::to_string(crash++));
    CopyAsCrashed(path, crashed);
    const std::unique_ptr<RocksDbStore> recovered = OpenOrDie(crashed);
    EXPECT_EQ(Standing(*recovered), Standing(*store)) << verb.name;
    const Status verified = recovered->Verify({});
    EXPECT_TRUE(verified.ok()) << verb.name << ": " << verified;
  }
}

fs::path NewestWriteAheadLog(const fs::path& directory) {
  fs::path newest;
  for (const auto& file : fs::directory_iterator(directory)) {
    if (file.path().extension() == ".log" && file.path() > newest) newest = file.path();
  }
  return newest;
}

TEST(RocksDbCrash, AWriteCutShortIsAsIfItHadNotBeen) {
  support::TempDirectory directory;
  const fs::path path = directory.path() / "data";
  const std::unique_ptr<RocksDbStore> store = OpenOrDie(path);
  Prepare(*store);
  const std::uint64_t before = store->LogSize().value();
  const auto size_before = fs::file_size(NewestWriteAheadLog(path));
  const fs::path mark_before = directory.path() / "mark";
  fs::copy_file(path / "synced", mark_before);
  ASSERT_TRUE(store->AcceptIncident(NightOf(kKent, "43", 3, {kHythe})).ok());
  const auto size_after = fs::file_size(NewestWriteAheadLog(path));
  ASSERT_GT(size_after, size_before);
  int cut = 0;
  for (const auto size : {size_before + 3, size_before + 40, size_after - 1}) {
    const fs::path crashed = directory.path() / ("cut-" + std::to_string(cut++));
    CopyAsCrashed(path, crashed);
    fs::resize_file(NewestWriteAheadLog(crashed), size);
    // The same cut after the write was synced and answered is a loss, and is said.
    EXPECT_EQ(RocksDbStore::Open(crashed, {}).status().code(), Code::kDataLoss);
    fs::copy_file(mark_before, crashed / "synced", fs::copy_options::overwrite_existing);
    const std::unique_ptr<RocksDbStore> recovered = OpenOrDie(crashed);
    EXPECT_EQ(recovered->LogSize().value(), before);
    EXPECT_TRUE(recovered->Verify({}).ok());
    EXPECT_FALSE(recovered->AcceptIncident(NightOf(kKent, "43", 3, {kHythe})).value().was_there);
  }
}

TEST(RocksDbCrash, DamageInTheMiddleOfTheLogIsNotSkipped) {
  support::TempDirectory directory;
  const fs::path path = directory.path() / "data";
  const std::unique_ptr<RocksDbStore> store = OpenOrDie(path);
  Prepare(*store);
  const fs::path crashed = directory.path() / "damaged";
  CopyAsCrashed(path, crashed);
  const fs::path log = NewestWriteAheadLog(crashed);
  std::fstream file(log, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(static_cast<std::streamoff>(fs::file_size(log) / 2));
  file.write("\xff\x00\xff\x00", 4);
  file.close();
  EXPECT_EQ(RocksDbStore::Open(crashed, {}).status().code(), Code::kDataLoss);
}

class CountingObserver final : public CommitObserver {
 public:
  void Committed(const Commit& commit) override {
    ++commits;
    verbs += commit.verbs;
    events += commit.events.size();
  }
  void Unclear() override { ++unclear; }
  int commits = 0, unclear = 0;
  std::size_t verbs = 0, events = 0;
};

TEST(RocksDbCrash, WhatIsCommittedIsToldWithItsEvents) {
  support::TempDirectory directory;
  CountingObserver observer;
  const std::unique_ptr<RocksDbStore> store =
      OpenOrDie(directory.path() / "data", {.observer = &observer});
  Prepare(*store);
  EXPECT_EQ(observer.events, store->LogSize().value());
  const auto before = observer.verbs;
  EXPECT_FALSE(store->SetSchoolHours(base::Urn(999'999), {}, OneEvent()).ok());
  EXPECT_EQ(observer.verbs, before) << "a verb that failed has made nothing true";
  EXPECT_TRUE(store->AppendEvents(OneEvent()).ok());
  EXPECT_EQ(observer.verbs, before + 1);
  EXPECT_EQ(observer.events, store->LogSize().value());
}

TEST(RocksDbCrash, AnUnclearCommitIsToldOnce) {
  for (const CommitFault fault : {CommitFault::kFailBefore, CommitFault::kFailAfter}) {
    support::TempDirectory directory;
    CountingObserver observer;
    CommitFault armed = CommitFault::kNone;
    const std::unique_ptr<RocksDbStore> store = OpenOrDie(
        directory.path() / "data", {.fault = [&armed] { return armed; }, .observer = &observer});
    EXPECT_TRUE(store->AppendEvents(OneEvent()).ok());
    EXPECT_EQ(observer.unclear, 0);
    EXPECT_EQ(observer.commits, 1);
    armed = fault;
    EXPECT_FALSE(store->AppendEvents(OneEvent()).ok());
    EXPECT_FALSE(store->AppendEvents(OneEvent()).ok());
    EXPECT_EQ(observer.unclear, 1);
    EXPECT_EQ(observer.commits, 1);
  }
}

TEST(RocksDbDisk, AFullDiskIsSaidAndStopsTheStore) {
  support::TempDirectory directory;
  CountingObserver observer;
  CommitFault armed = CommitFault::kNone;
  RocksDbStore::Options options;
  options.observer = &observer;
  options.fault = [&armed] { return armed; };
  const std::unique_ptr<RocksDbStore> store = OpenOrDie(directory.path() / "data", options);
  armed = CommitFault::kDiskFull;
  const Status full = store->AppendEvents(OneEvent());
  EXPECT_EQ(full.code(), Code::kResourceExhausted);
  EXPECT_NE(base::Message(full).find("disk"), std::string_view::npos);
  armed = CommitFault::kNone;
  EXPECT_EQ(store->AppendEvents(OneEvent()).code(), Code::kUnavailable);
  EXPECT_EQ(observer.unclear, 1);
}

TEST(RocksDbDisk, ANearlyFullDiskIsRefusedBeforeAnythingIsWritten) {
  support::TempDirectory directory;
  CountingObserver observer;
  RocksDbStore::Options options;
  options.disk_reserve_bytes = ~std::uint64_t{0};
  options.observer = &observer;
  std::unique_ptr<RocksDbStore> store = OpenOrDie(directory.path() / "data", options);
  EXPECT_EQ(store->AppendEvents(OneEvent()).code(), Code::kResourceExhausted);
  EXPECT_EQ(store->AppendEvents(OneEvent()).code(), Code::kResourceExhausted)
      << "the outcome is clear, so the store goes on trying";
  EXPECT_EQ(observer.unclear, 0);
  store.reset();
  store = OpenOrDie(directory.path() / "data");
  EXPECT_EQ(store->LogSize().value(), 0u);
}

TEST(RocksDbDirectory, BelongsToOneAndToItsOwner) {
  support::TempDirectory directory;
  const fs::path path = directory.path() / "of" / "kent";
  const std::unique_ptr<RocksDbStore> store = OpenOrDie(path);
  struct stat facts {};
  ASSERT_EQ(::stat(path.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0700u);
  const Status second = RocksDbStore::Open(path, {}).status();
  EXPECT_EQ(second.code(), Code::kFailedPrecondition);
  EXPECT_NE(base::Message(second).find("another process"), std::string_view::npos);

  RocksDbStore::Options only_open;
  only_open.create_if_missing = false;
  EXPECT_EQ(RocksDbStore::Open(directory.path() / "nothing", only_open).status().code(),
            Code::kNotFound);
  EXPECT_FALSE(fs::exists(directory.path() / "nothing"));
}

TEST(RocksDbDisk, EveryDirectoryThatItMakesIsSyncedIntoItsParent) {
  support::TempDirectory directory;
  const fs::path root = fs::canonical(directory.path());
  support::WatchSyncs();
  OpenOrDie(root / "made" / "data");
  EXPECT_TRUE(support::SyncedDirectories().contains(root));
  EXPECT_TRUE(support::SyncedDirectories().contains(root / "made"));
}

// Holds the directory's lock from another process until destroyed.
class OtherProcess {
 public:
  explicit OtherProcess(const fs::path& lock) {
    EXPECT_EQ(::pipe2(locked_, O_CLOEXEC), 0);
    EXPECT_EQ(::pipe2(release_, O_CLOEXEC), 0);
    child_ = ::fork();
    if (child_ == 0) HoldAndExit(lock.c_str());
    char held = 0;
    EXPECT_EQ(::read(locked_[0], &held, 1), 1);
    EXPECT_EQ(held, 'y');
  }
  ~OtherProcess() {
    ::close(release_[1]);
    ::waitpid(child_, nullptr, 0);
    for (const int fd : {locked_[0], locked_[1], release_[0]}) ::close(fd);
  }
  OtherProcess(const OtherProcess&) = delete;
  OtherProcess& operator=(const OtherProcess&) = delete;

 private:
  // System calls alone: after a fork of a program with threads nothing else is safe.
  [[noreturn]] void HoldAndExit(const char* lock) {
    struct flock whole {};
    whole.l_type = F_WRLCK;
    const int fd = ::open(lock, O_RDWR | O_CREAT, 0600);
    char answer = fd >= 0 && ::fcntl(fd, F_SETLK, &whole) == 0 ? 'y' : 'n';
    ::close(release_[1]);
    if (::write(locked_[1], &answer, 1) != 1) ::_exit(1);
    while (::read(release_[0], &answer, 1) > 0) {
    }
    ::_exit(0);
  }

  int locked_[2] = {}, release_[2] = {};
  pid_t child_ = 0;
};

TEST(RocksDbDirectory, AnotherProcessKeepsItsOwn) {
  support::TempDirectory directory;
  const fs::path path = directory.path() / "data";
  OpenOrDie(path).reset();
  {
    const OtherProcess broker(path / "LOCK");
    const Status refused = RocksDbStore::Open(path, {}).status();
    EXPECT_EQ(refused.code(), Code::kFailedPrecondition) << refused;
  }
  EXPECT_TRUE(RocksDbStore::Open(path, {}).ok());
}

// One change to a healthy directory, behind the store's back.
using Change = std::function<void(rocksdb::DB&)>;

void Delete(rocksdb::DB& db, const std::string& key) {
  std::string value;
  ASSERT_TRUE(db.Get({}, key, &value).ok()) << "there is such a row";
  ASSERT_TRUE(db.Delete({}, key).ok());
}

void Edit(rocksdb::DB& db, const std::string& key, std::string_view from, std::string_view to) {
  std::string value;
  ASSERT_TRUE(db.Get({}, key, &value).ok());
  const std::size_t at = value.find(from);
  ASSERT_NE(at, std::string::npos);
  ASSERT_TRUE(db.Put({}, key, value.replace(at, from.size(), to)).ok());
}

std::string FirstKey(rocksdb::DB& db, rocks::Table table) {
  const std::string prefix = rocks::Key(table).Take();
  const std::unique_ptr<rocksdb::Iterator> row(db.NewIterator({}));
  row->Seek(prefix);
  return row->Valid() ? row->key().ToString() : "";
}

std::uint64_t Newest(rocksdb::DB& db) {
  std::string size;
  EXPECT_TRUE(db.Get({}, rocks::LogSizeKey(), &size).ok());
  return base::ReadU64(size) - 1;
}

void ChangeFirstByte(rocksdb::DB& db, const std::string& key) {
  std::string value;
  ASSERT_TRUE(db.Get({}, key, &value).ok());
  value[0] = static_cast<char>(value[0] ^ 1);
  ASSERT_TRUE(db.Put({}, key, value).ok());
}

void PutOtherCheckpoint(rocksdb::DB& db) {
  const SignedHead other{{5, std::string(32, 'r')}, "note"};
  ASSERT_TRUE(db.Put({}, rocks::CheckpointKey(CheckpointKind::kSigned), rocks::Encode(other)).ok());
}

// Each kind, and how it is done.
std::vector<std::pair<std::string, Change>> Damages() {
  using namespace rocks;
  const base::AlertId alert = kNight.alerts[0].id;
  return {
      {"an event was altered", [](auto& db) { Edit(db, LogKey(0), "incident.", "incidenT."); }},
      {"a leaf was altered", [](auto& db) { Edit(db, LogKey(1), "\x12\x21\x02", "\x12\x21\x01"); }},
      {"an entry was taken out", [](auto& db) { Delete(db, LogKey(1)); }},
      {"the newest entry was cut off", [](auto& db) { Delete(db, LogKey(Newest(db))); }},
      {"the log's size is gone", [](auto& db) { Delete(db, LogSizeKey()); }},
      {"the log's tree is gone", [](auto& db) { Delete(db, FrontierKey()); }},
      {"a tile is gone",
       [](auto& db) {
         Delete(db, TileKey({0, 0}));
       }},
      {"a tile was altered",
       [](auto& db) {
         ChangeFirstByte(db, TileKey({1, 0}));
       }},
      {"a checkpoint is of another tree", [](auto& db) { PutOtherCheckpoint(db); }},
      {"what is counted is gone", [](auto& db) { Delete(db, FirstKey(db, Table::kStatistics)); }},
      {"what is counted was altered",
       [](auto& db) { ChangeFirstByte(db, FirstKey(db, Table::kStatistics)); }},
      {"an alert is not found by its standing",
       [](auto& db) { Delete(db, FirstKey(db, Table::kAlertByStanding)); }},
      {"an alert is not found by its pseudonym",
       [](auto& db) { Delete(db, FirstKey(db, Table::kAlertByPseudonym)); }},
      {"a history lost its entry", [](auto& db) { Delete(db, FirstKey(db, Table::kLogOfAlert)); }},
      {"an alert left the outbox", [](auto& db) { Delete(db, FirstKey(db, Table::kAlertOpen)); }},
      {"an alert is gone", [=](auto& db) { Delete(db, AlertKey(alert)); }},
      {"a receipt is gone", [=](auto& db) { Delete(db, ReceiptKey(alert, 0)); }},
      {"a sealing is gone", [=](auto& db) { Delete(db, SealingKey(alert, 1)); }},
      {"a sealing's digest differs",
       [=](auto& db) {
         Edit(db, SealingKey(alert, 1), kSealing.sealing.ciphertext_sha256,
              crypto::Sha256("other"));
       }},
      {"an incident is gone", [](auto& db) { Delete(db, IncidentKey(kNight.incident.id)); }},
      {"a reference leads nowhere",
       [](auto& db) { Delete(db, ReferenceKey(kKent, kNight.incident.reference)); }},
      {"a case is gone", [](auto& db) { Delete(db, CaseKey(kNight.incident.id, 0)); }},
      {"a pupil is gone", [](auto& db) { Delete(db, PupilKey(kHythe, base::LocalId("1"))); }},
      {"a pupil is not found", [](auto& db) { Delete(db, FirstKey(db, Table::kPupilByBlock)); }},
      {"a school is gone", [](auto& db) { Delete(db, SchoolKey(kHythe)); }},
      {"a recipient is gone", [](auto& db) { Delete(db, RecipientKey(kHythe, kLead.id)); }},
      {"a device key is free again",
       [](auto& db) { Delete(db, CurveKeyKey(kDevice.curve_public_key)); }},
      {"the counts are gone", [](auto& db) { Delete(db, CountsKey()); }},
      {"a stray alert in the outbox",
       [](auto& db) {
         ASSERT_TRUE(
             db.Put({}, Key(Table::kAlertOpen).Urn(kHythe).OldestFirst(1).Tail("x").Take(), "")
                 .ok());
       }},
      {"a record that is none",
       [=](auto& db) { ASSERT_TRUE(db.Put({}, AlertKey(alert), "\xff\xff").ok()); }},
  };
}

TEST(RocksDbVerify, FindsEachKindOfDamage) {
  support::TempDirectory directory;
  const fs::path healthy = directory.path() / "healthy";
  {
    const std::unique_ptr<RocksDbStore> store = OpenOrDie(healthy);
    Prepare(*store);
    const std::uint64_t prepared = store->LogSize().value();
    const NewReceipt receipt = ReceiptOf(kSealing, v1::RECEIPT_KIND_RECEIVED, kDevice, 3);
    ASSERT_TRUE(store->RecordReceipts(absl::MakeConstSpan(&receipt, 1)).front().ok());
    ASSERT_EQ(store->LogSize().value(), prepared + 1);
    ASSERT_TRUE(store->AppendEvents(Events(300, OneEvent().front())).ok());
    ASSERT_TRUE(store->IntegrateLog(1000, {}).ok());
    std::uint64_t done = 0, total = 0;
    ASSERT_TRUE(store
                    ->Verify([&](std::uint64_t now, std::uint64_t all) {
                      EXPECT_LE(now, all);
                      done = now;
                      total = all;
                    })
                    .ok());
    EXPECT_EQ(done, total);
  }
  int number = 0;
  for (const auto& [what, change] : Damages()) {
    const fs::path path = directory.path() / ("damaged-" + std::to_string(number++));
    CopyAsCrashed(healthy, path);
    rocksdb::DB* db = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open({}, path.string(), &db).ok());
    change(*db);
    delete db;
    EXPECT_EQ(OpenOrDie(path)->Verify({}).code(), Code::kDataLoss) << what;
  }
}

}  // namespace
}  // namespace firstbell::store
