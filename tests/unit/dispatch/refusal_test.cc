// "Not our pupil", "is it yours?", and what becomes of the copies that lie at a school.

#include <gmock/gmock.h>

#include "broker/base/bytes.h"
#include "broker/base/limits.h"
#include "broker/crypto/hash.h"
#include "broker/dispatch/hasty_answers.h"
#include "broker/model/text.h"
#include "broker/sealing/receipt.h"
#include "tests/unit/dispatch/linked_school.h"

namespace firstbell::dispatch {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class RefusalTest : public SchoolLinksTest {
 protected:
  void SetUp() override {
    SchoolLinksTest::SetUp();
    Hello("s1", office_);
  }
  v1::Receipt Refusal(const v1::SealedEnvelope& envelope, absl::Time at) {
    v1::ReceiptStatement statement =
        StatementOf(lead_, SealingOf(envelope), v1::RECEIPT_KIND_REFUSED);
    statement.set_refusal(v1::REFUSAL_REASON_LEFT);
    statement.mutable_new_school()->set_name("Oak Hill Academy");
    *statement.mutable_at() = model::ToWire(at);
    return sealing::SignReceipt(statement, lead_.signing);
  }
  v1::Receipt Opened(const v1::SealedEnvelope& envelope, absl::Time at) {
    v1::ReceiptStatement statement =
        StatementOf(lead_, SealingOf(envelope), v1::RECEIPT_KIND_OPENED);
    *statement.mutable_at() = model::ToWire(at);
    return sealing::SignReceipt(statement, lead_.signing);
  }
  std::vector<model::Alert> refused_;
  ReceiptDesk telling_{world_.store, nobody_,
                       [this](const model::Alert& alert) { refused_.push_back(alert); }};
};

TEST_F(RefusalTest, IsToldToEveryMachineAndToWhoPlacesTheChildAgain) {
  const model::Alert alert = Incident("R1");
  const auto pushed = link_.TakePushed("s1");
  ASSERT_THAT(pushed, SizeIs(1));
  Received("s1", office_, pushed);
  link_.Take("s1");
  const v1::Receipt refusal = Refusal(pushed[0], kWindow);
  Receipts("s1", office_, {refusal});
  EXPECT_EQ(StateOf(alert), v1::ALERT_STATE_REDIRECTED);
  const auto ended = TakeEnded("s1");
  ASSERT_THAT(ended, SizeIs(1));
  EXPECT_EQ(ended[0].state(), v1::ALERT_STATE_REDIRECTED);
  const auto log = world_.LogText();
  EXPECT_THAT(log, HasSubstr("\"why\":\"refused\""));
  EXPECT_THAT(log, HasSubstr("\"kind\":\"case.opened\""));
  EXPECT_THAT(log, Not(HasSubstr("Oak Hill"))) << "evidence for the desk alone";
  EXPECT_THAT(log, HasSubstr(base::HexEncode(sealing::LoggedDigest(refusal))));
  EXPECT_THAT(log, Not(HasSubstr(base::HexEncode(crypto::Sha256(refusal.statement())))))
      << "schools are few: one could be guessed until the digest fits";
}

TEST_F(RefusalTest, TheDeskIsToldOnceItIsDurable) {
  const model::Alert alert = Incident("R1");
  const auto pushed = link_.TakePushed("s1");
  v1::ReceiptBatch batch;
  *batch.add_receipts() = Refusal(pushed.at(0), kWindow);
  world_.store.FailNext("RecordReceipts", Fault::kNotDone, base::Unavailable("disk error"));
  telling_.Take({office_.id(), kPrimary}, batch, kWindow);
  EXPECT_THAT(refused_, IsEmpty());
  testing::internal::CaptureStderr();
  telling_.Take({office_.id(), kPrimary}, batch, kWindow);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), Not(HasSubstr("was taken back was seen")));
  ASSERT_THAT(refused_, SizeIs(1));
  EXPECT_EQ(refused_[0].id, alert.id);
  telling_.Take({office_.id(), kPrimary}, batch, kWindow);
  EXPECT_THAT(refused_, SizeIs(1)) << "once";
}

