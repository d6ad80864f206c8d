// Children who are placed again: the same promises of every driver.

#include "tests/store_contract/invented.h"
#include "tests/store_contract/store_driver.h"

namespace firstbell::store {
namespace {

using base::Code;

template <typename Driver>
class PlaceAgainContract : public ContractTest<Driver> {
 protected:
  void SetUp() override {
    ASSERT_TRUE(EnrolNow(this->store(), device_).ok());
    ASSERT_TRUE(this->store().AcceptIncident(night_).ok());
    ASSERT_TRUE(this->store().RecordSealings(absl::MakeConstSpan(&sealing_, 1)).front().ok());
  }
  model::Alert Stored(const base::AlertId& id) { return this->store().GetAlert(id).value(); }
  Status Receive(v1::ReceiptKind kind, int minute) {
    const NewReceipt receipt = ReceiptOf(sealing_, kind, device_, minute);
    return this->store().RecordReceipts(absl::MakeConstSpan(&receipt, 1)).front().status();
  }
  std::vector<base::AlertId> Outbox(base::Urn urn) {
    std::vector<base::AlertId> ids;
    const Page<OpenAlert> page = this->store().OpenAlerts(urn, "", 9).value();
    for (const OpenAlert& open : page.items) ids.push_back(open.alert.id);
    return ids;
  }
  void ExpectWhole() { EXPECT_TRUE(this->store().Verify({}).ok()) << this->store().Verify({}); }

