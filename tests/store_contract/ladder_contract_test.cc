// Ladders, and alerts that climb them: the same promises of every driver.

#include "tests/store_contract/invented.h"
#include "tests/store_contract/store_driver.h"

namespace firstbell::store {
namespace {

using base::Code;

template <typename Driver>
class LadderContract : public ContractTest<Driver> {
 protected:
  void SetUp() override { ASSERT_TRUE(this->store().AcceptIncident(night_).ok()); }
  model::Alert Stored(std::size_t number = 0) {
    return this->store().GetAlert(night_.alerts[number].id).value();
  }
  Result<Recorded> Climb(const NewClimb& climb) {
    return this->store().RecordClimbs(absl::MakeConstSpan(&climb, 1)).front();
  }
  std::vector<std::string> DueBy(absl::Time now, std::size_t limit = 100) {
    return Ids([&](std::string_view after) { return this->store().DueAlerts(now, after, limit); });
  }
  std::vector<std::string> Calls(const base::ForceCode& force, std::size_t limit = 100) {
    return Ids([&](std::string_view after) { return this->store().Calls(force, after, limit); });
  }
  template <typename Read>
  std::vector<std::string> Ids(const Read& read) {
    std::vector<std::string> ids;
    std::string after;
    do {
      const Page<model::Alert> page = read(after).value();
      for (const model::Alert& alert : page.items) ids.push_back(alert.id.value());
      after = page.next;
    } while (!after.empty());
    return ids;
  }
  NewClimb ClimbOf(std::uint32_t from, std::uint32_t to, std::optional<absl::Time> climb_at,
                   bool called = false) {
    return {night_.alerts[0].id,
            from,
            to,
            climb_at,
            called,
            {Event(EventKind::kAlertClimbed, At(1)).With(night_.alerts[0].id)}};
  }

