// The review desk: cases, decisions and looks: the same promises of every driver.

#include <thread>

#include "tests/store_contract/invented.h"
#include "tests/store_contract/store_driver.h"

namespace firstbell::store {
namespace {

using base::Code;

template <typename Driver>
class CaseContract : public ContractTest<Driver> {
 protected:
  void SetUp() override { ASSERT_TRUE(this->store().AcceptIncident(night_).ok()); }

  model::Case StoredCase() {
    return this->store().GetCase(night_.incident.id, night_.cases[0].child_ref).value();
  }
  // References of every page's cases, in order.
  std::vector<std::string> Listed(CaseStanding standing, std::size_t limit,
                                  const base::ForceCode& force = kKent) {
    std::vector<std::string> ids;
    std::string after;
    do {
      const Page<model::Case> page = this->store().ListCases(force, standing, after, limit).value();
      EXPECT_LE(page.items.size(), limit);
      for (const model::Case& one : page.items) {
        EXPECT_EQ(one.decision.has_value(), standing == CaseStanding::kDecided);
        ids.push_back(one.incident_id.value());
      }
      after = page.next;
    } while (!after.empty());
    return ids;
  }

  const NewIncident night_ = NightOf(kKent, "42-2026", 0, {kHythe});
};
TYPED_TEST_SUITE(CaseContract, Drivers, DriverNames);

TYPED_TEST(CaseContract, ADecisionLandsWholeAndOnce) {
  Store& store = this->store();
  EXPECT_EQ(this->StoredCase(), this->night_.cases[0]);
  const NewDecision decision = DecisionOf(this->night_, "wren", 9, {kSaltwood, kHythe});
  const std::uint64_t size = this->LogSize();
  const Decided first = store.DecideCase(decision).value();
  EXPECT_FALSE(first.was_there);
  EXPECT_EQ(first.value.decision, decision.decision);
  EXPECT_EQ(this->LogSize(), size + 3);

  NewDecision again = DecisionOf(this->night_, "wren", 11, {kSaltwood, kHythe});
  again.alerts[0].id = base::AlertId("the-broker-made-new-ids");
  const Decided second = store.DecideCase(again).value();
  EXPECT_TRUE(second.was_there);
  EXPECT_EQ(second.value, first.value) << "as it was decided first";
  EXPECT_EQ(this->LogSize(), size + 3);

  this->Restart();
  EXPECT_EQ(this->StoredCase(), first.value);
  const auto alerts = this->store().AlertsOf(this->night_.incident.id).value();
  ASSERT_EQ(alerts.size(), 3u);
  EXPECT_EQ(alerts[0], this->night_.alerts[0]);
  EXPECT_EQ(alerts[1], decision.alerts[0]);
  EXPECT_EQ(alerts[2], decision.alerts[1]);
  EXPECT_EQ(this->store().OpenAlerts(kSaltwood, "", 9).value().items.at(0).alert,
            decision.alerts[0])
      << "the outbox of its school has it";
  const Counts counts = this->store().Count().value();
  EXPECT_EQ(counts.cases, 1u);
  EXPECT_EQ(counts.cases_open, 0u);
  EXPECT_EQ(counts.alerts, 3u);
  EXPECT_EQ(counts.alerts_open, 3u);
  EXPECT_EQ(this->store().AlertHistory(decision.alerts[1].id).value().size(), 1u);
}

TYPED_TEST(CaseContract, AnotherDecisionIsRefusedAndTheFirstStands) {
  Store& store = this->store();
  EXPECT_EQ(store.Count().value().cases_open, 1u);
  const NewDecision first = DecisionOf(this->night_, "wren", 9, {});
  ASSERT_TRUE(store.DecideCase(first).ok());
  const std::uint64_t size = this->LogSize();
  NewDecision other_reason = first;
  other_reason.decision.reason = v1::DECISION_REASON_MISTAKEN;
  for (const NewDecision& other : {DecisionOf(this->night_, "lark", 10, {}), other_reason,
                                   DecisionOf(this->night_, "wren", 10, {kHythe})}) {
    const Status refused = store.DecideCase(other).status();
    EXPECT_EQ(refused.code(), Code::kAlreadyExists);
    EXPECT_NE(base::Message(refused).find("by officer wren: withheld, duplicate"),
              std::string_view::npos)
        << refused;
  }
  EXPECT_EQ(this->LogSize(), size);
  this->Restart();
  EXPECT_EQ(this->StoredCase().decision, first.decision);
  EXPECT_EQ(this->store().AlertsOf(this->night_.incident.id).value().size(), 1u);
}

TYPED_TEST(CaseContract, OfTwoOfficersAtOnceExactlyOneDecides) {
  for (int i = 0; i < 20; ++i) {
    const NewIncident night = NightOf(kKent, "r" + std::to_string(i), i, {});
    ASSERT_TRUE(this->store().AcceptIncident(night).ok());
    Status statuses[2];
    const auto decide = [&](int which) {
      const std::string officer = which == 0 ? "wren" : "lark";
      const NewDecision decision =
          DecisionOf(night, officer, 60, {which == 0 ? kHythe : kSaltwood});
      statuses[which] = this->store().DecideCase(decision).status();
    };
    std::thread other(decide, 1);
    decide(0);
    other.join();
    EXPECT_NE(statuses[0].ok(), statuses[1].ok());
    EXPECT_EQ(this->store().AlertsOf(night.incident.id).value().size(), 1u);
  }
}

TYPED_TEST(CaseContract, WhatIsNotThereIsNotFound) {
  Store& store = this->store();
  const base::IncidentId nothing("x");
  EXPECT_EQ(store.GetCase(nothing, base::ChildRef("unknown-child")).status().code(),
            Code::kNotFound);
  EXPECT_EQ(store.GetCase(this->night_.incident.id, base::ChildRef("child-1")).status().code(),
            Code::kNotFound)
      << "a child that was placed by machine is no case";
  NewDecision decision = DecisionOf(this->night_, "wren", 9, {});
  decision.child_ref = base::ChildRef("child-1");
  EXPECT_EQ(store.DecideCase(decision).status().code(), Code::kNotFound);
  EXPECT_TRUE(this->Listed(CaseStanding::kOpen, 5, base::ForceCode("ken")).empty());
  EXPECT_TRUE(this->Listed(CaseStanding::kDecided, 5).empty());
  for (const std::string token : {"nonsense", "1.nonsense", "1.kent-42-2026:x"}) {
    EXPECT_EQ(store.ListCases(kKent, CaseStanding::kOpen, token, 5).status().code(),
              Code::kInvalidArgument)
        << token;
  }
}

TYPED_TEST(CaseContract, TheSoonestDeadlineComesFirstWithinItsForce) {
  Store& store = this->store();
  const auto accept = [&](const base::ForceCode& force, const std::string& name, int deadline) {
    NewIncident night = NightOf(force, name, 5, {});
    night.cases[0].deadline = At(deadline);
    ASSERT_TRUE(store.AcceptIncident(night).ok());
  };
  accept(kKent, "last", 700);
  accept(kKent, "first", 10);
  accept(kKent, "same-b", 300);
  accept(kKent, "same-a", 300);
  accept(kEssex, "theirs", 1);
  const std::vector<std::string> all = {"kent-first", "kent-same-a", "kent-same-b", "kent-42-2026",
                                        "kent-last"};
  for (const std::size_t limit : {1u, 2u, 3u, 50u}) {
    EXPECT_EQ(this->Listed(CaseStanding::kOpen, limit), all) << limit << " a page";
  }
  EXPECT_EQ(this->Listed(CaseStanding::kOpen, 5, kEssex), std::vector<std::string>{"essex-theirs"});
}

TYPED_TEST(CaseContract, ADecidedCaseMovesToTheDecidedNewestFirst) {
  Store& store = this->store();
  const NewIncident a = NightOf(kKent, "a", 1, {}), b = NightOf(kKent, "b", 2, {});
  ASSERT_TRUE(store.AcceptIncident(a).ok());
  ASSERT_TRUE(store.AcceptIncident(b).ok());
  ASSERT_TRUE(store.DecideCase(DecisionOf(b, "wren", 20, {})).ok());
  ASSERT_TRUE(store.DecideCase(DecisionOf(this->night_, "lark", 20, {kHythe})).ok());
  ASSERT_TRUE(store.DecideCase(DecisionOf(a, "wren", 21, {})).ok());
  this->Restart();
  for (const std::size_t limit : {1u, 2u, 50u}) {
    EXPECT_EQ(this->Listed(CaseStanding::kDecided, limit),
              (std::vector<std::string>{"kent-a", "kent-42-2026", "kent-b"}));
  }
  EXPECT_TRUE(this->Listed(CaseStanding::kOpen, 5).empty());
}

TYPED_TEST(CaseContract, LooksAreKeptForEachOfficerOfEachForce) {
  Store& store = this->store();
  model::OfficerLooks before;
  const std::uint64_t size = this->LogSize();
  ASSERT_TRUE(store.RecordLook(LookOf(this->night_, "wren", 1, &before)).ok());
  EXPECT_EQ(before, model::OfficerLooks());
  ASSERT_TRUE(store.RecordLook(LookOf(this->night_, "wren", 2)).ok()) << "each call is a look";
  ASSERT_TRUE(store.DecideCase(DecisionOf(this->night_, "wren", 3, {})).ok());
  EXPECT_EQ(this->LogSize(), size + 3);
  this->Restart();
  ASSERT_TRUE(this->store().RecordLook(LookOf(this->night_, "wren", 4, &before)).ok());
  model::OfficerLooks expected;
  expected.looks = {{this->night_.incident.id, 0, At(1), true},
                    {this->night_.incident.id, 0, At(2), false}};
  expected.decided_at = At(3);
  expected.alarmed(model::LookAlarm::kManyDecided) = At(2);
  EXPECT_EQ(before, expected);
  for (const NewLook& other : {LookOf(this->night_, "lark", 5, &before),
                               LookOf(NightOf(kEssex, "e", 0, {}), "wren", 5, &before)}) {
    ASSERT_TRUE(this->store().RecordLook(other).ok());
    EXPECT_EQ(before, model::OfficerLooks());
  }
}

TYPED_TEST(CaseContract, ALookWithoutAnEventChangesNothing) {
  const std::uint64_t size = this->LogSize();
  NewLook refused = LookOf(this->night_, "wren", 1);
  refused.judge = [](model::OfficerLooks& looks) -> Events {
    looks.decided_at = At(1);
    return {};
  };
  ASSERT_TRUE(this->store().RecordLook(refused).ok());
  EXPECT_EQ(this->LogSize(), size);
  model::OfficerLooks before;
  ASSERT_TRUE(this->store().RecordLook(LookOf(this->night_, "wren", 2, &before)).ok());
  EXPECT_EQ(before, model::OfficerLooks());
}

TYPED_TEST(CaseContract, APupilIsFoundByItsSchoolAndIdUntilItLeaves) {
  Store& store = this->store();
  AddSchools(store);
  const std::vector<RollEntry> roll = {PupilOf("1", "Quillfeather", {"q"}),
                                       PupilOf("2", "Marrowby", {"m"})};
  ASSERT_TRUE(store.ImportRoll(kHythe, roll, RollMode::kReplace, At(1), {}).ok());
  EXPECT_EQ(store.GetPupil(kHythe, base::LocalId("2")).value(), roll[1].pupil);
  const auto code = [&](base::Urn urn, const std::string& id) {
    return this->store().GetPupil(urn, base::LocalId(id)).status().code();
  };
  EXPECT_EQ(code(kSaltwood, "2"), Code::kNotFound);
  EXPECT_EQ(code(base::Urn(999999), "2"), Code::kNotFound);
  EXPECT_EQ(code(kHythe, "3"), Code::kNotFound);
  ASSERT_TRUE(store.ImportRoll(kHythe, {roll.data(), 1}, RollMode::kReplace, At(2), {}).ok());
  this->Restart();
  EXPECT_EQ(code(kHythe, "2"), Code::kNotFound);
  EXPECT_EQ(code(kHythe, "1"), Code::kOk);
}

}  // namespace
}  // namespace firstbell::store
