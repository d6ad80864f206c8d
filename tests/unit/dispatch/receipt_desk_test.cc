#include "broker/dispatch/receipt_desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/limits.h"
#include "broker/crypto/hash.h"
#include "broker/dispatch/sealer.h"
#include "broker/model/text.h"
#include "broker/sealing/receipt.h"
#include "tests/support/members.h"
#include "tests/support/world.h"

namespace firstbell::dispatch {
namespace {

using namespace support;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class KeptChanges final : public AlertObserver {
 public:
  void AlertChanged(const model::Alert& alert) override { states.push_back(alert.state); }
  std::vector<v1::AlertState> states;
};

// One alert at kPrimary, sealed once; a device and a lead there, a lead at kHigh.
class ReceiptDeskTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const Member* member : {&device_, &lead_, &deputy_, &other_device_, &other_lead_}) {
      ASSERT_TRUE(Enrol(world_.memory, *member).ok());
    }
    alert_ = world_.AlertsOf(world_.Submit(IncidentOf("R1"))).at(0);
    sealing_ = Seal({lead_.recipient});
  }
  void TearDown() override { EXPECT_TRUE(world_.memory.Verify({}).ok()); }

  model::Sealing Seal(const std::vector<model::Recipient>& people) {
    const model::Alert now = world_.memory.GetAlert(alert_.id).value();
    return sealer_.Seal({&now, 1}, sealing::People::Of(people).value(), kNight).at(0).value();
  }
  ReceiptOutcomes TakeAll(const std::vector<v1::Receipt>& receipts) {
    v1::ReceiptBatch batch;
    for (const v1::Receipt& receipt : receipts) *batch.add_receipts() = receipt;
    return desk_.Take({device_.id(), kPrimary}, batch, kNight + absl::Minutes(1));
  }
  // What became of this one; unspecified: nothing was answered.
  v1::ReceiptOutcome Take(const v1::Receipt& receipt) {
    const ReceiptOutcomes outcomes = TakeAll({receipt});
    if (outcomes.answers.answers().empty()) return v1::RECEIPT_OUTCOME_UNSPECIFIED;
    EXPECT_EQ(outcomes.recorded.size(),
              outcomes.answers.answers(0).outcome() == v1::RECEIPT_OUTCOME_RECORDED ? 1u : 0u);
    return outcomes.answers.answers(0).outcome();
  }
  v1::Receipt Signed(const v1::ReceiptStatement& statement, const Member& by) {
    return sealing::SignReceipt(statement, by.signing);
  }
  v1::AlertState State() { return world_.memory.GetAlert(alert_.id).value().state; }

  World world_;
  const Member device_ = MakeDevice(kPrimary);
  const Member lead_ = MakePerson(kPrimary);
  const Member deputy_ = MakePerson(kPrimary, v1::RECIPIENT_ROLE_DEPUTY);
  const Member other_device_ = MakeDevice(kHigh);
  const Member other_lead_ = MakePerson(kHigh);
  const crypto::PrivateKey envelope_key_ = crypto::PrivateKey::Generate();
  KeptChanges changes_;
  Sealer sealer_{world_.store, *world_.vault, world_.policies, envelope_key_};
  ReceiptDesk desk_{world_.store, changes_};
  model::Alert alert_;
  model::Sealing sealing_;
};

TEST_F(ReceiptDeskTest, FromReceivedToAcknowledged) {
  const auto outcomes = TakeAll({ReceiptOf(device_, sealing_, v1::RECEIPT_KIND_RECEIVED),
                                 ReceiptOf(device_, sealing_, v1::RECEIPT_KIND_SHOWN),
                                 ReceiptOf(lead_, sealing_, v1::RECEIPT_KIND_OPENED),
                                 ReceiptOf(lead_, sealing_, v1::RECEIPT_KIND_ACKNOWLEDGED)});
  ASSERT_EQ(outcomes.answers.answers_size(), 4);
  for (const auto& answer : outcomes.answers.answers()) {
    EXPECT_EQ(answer.outcome(), v1::RECEIPT_OUTCOME_RECORDED);
  }
  EXPECT_THAT(changes_.states, ElementsAre(v1::ALERT_STATE_RECEIVED, v1::ALERT_STATE_SHOWN,
                                           v1::ALERT_STATE_OPENED, v1::ALERT_STATE_ACKNOWLEDGED));
  EXPECT_EQ(world_.memory.GetAlert(alert_.id)->acknowledged_at, kNight + absl::Minutes(1));
  EXPECT_THAT(world_.LogText(), HasSubstr("\"in_time\":\"yes\""));
}