  const model::Recipient device_ = RecipientOf("device", kHythe, v1::RECIPIENT_ROLE_DEVICE);
  const NewIncident night_ = NightOf(kKent, "42-2026", 0, {kHythe});
  const NewSealing sealing_ = SealingOf(night_.alerts[0], 1, {});
};
TYPED_TEST_SUITE(PlaceAgainContract, Drivers, DriverNames);

TYPED_TEST(PlaceAgainContract, OneAlertEndsAndAnotherComesInOneStep) {
  const Replacement change = ReplacementOf(this->night_, 9, kSaltwood);
  const std::uint64_t size = this->LogSize();
  ASSERT_TRUE(this->store().PlaceAgain(change).ok());
  ASSERT_TRUE(this->store().PlaceAgain(change).ok()) << "the same again";
  EXPECT_EQ(this->LogSize(), size + 2);
  this->Restart();
  const model::Alert ended = this->Stored(this->night_.alerts[0].id);
  EXPECT_EQ(ended.state, v1::ALERT_STATE_REDIRECTED);
  EXPECT_EQ(ended.changed_at, At(9));
  EXPECT_EQ(this->Stored(change.alerts[0].id), change.alerts[0]);
  EXPECT_TRUE(this->Outbox(kHythe).empty());
  EXPECT_EQ(this->Outbox(kSaltwood), (std::vector{change.alerts[0].id}));
  EXPECT_EQ(this->store().AlertsOf(this->night_.incident.id).value().size(), 2u);
  const Counts counts = this->store().Count().value();
  EXPECT_EQ(counts.alerts, 2u);
  EXPECT_EQ(counts.alerts_open, 1u);
  this->ExpectWhole();
}

TYPED_TEST(PlaceAgainContract, WhatADeviceDidMeanwhileIsRecordedAndMovesNothing) {
  ASSERT_TRUE(this->store().PlaceAgain(ReplacementOf(this->night_, 9, kSaltwood)).ok());
  ASSERT_TRUE(this->Receive(v1::RECEIPT_KIND_RECEIVED, 10).ok());
  ASSERT_TRUE(this->Receive(v1::RECEIPT_KIND_SHOWN, 11).ok());
  const base::AlertId id = this->night_.alerts[0].id;
  EXPECT_EQ(this->Stored(id).state, v1::ALERT_STATE_REDIRECTED);
  EXPECT_EQ(this->store().ReceiptsOf(id).value().size(), 2u);
  this->ExpectWhole();
}

TYPED_TEST(PlaceAgainContract, WhoWasShownItKeepsIt) {
  ASSERT_TRUE(this->Receive(v1::RECEIPT_KIND_SHOWN, 8).ok());
  const Replacement change = ReplacementOf(this->night_, 9, kSaltwood);
  const std::uint64_t size = this->LogSize();
  EXPECT_EQ(this->store().PlaceAgain(change).code(), Code::kFailedPrecondition);
  EXPECT_EQ(this->LogSize(), size);
  EXPECT_EQ(this->store().GetAlert(change.alerts[0].id).status().code(), Code::kNotFound);
  EXPECT_EQ(this->Outbox(kHythe).size(), 1u);
  this->ExpectWhole();
}

TYPED_TEST(PlaceAgainContract, AChildWithoutASchoolGoesToTheDesk) {
  const Replacement change = ReviewOf(this->night_, 9);
  ASSERT_TRUE(this->store().PlaceAgain(change).ok());
  ASSERT_TRUE(this->store().PlaceAgain(change).ok());
  this->Restart();
  EXPECT_EQ(this->store().GetCase(change.incident_id, change.child_ref).value(), *change.review);
  EXPECT_EQ(this->store().Count().value().cases_open, 2u);

  Replacement anew = change;
  anew.ended.clear();
  anew.review->reason = v1::REASON_NOT_UNIQUE;
  anew.review->deadline -= absl::Minutes(20);
  ASSERT_TRUE(this->store().PlaceAgain(anew).ok());
  const Page<model::Case> open = this->store().ListCases(kKent, CaseStanding::kOpen, "", 9).value();
  ASSERT_EQ(open.items.size(), 2u) << "in place of the one that was open";
  EXPECT_EQ(open.items[0], *anew.review);
  EXPECT_EQ(this->store().Count().value().cases, 2u);
  this->ExpectWhole();
}

TYPED_TEST(PlaceAgainContract, AMachineDecidesWhatWaitedAndMayAskAgain) {
  Replacement found{.incident_id = this->night_.incident.id,
                    .child_ref = this->night_.cases[0].child_ref,
                    .at = At(9)};
  model::Alert alert = AlertOf(this->night_.incident, 77, kSaltwood);
  alert.child_ref = found.child_ref;
  found.alerts = {alert};
  found.review = this->night_.cases[0];
  found.review->decision = {
      v1::CHILD_OUTCOME_ACCEPTED, v1::DECISION_REASON_FOUND_ON_ROLL, {}, {kSaltwood}, At(9)};
  EXPECT_EQ(this->store().IncidentsWithOpenCases().value(), (std::vector{found.incident_id}));
  ASSERT_TRUE(this->store().PlaceAgain(found).ok());
  ASSERT_TRUE(this->store().PlaceAgain(found).ok());
  this->Restart();
  EXPECT_TRUE(this->store().IncidentsWithOpenCases().value().empty());
  EXPECT_EQ(this->store().ListCases(kKent, CaseStanding::kDecided, "", 9).value().items,
            (std::vector{*found.review}));
  EXPECT_EQ(this->store().Count().value().cases_open, 0u);
  this->ExpectWhole();
  const Status officer =
      this->store().DecideCase(DecisionOf(this->night_, "wren", 10, {kHythe})).status();
  EXPECT_EQ(officer.code(), Code::kAlreadyExists);
  EXPECT_NE(base::Message(officer).find("by machine"), std::string_view::npos) << officer;

  Replacement lost{.incident_id = found.incident_id, .child_ref = found.child_ref, .at = At(20)};
  lost.ended = {alert.id};
  lost.review = this->night_.cases[0];
  lost.review->opened_at = At(20);
  ASSERT_TRUE(this->store().PlaceAgain(lost).ok());
  EXPECT_EQ(this->store().ListCases(kKent, CaseStanding::kOpen, "", 9).value().items,
            (std::vector{*lost.review}));
  EXPECT_EQ(this->store().Count().value().cases_open, 1u);
  EXPECT_EQ(this->store().Count().value().cases, 1u);
  this->ExpectWhole();
}

// An alert of the night's child at review lies at Hythe, put there by machine.
TYPED_TEST(PlaceAgainContract, WhatAPersonDecidesTakesBackWhatLiesElsewhere) {
  Replacement doubted{.incident_id = this->night_.incident.id,
                      .child_ref = this->night_.cases[0].child_ref,
                      .at = At(5)};
  model::Alert alert = AlertOf(this->night_.incident, 77, kHythe);
  alert.child_ref = doubted.child_ref;
  doubted.alerts = {alert};
  ASSERT_TRUE(this->store().PlaceAgain(doubted).ok());

  NewDecision decision = DecisionOf(this->night_, "wren", 9, {kSaltwood});
  decision.ended = {alert.id};
  ASSERT_TRUE(this->store().DecideCase(decision).ok());
  EXPECT_EQ(this->Stored(alert.id).state, v1::ALERT_STATE_REDIRECTED);
  EXPECT_EQ(this->Outbox(kSaltwood).size(), 1u);
  EXPECT_EQ(this->Outbox(kHythe).size(), 1u) << "the other child's";
  EXPECT_EQ(this->store().Count().value().alerts_open, 2u);
  EXPECT_TRUE(this->store().DecideCase(decision).value().was_there);
  this->ExpectWhole();
}

TYPED_TEST(PlaceAgainContract, ADecisionThatRollsHaveOvertakenIsRefused) {
  Replacement placed{.incident_id = this->night_.incident.id,
                     .child_ref = this->night_.cases[0].child_ref,
                     .at = At(5)};
  model::Alert alert = AlertOf(this->night_.incident, 77, kHythe);
  alert.child_ref = placed.child_ref;
  placed.alerts = {alert};
  ASSERT_TRUE(this->store().PlaceAgain(placed).ok());
  const std::uint64_t size = this->LogSize();
  EXPECT_EQ(this->store().DecideCase(DecisionOf(this->night_, "wren", 9, {kHythe})).status().code(),
            Code::kFailedPrecondition)
      << "Hythe would be told twice";

  Replacement back = placed;
  back.alerts.clear();
  back.ended = {alert.id};
  ASSERT_TRUE(this->store().PlaceAgain(back).ok());
  NewDecision thinks_it_is_told = DecisionOf(this->night_, "wren", 9, {kHythe});
  thinks_it_is_told.alerts.clear();
  EXPECT_EQ(this->store().DecideCase(thinks_it_is_told).status().code(), Code::kFailedPrecondition)
      << "nobody would be told";
  EXPECT_EQ(this->LogSize(), size);
  EXPECT_EQ(this->store().Count().value().cases_open, 1u);
  this->ExpectWhole();
}

TYPED_TEST(PlaceAgainContract, APersonsDecisionStands) {
  Replacement change = ReplacementOf(this->night_, 9, kSaltwood);
  change.child_ref = this->night_.cases[0].child_ref;
  EXPECT_EQ(this->store().PlaceAgain(change).code(), Code::kNotFound)
      << "it is another child's alert";
  ASSERT_TRUE(this->store().DecideCase(DecisionOf(this->night_, "wren", 7, {kHythe})).ok());
  change.ended = {DecisionOf(this->night_, "wren", 7, {kHythe}).alerts[0].id};
  change.alerts[0].child_ref = change.child_ref;
  EXPECT_EQ(this->store().PlaceAgain(change).code(), Code::kFailedPrecondition);
  EXPECT_EQ(this->Outbox(kHythe).size(), 2u);
}

TYPED_TEST(PlaceAgainContract, WhatIsNotThereIsNotFound) {
  Replacement change = ReplacementOf(this->night_, 9, kSaltwood);
  change.ended.emplace_back("nothing");
  EXPECT_EQ(this->store().PlaceAgain(change).code(), Code::kNotFound);
  EXPECT_EQ(this->Outbox(kHythe).size(), 1u) << "nothing of it was done";
  change.incident_id = base::IncidentId("nothing");
  EXPECT_EQ(this->store().PlaceAgain(change).code(), Code::kNotFound);
}

}  // namespace
}  // namespace firstbell::store
