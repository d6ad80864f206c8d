// The session with real crypto and a real store, without a socket.

#include "clients/link/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/limits.h"
#include "broker/crypto/hash.h"
#include "broker/sealing/receipt.h"
#include "clients/school/local_store.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/link/invented_school.h"

namespace firstbell::link {
namespace {

using school::LocalStore;
using testing::IsEmpty;
using testing::SizeIs;

std::string AnswerFrame(const v1::Receipt& receipt, v1::ReceiptOutcome outcome) {
  v1::LinkMessage message;
  v1::ReceiptAnswer& answer = *message.mutable_receipt_answers()->add_answers();
  answer.set_statement_sha256(crypto::Sha256(receipt.statement()));
  answer.set_outcome(outcome);
  return message.SerializeAsString();
}

std::string RefusalFrame() {
  v1::LinkMessage message;
  message.mutable_refusal()->set_why("revoked");
  return message.SerializeAsString();
}

std::string EndedFrame(const base::AlertId& id, std::uint32_t revision, absl::Time at) {
  v1::LinkMessage message;
  v1::EndedAlert& ended = *message.mutable_ended_alerts()->add_alerts();
  ended.set_alert_id(id.value());
  ended.set_revision(revision);
  ended.set_state(v1::ALERT_STATE_ACKNOWLEDGED);
  *ended.mutable_at() = model::ToWire(at);
  ended.set_acknowledged_by("someone");
  return message.SerializeAsString();
}

std::string AnswerToHoldings() {
  v1::LinkMessage message;
  message.mutable_ended_alerts()->set_answers_holdings(true);
  return message.SerializeAsString();
}

// The last holdings among these frames; nothing: none are.
std::optional<v1::Holdings> HoldingsIn(const std::vector<std::string>& frames) {
  std::optional<v1::Holdings> holdings;
  for (const std::string& frame : frames) {
    v1::LinkMessage message;
    FB_CHECK(message.ParseFromString(frame));
    if (message.has_holdings()) holdings = message.holdings();
  }
  return holdings;
}

bool IsHello(const std::vector<std::string>& frames) {
  v1::LinkMessage message;
  return frames.size() == 1 && message.ParseFromString(frames[0]) && message.has_hello();
}

// A store whose KeepSealing fails when told to: not done, or done and unanswered.
class UnreliableStore final : public SessionStorage {
 public:
  enum class Fault { kNone, kNotDone, kDone };
  explicit UnreliableStore(SessionStorage& store) : store_(store) {}
  Fault next = Fault::kNone;

  base::Status KeepSealing(const KeptSealing& sealing, const QueuedReceipt& received,
                           const SignErased& erased) override {
    const Fault fault = std::exchange(next, Fault::kNone);
    if (fault == Fault::kNotDone) return base::ResourceExhausted("disk full");
    FB_RETURN_IF_ERROR(store_.KeepSealing(sealing, received, erased));
    return fault == Fault::kDone ? base::Unavailable("disk error") : base::OkStatus();
  }
  base::Result<std::optional<SealingRef>> NewestSealing(const base::AlertId& alert) override {
    return store_.NewestSealing(alert);
  }
  base::Result<std::string> QueueReceivedAgain(const SealingRef& sealing) override {
    return store_.QueueReceivedAgain(sealing);
  }
  base::Result<std::vector<SealingRef>> Holdings(std::size_t limit) override {
    return store_.Holdings(limit);
  }
  base::Result<std::vector<base::AlertId>> EndAlerts(absl::Span<const AlertEnd> ends,
                                                     const SignErased& erased) override {
    return store_.EndAlerts(ends, erased);
  }
  base::Result<std::vector<QueuedReceipt>> UnansweredReceipts(std::size_t limit) override {
    return store_.UnansweredReceipts(limit);
  }
  base::Status AnswerReceipt(std::string_view digest, v1::ReceiptOutcome outcome,
                             absl::Time now) override {
    return store_.AnswerReceipt(digest, outcome, now);
  }
  base::Result<std::vector<QueuedDuty>> UnansweredDuties(std::size_t limit) override {
    return store_.UnansweredDuties(limit);
  }
  base::Status AnswerDuty(std::string_view digest, v1::ReceiptOutcome outcome) override {
    return store_.AnswerDuty(digest, outcome);
  }
  base::Result<std::optional<std::vector<Person>>> People() override { return store_.People(); }
  base::Status ReplacePeople(absl::Span<const Person> people,
                             absl::Span<const Notice> notices) override {
    return store_.ReplacePeople(people, notices);
  }
  base::Result<LogTrust> Trust() override { return store_.Trust(); }
  base::Status SaveTrust(const LogTrust& trust, absl::Span<const Notice> notices) override {
    return store_.SaveTrust(trust, notices);
  }