TEST_F(ReceiptDeskTest, AForgedSignatureIsRefusedAndLogged) {
  const v1::Receipt forged =
      Signed(StatementOf(lead_, sealing_, v1::RECEIPT_KIND_ACKNOWLEDGED), deputy_);
  EXPECT_EQ(Take(forged), v1::RECEIPT_OUTCOME_BAD_SIGNATURE);
  v1::Receipt altered = ReceiptOf(lead_, sealing_, v1::RECEIPT_KIND_OPENED);
  altered.set_statement(
      StatementOf(lead_, sealing_, v1::RECEIPT_KIND_ACKNOWLEDGED).SerializeAsString());
  EXPECT_EQ(Take(altered), v1::RECEIPT_OUTCOME_BAD_SIGNATURE);
  EXPECT_EQ(State(), v1::ALERT_STATE_ACCEPTED);
  EXPECT_THAT(changes_.states, IsEmpty());
  EXPECT_THAT(world_.LogText(), HasSubstr("\"kind\":\"receipt.refused\""));
  EXPECT_THAT(world_.LogText(), HasSubstr("\"reason\":\"bad_signature\""));
}

// The operator's log names what was refused and from where; what a stranger claims is not repeated.
TEST_F(ReceiptDeskTest, ARefusedOrFailedReceiptIsLoggedWithItsAlert) {
  const auto said = [&](const v1::Receipt& receipt) {
    testing::internal::CaptureStderr();
    Take(receipt);
    return testing::internal::GetCapturedStderr();
  };
  const std::string alert = "alert=" + alert_.id.value();
  model::Sealing mixed = sealing_;
  mixed.number = 7;
  EXPECT_THAT(said(ReceiptOf(lead_, mixed, v1::RECEIPT_KIND_OPENED)),
              AllOf(HasSubstr("dispatch/receipt_desk: a receipt was refused " + alert),
                    HasSubstr("device=" + device_.id().value()), HasSubstr("why=wrong_digest")));
  const v1::Receipt received = ReceiptOf(device_, sealing_, v1::RECEIPT_KIND_RECEIVED);
  world_.store.FailNext("RecordReceipts", Fault::kNotDone,
                        base::Unknown("no answer from the disk"));
  EXPECT_THAT(said(received), HasSubstr("dispatch/receipt_desk: no answer from the disk " + alert));
  v1::ReceiptStatement made_up = StatementOf(lead_, sealing_, v1::RECEIPT_KIND_OPENED);
  made_up.set_alert_id("Zoe lives at LS1 4AP");
  EXPECT_THAT(said(Signed(made_up, lead_)),
              AllOf(HasSubstr("alert=- "), HasSubstr("why=malformed"), Not(HasSubstr("Zoe"))));
}

TEST_F(ReceiptDeskTest, AnotherSchoolsSignerIsRefusedInTheSameWords) {
  EXPECT_EQ(Take(ReceiptOf(other_lead_, sealing_, v1::RECEIPT_KIND_ACKNOWLEDGED)),
            v1::RECEIPT_OUTCOME_BAD_SIGNATURE);
  EXPECT_EQ(Take(ReceiptOf(other_device_, sealing_, v1::RECEIPT_KIND_RECEIVED)),
            v1::RECEIPT_OUTCOME_BAD_SIGNATURE);
  EXPECT_EQ(Take(ReceiptOf(MakePerson(kPrimary), sealing_, v1::RECEIPT_KIND_ACKNOWLEDGED)),
            v1::RECEIPT_OUTCOME_BAD_SIGNATURE);  // never enrolled
}