TEST_F(RefusalTest, WhatNeedsAReasonIsMalformedWithoutOne) {
  Incident("R1");
  const auto pushed = link_.TakePushed("s1");
  v1::ReceiptStatement statement =
      StatementOf(lead_, SealingOf(pushed.at(0)), v1::RECEIPT_KIND_REFUSED);
  v1::ReceiptBatch batch;
  *batch.add_receipts() = sealing::SignReceipt(statement, lead_.signing);
  statement.set_kind(v1::RECEIPT_KIND_OPENED);
  statement.set_refusal(v1::REFUSAL_REASON_LEFT);
  *batch.add_receipts() = sealing::SignReceipt(statement, lead_.signing);
  const auto outcomes = telling_.Take({office_.id(), kPrimary}, batch, kWindow);
  for (const auto& answer : outcomes.answers.answers()) {
    EXPECT_EQ(answer.outcome(), v1::RECEIPT_OUTCOME_MALFORMED);
  }
}

TEST_F(RefusalTest, WhoAnswersWithinThreeSecondsIsFlagged) {
  Incident("R1");
  const auto pushed = link_.TakePushed("s1");
  Receipts("s1", office_,
           {Opened(pushed.at(0), kWindow), Refusal(pushed[0], kWindow + absl::Seconds(2))});
  EXPECT_THAT(world_.LogText(), HasSubstr("\"why\":\"hasty\""));
}

TEST_F(RefusalTest, WhoTakesTimeIsNot) {
  Incident("R1");
  const auto pushed = link_.TakePushed("s1");
  Receipts("s1", office_,
           {Opened(pushed.at(0), kWindow), Refusal(pushed[0], kWindow + limits::kHastyAnswer)});
  EXPECT_THAT(world_.LogText(), Not(HasSubstr("answer.flagged")));
}

TEST(HastyAnswersTest, ManyInARowAreFlaggedOnceUntilAsManyCome) {
  HastyAnswers hasty;
  const base::RecipientId ada("ada"), eve("eve");
  for (std::size_t i = 1; i < limits::kAnswersInARow; ++i) {
    EXPECT_FALSE(hasty.Bulk(ada, kNight + absl::Seconds(static_cast<double>(i))));
  }
  EXPECT_FALSE(hasty.Bulk(eve, kNight + absl::Minutes(1)));
  EXPECT_TRUE(hasty.Bulk(ada, kNight + absl::Minutes(1)));
  EXPECT_FALSE(hasty.Bulk(ada, kNight + absl::Minutes(1)));
  for (std::size_t i = 0; i < 3 * limits::kAnswersInARow; ++i) {
    EXPECT_FALSE(hasty.Bulk(eve, kNight + static_cast<int>(i) * limits::kAnswersWithin));
  }
}

// It does not name what was acknowledged; the broker names it, for as long as it is held.
TEST_F(RefusalTest, AMachineHearsThatWhatItHoldsWasWithdrawnUntilItSaysThatItIsDestroyed) {
  const model::Alert alert = Incident("R1");
  const auto pushed = link_.TakePushed("s1");
  Received("s1", office_, pushed);
  Acknowledged("s1", office_, lead_, pushed.at(0));
  links_.OnGone("s1");
  v1::WithdrawIncidentRequest request;
  request.set_reference("R1");
  request.set_reason(v1::WITHDRAWAL_REASON_MISTAKEN);
  ASSERT_TRUE(world_.intake.Withdraw(kForce, request, world_.clock.Now()).ok());
  for (const std::string session : {"s2", "s3"}) {
    Hello(session, office_);
    link_.Take(session);
    Holds(session, office_, {});
    const auto ended = TakeEnded(session);
    ASSERT_THAT(ended, SizeIs(1)) << session;
    EXPECT_EQ(ended[0].alert_id(), alert.id.value());
    EXPECT_EQ(ended[0].state(), v1::ALERT_STATE_WITHDRAWN);
    EXPECT_EQ(ended[0].revision(), 2u);
  }
  Receipts("s3", office_, {ReceiptOf(office_, SealingOf(pushed[0]), v1::RECEIPT_KIND_ERASED)});
  Hello("s4", office_);
  link_.Take("s4");
  Holds("s4", office_, {});
  EXPECT_THAT(TakeEnded("s4"), IsEmpty());
}