 private:
  SessionStorage& store_;
};

class SessionTest : public testing::Test {
 protected:
  SessionTest() { Welcome(); }

  void Welcome() {
    session_.Start(kNight);
    ASSERT_TRUE(session_.OnFrame(WelcomeFrame(), kNight).ok());
    ASSERT_TRUE(session_.open());
  }
  std::vector<v1::Receipt> Push(const v1::SealedEnvelope& envelope, absl::Time now = kNight) {
    const auto reaction = session_.OnFrame(PushFrame(envelope), now);
    EXPECT_TRUE(reaction.ok()) << reaction.status();
    return ReceiptsIn(reaction->frames);
  }
  std::vector<v1::Receipt> Tick(absl::Time now) {
    return ReceiptsIn(session_.OnTick(now).value().frames);
  }
  void Answer(const v1::Receipt& receipt, v1::ReceiptOutcome outcome) {
    EXPECT_THAT(session_.OnFrame(AnswerFrame(receipt, outcome), kNight).value().frames, IsEmpty());
  }

  InventedSchool school_;
  std::unique_ptr<LocalStore> store_ = LocalStore::Open(":memory:").value();
  UnreliableStore unreliable_{*store_};
  Session session_{school_.Identity(), unreliable_};
};

// An old frame that someone kept, or a broker's mistake: not taken, and no receipt says that it
// was.
TEST_F(SessionTest, AnExpiredSealingIsNotTaken) {
  const base::AlertId id = NewAlertId();
  const absl::Time expiry = kBell + limits::kSealingLife;
  EXPECT_THAT(Push(school_.Seal(id), expiry), IsEmpty());
  EXPECT_FALSE(store_->NewestSealing(id)->has_value());
  EXPECT_THAT(Push(school_.Seal(id), expiry - absl::Seconds(1)), SizeIs(1));
}

TEST_F(SessionTest, SaysHelloFirstAndNothingElseUntilWelcomed) {
  Push(school_.Seal(NewAlertId()));
  Session session(school_.Identity(), *store_);
  EXPECT_THAT(session.OnTick(kNight)->frames, IsEmpty());
  const Reaction started = session.Start(kNight);
  ASSERT_TRUE(IsHello(started.frames));
  v1::LinkMessage hello;
  ASSERT_TRUE(hello.ParseFromString(started.frames[0]));
  EXPECT_EQ(hello.hello().protocol(), 1u);
  EXPECT_EQ(hello.hello().device_id(), school_.device.id.value());
  EXPECT_THAT(session.OnTick(kNight)->frames, IsEmpty());
  EXPECT_TRUE(IsHello(session.OnTick(kNight + limits::kResendAfter)->frames));
  const auto welcomed = session.OnFrame(WelcomeFrame(), kNight);
  EXPECT_THAT(ReceiptsIn(welcomed->frames), SizeIs(1));
  EXPECT_EQ(welcomed->broker_time->now, kNight);
}

TEST_F(SessionTest, AnAlertIsKeptAndReceiptedBySignatureOverItsExactCiphertext) {
  const base::AlertId id = NewAlertId();
  const v1::SealedEnvelope envelope = school_.Seal(id);
  const auto receipts = Push(envelope);
  ASSERT_THAT(receipts, SizeIs(1));
  const auto statement = sealing::PeekStatement(receipts[0]).value();
  EXPECT_EQ(statement.alert_id(), id.value());
  EXPECT_EQ(statement.kind(), v1::RECEIPT_KIND_RECEIVED);
  EXPECT_EQ(statement.ciphertext_sha256(), crypto::Sha256(envelope.ciphertext()));
  EXPECT_EQ(statement.signer_id(), school_.device.id.value());
  std::string signed_bytes(sealing::kReceiptContext);
  signed_bytes += receipts[0].statement();
  EXPECT_TRUE(
      crypto::VerifySignature(school_.device.key.PublicKey(), signed_bytes, receipts[0].signature())
          .ok());
  const SealingRef kept = store_->NewestSealing(id)->value();
  EXPECT_EQ(store_->Envelope(kept).value(), envelope.SerializeAsString());
}

TEST_F(SessionTest, ARecordedReceiptIsNotSentAgain) {
  const auto receipts = Push(school_.Seal(NewAlertId()));
  Answer(receipts[0], v1::RECEIPT_OUTCOME_RECORDED);
  EXPECT_THAT(Tick(kNight + absl::Hours(1)), IsEmpty());
  Welcome();
  EXPECT_THAT(Tick(kNight), IsEmpty());
}

TEST_F(SessionTest, AnUnansweredReceiptIsSentAgainWithTheSameBytes) {
  const auto first = Push(school_.Seal(NewAlertId()));
  EXPECT_THAT(Tick(kNight + limits::kResendAfter - absl::Milliseconds(1)), IsEmpty());
  const auto again = Tick(kNight + limits::kResendAfter);
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(again[0].SerializeAsString(), first[0].SerializeAsString());
  session_.Stop();
  EXPECT_THAT(Tick(kNight + limits::kResendAfter), IsEmpty());
  session_.Start(kNight);
  EXPECT_THAT(ReceiptsIn(session_.OnFrame(WelcomeFrame(), kNight)->frames), SizeIs(1));
}

TEST_F(SessionTest, ARefusedReceiptIsKeptWithItsReasonAndNotSentAgain) {
  const auto receipts = Push(school_.Seal(NewAlertId()));
  Answer(receipts[0], v1::RECEIPT_OUTCOME_REVOKED_SIGNER);
  EXPECT_THAT(Tick(kNight + absl::Hours(1)), IsEmpty());
  const auto refused = store_->RefusedSince(kNight, 10).value();
  ASSERT_THAT(refused, SizeIs(1));
  EXPECT_EQ(refused[0].outcome, v1::RECEIPT_OUTCOME_REVOKED_SIGNER);
  Answer(receipts[0], v1::RECEIPT_OUTCOME_RECORDED);  // a late second answer changes nothing
  EXPECT_THAT(*store_->RefusedSince(kNight, 10), SizeIs(1));
}

TEST_F(SessionTest, AnAnswerWithoutOutcomeLeavesTheReceiptOpen) {
  const auto receipts = Push(school_.Seal(NewAlertId()));
  Answer(receipts[0], v1::RECEIPT_OUTCOME_UNSPECIFIED);
  EXPECT_THAT(Tick(kNight + limits::kResendAfter), SizeIs(1));
}

TEST_F(SessionTest, TheSameSealingAgainIsReceiptedAgainEvenWhereAnswered) {
  const v1::SealedEnvelope envelope = school_.Seal(NewAlertId());
  const auto first = Push(envelope);
  EXPECT_THAT(Push(envelope), SizeIs(1));  // at once: the broker has not seen the first
  Answer(first[0], v1::RECEIPT_OUTCOME_RECORDED);
  const auto again = Push(envelope);
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(again[0].SerializeAsString(), first[0].SerializeAsString());
}

TEST_F(SessionTest, OnlyAHigherRevisionOrSealingReplaces) {
  const base::AlertId id = NewAlertId();
  EXPECT_THAT(Push(school_.Seal(id, 2, 3)), SizeIs(1));
  EXPECT_THAT(Push(school_.Seal(id, 1, 2)), IsEmpty());
  EXPECT_THAT(Push(school_.Seal(id, 2, 2)), IsEmpty());
  EXPECT_EQ(store_->NewestSealing(id)->value().sealing, 3u);
  EXPECT_THAT(Push(school_.Seal(id, 2, 4)), SizeIs(1));
  EXPECT_EQ(store_->NewestSealing(id)->value().sealing, 4u);
}

TEST_F(SessionTest, AnotherCiphertextUnderTheSameNumberIsNotTaken) {
  const base::AlertId id = NewAlertId();
  const v1::SealedEnvelope first = school_.Seal(id);
  Push(first);
  EXPECT_THAT(Push(school_.Seal(id)), IsEmpty());
  EXPECT_EQ(store_->NewestSealing(id)->value().ciphertext_sha256,
            crypto::Sha256(first.ciphertext()));
}

TEST_F(SessionTest, WhatIsNotTheBrokersOrNotOursIsNotTaken) {
  const model::Alert alert = school_.Alert(NewAlertId(), 1, 1);
  const auto stranger = crypto::PrivateKey::Generate();
  EXPECT_THAT(Push(school_.Seal(alert, school_.Content(alert), stranger)), IsEmpty());

  v1::SealedEnvelope altered = school_.Seal(alert.id);
  altered.mutable_ciphertext()->back() ^= 1;
  EXPECT_THAT(Push(altered), IsEmpty());

  model::Alert elsewhere = school_.Alert(NewAlertId(), 1, 1);
  elsewhere.urn = base::Urn(100002);
  EXPECT_THAT(Push(school_.Seal(elsewhere, school_.Content(elsewhere), school_.envelope_key)),
              IsEmpty());
  EXPECT_FALSE(store_->NewestSealing(alert.id)->has_value());
  EXPECT_FALSE(store_->NewestSealing(elsewhere.id)->has_value());
}

TEST_F(SessionTest, WhatWasNotKeptIsNotReceipted) {
  const v1::SealedEnvelope envelope = school_.Seal(NewAlertId());
  unreliable_.next = UnreliableStore::Fault::kNotDone;
  EXPECT_FALSE(session_.OnFrame(PushFrame(envelope), kNight).ok());
  EXPECT_THAT(Tick(kNight), IsEmpty());
  EXPECT_THAT(Push(envelope), SizeIs(1));  // the broker sends it again
}

TEST_F(SessionTest, WhatWasKeptButNotSaidSoIsReceiptedNext) {
  const v1::SealedEnvelope envelope = school_.Seal(NewAlertId());
  unreliable_.next = UnreliableStore::Fault::kDone;
  EXPECT_FALSE(session_.OnFrame(PushFrame(envelope), kNight).ok());
  EXPECT_THAT(Tick(kNight), SizeIs(1));
  EXPECT_THAT(Push(envelope), SizeIs(1));
}

TEST_F(SessionTest, ACrashBetweenKeepingAndSendingLosesNothing) {
  support::TempDirectory directory;
  const std::string path = directory.File("store.sqlite");
  std::string sent;
  {
    auto store = LocalStore::Open(path).value();
    Session session(school_.Identity(), *store);
    session.Start(kNight);
    ASSERT_TRUE(session.OnFrame(WelcomeFrame(), kNight).ok());
    const auto pushed = session.OnFrame(PushFrame(school_.Seal(NewAlertId())), kNight);
    sent = ReceiptsIn(pushed->frames).at(0).SerializeAsString();
  }  // its frames are lost with the process
  auto store = LocalStore::Open(path).value();
  Session session(school_.Identity(), *store);
  session.Start(kNight);
  const auto receipts = ReceiptsIn(session.OnFrame(WelcomeFrame(), kNight)->frames);
  ASSERT_THAT(receipts, SizeIs(1));
  EXPECT_EQ(receipts[0].SerializeAsString(), sent);
}

TEST_F(SessionTest, ABatchIsBounded) {
  const SealingRef ref{NewAlertId(), 1, 1, std::string(32, 'd')};
  const std::size_t count = limits::kReceiptsPerBatch + 1;
  for (std::size_t i = 0; i < count; ++i) {
    SealingRef other = ref;
    other.sealing = static_cast<std::uint32_t>(i + 1);
    ASSERT_TRUE(
        store_->QueueReceipt(SignToQueue(other, v1::RECEIPT_KIND_SHOWN, school_.device, kNight))
            .ok());
  }
  const auto frames = session_.OnTick(kNight)->frames;
  ASSERT_THAT(frames, SizeIs(2));
  EXPECT_THAT(ReceiptsIn({frames[0]}), SizeIs(limits::kReceiptsPerBatch));
  EXPECT_THAT(ReceiptsIn(frames), SizeIs(count));
}

TEST_F(SessionTest, SaysAfterEachWelcomeAndFromTimeToTimeWhatItHolds) {
  const base::AlertId id = NewAlertId();
  Answer(Push(school_.Seal(id))[0], v1::RECEIPT_OUTCOME_RECORDED);
  Answer(Push(school_.Seal(id, 1, 2))[0], v1::RECEIPT_OUTCOME_RECORDED);
  EXPECT_FALSE(HoldingsIn(session_.OnTick(kNight)->frames));
  const auto welcomed = HoldingsIn(session_.OnFrame(WelcomeFrame(), kNight)->frames);
  ASSERT_TRUE(welcomed.has_value());
  EXPECT_TRUE(welcomed->complete());
  ASSERT_EQ(welcomed->alerts_size(), 1);
  EXPECT_EQ(welcomed->alerts(0).alert_id(), id.value());
  EXPECT_EQ(welcomed->alerts(0).sealing(), 2u);

  const absl::Time due = kNight + limits::kHoldingsEvery;
  EXPECT_FALSE(HoldingsIn(session_.OnTick(due - absl::Milliseconds(1))->frames));
  EXPECT_TRUE(HoldingsIn(session_.OnTick(due)->frames));
  EXPECT_FALSE(HoldingsIn(session_.OnTick(due)->frames));
  EXPECT_TRUE(HoldingsIn(session_.OnTick(kNight)->frames));  // its clock was set back
}

TEST_F(SessionTest, IsCaughtUpByTheAnswerToItsHoldingsAndByNoOther) {
  ASSERT_TRUE(session_.OnFrame(WelcomeFrame(), kWindow).ok());
  ASSERT_TRUE(session_.OnFrame(EndedFrame(NewAlertId(), 1, kWindow), kWindow).ok());
  EXPECT_FALSE(session_.caught_up()) << "another machine of the school has just acknowledged";
  ASSERT_TRUE(session_.OnFrame(AnswerToHoldings(), kWindow).ok());
  EXPECT_TRUE(session_.caught_up());
  session_.AskAgain();
  EXPECT_FALSE(session_.caught_up());
}

TEST_F(SessionTest, WhatIsOverElsewhereIsHeldNoMoreUntilANewRevision) {
  const base::AlertId id = NewAlertId();
  Push(school_.Seal(id));
  const std::string ended = EndedFrame(id, 1, kWindow);
  EXPECT_THAT(session_.OnFrame(ended, kWindow)->frames, IsEmpty());
  EXPECT_THAT(session_.OnFrame(ended, kWindow)->frames, IsEmpty());
  EXPECT_EQ(HoldingsIn(session_.OnFrame(WelcomeFrame(), kWindow)->frames)->alerts_size(), 0);
  Push(school_.Seal(id, 2, 2));
  EXPECT_EQ(HoldingsIn(session_.OnFrame(WelcomeFrame(), kWindow)->frames)->alerts_size(), 1);
}

// The broker was restored from an older backup: it knows nothing of the acknowledgement any more.
TEST_F(SessionTest, WhatIsPushedAgainIsAcknowledgedAgain) {
  const base::AlertId id = NewAlertId();
  const v1::SealedEnvelope envelope = school_.Seal(id);
  Answer(Push(envelope)[0], v1::RECEIPT_OUTCOME_RECORDED);
  const SealingRef kept = store_->NewestSealing(id)->value();
  const Signer lead{school_.lead.id, school_.lead.signing_key};
  ASSERT_TRUE(
      store_->QueueReceipt(SignToQueue(kept, v1::RECEIPT_KIND_ACKNOWLEDGED, lead, kWindow)).ok());
  const auto acknowledged = Tick(kWindow);
  ASSERT_THAT(acknowledged, SizeIs(1));
  Answer(acknowledged[0], v1::RECEIPT_OUTCOME_RECORDED);
  EXPECT_THAT(Push(envelope), SizeIs(2));
}

TEST_F(SessionTest, HoldingsThatAreLeftOutAreSaidToBe) {
  const SealingRef ref{NewAlertId(), 1, 1, std::string(32, 'd')};
  for (std::size_t i = 0; i <= limits::kHoldingsNamed; ++i) {
    SealingRef other = ref;
    other.alert_id = NewAlertId();
    const KeptSealing kept{other, kWindow, kBell, kBell, kNight, "envelope"};
    ASSERT_TRUE(
        store_
            ->KeepSealing(kept,
                          SignToQueue(other, v1::RECEIPT_KIND_RECEIVED, school_.device, kNight), {})
            .ok());
  }
  const auto holdings = HoldingsIn(session_.OnFrame(WelcomeFrame(), kNight)->frames);
  EXPECT_FALSE(holdings->complete());
  EXPECT_EQ(holdings->alerts_size(), static_cast<int>(limits::kHoldingsNamed));
}

TEST_F(SessionTest, ARefusalIsFollowedByAPauseAndANewHello) {
  EXPECT_THAT(session_.OnFrame(RefusalFrame(), kNight)->frames, IsEmpty());
  EXPECT_FALSE(session_.open());
  EXPECT_THAT(Push(school_.Seal(NewAlertId())), IsEmpty());
  const absl::Time again = kNight + kForgottenBackOff;
  EXPECT_THAT(session_.OnTick(again - absl::Milliseconds(1))->frames, IsEmpty());
  EXPECT_TRUE(IsHello(session_.OnTick(again)->frames));
  EXPECT_THAT(session_.OnFrame(RefusalFrame(), again)->frames, IsEmpty());
  EXPECT_THAT(session_.OnTick(again + kRefusedBackOff - absl::Milliseconds(1))->frames, IsEmpty());
  EXPECT_TRUE(IsHello(session_.OnTick(again + kRefusedBackOff)->frames));
}

TEST_F(SessionTest, ABrokerThatContradictsThePinIsNotTalkedTo) {
  for (const std::string& welcome :
       {WelcomeFrame({}, base::Urn(100002)), WelcomeFrame({}, kSchool, /*simulated=*/true)}) {
    session_.Start(kNight);
    const auto reaction = session_.OnFrame(welcome, kNight);
    EXPECT_FALSE(reaction->broker_time.has_value());
    EXPECT_FALSE(session_.open());
  }
}

TEST_F(SessionTest, GarbageIsIgnored) {
  EXPECT_THAT(session_.OnFrame("\xff\xff not a message", kNight)->frames, IsEmpty());
  EXPECT_THAT(session_.OnFrame("", kNight)->frames, IsEmpty());
  EXPECT_THAT(session_.OnFrame(std::string(limits::kFrameBytes + 1, '\0'), kNight)->frames,
              IsEmpty());
  EXPECT_TRUE(session_.open());
}

TEST_F(SessionTest, PeopleWhoAreNewAreTold) {
  const Person lead{base::RecipientId(crypto::RandomId()), v1::RECIPIENT_ROLE_LEAD, "Ada Example",
                    std::string(32, 'a')};
  const Person head{base::RecipientId(crypto::RandomId()), v1::RECIPIENT_ROLE_HEAD, "Bo Example",
                    std::string(32, 'b')};
  ASSERT_TRUE(session_.OnFrame(WelcomeFrame({lead}), kNight).ok());
  ASSERT_TRUE(session_.OnFrame(WelcomeFrame({lead}), kNight).ok());  // the same says nothing
  ASSERT_TRUE(session_.OnFrame(WelcomeFrame({lead, head}), kNight).ok());
  const auto notices = store_->NoticesSince(kNight, 10).value();
  ASSERT_THAT(notices, SizeIs(2));
  EXPECT_EQ(notices[0], (Notice{NoticeKind::kPersonEnrolled, kNight, head}));
  EXPECT_EQ(notices[1], (Notice{NoticeKind::kPersonEnrolled, kNight, lead}));
}

TEST(ComparePeople, SaysNothingOfTheFirstListAndEverythingOfAChange) {
  const Person before{base::RecipientId("a"), v1::RECIPIENT_ROLE_LEAD, "Ada Example", "key"};
  Person rekeyed = before;
  rekeyed.opening_key_sha256 = "another key";
  EXPECT_THAT(ComparePeople(std::nullopt, {before}, kNight), IsEmpty());
  EXPECT_THAT(ComparePeople({{before}}, {before}, kNight), IsEmpty());
  EXPECT_EQ(ComparePeople({{before}}, {rekeyed}, kNight).at(0).kind, NoticeKind::kPersonKeyChanged);
  EXPECT_EQ(ComparePeople({{before}}, {}, kNight).at(0).kind, NoticeKind::kPersonRemoved);
  EXPECT_EQ(ComparePeople({std::vector<Person>()}, {before}, kNight).at(0).kind,
            NoticeKind::kPersonEnrolled);
}

TEST(JudgeReplay, ComparesRevisionBeforeSealing) {
  const auto ref = [](std::uint32_t revision, std::uint32_t sealing, const std::string& digest) {
    return SealingRef{base::AlertId("a"), revision, sealing, digest};
  };
  EXPECT_EQ(JudgeReplay(std::nullopt, ref(1, 1, "x")), Replay::kNewer);
  EXPECT_EQ(JudgeReplay(ref(1, 9, "x"), ref(2, 1, "y")), Replay::kNewer);
  EXPECT_EQ(JudgeReplay(ref(2, 1, "x"), ref(1, 9, "y")), Replay::kOlder);
  EXPECT_EQ(JudgeReplay(ref(1, 2, "x"), ref(1, 2, "x")), Replay::kSame);
  EXPECT_EQ(JudgeReplay(ref(1, 2, "x"), ref(1, 2, "y")), Replay::kConflict);
}

}  // namespace
}  // namespace firstbell::link