TEST_F(ReceiptDeskTest, AnotherSchoolsAlertIsUnknownAsIfItWereNotThere) {
  v1::Incident siblings = IncidentOf("R2");
  *siblings.mutable_children(0) = FinnReported();
  model::Sealing theirs = sealing_;
  theirs.alert_id = world_.AlertsOf(world_.Submit(siblings)).at(0).id;
  EXPECT_EQ(Take(ReceiptOf(lead_, theirs, v1::RECEIPT_KIND_ACKNOWLEDGED)),
            v1::RECEIPT_OUTCOME_UNKNOWN_ALERT);
  theirs.alert_id = base::AlertId("00000000000000000000000000");
  EXPECT_EQ(Take(ReceiptOf(lead_, theirs, v1::RECEIPT_KIND_ACKNOWLEDGED)),
            v1::RECEIPT_OUTCOME_UNKNOWN_ALERT);
}

TEST_F(ReceiptDeskTest, TheDigestMustBeThatSealingsExactly) {
  const model::Sealing second = Seal({lead_.recipient, deputy_.recipient});
  model::Sealing mixed = second;
  mixed.ciphertext_sha256 = sealing_.ciphertext_sha256;  // the first's under the second's number
  EXPECT_EQ(Take(ReceiptOf(lead_, mixed, v1::RECEIPT_KIND_OPENED)),
            v1::RECEIPT_OUTCOME_WRONG_DIGEST);
  mixed.number = 7;
  EXPECT_EQ(Take(ReceiptOf(lead_, mixed, v1::RECEIPT_KIND_OPENED)),
            v1::RECEIPT_OUTCOME_WRONG_DIGEST);
  // Who opened the first before the second came did open it.
  EXPECT_EQ(Take(ReceiptOf(lead_, sealing_, v1::RECEIPT_KIND_OPENED)),
            v1::RECEIPT_OUTCOME_RECORDED);
}

TEST_F(ReceiptDeskTest, WhatIsSaidTooOftenIsRefusedForGood) {
  v1::ReceiptStatement offer = StatementOf(lead_, sealing_, v1::RECEIPT_KIND_OFFERED);
  offer.set_handed_to(deputy_.id().value());
  for (std::uint32_t i = 0; i < limits::kRepeatedStatements; ++i) {
    *offer.mutable_at() = model::ToWire(kNight + absl::Seconds(i));
    ASSERT_EQ(Take(sealing::SignReceipt(offer, lead_.signing)), v1::RECEIPT_OUTCOME_RECORDED) << i;
  }
  *offer.mutable_at() = model::ToWire(kNight + absl::Hours(1));
  EXPECT_EQ(Take(sealing::SignReceipt(offer, lead_.signing)), v1::RECEIPT_OUTCOME_TOO_MANY);
  EXPECT_THAT(world_.LogText(), HasSubstr("\"reason\":\"too_many\""));
}

TEST_F(ReceiptDeskTest, ARevokedSignerIsRefusedThoughTheSignatureIsGood) {
  ASSERT_TRUE(world_.memory.Revoke(lead_.id(), kNight, {}).ok());
  EXPECT_EQ(Take(ReceiptOf(lead_, sealing_, v1::RECEIPT_KIND_ACKNOWLEDGED)),
            v1::RECEIPT_OUTCOME_REVOKED_SIGNER);
  EXPECT_EQ(State(), v1::ALERT_STATE_ACCEPTED);
}

