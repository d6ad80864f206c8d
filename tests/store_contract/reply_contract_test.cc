// What schools say back, and how long the desk is called for it: the same promises of every driver.

#include "broker/base/limits.h"
#include "tests/store_contract/invented.h"
#include "tests/store_contract/store_driver.h"

namespace firstbell::store {
namespace {

template <typename Driver>
class ReplyContract : public ContractTest<Driver> {
 protected:
  void SetUp() override {
    ASSERT_TRUE(EnrolNow(this->store(), lead_).ok());
    ASSERT_TRUE(EnrolNow(this->store(), deputy_).ok());
    ASSERT_TRUE(this->store().AcceptIncident(night_).ok());
    ASSERT_TRUE(this->store().RecordSealings(absl::MakeConstSpan(&sealing_, 1)).front().ok());
  }
  void TearDown() override {
    EXPECT_TRUE(this->store().Verify({}).ok()) << this->store().Verify({});
  }
  const base::AlertId& id() const { return night_.alerts[0].id; }
  model::Alert Stored() { return this->store().GetAlert(id()).value(); }
  Result<Recorded> Say(v1::ReceiptKind kind, int minute) {
    const NewReceipt receipt = ReceiptOf(sealing_, kind, lead_, minute);
    return this->store().RecordReceipts(absl::MakeConstSpan(&receipt, 1)).front();
  }
  // By an officer who knows of so many replies.
  Result<Recorded> Call(v1::CallOutcome outcome, std::uint32_t before, std::uint32_t replies = 0) {
    NewCall call{id(), kKent, before, outcome, base::OfficerId("ow"), At(380), std::nullopt, {}};
    call.replies = replies;
    return this->store().RecordCall(call);
  }
  std::size_t Called() { return this->store().Calls(kKent, "", 100).value().items.size(); }