TEST_F(RefusalTest, ACorrectionIsSealedAnewAndSaysWhatChangedSinceItWasRead) {
  const model::Alert alert = Incident("R1");
  const auto first = link_.TakePushed("s1");
  Received("s1", office_, first);
  Receipts("s1", office_, {ReceiptOf(lead_, SealingOf(first.at(0)), v1::RECEIPT_KIND_OPENED)});
  v1::Incident corrected = IncidentOf("R1");
  corrected.set_revision(2);
  corrected.mutable_children(0)->set_account("She was in the garden.");
  corrected.mutable_place()->set_postcode("LS2 7QQ");
  world_.Submit(corrected);
  link_.Take("s1");
  links_.Wake(kPrimary);
  const auto second = link_.TakePushed("s1");
  ASSERT_THAT(second, SizeIs(1));
  EXPECT_EQ(HeaderOf(second[0]).revision(), 2u);
  EXPECT_EQ(HeaderOf(second[0]).sealing(), 2u);
  const auto content = OpenAs(lead_, second[0]);
  ASSERT_TRUE(content.ok()) << content.status();
  EXPECT_EQ(content->child().account(), "She was in the garden.");
  EXPECT_THAT(content->changed(), ElementsAre("child.account", "place"));
  EXPECT_EQ(content->alert_id(), alert.id.value());
}

TEST_F(RefusalTest, ACorrectionOfWhatNobodyReadMarksNothing) {
  Incident("R1");
  Received("s1", office_, link_.TakePushed("s1"));
  v1::Incident corrected = IncidentOf("R1");
  corrected.set_revision(2);
  corrected.mutable_children(0)->set_account("She was in the garden.");
  world_.Submit(corrected);
  link_.Take("s1");
  links_.Wake(kPrimary);
  const auto second = link_.TakePushed("s1");
  EXPECT_THAT(OpenAs(lead_, second.at(0))->changed(), IsEmpty());
}

// Ms Invented is the lead, and an adult in the incident; the deputy steps in as if there were no
// lead.
TEST_F(RefusalTest, AnAdultInTheIncidentIsSealedNothing) {
  Member deputy = MakePerson(kPrimary, v1::RECIPIENT_ROLE_DEPUTY);
  deputy.recipient.display_name = "Sam Beech";
  EnrolNow(deputy);
  v1::Incident incident = IncidentOf("R1");
  incident.mutable_parties(0)->mutable_name()->set_given_names("Martha");
  incident.mutable_parties(0)->mutable_name()->set_family_name("Invented");
  world_.Submit(incident);
  links_.Wake(kPrimary);
  const auto pushed = link_.TakePushed("s1");
  ASSERT_THAT(pushed, SizeIs(1));
  EXPECT_THAT(HeaderOf(pushed[0]).recipient_ids(), ElementsAre(deputy.id().value()));
  EXPECT_FALSE(OpenAs(lead_, pushed[0]).ok());
}

TEST_F(RefusalTest, WhereNobodyElseIsLeftNothingIsSealed) {
  v1::Incident incident = IncidentOf("R1");
  incident.mutable_parties(0)->mutable_name()->set_given_names("Martha");
  incident.mutable_parties(0)->mutable_name()->set_family_name("Invented");
  world_.Submit(incident);
  links_.Wake(kPrimary);
  EXPECT_THAT(link_.TakePushed("s1"), IsEmpty());
}

}  // namespace
}  // namespace firstbell::dispatch