// Recorded, and the broker died before it answered; then its signer left, or the colleague named.
TEST_F(ReceiptDeskTest, ARecordedReceiptThatComesAgainGetsItsAnswerWhoeverWasRevokedSince) {
  const v1::Receipt acknowledged = ReceiptOf(lead_, sealing_, v1::RECEIPT_KIND_ACKNOWLEDGED);
  v1::ReceiptStatement handed =
      StatementOf(lead_, Seal({lead_.recipient, deputy_.recipient}), v1::RECEIPT_KIND_ACKNOWLEDGED);
  handed.set_handed_to(deputy_.id().value());
  const v1::Receipt handed_over = Signed(handed, lead_);
  EXPECT_EQ(Take(acknowledged), v1::RECEIPT_OUTCOME_RECORDED);
  EXPECT_EQ(Take(handed_over), v1::RECEIPT_OUTCOME_RECORDED);
  ASSERT_TRUE(world_.memory.Revoke(lead_.id(), kNight, {}).ok());
  ASSERT_TRUE(world_.memory.Revoke(deputy_.id(), kNight, {}).ok());
  const auto logged = world_.memory.LogSize().value();
  EXPECT_EQ(Take(acknowledged), v1::RECEIPT_OUTCOME_RECORDED);
  EXPECT_EQ(Take(handed_over), v1::RECEIPT_OUTCOME_RECORDED);
  EXPECT_EQ(world_.memory.LogSize().value(), logged);
}

// Judged inside the store's step: a revocation that comes between is not overtaken.
TEST_F(ReceiptDeskTest, ASignerRevokedBetweenTheLookAndTheWriteIsRefused) {
  world_.store.BeforeNext("RecordReceipts",
                          [&] { ASSERT_TRUE(world_.memory.Revoke(lead_.id(), kNight, {}).ok()); });
  EXPECT_EQ(Take(ReceiptOf(lead_, sealing_, v1::RECEIPT_KIND_ACKNOWLEDGED)),
            v1::RECEIPT_OUTCOME_REVOKED_SIGNER);
  EXPECT_EQ(State(), v1::ALERT_STATE_ACCEPTED);
}

TEST_F(ReceiptDeskTest, AMachineCannotAcknowledgeAndAPersonCannotReceive) {
  for (const auto kind :
       {v1::RECEIPT_KIND_OPENED, v1::RECEIPT_KIND_ACKNOWLEDGED, v1::RECEIPT_KIND_REFUSED}) {
    EXPECT_EQ(Take(ReceiptOf(device_, sealing_, kind)), v1::RECEIPT_OUTCOME_BAD_SIGNATURE) << kind;
  }
  for (const auto kind :
       {v1::RECEIPT_KIND_RECEIVED, v1::RECEIPT_KIND_SHOWN, v1::RECEIPT_KIND_ERASED}) {
    EXPECT_EQ(Take(ReceiptOf(lead_, sealing_, kind)), v1::RECEIPT_OUTCOME_BAD_SIGNATURE) << kind;
  }
  EXPECT_EQ(State(), v1::ALERT_STATE_ACCEPTED);
}

// A machine compares with its school's roll; who said so, the signer in the log tells.
TEST_F(ReceiptDeskTest, AMachineMaySayOursAsAPersonMayAndIsNeverHasty) {
  v1::Policy policy;
  policy.set_identity_first(v1::IDENTITY_FIRST_ALWAYS);
  ASSERT_TRUE(world_.memory.SetPolicy(kForce, policy, {}).ok());
  ASSERT_TRUE(world_.policies.Reload().ok());
  for (std::size_t i = 0; i < limits::kAnswersInARow; ++i) {
    alert_ = world_.AlertsOf(world_.Submit(IncidentOf("asked-" + std::to_string(i)))).at(0);
    sealing_ = Seal({lead_.recipient});
    ASSERT_EQ(sealing_.part, v1::PART_IDENTITY);
    EXPECT_EQ(Take(ReceiptOf(device_, sealing_, v1::RECEIPT_KIND_OURS)),
              v1::RECEIPT_OUTCOME_RECORDED);
    const model::Alert alert = world_.memory.GetAlert(alert_.id).value();
    EXPECT_EQ(alert.ours.at, kNight + absl::Minutes(1));
    EXPECT_EQ(alert.state, v1::ALERT_STATE_ACCEPTED) << "nobody has seen it";
    EXPECT_EQ(Seal({lead_.recipient}).part, v1::PART_WHOLE);
  }
  EXPECT_THAT(world_.LogText(), Not(HasSubstr("answer.flagged")));
  EXPECT_THAT(world_.LogText(),
              AllOf(HasSubstr("\"receipt\":\"ours\""), HasSubstr(device_.id().value())));
}

