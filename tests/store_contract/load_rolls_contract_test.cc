// The first rolls of a store, loaded at once: the same promises of every driver.

#include <algorithm>
#include <atomic>
#include <thread>

#include "tests/store_contract/invented.h"
#include "tests/store_contract/load_of.h"
#include "tests/store_contract/store_driver.h"

namespace firstbell::store {
namespace {

using base::Code;

template <typename Driver>
class LoadRollsContract : public ContractTest<Driver> {
 protected:
  void ExpectNothingLoaded() {
    EXPECT_EQ(this->store().Count().value().pupils, 0u);
    EXPECT_EQ(this->LogSize(), 0u);
    EXPECT_TRUE(FindIn(this->store(), "shared").empty());
    EXPECT_EQ(RollsIn(this->store()), std::vector<model::PupilAtSchool>());
    EXPECT_EQ(this->store().GetSchool(kHythe).value().roll_imported_at, std::nullopt);
  }
};
TYPED_TEST_SUITE(LoadRollsContract, Drivers, DriverNames);

TYPED_TEST(LoadRollsContract, PupilsStandAsIfEachRollHadBeenImported) {
  AddSchools(this->store());
  EXPECT_EQ(Load(this->store(), TwoRolls()).value(), (ImportCounts{.added = 3}));
  for (int restart = 0; restart < 2; ++restart) {
    Store& store = this->store();
    EXPECT_EQ(FindIn(store, "shared"),
              (std::vector<model::PupilAtSchool>{{kSaltwood, Marrowby().pupil, At(5)},
                                                 {kHythe, Quillfeather().pupil, At(5)}}));
    EXPECT_EQ(FindIn(store, "a").size(), 1u);
    EXPECT_EQ(RollsIn(store),
              (std::vector<model::PupilAtSchool>{{kSaltwood, Marrowby().pupil, At(5)},
                                                 {kHythe, Quillfeather().pupil, At(5)},
                                                 {kHythe, Ashgrove().pupil, At(5)}}));
    EXPECT_EQ(store.GetSchool(kHythe).value().pupils, 2u);
    EXPECT_EQ(store.GetSchool(kHythe).value().roll_imported_at, At(5));
    EXPECT_EQ(store.GetSchool(kHythe).value().school.name, "Hythe Bay");
    EXPECT_EQ(store.Count().value().pupils, 3u);
    EXPECT_EQ(store.Count().value().schools, 2u);
    const Status verified = store.Verify({});
    EXPECT_TRUE(verified.ok()) << verified;
    this->Restart();
  }
}

TYPED_TEST(LoadRollsContract, TheLogHasItsEventsInTheOrderOfTheSchools) {
  Store& store = this->store();
  AddSchools(store);
  ASSERT_TRUE(Load(store, TwoRolls()).ok());
  const std::vector<LogEntry> entries = store.ReadLog(0, 10).value();
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].event, audit::EncodeEvent(ImportedAt(kSaltwood)));
  EXPECT_EQ(entries[1].event, audit::EncodeEvent(ImportedAt(kHythe)));
  EXPECT_EQ(this->LogSize(), 2u);
}

TYPED_TEST(LoadRollsContract, RollsChangeAfterwardsAndAtOnce) {
  Store& store = this->store();
  AddSchools(store);
  ASSERT_TRUE(Load(store, TwoRolls()).ok());
  const std::vector<RollEntry> next = {Quillfeather(), PupilOf("4", "Fennimore", {"f"})};
  EXPECT_EQ(store.ImportRoll(kHythe, next, RollMode::kReplace, At(6), {}).value(),
            (ImportCounts{1, 0, 1, 1}));
  EXPECT_EQ(FindIn(store, "f").size(), 1u);
  EXPECT_TRUE(FindIn(store, "a").empty()) << "whoever left is found no more";
  EXPECT_EQ(FindIn(store, "shared").at(1).claimed_at, At(5)) << "the claim is the load's";
  this->Restart();
  EXPECT_EQ(FindIn(this->store(), "f").size(), 1u);
  EXPECT_EQ(this->store().Count().value().pupils, 3u);
}

