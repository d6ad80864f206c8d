// The log's tree, its checkpoints, auditors' budgets, erasure and statistics, in both drivers.

#include <gtest/gtest.h>

#include <map>

#include "broker/audit/event_encoding.h"
#include "broker/audit/proof.h"
#include "broker/audit/tile.h"
#include "tests/store_contract/invented.h"
#include "tests/store_contract/store_driver.h"

namespace firstbell::store {
namespace {

using base::Code;

template <typename Driver>
class LogContract : public ContractTest<Driver> {
 protected:
  void Append(int count) {
    Events events;
    for (int i = 0; i < count; ++i) events.emplace_back(EventKind::kLogQueried, At(i));
    ASSERT_TRUE(this->store().AppendEvents(events).ok());
  }
  // The slow way: the tree over the entries as they are read.
  audit::Frontier Recompute(std::uint64_t size) {
    audit::Frontier tree;
    const std::vector<LogEntry> entries = this->store().ReadLog(0, size).value();
    for (const LogEntry& entry : entries) tree.Append(entry.entry);
    return tree;
  }
  SignedHead HeadOf(std::uint64_t size, const std::string& note) {
    return {{size, Recompute(size).Root()}, note};
  }
};
TYPED_TEST_SUITE(LogContract, Drivers, DriverNames);

TYPED_TEST(LogContract, TheTreeFollowsTheEntriesInWhateverSteps) {
  this->Append(1000);
  EXPECT_EQ(this->store().GetLogHead().value().size, 0u);
  std::uint64_t size = 0;
  for (const std::size_t step : {1u, 254u, 1u, 1u, 300u, 443u}) {
    size += step;
    const LogHead head = this->store().IntegrateLog(step, {}).value();
    EXPECT_EQ(head, (LogHead{size, this->Recompute(size).Root()}));
    this->Restart();
    EXPECT_EQ(this->store().GetLogHead().value(), head);
  }
  EXPECT_EQ(this->store().IntegrateLog(10, {}).value().size, 1000u) << "there are no more";
  EXPECT_EQ(this->LogSize(), 1000u);
}

// Of a tree of 70,000 a tile of level 1 is full and one of level 2 has begun.
TYPED_TEST(LogContract, TilesAreThoseOfTheTree) {
  Store& store = this->store();
  constexpr std::uint64_t kSize = 70'000;
  for (int i = 0; i < 7; ++i) this->Append(10'000);
  ASSERT_EQ(store.IntegrateLog(65'000, {}).value().size, 65'000u);
  ASSERT_EQ(store.IntegrateLog(65'000, {}).value().size, kSize);
  const audit::TileNodes nodes(
      kSize, [&](const audit::TileId& tile) { return store.ReadTile(tile.level, tile.index); });
  const audit::ReadNode read = [&](int level, std::uint64_t index) { return nodes(level, index); };
  EXPECT_EQ(audit::RootAt(kSize, read).value(), store.GetLogHead().value().root);
  for (const std::uint64_t index : {0ull, 255ull, 256ull, 65'535ull, 65'536ull, 69'999ull}) {
    const std::string entry = store.ReadLog(index, 1).value().at(0).entry;
    const auto proof = audit::InclusionProof(index, kSize, read).value();
    EXPECT_TRUE(audit::CheckInclusion(audit::LeafHash(entry), index, kSize, proof,
                                      store.GetLogHead().value().root)
                    .ok());
  }
  EXPECT_EQ(store.ReadTile(0, 0).value().size(), 256u * 32);
  EXPECT_EQ(store.ReadTile(0, 273).value().size(), 112u * 32);
  EXPECT_EQ(store.ReadTile(1, 1).value().size(), 17u * 32);
  EXPECT_EQ(store.ReadTile(2, 0).value().size(), 32u);
  EXPECT_EQ(store.ReadTile(0, 274).status().code(), Code::kNotFound);
  EXPECT_EQ(store.ReadTile(3, 0).status().code(), Code::kNotFound);
}

TYPED_TEST(LogContract, ACheckpointIsFollowedByLargerOnesAlone) {
  Store& store = this->store();
  this->Append(20);
  ASSERT_TRUE(store.IntegrateLog(20, {}).ok());
  EXPECT_EQ(store.GetCheckpoint(CheckpointKind::kSigned).value(), std::nullopt);
  const SignedHead ten = this->HeadOf(10, "ten");
  ASSERT_TRUE(store.SaveCheckpoint(CheckpointKind::kSigned, ten).ok());
  EXPECT_TRUE(store.SaveCheckpoint(CheckpointKind::kSigned, ten).ok()) << "the same again";
  SignedHead more = ten;
  more.note = "ten, and a witness";
  EXPECT_TRUE(store.SaveCheckpoint(CheckpointKind::kSigned, more).ok());
  SignedHead forked = ten;
  forked.head.root[0] = static_cast<char>(forked.head.root[0] ^ 1);
  EXPECT_EQ(store.SaveCheckpoint(CheckpointKind::kSigned, forked).code(),
            Code::kFailedPrecondition);
  EXPECT_EQ(store.SaveCheckpoint(CheckpointKind::kSigned, this->HeadOf(9, "nine")).code(),
            Code::kFailedPrecondition);
  EXPECT_EQ(store.GetCheckpoint(CheckpointKind::kWitnessed).value(), std::nullopt);
  ASSERT_TRUE(store.SaveCheckpoint(CheckpointKind::kSigned, this->HeadOf(20, "twenty")).ok());
  this->Restart();
  EXPECT_EQ(this->store().GetCheckpoint(CheckpointKind::kSigned).value()->note, "twenty");
}

TYPED_TEST(LogContract, ADaysBudgetIsSpentAndTheNextDayHasAnother) {
  Store& store = this->store();
  const auto ask = [&](const std::string& who, int day, std::uint32_t cost) {
    return store.RecordQuestion({.auditor_sha256 = crypto::Sha256(who),
                                 .day = absl::CivilDay(2026, 11, day),
                                 .cost = cost,
                                 .budget = 10,
                                 .events = OneEvent()});
  };
  EXPECT_TRUE(ask("a", 9, 7).ok());
  const std::uint64_t logged = this->LogSize();
  EXPECT_EQ(ask("a", 9, 4).code(), Code::kResourceExhausted);
  EXPECT_EQ(this->LogSize(), logged) << "what is refused is no event";
  EXPECT_TRUE(ask("b", 9, 10).ok()) << "another's budget";
  this->Restart();
  EXPECT_EQ(this->store()
                .RecordQuestion({crypto::Sha256("a"), absl::CivilDay(2026, 11, 9), 4, 10, {}})
                .code(),
            Code::kResourceExhausted);
  EXPECT_TRUE(this->store()
                  .RecordQuestion({crypto::Sha256("a"), absl::CivilDay(2026, 11, 10), 10, 10, {}})
                  .ok());
}

// Each step of the tree, and the note over its head, stand together or not at all.
TYPED_TEST(LogContract, ATreeThatGrowsIsSignedInTheSameStep) {
  Store& store = this->store();
  int asked = 0;
  const Store::SignHead sign = [&](const LogHead& head) {
    ++asked;
    return "note of " + std::to_string(head.size);
  };
  this->Append(20);
  const LogHead eight = store.IntegrateLog(8, sign).value();
  EXPECT_EQ(store.GetCheckpoint(CheckpointKind::kSigned).value(), (SignedHead{eight, "note of 8"}));
  ASSERT_EQ(store.IntegrateLog(100, {}).value().size, 20u);
  EXPECT_EQ(store.GetCheckpoint(CheckpointKind::kSigned).value()->head, eight) << "unsigned";
  const LogHead all = store.IntegrateLog(100, sign).value();
  this->Restart();
  EXPECT_EQ(this->store().GetCheckpoint(CheckpointKind::kSigned).value(),
            (SignedHead{all, "note of 20"}))
      << "signed, though nothing was left to take in";
  EXPECT_EQ(this->store().IntegrateLog(100, sign).value(), all) << "the same again";
  EXPECT_EQ(asked, 3);
}

TYPED_TEST(LogContract, ATreeBehindWhatWasSignedDoesNotGrowWithANote) {
  Store& store = this->store();
  this->Append(20);
  const SignedHead later = this->HeadOf(15, "fifteen");
  ASSERT_TRUE(store.SaveCheckpoint(CheckpointKind::kSigned, later).ok());
  const auto refused = store.IntegrateLog(8, [](const LogHead&) { return "eight"; });
  EXPECT_EQ(refused.status().code(), Code::kFailedPrecondition);
  EXPECT_EQ(store.GetLogHead().value().size, 0u) << "neither of both";
  EXPECT_EQ(store.GetCheckpoint(CheckpointKind::kSigned).value(), later);
  EXPECT_EQ(store.IntegrateLog(20, [](const LogHead&) { return "twenty"; }).value().size, 20u);
}

TYPED_TEST(LogContract, ErasingAnAlertsEventsLeavesTheTreeWholeAndSaysWhichWentOnce) {
  Store& store = this->store();
  std::vector<std::uint64_t> told;
  const Store::TellErased tell = [&](absl::Span<const std::uint64_t> positions) {
    told.assign(positions.begin(), positions.end());
    return OneEvent(EventKind::kLogErased);
  };
  AddSchools(store);
  const NewIncident night = NightOf(kKent, "1", 0, {kHythe, kSaltwood});
  ASSERT_TRUE(store.AcceptIncident(night).ok());
  const base::AlertId& id = night.alerts[0].id;
  const auto history = store.AlertHistory(id).value();
  ASSERT_FALSE(history.empty());
  const LogHead head = store.IntegrateLog(1000, {}).value();
  EXPECT_EQ(store.EraseHistory(id, tell).value(), history.size());
  ASSERT_EQ(told.size(), history.size());
  for (std::size_t i = 0; i < told.size(); ++i) EXPECT_EQ(told[i], history[i].position);
  EXPECT_TRUE(store.AlertHistory(id).value().empty());
  for (const LogEntry& before : history) {
    const LogEntry after = store.ReadLog(before.position, 1).value().at(0);
    EXPECT_EQ(after.entry, before.entry);
    EXPECT_TRUE(after.event.empty() && after.salt.empty() && after.force.empty());
  }
  EXPECT_EQ(store.GetLogHead().value(), head);
  EXPECT_EQ(this->LogSize(), head.size + 1);
  EXPECT_EQ(store.EraseHistory(id, tell).value(), 0u);
  EXPECT_EQ(this->LogSize(), head.size + 1);
}

TYPED_TEST(LogContract, ANewLogHasTheSameEntriesAndNoCheckpoint) {
  Store& store = this->store();
  ASSERT_TRUE(store.Initialise({"old.example/log", false}, OneEvent()).ok());
  ASSERT_TRUE(store.IntegrateLog(10, {}).ok());
  ASSERT_TRUE(store.SaveCheckpoint(CheckpointKind::kSigned, this->HeadOf(1, "one")).ok());
  EXPECT_EQ(store.BeginLogAnew("old.example/log", {}).code(), Code::kAlreadyExists);
  ASSERT_TRUE(store.BeginLogAnew("new.example/log", OneEvent(EventKind::kLogBegunAnew)).ok());
  this->Restart();
  EXPECT_EQ(this->store().GetIdentity().value().origin, "new.example/log");
  EXPECT_EQ(this->store().GetCheckpoint(CheckpointKind::kSigned).value(), std::nullopt);
  EXPECT_EQ(this->LogSize(), 2u);
}

TYPED_TEST(LogContract, ARecipientsKeysHaveAHistory) {
  Store& store = this->store();
  AddSchools(store);
  const base::RecipientId lead("lead");
  ASSERT_TRUE(store
                  .AppendEvents({Event(EventKind::kRecipientEnrolled, At(1)).With(lead),
                                 Event(EventKind::kDutySet, At(2)).With(lead),
                                 Event(EventKind::kRecipientRevoked, At(3)).With(lead)})
                  .ok());
  const auto history = store.RecipientHistory(lead).value();
  ASSERT_EQ(history.size(), 2u);
  EXPECT_EQ(history[0].position, 0u);
  EXPECT_EQ(history[1].position, 2u);
  EXPECT_TRUE(store.RecipientHistory(base::RecipientId("le")).value().empty());
}

// One incident with as many alerts as a page looks at, none of them the other force's.
TYPED_TEST(LogContract, AFilterThatLetsNothingThroughEndsAllTheSame) {
  Store& store = this->store();
  AddSchools(store);
  NewIncident night = NightOf(kKent, "1", 0, {kHythe});
  const model::Alert first = night.alerts[0];
  for (std::size_t i = 0; i < limits::kRowsLookedAt; ++i) {
    model::Alert more = first;
    more.id = base::AlertId("a" + std::to_string(i));
    more.authority = base::AuthorityCode("886");
    night.alerts.push_back(std::move(more));
  }
  night.events.clear();
  ASSERT_TRUE(store.AcceptIncident(night).ok());
  const AlertFilter filter{.force = kEssex, .authority = base::AuthorityCode("886")};
  std::string after;
  int pages = 0;
  do {
    const auto page = store.ListAlerts(filter, after, 50).value();
    EXPECT_TRUE(page.items.empty());
    after = page.next;
    ++pages;
  } while (!after.empty() && pages < 5);
  EXPECT_TRUE(after.empty());
}

TYPED_TEST(LogContract, AnAlertIsFoundByItsPseudonym) {
  Store& store = this->store();
  AddSchools(store);
  const NewIncident night = NightOf(kKent, "1", 0, {kHythe});
  ASSERT_TRUE(store.AcceptIncident(night).ok());
  const std::string pseudonym = audit::PseudonymOf(night.alerts[0].id.value());
  EXPECT_EQ(store.GetAlertByPseudonym(pseudonym).value().id, night.alerts[0].id);
  EXPECT_EQ(store.GetAlertByPseudonym("p-").status().code(), Code::kNotFound);
}

}  // namespace
}  // namespace firstbell::store