TEST_F(ReceiptDeskTest, AMachinesOursOfWhatWasTakenBackIsNoSighting) {
  v1::WithdrawIncidentRequest request;
  request.set_reference("R1");
  request.set_reason(v1::WITHDRAWAL_REASON_MISTAKEN);
  ASSERT_TRUE(world_.intake.Withdraw(kForce, request, kNight).ok());
  testing::internal::CaptureStderr();
  EXPECT_EQ(Take(ReceiptOf(device_, sealing_, v1::RECEIPT_KIND_OURS)),
            v1::RECEIPT_OUTCOME_RECORDED);
  EXPECT_THAT(testing::internal::GetCapturedStderr(), Not(HasSubstr("was seen")));
}

TEST_F(ReceiptDeskTest, HandedToIsAPersonInForceOfTheSameSchool) {
  v1::ReceiptStatement statement = StatementOf(lead_, sealing_, v1::RECEIPT_KIND_ACKNOWLEDGED);
  ASSERT_TRUE(world_.memory.Revoke(deputy_.id(), kNight, {}).ok());
  for (const auto& [who, id] : std::map<std::string, base::RecipientId>{
           {"unknown", base::RecipientId("0000000000000000000000000z")},
           {"another school's", other_lead_.id()},
           {"a machine", device_.id()},
           {"revoked", deputy_.id()}}) {
    statement.set_handed_to(id.value());
    EXPECT_EQ(Take(Signed(statement, lead_)), v1::RECEIPT_OUTCOME_MALFORMED) << who;
  }
  const Member head = MakePerson(kPrimary, v1::RECIPIENT_ROLE_HEAD);
  ASSERT_TRUE(Enrol(world_.memory, head).ok());
  statement.set_handed_to(head.id().value());
  EXPECT_EQ(Take(Signed(statement, lead_)), v1::RECEIPT_OUTCOME_RECORDED);
}

TEST_F(ReceiptDeskTest, WhatIsNoStatementIsMalformed) {
  v1::Receipt garbage;
  garbage.set_statement("\xff\xff\xff");
  EXPECT_EQ(Take(garbage), v1::RECEIPT_OUTCOME_MALFORMED);
  v1::ReceiptStatement statement = StatementOf(device_, sealing_, v1::RECEIPT_KIND_RECEIVED);
  statement.set_ciphertext_sha256("short");
  EXPECT_EQ(Take(Signed(statement, device_)), v1::RECEIPT_OUTCOME_MALFORMED);
}

TEST_F(ReceiptDeskTest, OneBadReceiptDoesNotSpoilTheBatchAndAnswersKeepItsOrder) {
  v1::Receipt garbage;
  garbage.set_statement("\xff");
  const std::vector<v1::Receipt> batch = {
      garbage, ReceiptOf(device_, sealing_, v1::RECEIPT_KIND_RECEIVED),
      Signed(StatementOf(lead_, sealing_, v1::RECEIPT_KIND_OPENED), deputy_)};
  const ReceiptOutcomes outcomes = TakeAll(batch);
  ASSERT_EQ(outcomes.answers.answers_size(), 3);
  const v1::ReceiptOutcome expected[] = {v1::RECEIPT_OUTCOME_MALFORMED,
                                         v1::RECEIPT_OUTCOME_RECORDED,
                                         v1::RECEIPT_OUTCOME_BAD_SIGNATURE};
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(outcomes.answers.answers(i).outcome(), expected[i]);
    EXPECT_EQ(outcomes.answers.answers(i).statement_sha256(),
              crypto::Sha256(batch[static_cast<std::size_t>(i)].statement()));
  }
  EXPECT_EQ(outcomes.recorded.size(), 1u);
}