TYPED_TEST(LoadRollsContract, IsRefusedWherePupilsStandItsOwnAmongThem) {
  Store& store = this->store();
  AddSchools(store);
  ASSERT_TRUE(Load(store, TwoRolls()).ok());
  for (int restart = 0; restart < 2; ++restart) {
    EXPECT_EQ(Load(this->store(), TwoRolls()).status().code(), Code::kFailedPrecondition);
    EXPECT_EQ(this->store().Count().value().pupils, 3u);
    EXPECT_EQ(this->LogSize(), 2u);
    EXPECT_EQ(FindIn(this->store(), "shared").size(), 2u);
    this->Restart();
  }
}

TYPED_TEST(LoadRollsContract, FollowsOnRollsThatWereEmptied) {
  AddSchools(this->store());
  const std::vector<RollEntry> roll = {PupilOf("1", "Fennimore", {"f", "shared"})};
  ASSERT_TRUE(this->store().ImportRoll(kHythe, roll, RollMode::kReplace, At(1), {}).ok());
  ASSERT_TRUE(this->store().ImportRoll(kHythe, {}, RollMode::kReplace, At(2), {}).ok());
  this->Restart();
  ASSERT_TRUE(Load(this->store(), TwoRolls()).ok());
  this->Restart();
  EXPECT_TRUE(FindIn(this->store(), "f").empty());
  EXPECT_EQ(FindIn(this->store(), "shared").size(), 2u);
}

