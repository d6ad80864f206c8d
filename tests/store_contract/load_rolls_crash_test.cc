// RocksDB alone: a load that crashes at each of its moments, or fails, and what is left of it.

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "broker/base/bytes.h"
#include "broker/store/rocksdb/keys.h"
#include "broker/store/rocksdb/load_runs.h"
#include "rocksdb/db.h"
#include "tests/store_contract/load_of.h"
#include "tests/store_contract/store_driver.h"

namespace firstbell::store {
namespace {

using base::Code;
namespace fs = std::filesystem;

constexpr char kFolder[] = "roll_load";

// What a crash leaves on the disk: the files as they are, nothing flushed or closed.
void CopyAsCrashed(const fs::path& from, const fs::path& to) {
  fs::copy(from, to, fs::copy_options::recursive);
  fs::remove(to / "LOCK");
}

std::unique_ptr<RocksDbStore> OpenOrDie(const fs::path& path, RocksDbStore::Options options = {}) {
  Result<std::unique_ptr<RocksDbStore>> store = RocksDbStore::Open(path, std::move(options));
  EXPECT_TRUE(store.ok()) << store.status();
  return *std::move(store);
}

void ExpectWhole(Store& store) {
  const Status verified = store.Verify({});
  EXPECT_TRUE(verified.ok()) << verified;
}

void ExpectLoaded(Store& store) {
  EXPECT_EQ(store.Count().value().pupils, 3u);
  EXPECT_EQ(FindIn(store, "shared").size(), 2u);
  EXPECT_EQ(RollsIn(store).size(), 3u);
  EXPECT_EQ(store.LogSize().value(), 2u);
  EXPECT_EQ(Load(store, TwoRolls()).status().code(), Code::kFailedPrecondition);
  ExpectWhole(store);
}

// And that the next one comes through, for nothing stands in its way.
void ExpectNothingLoaded(Store& store) {
  EXPECT_EQ(store.Count().value().pupils, 0u);
  EXPECT_TRUE(FindIn(store, "shared").empty());
  EXPECT_TRUE(RollsIn(store).empty());
  EXPECT_EQ(store.LogSize().value(), 0u);
  ExpectWhole(store);
  EXPECT_TRUE(Load(store, TwoRolls()).ok());
  ExpectLoaded(store);
}

TEST(RocksDbLoadCrash, AtEveryMomentAllOfItStandsOrNothing) {
  support::TempDirectory directory;
  const fs::path path = directory.path() / "data";
  const auto crash = [&](const std::string& moment) {
    if (!fs::exists(directory.path() / moment)) CopyAsCrashed(path, directory.path() / moment);
  };
  int commits = -1;  // of the load
  RocksDbStore::Options options;
  options.fault = [&] {
    if (commits == 0) crash("before its mark");
    if (commits++ == 1) crash("ingested, not committed");
    return CommitFault::kNone;
  };
  const auto store = OpenOrDie(path, options);
  AddSchools(*store);
  RollLoad load = LoadOf(TwoRolls());
  base::Mutex mutex;
  load.next = [&, next = load.next] {
    base::MutexLock lock(mutex);
    crash("marked");
    return next();
  };
  load.progress = [&](double built) {
    if (built == 1.0) crash("sorted, not ingested");
  };
  commits = 0;
  ASSERT_TRUE(store->LoadRolls(load).ok());
  EXPECT_EQ(commits, 2);
  crash("done");
  for (const char* moment :
       {"before its mark", "marked", "sorted, not ingested", "ingested, not committed"}) {
    SCOPED_TRACE(moment);
    const auto recovered = OpenOrDie(directory.path() / moment);
    EXPECT_FALSE(fs::exists(directory.path() / moment / kFolder));
    ExpectNothingLoaded(*recovered);
  }
  ExpectLoaded(*OpenOrDie(directory.path() / "done"));
}

TEST(RocksDbLoadCrash, AnImageTakenAfterIngestionHasPupils) {
  // Otherwise the test above would show nothing of the opening that takes them away.
  support::TempDirectory directory;
  const fs::path path = directory.path() / "data", image = directory.path() / "image";
  int commits = 0;
  RocksDbStore::Options options;
  options.fault = [&] {
    if (++commits == 3) CopyAsCrashed(path, image);
    return CommitFault::kNone;
  };
  const auto store = OpenOrDie(path, options);
  AddSchools(*store);
  ASSERT_TRUE(Load(*store, TwoRolls()).ok());
  rocksdb::DB* opened = nullptr;
  ASSERT_TRUE(rocksdb::DB::OpenForReadOnly({}, image.string(), &opened).ok());
  const std::unique_ptr<rocksdb::DB> db(opened);
  std::string value;
  EXPECT_TRUE(db->Get({}, rocks::RollLoadKey(), &value).ok());
  EXPECT_TRUE(db->Get({}, rocks::PupilKey(kHythe, base::LocalId("1")), &value).ok());
}

TEST(RocksDbLoadCrash, ACommitThatFailsIsUnclearUntilTheStoreIsOpenedAgain) {
  for (const int failing : {1, 2}) {
    for (const CommitFault fault :
         {CommitFault::kFailBefore, CommitFault::kFailAfter, CommitFault::kDiskFull}) {
      SCOPED_TRACE(std::to_string(failing) + ", fault " + std::to_string(static_cast<int>(fault)));
      support::TempDirectory directory;
      const fs::path path = directory.path() / "data";
      int commits = -1;
      RocksDbStore::Options options;
      options.fault = [&] { return ++commits == failing ? fault : CommitFault::kNone; };
      auto store = OpenOrDie(path, options);
      AddSchools(*store);
      EXPECT_EQ(Load(*store, TwoRolls()).status().code(),
                fault == CommitFault::kDiskFull ? Code::kResourceExhausted : Code::kUnknown);
      EXPECT_EQ(Load(*store, TwoRolls()).status().code(), Code::kUnavailable) << "never guess";
      EXPECT_FALSE(fs::exists(path / kFolder));
      store.reset();
      store = OpenOrDie(path);
      const bool done = failing == 2 && fault == CommitFault::kFailAfter;
      done ? ExpectLoaded(*store) : ExpectNothingLoaded(*store);
    }
  }
}

TEST(RocksDbLoadCrash, ALogCutShortAfterALoadIsALoss) {
  support::TempDirectory directory;
  const fs::path path = directory.path() / "data", cut = directory.path() / "cut";
  const auto store = OpenOrDie(path);
  AddSchools(*store);
  ASSERT_TRUE(Load(*store, TwoRolls()).ok());
  CopyAsCrashed(path, cut);
  fs::path newest;
  for (const auto& file : fs::directory_iterator(cut)) {
    if (file.path().extension() == ".log" && file.path() > newest) newest = file.path();
  }
  fs::resize_file(newest, fs::file_size(newest) - 1);
  EXPECT_EQ(RocksDbStore::Open(cut, {}).status().code(), Code::kDataLoss);
}

TEST(RocksDbLoadFiles, OfAnEarlierLoadAreNotLookedAt) {
  support::TempDirectory directory;
  const fs::path path = directory.path() / "data";
  const auto litter = [&] {
    fs::create_directory(path / kFolder);
    for (const char* name : {"run-0", "run-77", "sorted-0.sst"}) {
      std::ofstream(path / kFolder / name) << "garbage of an earlier load";
    }
  };
  auto store = OpenOrDie(path);
  AddSchools(*store);
  store.reset();
  litter();
  store = OpenOrDie(path);
  EXPECT_FALSE(fs::exists(path / kFolder));
  litter();
  ASSERT_TRUE(Load(*store, TwoRolls()).ok());
  EXPECT_FALSE(fs::exists(path / kFolder));
  ExpectLoaded(*store);
}

std::unique_ptr<rocksdb::DB> OpenRaw(const fs::path& path) {
  rocksdb::DB* opened = nullptr;
  EXPECT_TRUE(rocksdb::DB::Open({}, path.string(), &opened).ok());
  return std::unique_ptr<rocksdb::DB>(opened);
}

TEST(RocksDbLoadFiles, GoToTheLastLevelAndStayThere) {
  support::TempDirectory directory;
  const fs::path path = directory.path() / "data";
  auto store = OpenOrDie(path);
  AddSchools(*store);
  // What they left when they left lies where the load's pupils go.
  const std::vector<RollEntry> before = {PupilOf("1", "Fennimore", {"f", "shared"})};
  ASSERT_TRUE(store->ImportRoll(kHythe, before, RollMode::kReplace, At(1), {}).ok());
  store.reset();
  store = OpenOrDie(path);
  ASSERT_TRUE(store->ImportRoll(kHythe, {}, RollMode::kReplace, At(2), {}).ok());
  ASSERT_TRUE(Load(*store, TwoRolls()).ok());
  store.reset();
  std::string files;
  EXPECT_TRUE(OpenRaw(path)->GetProperty("rocksdb.num-files-at-level6", &files));
  EXPECT_EQ(files, "2");
  ExpectLoaded(*OpenOrDie(path));
}

TEST(RocksDbLoadFiles, PupilsOfALoadThatLieAmongOtherRowsGoToo) {
  support::TempDirectory directory;
  const fs::path path = directory.path() / "data";
  auto store = OpenOrDie(path);
  AddSchools(*store);
  store.reset();
  {
    const auto db = OpenRaw(path);
    ASSERT_TRUE(db->Put({}, rocks::RollLoadKey(), "").ok());
    ASSERT_TRUE(db->Put({}, rocks::PupilKey(kHythe, base::LocalId("1")), "a pupil").ok());
    const std::string posting = rocks::Key(rocks::Table::kPupilByBlock).U64(7).Take();
    ASSERT_TRUE(db->Put({}, posting, "a block").ok());
  }
  ExpectNothingLoaded(*OpenOrDie(path));
}

unsigned ModeOf(const fs::path& path) {
  struct stat facts {};
  EXPECT_EQ(::stat(path.c_str(), &facts), 0);
  return facts.st_mode & 0777;
}

TEST(RocksDbLoadFiles, AreTheOwnersAlone) {
  support::TempDirectory directory;
  const fs::path path = directory.path() / "data";
  const auto store = OpenOrDie(path);
  AddSchools(*store);
  SchoolRoll large = TwoRolls()[0];
  for (int i = 0; i < 2000; ++i) {
    large.entries.push_back(PupilOf("p" + std::to_string(i), "Fennimore", {"f"}));
  }
  RollLoad load = LoadOf({large});
  int seen = 0;
  base::Mutex mutex;
  load.next = [&, next = load.next] {
    base::MutexLock lock(mutex);
    EXPECT_EQ(ModeOf(path / kFolder), 0700u);
    for (const auto& file : fs::directory_iterator(path / kFolder)) {
      EXPECT_EQ(ModeOf(file.path()), 0600u);
      ++seen;
    }
    return next();
  };
  ASSERT_TRUE(store->LoadRolls(load).ok());
  EXPECT_GT(seen, 0) << "a buffer was full before the roll was over";
}

TEST(RocksDbLoadFiles, AMarkNeverCostsPupilsThatCount) {
  support::TempDirectory directory;
  const fs::path path = directory.path() / "data";
  auto store = OpenOrDie(path);
  AddSchools(*store);
  ASSERT_TRUE(Load(*store, TwoRolls()).ok());
  store.reset();
  const auto mark = [&](bool there) {
    const auto db = OpenRaw(path);
    ASSERT_TRUE(
        (there ? db->Put({}, rocks::RollLoadKey(), "") : db->Delete({}, rocks::RollLoadKey()))
            .ok());
  };
  mark(true);
  EXPECT_EQ(RocksDbStore::Open(path, {}).status().code(), Code::kDataLoss);
  mark(false);
  ExpectLoaded(*OpenOrDie(path));
}

std::string RunOf(std::string_view key, std::string_view value) {
  std::string bytes;
  base::AppendU32(bytes, static_cast<std::uint32_t>(key.size()));
  base::AppendU32(bytes, static_cast<std::uint32_t>(value.size()));
  return bytes.append(key).append(value);
}

TEST(RocksDbLoadFiles, ARunIsSortedAndOneThatDoesNotReadBackIsSaid) {
  // Of the same first bytes, short ones, and one with a zero that padding must not hide.
  const std::vector<std::string> sorted = {"b",         "ba",         std::string("ba\0", 3),
                                           "bablock12", "bablock123", "bb"};
  std::string bytes;
  for (auto key = sorted.rbegin(); key != sorted.rend(); ++key) bytes += RunOf(*key, "v" + *key);
  const auto rows = rocks::SortRun(bytes);
  ASSERT_TRUE(rows.ok()) << rows.status();
  ASSERT_EQ(rows->size(), sorted.size());
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    EXPECT_EQ((*rows)[i].key, sorted[i]);
    EXPECT_EQ((*rows)[i].value, "v" + sorted[i]);
  }
  EXPECT_TRUE(rocks::SortRun("")->empty());
  const std::string one = RunOf("bkey", "value");
  for (std::size_t size = 1; size < one.size(); ++size) {
    EXPECT_EQ(rocks::SortRun(one.substr(0, size)).status().code(), Code::kDataLoss) << size;
  }
  EXPECT_EQ(rocks::SortRun(RunOf("", "value")).status().code(), Code::kDataLoss);
}

// A small disk that can be filled, seen by RocksDB's threads too. Needs root.
class SmallDisk {
 public:
  explicit SmallDisk(const fs::path& at) : at_(at) {
    fs::create_directory(at);
    ok_ = ::mount("tmpfs", at.c_str(), "tmpfs", 0, "size=200m") == 0;
  }
  ~SmallDisk() {
    if (ok_) ::umount2(at_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  bool ok() const { return ok_; }
  void FillBut(std::uint64_t bytes) const {
    const auto free = fs::space(at_).available;
    if (free <= bytes) return;
    const int fd = ::open((at_ / "ballast").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    EXPECT_EQ(::posix_fallocate(fd, 0, static_cast<off_t>(free - bytes)), 0);
    ::close(fd);
  }
  void Free() const { fs::remove(at_ / "ballast"); }

 private:
  const fs::path at_;
  bool ok_ = false;
};

// With less left than the reserve before the pupils are sorted, or after they were ingested.
TEST(RocksDbLoadDisk, AFullDiskIsSaidAndNothingIsLeftOnIt) {
  support::TempDirectory directory;
  const SmallDisk disk(directory.path() / "disk");
  if (!disk.ok()) GTEST_SKIP() << "mounting a small disk needs root";
  const fs::path path = directory.path() / "disk" / "data";
  auto store = OpenOrDie(path);
  AddSchools(*store);
  for (const bool ingested : {false, true}) {
    SCOPED_TRACE(ingested ? "ingested" : "not sorted");
    RollLoad load = LoadOf(TwoRolls());
    base::Mutex mutex;
    // Little enough that it stays less than the reserve when RocksDB lets a log file go.
    const auto fill = [&] { disk.FillBut(limits::kDiskReserveBytes / 8); };
    load.next = [&, next = load.next] {
      base::MutexLock lock(mutex);
      if (!ingested) fill();
      return next();
    };
    load.progress = [&](double built) {
      if (built == 1.0) fill();
    };
    EXPECT_EQ(store->LoadRolls(load).status().code(), Code::kResourceExhausted);
    EXPECT_FALSE(fs::exists(path / kFolder));
    EXPECT_TRUE(FindIn(*store, "shared").empty());
    disk.Free();
    ExpectWhole(*store);
    const std::vector<RollEntry> roll = {Quillfeather()};
    EXPECT_TRUE(store->ImportRoll(kHythe, roll, RollMode::kReplace, At(1), {}).ok());
    EXPECT_TRUE(store->ImportRoll(kHythe, {}, RollMode::kReplace, At(1), {}).ok());
  }
  store.reset();
  ExpectNothingLoaded(*OpenOrDie(path));
}

}  // namespace
}  // namespace firstbell::store