  const NewIncident night_ = NightOf(kKent, "42-2026", 0, {kHythe, kSaltwood});
  const model::Recipient lead_ = RecipientOf("lead", kHythe, v1::RECIPIENT_ROLE_LEAD);
  const model::Recipient deputy_ = RecipientOf("deputy", kHythe, v1::RECIPIENT_ROLE_DEPUTY);
  const NewSealing sealing_ = SealingOf(night_.alerts[0], 1, {lead_.id});
};
TYPED_TEST_SUITE(ReplyContract, Drivers, DriverNames);

TYPED_TEST(ReplyContract, StandOnTheCallListUntilTheyAreDealtWith) {
  ASSERT_TRUE(this->Say(v1::RECEIPT_KIND_ACKNOWLEDGED, 10).ok());
  EXPECT_EQ(this->Called(), 0u);
  ASSERT_TRUE(this->Say(v1::RECEIPT_KIND_REPLIED, 11).ok());
  ASSERT_TRUE(this->Say(v1::RECEIPT_KIND_REPLIED, 12).ok());
  EXPECT_TRUE(this->Say(v1::RECEIPT_KIND_REPLIED, 12)->was_there) << "its answer was lost";
  EXPECT_EQ(this->Stored().replies, 2u);
  EXPECT_EQ(this->Called(), 1u);
  this->Restart();
  ASSERT_TRUE(this->Call(v1::CALL_OUTCOME_NOT_REACHED, 0).ok());
  EXPECT_EQ(this->Called(), 1u);
  ASSERT_TRUE(this->Call(v1::CALL_OUTCOME_ACKNOWLEDGED, 1, 1).ok());
  EXPECT_EQ(this->Stored().replies, 1u) << "one came after the list was read";
  EXPECT_EQ(this->Called(), 1u);
  ASSERT_TRUE(this->Call(v1::CALL_OUTCOME_ACKNOWLEDGED, 2, 1).ok());
  EXPECT_EQ(this->Stored().replies, 0u);
  EXPECT_EQ(this->Stored().state, v1::ALERT_STATE_ACKNOWLEDGED);
  EXPECT_EQ(this->Called(), 0u);
  EXPECT_EQ(this->store().ReceiptsOf(this->id()).value().size(), 3u);
}

TYPED_TEST(ReplyContract, AreKeptUpToALimitOfEachPerson) {
  for (int i = 0; i + 1 < static_cast<int>(limits::kRepeatedStatements); ++i) {
    ASSERT_TRUE(this->Say(v1::RECEIPT_KIND_REPLIED, 11 + i).ok()) << i;
  }
  ASSERT_TRUE(this->Say(v1::RECEIPT_KIND_SEEN, 300).ok());
  this->Restart();
  EXPECT_EQ(this->Say(v1::RECEIPT_KIND_REPLIED, 301).status().code(), base::Code::kOutOfRange);
  EXPECT_TRUE(this->Say(v1::RECEIPT_KIND_ABSENT, 301).ok()) << "that is heard still";
  for (std::uint32_t i = 101; i < 10 * limits::kRepeatedStatements; ++i) {
    ASSERT_TRUE(this->Say(v1::RECEIPT_KIND_SEEN, static_cast<int>(400 + i)).ok()) << i;
  }
  EXPECT_EQ(this->Say(v1::RECEIPT_KIND_ABSENT, 2000).status().code(), base::Code::kOutOfRange);
  EXPECT_TRUE(this->Say(v1::RECEIPT_KIND_REPLIED, 11)->was_there) << "its answer was lost";
  EXPECT_EQ(this->Stored().replies, limits::kRepeatedStatements - 1);
  EXPECT_TRUE(this->Say(v1::RECEIPT_KIND_ACKNOWLEDGED, 302).ok()) << "that is said once";
  const NewReceipt colleagues =
      ReceiptOf(this->sealing_, v1::RECEIPT_KIND_REPLIED, this->deputy_, 303);
  EXPECT_TRUE(this->store().RecordReceipts(absl::MakeConstSpan(&colleagues, 1)).front().ok());
}

TYPED_TEST(ReplyContract, AcknowledgeNothing) {
  ASSERT_TRUE(this->Say(v1::RECEIPT_KIND_OPENED, 10).ok());
  ASSERT_TRUE(this->Say(v1::RECEIPT_KIND_REPLIED, 11).ok());
  ASSERT_TRUE(this->Call(v1::CALL_OUTCOME_ACKNOWLEDGED, 0, 1).ok());
  EXPECT_EQ(this->Stored().state, v1::ALERT_STATE_OPENED);
  EXPECT_EQ(this->Stored().replies, 0u);
}

// What came of that call says nothing of how the alert ended.
TYPED_TEST(ReplyContract, OfAnAlertThatWasAcknowledgedByTelephoneAreCalledAbout) {
  const NewClimb climb{this->id(), 0, 4, std::nullopt, true, {}};
  ASSERT_TRUE(this->store().RecordClimbs(absl::MakeConstSpan(&climb, 1)).front().ok());
  ASSERT_TRUE(this->Call(v1::CALL_OUTCOME_ACKNOWLEDGED, 0).ok());
  ASSERT_TRUE(this->Say(v1::RECEIPT_KIND_REPLIED, 400).ok());
  ASSERT_TRUE(this->Call(v1::CALL_OUTCOME_NOT_REACHED, 1).ok());
  EXPECT_EQ(this->Stored().state, v1::ALERT_STATE_ACKNOWLEDGED);
  EXPECT_TRUE(this->store().Verify({}).ok()) << this->store().Verify({});
}

TYPED_TEST(ReplyContract, OfAnEarlierRevisionAreForTheDeskToo) {
  NewIncident now = this->night_;
  now.alerts[0] = this->Stored();
  ASSERT_TRUE(this->store().ReviseIncident(RevisionOf(now, 9)).ok());
  ASSERT_TRUE(this->Say(v1::RECEIPT_KIND_REPLIED, 10).ok());
  EXPECT_EQ(this->Stored().revision, 2u);
  EXPECT_EQ(this->Stored().replies, 1u);
  EXPECT_EQ(this->Called(), 1u);
}

}  // namespace
}  // namespace firstbell::store