TYPED_TEST(LoadRollsContract, WhateverIsWrongWithItNothingIsLeft) {
  AddSchools(this->store());
  struct Wrong {
    std::string what;
    SchoolRoll roll;
    Code code;
  };
  const std::vector<RollEntry> twice = {Quillfeather(), Ashgrove(), Quillfeather()};
  const std::vector<Wrong> wrongs = {
      {"999999", {base::Urn(999'999), {Quillfeather()}, {}}, Code::kNotFound},
      {kHythe.ToString(), {kHythe, twice, {}}, Code::kInvalidArgument},
      {kSaltwood.ToString(), {kSaltwood, {Ashgrove()}, {}}, Code::kInvalidArgument}};
  for (const Wrong& wrong : wrongs) {
    for (const bool first : {true, false}) {
      std::vector<SchoolRoll> rolls = {TwoRolls()[1]};
      rolls.insert(first ? rolls.begin() : rolls.end(), wrong.roll);
      const Status refused = Load(this->store(), rolls).status();
      EXPECT_EQ(refused.code(), wrong.code) << refused;
      EXPECT_NE(base::Message(refused).find(wrong.what), std::string_view::npos) << refused;
      this->ExpectNothingLoaded();
      this->Restart();
      this->ExpectNothingLoaded();
    }
  }
  EXPECT_TRUE(Load(this->store(), TwoRolls()).ok()) << "and it may be mended and tried again";
}

TYPED_TEST(LoadRollsContract, ASourceThatFailsLeavesNothing) {
  AddSchools(this->store());
  std::atomic<int> calls = 0;
  const RollLoad load{[&]() -> Result<std::optional<SchoolRoll>> {
                        if (calls++ > 0) return base::DataLoss("torn");
                        return TwoRolls()[0];
                      },
                      At(5)};
  EXPECT_EQ(this->store().LoadRolls(load).status(), base::DataLoss("torn"));
  this->ExpectNothingLoaded();
  const std::vector<RollEntry> roll = {Quillfeather()};
  EXPECT_TRUE(this->store().ImportRoll(kHythe, roll, RollMode::kReplace, At(6), {}).ok());
}

TYPED_TEST(LoadRollsContract, OfNothingIsNothing) {
  AddSchools(this->store());
  EXPECT_EQ(Load(this->store(), {}).value(), ImportCounts());
  EXPECT_EQ(Load(this->store(), {{kHythe, {}, {ImportedAt(kHythe)}}}).value(), ImportCounts());
  EXPECT_EQ(this->store().GetSchool(kHythe).value().roll_imported_at, At(5));
  EXPECT_EQ(this->LogSize(), 1u);
  EXPECT_TRUE(Load(this->store(), TwoRolls()).ok());
}

TYPED_TEST(LoadRollsContract, SaysHowMuchIsBuilt) {
  AddSchools(this->store());
  std::vector<double> said;
  RollLoad load = LoadOf(TwoRolls());
  load.progress = [&](double built) { said.push_back(built); };
  ASSERT_TRUE(this->store().LoadRolls(load).ok());
  EXPECT_TRUE(std::is_sorted(said.begin(), said.end()));
  EXPECT_TRUE(said.empty() || said.back() == 1.0);
}

// Of two loads, or of a load and an import, one is refused; which one is the driver's.
TYPED_TEST(LoadRollsContract, WhatComesBetweenIsRefusedOrRefusesIt) {
  AddSchools(this->store());
  Store& store = this->store();
  RollLoad load = LoadOf(TwoRolls());
  Status between = base::OkStatus();
  bool asked = false;
  const auto next = load.next;
  base::Mutex mutex;
  load.next = [&]() -> Result<std::optional<SchoolRoll>> {
    base::MutexLock lock(mutex);
    if (!std::exchange(asked, true)) {
      // From a thread of its own, as another caller would.
      std::thread([&] {
        const std::vector<RollEntry> roll = {PupilOf("9", "Fennimore", {"f"})};
        between = store.ImportRoll(kHythe, roll, RollMode::kReplace, At(4), {}).status();
        EXPECT_TRUE(store.SetSchoolHours(kHythe, {}, {}).ok()) << "all else goes on";
      }).join();
    }
    return next();
  };
  const Status loaded = store.LoadRolls(load).status();
  EXPECT_NE(loaded.ok(), between.ok());
  EXPECT_EQ((loaded.ok() ? between : loaded).code(), Code::kFailedPrecondition);
  EXPECT_EQ(store.Count().value().pupils, loaded.ok() ? 3u : 1u);
  EXPECT_EQ(FindIn(store, "f").size(), loaded.ok() ? 0u : 1u);
}

// More rows than a writer's buffer holds, of many schools, by two threads, against rolls imported
// one by one into the twin.
TYPED_TEST(LoadRollsContract, ManyRollsAreThoseOfTheObviousTwin) {
  MemoryStore twin;
  std::vector<model::School> schools;
  std::vector<SchoolRoll> rolls;
  for (std::uint32_t school = 0; school < 150; ++school) {
    const base::Urn urn(100'000 + 37 * school);
    schools.push_back(SchoolOf(urn, "School " + urn.ToString()));
    SchoolRoll& roll = rolls.emplace_back(SchoolRoll{urn, {}, {ImportedAt(urn)}});
    for (std::uint32_t i = 0; i < 200; ++i) {
      const std::string number = std::to_string(i * 7919 % 1000);
      roll.entries.push_back(PupilOf("p" + std::to_string(i), "Quillfeather-" + number,
                                     {"name " + number, "upn " + urn.ToString() + number}, i));
    }
  }
  ASSERT_TRUE(this->store().ImportSchools(schools, {}).ok());
  ASSERT_TRUE(twin.ImportSchools(schools, {}).ok());
  for (const SchoolRoll& roll : rolls) {
    ASSERT_TRUE(twin.ImportRoll(roll.urn, roll.entries, RollMode::kReplace, At(5), {}).ok());
  }
  std::reverse(rolls.begin(), rolls.end());
  ASSERT_EQ(Load(this->store(), rolls).value(), (ImportCounts{.added = 30'000}));
  this->Restart();
  EXPECT_EQ(RollsIn(this->store()), RollsIn(twin));
  for (const std::string block : {"name 0", "name 919", "upn 1000370", "none"}) {
    EXPECT_EQ(FindIn(this->store(), block), FindIn(twin, block)) << block;
  }
}

}  // namespace
}  // namespace firstbell::store