TEST_F(ReceiptDeskTest, TheSameAgainIsRecordedOnceAndToldOnce) {
  const v1::Receipt receipt = ReceiptOf(device_, sealing_, v1::RECEIPT_KIND_RECEIVED);
  EXPECT_EQ(Take(receipt), v1::RECEIPT_OUTCOME_RECORDED);
  const std::uint64_t size = world_.memory.LogSize().value();
  EXPECT_EQ(Take(receipt), v1::RECEIPT_OUTCOME_RECORDED);
  EXPECT_EQ(world_.memory.LogSize().value(), size);
  EXPECT_THAT(changes_.states, ElementsAre(v1::ALERT_STATE_RECEIVED));
}

TEST_F(ReceiptDeskTest, OutOfOrderItStaysAtTheFurthest) {
  Take(ReceiptOf(lead_, sealing_, v1::RECEIPT_KIND_ACKNOWLEDGED));
  EXPECT_EQ(Take(ReceiptOf(device_, sealing_, v1::RECEIPT_KIND_RECEIVED)),
            v1::RECEIPT_OUTCOME_RECORDED);
  EXPECT_EQ(State(), v1::ALERT_STATE_ACKNOWLEDGED);
}

// Nothing is answered, so the device sends it again; then it finds itself recorded, or is.
TEST_F(ReceiptDeskTest, AWriteWhoseOutcomeIsUnclearIsNotAnswered) {
  const v1::Receipt receipt = ReceiptOf(lead_, sealing_, v1::RECEIPT_KIND_ACKNOWLEDGED);
  for (const Fault fault : {Fault::kNotDone, Fault::kDone}) {
    world_.store.FailNext("RecordReceipts", fault, base::Unknown("no answer from the disk"));
    EXPECT_EQ(Take(receipt), v1::RECEIPT_OUTCOME_UNSPECIFIED);
  }
  EXPECT_EQ(Take(receipt), v1::RECEIPT_OUTCOME_RECORDED);
  EXPECT_EQ(State(), v1::ALERT_STATE_ACKNOWLEDGED);
}

TEST_F(ReceiptDeskTest, AReadThatFailsIsNotAnsweredEither) {
  world_.store.FailNext("GetRecipient", Fault::kNotDone, base::DataLoss("invented"));
  EXPECT_EQ(Take(ReceiptOf(device_, sealing_, v1::RECEIPT_KIND_RECEIVED)),
            v1::RECEIPT_OUTCOME_UNSPECIFIED);
  v1::ReceiptStatement handed = StatementOf(lead_, sealing_, v1::RECEIPT_KIND_ACKNOWLEDGED);
  handed.set_handed_to(deputy_.id().value());
  // The signer is read; then the colleague cannot be.
  world_.store.BeforeNext("GetRecipient", [&] {
    world_.store.FailNext("GetRecipient", Fault::kNotDone, base::DataLoss("invented"));
  });
  EXPECT_EQ(Take(Signed(handed, lead_)), v1::RECEIPT_OUTCOME_UNSPECIFIED);
}

TEST_F(ReceiptDeskTest, LatenessIsJudgedByTheBrokersClockNotTheSigners) {
  v1::ReceiptStatement statement = StatementOf(lead_, sealing_, v1::RECEIPT_KIND_ACKNOWLEDGED);
  *statement.mutable_at() = model::ToWire(kNight);  // says: in time
  v1::ReceiptBatch batch;
  *batch.add_receipts() = Signed(statement, lead_);
  desk_.Take({device_.id(), kPrimary}, batch, kBell);  // came: as the bell rang
  EXPECT_THAT(world_.LogText(), HasSubstr("\"in_time\":\"no\""));
  EXPECT_TRUE(model::Late(world_.memory.GetAlert(alert_.id).value(), kBell));
}

}  // namespace
}  // namespace firstbell::dispatch
