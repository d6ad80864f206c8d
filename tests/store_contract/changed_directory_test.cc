// RocksDB alone: directories as other programs leave them. One of an older layout is brought
// forward whole, one of a newer is refused; what is wrong with a case is found.

#include <functional>

#include "broker/audit/event_encoding.h"
#include "broker/store/rocksdb/codec.h"
#include "broker/store/rocksdb/keys.h"
#include "broker/store/rocksdb/reader.h"
#include "rocksdb/db.h"
#include "tests/store_contract/invented.h"
#include "tests/store_contract/store_driver.h"

namespace firstbell::store {
namespace {

namespace fs = std::filesystem;
using base::Code;

std::unique_ptr<rocksdb::DB> OpenRaw(const fs::path& path) {
  rocksdb::DB* db = nullptr;
  FB_CHECK(rocksdb::DB::Open({}, path.string(), &db).ok());
  return std::unique_ptr<rocksdb::DB>(db);
}

std::string FirstKey(rocksdb::DB& db, rocks::Table table) {
  const std::unique_ptr<rocksdb::Iterator> row(db.NewIterator({}));
  row->Seek(rocks::Key(table).Take());
  return row->Valid() ? row->key().ToString() : "";
}

void SetLayout(const fs::path& path, const std::string& layout) {
  FB_CHECK(OpenRaw(path)->Put({}, rocks::LayoutKey(), layout).ok());
}

// A row without what `forget` takes from it.
template <typename Row>
void Rewrite(rocksdb::DB& db, const std::string& key, const std::string& value,
             const std::function<void(Row&)>& forget) {
  Row row;
  FB_CHECK(rocks::Decode(value, row).ok());
  forget(row);
  FB_CHECK(db.Put({}, key, rocks::Encode(row)).ok());
}

// As the program before tiles left it: its tree grown in every commit, no index of standings,
// pseudonyms or keys' holders, no statistics, and no alert that knows its school's authority.
void MakeLayoutTwo(const fs::path& path) {
  using rocks::Table;
  FB_CHECK(RocksDbStore::Open(path, {}).value()->IntegrateLog(1'000, {}).ok());
  const auto db = OpenRaw(path);
  const std::unique_ptr<rocksdb::Iterator> row(db->NewIterator({}));
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    const std::string key = row->key().ToString(), value = row->value().ToString();
    switch (static_cast<Table>(key.front())) {
      case Table::kTile:
      case Table::kAlertByStanding:
      case Table::kAlertByPseudonym:
      case Table::kStatistics:
      case Table::kLogOfRecipient:
        FB_CHECK(db->Delete({}, key).ok());
        break;
      case Table::kAlert:
        Rewrite<rocks::AlertRow>(*db, key, value, [](auto& of) { of.alert.authority = {}; });
        break;
      case Table::kLog:
        Rewrite<rocks::LogRow>(*db, key, value, [](auto& of) { of.key_holder = {}; });
        break;
      default:
        break;
    }
  }
  FB_CHECK(db->Delete({}, rocks::LogSizeKey()).ok());
  FB_CHECK(db->Put({}, rocks::LayoutKey(), "2").ok());
}

// As the program before the review desk left it: no index of cases, none counted as open, and no
// deadline in any.
void MakeLayoutOne(const fs::path& path) {
  MakeLayoutTwo(path);
  SetLayout(path, "1");
  const auto db = OpenRaw(path);
  const std::unique_ptr<rocksdb::Iterator> row(db->NewIterator({}));
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    const std::string key = row->key().ToString();
    if (key.front() == static_cast<char>(rocks::Table::kCaseOpen)) {
      FB_CHECK(db->Delete({}, key).ok());
    } else if (key.front() == static_cast<char>(rocks::Table::kCase)) {
      std::string value = row->value().ToString();
      value.erase(value.rfind('\x40'));  // the last field: its deadline
      FB_CHECK(db->Put({}, key, value).ok());
    } else if (key == rocks::CountsKey()) {
      Counts counts;
      FB_CHECK(rocks::Decode(row->value().ToString(), counts).ok());
      counts.cases_open = 0;
      FB_CHECK(db->Put({}, key, rocks::Encode(counts)).ok());
    }
  }
}

TEST(RocksDbLayout, CasesOfLayoutOneAllComeToTheDesk) {
  support::TempDirectory directory;
  const fs::path path = directory.path() / "data";
  const NewIncident a = NightOf(kKent, "a", 1, {kHythe}), b = NightOf(kEssex, "b", 2, {});
  {
    const auto store = RocksDbStore::Open(path, {}).value();
    ASSERT_TRUE(store->Initialise({"origin", false}, OneEvent()).ok());
    ASSERT_TRUE(store->AcceptIncident(a).ok());
    ASSERT_TRUE(store->AcceptIncident(b).ok());
  }
  MakeLayoutOne(path);
  for (int opened = 0; opened < 2; ++opened) {
    const auto store = RocksDbStore::Open(path, {}).value();
    EXPECT_TRUE(store->Verify({}).ok()) << store->Verify({});
    EXPECT_EQ(store->Count().value().cases_open, 2u);
    const auto page = store->ListCases(kKent, CaseStanding::kOpen, "", 9).value();
    ASSERT_EQ(page.items.size(), 1u);
    EXPECT_EQ(page.items[0].incident_id, a.incident.id);
    EXPECT_EQ(page.items[0].deadline, page.items[0].opened_at) << "overdue: it comes first";
  }
  const auto store = RocksDbStore::Open(path, {}).value();
  ASSERT_TRUE(store->DecideCase(DecisionOf(b, "wren", 9, {kHythe})).ok());
  EXPECT_TRUE(store->Verify({}).ok()) << store->Verify({});
}

TEST(RocksDbLayout, RollsOfLayoutOneAreToBeImportedAgain) {
  support::TempDirectory directory;
  const fs::path path = directory.path() / "data";
  const std::vector<RollEntry> roll = {PupilOf("1", "Quillfeather", {"q"})};
  {
    const auto store = RocksDbStore::Open(path, {}).value();
    ASSERT_TRUE(store->Initialise({"origin", false}, OneEvent()).ok());
    AddSchools(*store);
    ASSERT_TRUE(store->ImportRoll(kHythe, roll, RollMode::kReplace, At(1), {}).ok());
  }
  MakeLayoutTwo(path);
  {
    // Where layout 1 looked for a pupil, in place of its block.
    const auto db = OpenRaw(path);
    FB_CHECK(db->Delete({}, FirstKey(*db, rocks::Table::kPupilByBlock)).ok());
    FB_CHECK(db->Put({}, "k2014-05-09|ada|quillfeather", "").ok());
    FB_CHECK(db->Put({}, rocks::LayoutKey(), "1").ok());
  }
  const auto store = RocksDbStore::Open(path, {}).value();
  EXPECT_TRUE(store->Verify({}).ok()) << store->Verify({});
  EXPECT_EQ(store->Count().value().pupils, 0u);
  EXPECT_EQ(store->GetSchool(kHythe).value().pupils, 0u);
  ASSERT_TRUE(store->ImportRoll(kHythe, roll, RollMode::kReplace, At(2), {}).ok());
  EXPECT_EQ(FindIn(*store, "q").size(), 1u);
}

TEST(RocksDbLayout, ANewerOneIsRefused) {
  support::TempDirectory directory;
  const fs::path path = directory.path() / "data";
  {
    const auto store = RocksDbStore::Open(path, {}).value();
    ASSERT_TRUE(store->Initialise({"origin", false}, OneEvent()).ok());
  }
  SetLayout(path, "4");
  const Status refused = RocksDbStore::Open(path, {}).status();
  EXPECT_EQ(refused.code(), Code::kFailedPrecondition) << refused;
  SetLayout(path, "3");
  EXPECT_TRUE(RocksDbStore::Open(path, {}).ok());
}

std::vector<std::string> IdsOf(Store& store, const AlertFilter& filter) {
  std::vector<std::string> ids;
  const auto page = store.ListAlerts(filter, "", 9).value();
  for (const model::Alert& alert : page.items) {
    ids.push_back(alert.id.value());
  }
  return ids;
}

std::int64_t AlertsCountedIn(Store& store) {
  std::int64_t alerts = 0;
  FB_CHECK(store
               .ReadStatistics(
                   absl::CivilDay(2000, 1, 1), absl::CivilDay(2100, 1, 1),
                   [&](const StatKey&, const StatCell& cell) { alerts += cell[Stat::kAlerts]; })
               .ok());
  return alerts;
}

TEST(RocksDbLayout, TheLogOfLayoutTwoGrowsItsTreeAnewAndItsAlertsAreCounted) {
  support::TempDirectory directory;
  const fs::path path = directory.path() / "data";
  const NewIncident night = NightOf(kKent, "a", 1, {kHythe, kSaltwood});
  const model::Recipient lead = RecipientOf("lead", kHythe, v1::RECIPIENT_ROLE_LEAD);
  {
    const auto store = RocksDbStore::Open(path, {}).value();
    ASSERT_TRUE(store->Initialise({"origin", false}, OneEvent()).ok());
    AddSchools(*store);
    ASSERT_TRUE(
        EnrolNow(*store, lead, {Event(EventKind::kRecipientEnrolled, At(1)).With(lead.id)}).ok());
    ASSERT_TRUE(store->AcceptIncident(night).ok());
  }
  MakeLayoutTwo(path);
  const LogHead before = RocksDbStore::Open(path, {}).value()->IntegrateLog(1'000, {}).value();
  for (int opened = 0; opened < 2; ++opened) {
    const auto store = RocksDbStore::Open(path, {}).value();
    EXPECT_TRUE(store->Verify({}).ok()) << store->Verify({});
    EXPECT_EQ(store->LogSize().value(), before.size);
    EXPECT_EQ(store->IntegrateLog(1'000, {}).value(), before);
    EXPECT_EQ(store->ReadTile(0, 0).value().size(), 32 * before.size);
    EXPECT_EQ(IdsOf(*store, {.authority = base::AuthorityCode("886"), .standing = Standing::kOpen}),
              (std::vector{night.alerts[0].id.value(), night.alerts[1].id.value()}));
    const std::string pseudonym = audit::PseudonymOf(night.alerts[0].id.value());
    EXPECT_EQ(store->GetAlertByPseudonym(pseudonym).value().id, night.alerts[0].id);
    EXPECT_EQ(store->RecipientHistory(lead.id).value().size(), 1u);
    EXPECT_EQ(AlertsCountedIn(*store), 2);
  }
}

void Replace(rocksdb::DB& db, const std::string& key, std::string_view from, std::string_view to) {
  std::string value;
  ASSERT_TRUE(db.Get({}, key, &value).ok());
  const std::size_t at = value.find(from);
  ASSERT_NE(at, std::string::npos);
  ASSERT_TRUE(db.Put({}, key, value.replace(at, from.size(), to)).ok());
}

struct Damage {
  std::string what;
  std::function<void(rocksdb::DB&)> change;
};

std::vector<Damage> Damages(const NewIncident& decided) {
  using rocks::Table;
  const auto lose = [](Table table) {
    return [table](rocksdb::DB& db) { ASSERT_TRUE(db.Delete({}, FirstKey(db, table)).ok()); };
  };
  const std::string key = rocks::CaseKey(decided.incident.id, 0);
  return {
      {"a case waits and no list has it", lose(Table::kCaseOpen)},
      {"a decision is in no list", lose(Table::kCaseDecided)},
      {"a case was placed, and the alert is about another child",
       [key](auto& db) { Replace(db, key, "unknown-child", "somebody-else"); }},
      {"a list has a case that is none",
       [](auto& db) {
         const std::string stray = rocks::Key(Table::kCaseOpen).Text("kent").OldestFirst(1).Take();
         ASSERT_TRUE(db.Put({}, stray + "x", "").ok());
       }},
      {"an officer's looks are another's",
       [](auto& db) { Replace(db, FirstKey(db, Table::kOfficer), "wren", "lark"); }},
  };
}

TEST(RocksDbVerify, FindsWhatIsWrongWithACase) {
  support::TempDirectory directory;
  const NewIncident waits = NightOf(kKent, "a", 1, {}), decided = NightOf(kKent, "b", 2, {});
  int number = 0;
  for (const Damage& damage : Damages(decided)) {
    const fs::path path = directory.path() / std::to_string(number++);
    {
      const auto store = RocksDbStore::Open(path, {}).value();
      ASSERT_TRUE(store->AcceptIncident(waits).ok());
      ASSERT_TRUE(store->AcceptIncident(decided).ok());
      ASSERT_TRUE(store->RecordLook(LookOf(waits, "wren", 3)).ok());
      ASSERT_TRUE(store->DecideCase(DecisionOf(decided, "wren", 4, {kHythe})).ok());
      ASSERT_TRUE(store->Verify({}).ok());
    }
    damage.change(*OpenRaw(path));
    const Status verified = RocksDbStore::Open(path, {}).value()->Verify({});
    EXPECT_EQ(verified.code(), Code::kDataLoss) << damage.what;
  }
}

}  // namespace
}  // namespace firstbell::store
