// RocksDB alone: each verb about wake-ups failed, or failed but done; a crash after each; damage.

#include <functional>

#include "broker/store/rocksdb/keys.h"
#include "rocksdb/db.h"
#include "tests/store_contract/store_driver.h"
#include "tests/store_contract/wake_ups.h"

namespace firstbell::store {
namespace {

using base::Code;
namespace fs = std::filesystem;

const NewIncident kNight = NightOf(kKent, "42-2026", 0, {kHythe});

std::unique_ptr<RocksDbStore> OpenOrDie(const fs::path& path, RocksDbStore::Options options = {}) {
  Result<std::unique_ptr<RocksDbStore>> store = RocksDbStore::Open(path, std::move(options));
  EXPECT_TRUE(store.ok()) << store.status();
  return *std::move(store);
}

void Prepare(Store& store) {
  AddSchools(store);
  ASSERT_TRUE(store.AcceptIncident(kNight).ok());
  ASSERT_TRUE(store.SetWakeUps(kHythe, {MailTo("dsl"), HookAt("hythe")}, kSecret, {}).ok());
  ASSERT_EQ(store.QueueWakeUps(kHythe, CallAt(300), {}).value(), 2u);
}

struct Verb {
  std::string name;
  std::function<Status(Store&)> call;
};

Status Deliver(Store& store) {
  const WakeUp wake_up = NewWakeUp(kHythe, MailTo("dsl"), CallAt(300));
  return Record(store, AttemptAt(wake_up, 301, v1::WAKE_UP_OUTCOME_DELIVERED));
}

Status Climb(Store& store) {
  const NewClimb climb{kNight.alerts[0].id, 0, 1, At(400), false, OneEvent(), CallAt(310)};
  return store.RecordClimbs(absl::MakeConstSpan(&climb, 1)).front().status();
}

std::vector<Verb> Verbs() {
  return {
      {"RecordWakeUps", Deliver},
      {"RecordClimbs", Climb},
      {"QueueWakeUps",
       [](Store& s) { return s.QueueWakeUps(kHythe, CallAt(330), OneEvent()).status(); }},
      {"SetWakeUps",
       [](Store& s) { return s.SetWakeUps(kHythe, {MailTo("head")}, kSecret, OneEvent()); }},
  };
}

// All that a reader sees of wake-ups.
struct Seen {
  SchoolWakeUps school;
  std::vector<WakeUp> queued, due;
  std::uint32_t rung = 0;
  friend bool operator==(const Seen&, const Seen&) = default;
};

Seen SeenIn(Store& store) {
  return {store.WakeUpsOf(kHythe).value(), store.QueuedWakeUps(kHythe).value(),
          store.DueWakeUps(At(900), "", 100)->items, store.GetAlert(kNight.alerts[0].id)->rung};
}

TEST(RocksDbWakeUpCrash, EachVerbFailsWholeOrIsDoneWhole) {
  for (const Verb& verb : Verbs()) {
    for (const CommitFault fault : {CommitFault::kFailBefore, CommitFault::kFailAfter}) {
      support::TempDirectory directory;
      CommitFault armed = CommitFault::kNone;
      RocksDbStore::Options options;
      options.fault = [&armed] { return armed; };
      std::unique_ptr<RocksDbStore> store = OpenOrDie(directory.path() / "data", options);
      Prepare(*store);
      const Seen before = SeenIn(*store);
      armed = fault;
      EXPECT_EQ(verb.call(*store).code(), Code::kUnknown) << verb.name;
      store.reset();
      store = OpenOrDie(directory.path() / "data");
      const bool done = fault == CommitFault::kFailAfter;
      EXPECT_EQ(SeenIn(*store) == before, !done) << verb.name;
      const Seen after = SeenIn(*store);
      EXPECT_TRUE(verb.call(*store).ok()) << verb.name;
      if (done) {
        EXPECT_EQ(SeenIn(*store), after) << verb.name << " is done once";
      }
      const Status verified = store->Verify({});
      EXPECT_TRUE(verified.ok()) << verb.name << ": " << verified;
    }
  }
}

TEST(RocksDbWakeUpCrash, ARungThatStandsHasItsWakeUpQueued) {
  support::TempDirectory directory;
  const fs::path path = directory.path() / "data", crashed = directory.path() / "crashed";
  const std::unique_ptr<RocksDbStore> store = OpenOrDie(path);
  Prepare(*store);
  ASSERT_TRUE(Climb(*store).ok());
  fs::create_directory(crashed);
  for (const auto& file : fs::directory_iterator(path)) {
    if (file.path().filename() != "LOCK") fs::copy_file(file, crashed / file.path().filename());
  }
  const std::unique_ptr<RocksDbStore> recovered = OpenOrDie(crashed);
  EXPECT_EQ(SeenIn(*recovered), SeenIn(*store));
  EXPECT_EQ(SeenIn(*recovered).rung, 1u);
  EXPECT_EQ(SeenIn(*recovered).due.size(), 4u);
}

TEST(RocksDbWakeUpVerify, FindsWhatIsGone) {
  using namespace rocks;
  const WakeUp wake_up = NewWakeUp(kHythe, MailTo("dsl"), CallAt(300));
  const std::vector<std::string> keys = {
      SchoolWakeUpsKey(kHythe), WakeUpRowKey(wake_up.key()),
      WakeUpDueKey(wake_up.next_at, wake_up.key()),
      Key(Table::kSchoolWakeUpsInOrder).U32(1).Urn(kHythe).Take()};
  for (const std::string& key : keys) {
    support::TempDirectory directory;
    const fs::path path = directory.path() / "data";
    {
      const auto store = OpenOrDie(path);
      Prepare(*store);
    }
    rocksdb::DB* db = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open({}, path.string(), &db).ok());
    std::string value;
    ASSERT_TRUE(db->Get({}, key, &value).ok()) << "there is such a row";
    ASSERT_TRUE(db->Delete({}, key).ok());
    delete db;
    EXPECT_EQ(OpenOrDie(path)->Verify({}).code(), Code::kDataLoss) << key.substr(0, 1);
  }
}

}  // namespace
}  // namespace firstbell::store