  const NewIncident night_ = NightOf(kKent, "42-2026", 0, {kHythe, kSaltwood});
};
TYPED_TEST_SUITE(LadderContract, Drivers, DriverNames);

TYPED_TEST(LadderContract, EachScopeHasItsOwn) {
  AddSchools(this->store());
  Store& store = this->store();
  EXPECT_TRUE(store.OwnLadders().value().empty());
  const model::Ladder one = model::ShippedLadder(), short_one = {one[0]};
  EXPECT_TRUE(store.SetLadder(kHythe, one, OneEvent(EventKind::kLadderSet)).ok());
  EXPECT_TRUE(store.SetLadder(kKent, one, {}).ok());
  EXPECT_TRUE(store.SetLadder(kKent, short_one, {}).ok());
  EXPECT_TRUE(store.SetLadder(kEssex, one, {}).ok());
  const std::vector<model::OwnLadder> all = {{kEssex, one}, {kKent, short_one}, {kHythe, one}};
  EXPECT_EQ(store.OwnLadders().value(), all);
  this->Restart();
  EXPECT_EQ(this->store().OwnLadders().value(), all);
  EXPECT_TRUE(this->store().SetLadder(kHythe, std::nullopt, {}).ok());
  EXPECT_TRUE(this->store().SetLadder(kHythe, std::nullopt, {}).ok()) << "it has none any more";
  EXPECT_EQ(this->store().OwnLadders().value().size(), 2u);
  EXPECT_EQ(this->store().SetLadder(base::Urn(999'999), one, {}).code(), Code::kNotFound);
}

TYPED_TEST(LadderContract, PoliciesStandAsTheyWereSet) {
  AddSchools(this->store());
  v1::Policy policy;
  policy.set_push(v1::PUSH_AT_WINDOW);
  EXPECT_TRUE(this->store().SetPolicy(kHythe, policy, OneEvent(EventKind::kPolicySet)).ok());
  EXPECT_TRUE(this->store().SetPolicy(kKent, v1::Policy(), {}).ok());
  policy.mutable_disclosure()->set_impact_only(true);
  EXPECT_TRUE(this->store().SetPolicy(kKent, policy, {}).ok());
  this->Restart();
  const auto all = this->store().OwnPolicies().value();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0], (model::OwnPolicy{kKent, policy}));
  EXPECT_EQ(all[1].scope, model::Scope(kHythe));
  EXPECT_TRUE(this->store().SetPolicy(kKent, std::nullopt, {}).ok());
  EXPECT_TRUE(this->store().SetPolicy(kKent, std::nullopt, {}).ok());
  EXPECT_EQ(this->store().OwnPolicies()->size(), 1u);
  EXPECT_EQ(this->store().SetPolicy(base::Urn(999'999), policy, {}).code(), Code::kNotFound);
}

TYPED_TEST(LadderContract, AlertsAreFoundByHowTheirIdsBegin) {
  const auto found = [&](std::string_view prefix, std::size_t limit = 10) {
    return this->store().AlertsBeginning(prefix, limit)->size();
  };
  EXPECT_EQ(found(this->night_.alerts[0].id.value()), 1u);
  EXPECT_EQ(found("kent-42-2026-alert"), 2u);
  EXPECT_EQ(found("kent-42-2026-alert", 1), 1u);
  EXPECT_EQ(found("kent-42-2026-alert", 0), 0u);
  EXPECT_EQ(found("kent-43"), 0u);
}

TYPED_TEST(LadderContract, WhatIsDueComesFirstAndNothingElse) {
  const absl::Time window = this->night_.alerts[0].show_from;
  EXPECT_TRUE(this->DueBy(window - absl::Nanoseconds(1)).empty());
  EXPECT_EQ(this->DueBy(window).size(), 2u);
  EXPECT_EQ(this->DueBy(window, 1), this->DueBy(window)) << "page by page";
  ASSERT_TRUE(this->Climb(this->ClimbOf(0, 1, window + absl::Minutes(30))).ok());
  EXPECT_EQ(this->DueBy(window), std::vector<std::string>{this->night_.alerts[1].id.value()});
  EXPECT_EQ(this->DueBy(window + absl::Hours(1)),
            (std::vector<std::string>{this->night_.alerts[1].id.value(),
                                      this->night_.alerts[0].id.value()}));
  ASSERT_TRUE(this->Climb(this->ClimbOf(1, 5, std::nullopt)).ok());
  EXPECT_EQ(this->DueBy(absl::InfiniteFuture()).size(), 1u) << "it is at the top";
}

TYPED_TEST(LadderContract, ARungIsClimbedOnceAndInOrder) {
  const absl::Time next = At(400);
  const Recorded climbed = this->Climb(this->ClimbOf(0, 2, next, true)).value();
  EXPECT_FALSE(climbed.was_there);
  EXPECT_EQ(climbed.alert.rung, 2u);
  EXPECT_EQ(climbed.alert.climb_at, next);
  EXPECT_TRUE(climbed.alert.telephone.wanted);
  EXPECT_EQ(this->Stored(), climbed.alert);
  const std::uint64_t size = this->LogSize();
  EXPECT_TRUE(this->Climb(this->ClimbOf(0, 2, next, true))->was_there);
  EXPECT_EQ(this->LogSize(), size);
  EXPECT_EQ(this->Climb(this->ClimbOf(1, 3, next)).status().code(), Code::kFailedPrecondition);
  ASSERT_TRUE(this->Climb(this->ClimbOf(2, 3, std::nullopt)).ok());
  EXPECT_TRUE(this->Stored().telephone.wanted) << "that stays";
  NewClimb unknown = this->ClimbOf(0, 1, next);
  unknown.id = base::AlertId("nobody");
  EXPECT_EQ(this->Climb(unknown).status().code(), Code::kNotFound);
  this->Restart();
  EXPECT_EQ(this->Stored().rung, 3u);
  EXPECT_TRUE(this->store().Verify({}).ok()) << this->store().Verify({});
}

TYPED_TEST(LadderContract, WhatHasEndedClimbsNoFurtherAndIsNotCalled) {
  ASSERT_TRUE(this->Climb(this->ClimbOf(0, 4, At(500), true)).ok());
  EXPECT_EQ(this->Calls(kKent).size(), 1u);
  EXPECT_TRUE(this->Calls(kEssex).empty());
  const model::Recipient device = RecipientOf("device", kHythe, v1::RECIPIENT_ROLE_DEVICE);
  const model::Recipient lead = RecipientOf("lead", kHythe, v1::RECIPIENT_ROLE_LEAD);
  ASSERT_TRUE(EnrolNow(this->store(), device).ok());
  ASSERT_TRUE(EnrolNow(this->store(), lead).ok());
  const NewSealing sealing = SealingOf(this->Stored(), 1, {lead.id});
  ASSERT_TRUE(this->store().RecordSealings(absl::MakeConstSpan(&sealing, 1)).front().ok());
  const NewReceipt receipt = ReceiptOf(sealing, v1::RECEIPT_KIND_ACKNOWLEDGED, lead, 10);
  ASSERT_TRUE(this->store().RecordReceipts(absl::MakeConstSpan(&receipt, 1)).front().ok());
  EXPECT_TRUE(this->Calls(kKent).empty());
  EXPECT_EQ(this->DueBy(absl::InfiniteFuture()).size(), 2u) << "has the child come?";
  NewClimb overdue = this->ClimbOf(4, 4, std::nullopt);
  overdue.arrival_overdue = true;
  ASSERT_TRUE(this->Climb(overdue).ok());
  EXPECT_TRUE(this->Climb(overdue)->was_there);
  EXPECT_EQ(this->DueBy(absl::InfiniteFuture()).size(), 1u) << "the other school's";
  EXPECT_EQ(this->Calls(kKent).size(), 1u) << "whether the child has come";
  const NewReceipt seen = ReceiptOf(sealing, v1::RECEIPT_KIND_SEEN, lead, 11);
  ASSERT_TRUE(this->store().RecordReceipts(absl::MakeConstSpan(&seen, 1)).front().ok());
  EXPECT_TRUE(this->Calls(kKent).empty());
  EXPECT_EQ(this->Climb(this->ClimbOf(4, 5, std::nullopt)).status().code(),
            Code::kFailedPrecondition);
  EXPECT_TRUE(this->store().Verify({}).ok()) << this->store().Verify({});
}

TYPED_TEST(LadderContract, CallsComeByTheirDeadline) {
  const NewIncident second = NightOf(kKent, "43-2026", -30, {kHythe});
  ASSERT_TRUE(this->store().AcceptIncident(second).ok());
  NewClimb climb = this->ClimbOf(0, 4, std::nullopt, true);
  ASSERT_TRUE(this->Climb(climb).ok());
  climb.id = second.alerts[0].id;
  ASSERT_TRUE(this->Climb(climb).ok());
  const std::vector<std::string> expected = {second.alerts[0].id.value(),
                                             this->night_.alerts[0].id.value()};
  EXPECT_EQ(this->Calls(kKent), expected);
  EXPECT_EQ(this->Calls(kKent, 1), expected);
}

TYPED_TEST(LadderContract, AfterALookThatFoundNothingWhateverComesIsSeen) {
  const model::Alert first = this->Stored();
  const absl::Time due = *first.climb_at;
  const absl::Time before = due - absl::Minutes(31);
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(this->DueBy(before).empty());
  NewIncident earlier = NightOf(kKent, "43-2026", -30, {kHythe});
  earlier.alerts[0].climb_at = before;
  ASSERT_TRUE(this->store().AcceptIncident(earlier).ok());
  const std::string id = earlier.alerts[0].id.value();
  EXPECT_EQ(this->DueBy(before), std::vector<std::string>{id});
  NewClimb climb = this->ClimbOf(0, 4, due + absl::Hours(9));
  climb.id = earlier.alerts[0].id;
  ASSERT_TRUE(this->Climb(climb).ok());
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(this->DueBy(before).empty()) << "it has climbed";
  EXPECT_FALSE(this->DueBy(due).empty()) << "those that were there before";
  this->Restart();
  EXPECT_TRUE(this->DueBy(before).empty());
  EXPECT_FALSE(this->DueBy(due).empty());
}

TYPED_TEST(LadderContract, AMoveToEarlierBringsTheNextLookForward) {
  const model::Alert before = this->Stored();
  const absl::Time window = before.show_from - absl::Hours(1);
  ASSERT_TRUE(this->store().Reschedule(before.id, window, before.deadline, {}).ok());
  EXPECT_EQ(this->Stored().climb_at, before.accepted_at) << "at once";
  EXPECT_EQ(this->DueBy(window), std::vector<std::string>{before.id.value()});
}

NewCall CallOf(const base::AlertId& id, v1::CallOutcome outcome, std::uint32_t before = 0,
               const std::string& officer = "ow") {
  NewCall call{id, kKent, before, outcome, base::OfficerId(officer), At(380), std::nullopt, {}};
  if (outcome == v1::CALL_OUTCOME_CALL_AGAIN) call.again_at = At(390);
  call.events.push_back(Event(EventKind::kCallRecorded, At(380)).With(id));
  return call;
}

TYPED_TEST(LadderContract, CallsAreCountedUntilOneIsAnswered) {
  Store& store = this->store();
  const base::AlertId id = this->night_.alerts[0].id;
  ASSERT_TRUE(this->Climb(this->ClimbOf(0, 4, At(500), true)).ok());
  ASSERT_TRUE(store.RecordCall(CallOf(id, v1::CALL_OUTCOME_NOT_REACHED)).ok());
  EXPECT_TRUE(store.RecordCall(CallOf(id, v1::CALL_OUTCOME_NOT_REACHED))->was_there);
  EXPECT_EQ(store.RecordCall(CallOf(id, v1::CALL_OUTCOME_NOT_REACHED, 0, "ty")).status().code(),
            Code::kAlreadyExists)
      << "two officers at once";
  const Recorded again = store.RecordCall(CallOf(id, v1::CALL_OUTCOME_CALL_AGAIN, 1)).value();
  EXPECT_EQ(again.alert.telephone.calls, 2u);
  EXPECT_EQ(again.alert.telephone.again_at, At(390));
  EXPECT_EQ(this->Calls(kKent).size(), 1u);
  const NewCall answered = CallOf(id, v1::CALL_OUTCOME_ACKNOWLEDGED, 2);
  const Recorded ended = store.RecordCall(answered).value();
  EXPECT_EQ(ended.alert.state, v1::ALERT_STATE_ACKNOWLEDGED);
  EXPECT_EQ(ended.alert.acknowledged_at, At(380));
  EXPECT_TRUE(this->Calls(kKent).empty());
  const std::uint64_t size = this->LogSize();
  EXPECT_TRUE(store.RecordCall(answered)->was_there);
  EXPECT_EQ(this->LogSize(), size);
  EXPECT_EQ(store.RecordCall(CallOf(id, v1::CALL_OUTCOME_ACKNOWLEDGED, 2, "ty")).status().code(),
            Code::kFailedPrecondition);
  this->Restart();
  EXPECT_EQ(this->Stored(), ended.alert);
  EXPECT_TRUE(this->store().Verify({}).ok()) << this->store().Verify({});
}

TYPED_TEST(LadderContract, WhatWasAnsweredByTelephoneStaysSoWhateverLaterCallsBring) {
  Store& store = this->store();
  const base::AlertId id = this->night_.alerts[0].id;
  ASSERT_TRUE(this->Climb(this->ClimbOf(0, 4, At(500), true)).ok());
  ASSERT_TRUE(store.RecordCall(CallOf(id, v1::CALL_OUTCOME_ACKNOWLEDGED)).ok());
  NewClimb overdue = this->ClimbOf(4, 4, At(500), false);
  overdue.arrival_overdue = true;
  ASSERT_TRUE(this->Climb(overdue).ok());
  ASSERT_TRUE(store.RecordCall(CallOf(id, v1::CALL_OUTCOME_NOT_REACHED, 1)).ok());
  EXPECT_EQ(this->Stored().state, v1::ALERT_STATE_ACKNOWLEDGED);
  EXPECT_TRUE(store.Verify({}).ok()) << store.Verify({});
}

TYPED_TEST(LadderContract, AnotherForcesAlertIsNobodysToCallAbout) {
  NewCall call = CallOf(this->night_.alerts[0].id, v1::CALL_OUTCOME_NOT_REACHED);
  call.force = kEssex;
  EXPECT_EQ(this->store().RecordCall(call).status().code(), Code::kNotFound);
  call = CallOf(base::AlertId("nobody"), v1::CALL_OUTCOME_NOT_REACHED);
  EXPECT_EQ(this->store().RecordCall(call).status().code(), Code::kNotFound);
}

}  // namespace
}  // namespace firstbell::store
