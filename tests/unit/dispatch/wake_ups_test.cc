#include "broker/dispatch/wake_ups.h"

#include <gmock/gmock.h>

#include "broker/dispatch/climb.h"
#include "broker/dispatch/climber.h"
#include "tests/unit/dispatch/linked_school.h"

namespace firstbell::dispatch {
namespace {

using model::WakeUpReason;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const model::Ladder& kLadder = model::ShippedLadder();

model::Alert Waiting(std::uint32_t rung = 0) {
  model::Alert alert;
  alert.id = base::AlertId("06f1h9t2m4qzv8c3k7w5x0y1ra");
  alert.urn = base::Urn(100'001);
  alert.accepted_at = kNight;
  alert.show_from = kWindow;
  alert.deadline = kBell;
  alert.rung = rung;
  return alert;
}

TEST(WakeUpDecide, ARungOfPeopleWakesAndNoOther) {
  EXPECT_EQ(Decide(kLadder, Waiting(), 0, kNight), std::nullopt) << "it comes in the morning";
  const auto window = Decide(kLadder, Waiting(), 1, kWindow);
  ASSERT_TRUE(window);
  EXPECT_EQ(window->occasion, OccasionAt(WakeUpReason::kRung, kWindow));
  EXPECT_EQ(window->now, kWindow);
  EXPECT_EQ(window->until, kBell + limits::kWakeUpTried);
  EXPECT_EQ(Decide(kLadder, Waiting(1), 2, kBell - absl::Minutes(45))->occasion.at,
            kBell - absl::Minutes(45));
  EXPECT_EQ(Decide(kLadder, Waiting(3), 5, kBell), std::nullopt) << "the calls and the authority";
  EXPECT_EQ(Decide(kLadder, Waiting(1), 1, kWindow), std::nullopt) << "nothing is climbed";
}

TEST(WakeUpDecide, SeveralRungsAtOnceAreOneOccasion) {
  const absl::Time now = kBell - absl::Minutes(10);
  EXPECT_EQ(Decide(kLadder, Waiting(), 4, now)->occasion.at, kBell - absl::Minutes(30));
  model::Alert urgent = Waiting();
  urgent.urgent = true;
  urgent.show_from = kNight;
  EXPECT_EQ(Decide(kLadder, urgent, 4, kNight)->occasion.at, kNight);
}

TEST(WakeUpDecide, AfterTheDeadlineItIsStillTried) {
  const absl::Time late = kBell + absl::Hours(5);
  EXPECT_EQ(Decide(kLadder, Waiting(), 5, late)->until, late + limits::kWakeUpTried);
}

TEST(WakeUpDecide, InTheHolidaysItIsSaidOnceThatSomethingWaits) {
  model::Alert alert = Waiting();
  alert.show_from = kNight + limits::kWaitsLong;
  EXPECT_EQ(Decide(kLadder, alert, 0, kNight), std::nullopt) << "a weekend is no holiday";
  alert.show_from += absl::Minutes(1);
  const auto call = Decide(kLadder, alert, 0, kNight);
  ASSERT_TRUE(call);
  EXPECT_EQ(call->occasion, OccasionAt(WakeUpReason::kWaits, kNight));
  EXPECT_EQ(Decide(kLadder, alert, 0, kNight + absl::Hours(9))->occasion, call->occasion)
      << "whenever its ladder is looked at";
}

store::WakeUp OneFor(WakeUpReason reason) {
  return store::NewWakeUp(base::Urn(100'001),
                          {v1::WAKE_UP_KIND_EMAIL, base::Redacted<std::string>("dsl@a.example")},
                          {OccasionAt(reason, kWindow), kWindow, kBell + limits::kWakeUpTried});
}

TEST(WakeUpNeeded, WhileAnAlertIsShownAndHasNotEnded) {
  model::Alert alert = Waiting();
  const store::WakeUp rung = OneFor(WakeUpReason::kRung), waits = OneFor(WakeUpReason::kWaits);
  EXPECT_TRUE(Needed(rung, alert, kWindow));
  EXPECT_FALSE(Needed(rung, alert, kWindow - absl::Seconds(1))) << "another morning's";
  EXPECT_TRUE(Needed(waits, alert, kNight));
  alert.state = v1::ALERT_STATE_OPENED;
  EXPECT_TRUE(Needed(rung, alert, kWindow)) << "opened is not acknowledged";
  for (const auto ended : {v1::ALERT_STATE_ACKNOWLEDGED, v1::ALERT_STATE_REDIRECTED}) {
    alert.state = ended;
    EXPECT_FALSE(Needed(rung, alert, kWindow) || Needed(waits, alert, kWindow));
    EXPECT_TRUE(Needed(OneFor(WakeUpReason::kTest), alert, kWindow));
  }
}

TEST(WakeUpAttempts, ComeLessAndLessOftenUntilTheyAreOfNoUse) {
  store::WakeUp wake_up = OneFor(WakeUpReason::kRung);
  absl::Time now = kWindow;
  for (const int minutes : {1, 2, 4, 8, 15, 30, 30, 30, 30, 30}) {
    const store::WakeUpAttempt attempt = AttemptOf(wake_up, Sent::kLater, now);
    ASSERT_EQ(attempt.outcome, v1::WAKE_UP_OUTCOME_LATER);
    EXPECT_EQ(attempt.next_at, now + absl::Minutes(minutes));
    EXPECT_THAT(attempt.events, IsEmpty());
    wake_up = store::AfterAttempt(wake_up, attempt);
    now = wake_up.next_at;
  }
  const store::WakeUpAttempt last = AttemptOf(wake_up, Sent::kLater, now);
  EXPECT_EQ(last.outcome, v1::WAKE_UP_OUTCOME_GIVEN_UP);
  ASSERT_THAT(last.events, SizeIs(1));
  EXPECT_EQ(last.events[0].kind(), model::EventKind::kWakeUpGivenUp);
}

TEST(WakeUpAttempts, SayInTheLogWhoseAndHowAndNothingElse) {
  const auto delivered = AttemptOf(OneFor(WakeUpReason::kRung), Sent::kDelivered, kWindow);
  EXPECT_EQ(delivered.outcome, v1::WAKE_UP_OUTCOME_DELIVERED);
  EXPECT_EQ(delivered.events.at(0).kind(), model::EventKind::kWakeUpDelivered);
  const auto bounced = AttemptOf(OneFor(WakeUpReason::kRung), Sent::kBounced, kWindow);
  EXPECT_EQ(bounced.outcome, v1::WAKE_UP_OUTCOME_BOUNCED);
  const model::Event& event = bounced.events.at(0);
  EXPECT_EQ(event.kind(), model::EventKind::kWakeUpBounced);
  EXPECT_EQ(event.texts(), (std::map<std::string, std::string>{{"way", "email"}}));
  EXPECT_EQ(event.numbers(), (std::map<std::string, std::int64_t>{{"urn", 100'001}}));
}

// Answers as it is told to, and keeps what it was given.
class InventedSender final : public WakeUpSender {
 public:
  std::vector<Sent> Send(absl::Span<const WakeUpCall> calls) override {
    std::vector<Sent> answers;
    for (const WakeUpCall& call : calls) {
      sent.push_back(call.address.value.Reveal());
      secrets.push_back(call.secret.Reveal());
      answers.push_back(answer);
    }
    if (before_answer) before_answer();
    return answers;
  }
  std::vector<std::string> Take() { return std::exchange(sent, {}); }

  Sent answer = Sent::kDelivered;
  std::function<void()> before_answer;
  std::vector<std::string> sent, secrets;
};

class WakerTest : public SchoolLinksTest {
 protected:
  void Set(const std::vector<std::string>& mailboxes) {
    std::vector<model::WakeUpAddress> addresses;
    for (const std::string& mailbox : mailboxes) {
      addresses.push_back({v1::WAKE_UP_KIND_EMAIL, base::Redacted<std::string>(mailbox)});
    }
    const base::Redacted<std::string> secret(std::string("shown once"));
    ASSERT_TRUE(world_.memory.SetWakeUps(kPrimary, addresses, secret, {}).ok());
  }
  void At(absl::Time time) {
    world_.clock.Set(time);
    ASSERT_TRUE(climber_.Run(time).ok());
  }
  Waker::Tally Wake() { return waker_.Run(world_.clock.Now()).value(); }
  v1::WakeUpOutcome Last() { return world_.memory.WakeUpsOf(kPrimary)->ways.at(0).last; }

  InventedSender sender_;
  Climber climber_{world_.store, world_.ladders, world_.calendar, nullptr};
  Waker waker_{world_.store, sender_};
};

TEST_F(WakerTest, EachRungOfPeopleIsOneMessageToEachAddress) {
  Set({"dsl@a.example", "office@a.example"});
  const model::Alert alert = Incident("R1");
  Incident("R2");
  At(alert.show_from - absl::Minutes(1));
  Wake();
  EXPECT_THAT(sender_.Take(), IsEmpty());
  At(alert.show_from);
  EXPECT_EQ(Wake().delivered, 2u);
  EXPECT_THAT(sender_.Take(), ElementsAre("dsl@a.example", "office@a.example"))
      << "two alerts, one message";
  Wake();
  EXPECT_THAT(sender_.Take(), IsEmpty());
  At(alert.deadline - absl::Minutes(45));
  Wake();
  EXPECT_THAT(sender_.Take(), SizeIs(2));
  At(alert.deadline - absl::Minutes(20));
  Wake();
  EXPECT_THAT(sender_.Take(), SizeIs(2)) << "the head's rung, and the call list's is not one";
  At(alert.deadline);
  Wake();
  EXPECT_THAT(sender_.Take(), IsEmpty());
  EXPECT_THAT(world_.LogText(), HasSubstr("wake_up.delivered"));
  EXPECT_THAT(world_.LogText(), Not(HasSubstr("a.example")));
}

TEST_F(WakerTest, WhoHasAcknowledgedAllIsNotWoken) {
  Set({"dsl@a.example"});
  const model::Alert alert = Incident("R1");
  Hello("s1", office_);
  const auto pushed = link_.TakePushed("s1");
  At(alert.show_from);
  Acknowledged("s1", office_, lead_, pushed.at(0));
  EXPECT_EQ(Wake().unneeded, 1u);
  EXPECT_THAT(sender_.Take(), IsEmpty());
  EXPECT_EQ(Last(), v1::WAKE_UP_OUTCOME_UNSPECIFIED);
}

TEST_F(WakerTest, OneOfTwoIsReasonEnough) {
  Set({"dsl@a.example"});
  const model::Alert alert = Incident("R1");
  Hello("s1", office_);
  const auto pushed = link_.TakePushed("s1");
  Incident("R2");
  At(alert.show_from);
  Acknowledged("s1", office_, lead_, pushed.at(0));
  EXPECT_EQ(Wake().delivered, 1u);
}

TEST_F(WakerTest, WhatCannotBeDeliveredIsTriedAgain) {
  Set({"dsl@a.example"});
  const model::Alert alert = Incident("R1");
  At(alert.show_from);
  sender_.answer = Sent::kLater;
  EXPECT_EQ(Wake().later, 1u);
  EXPECT_EQ(Wake().later, 0u) << "not before a minute has gone by";
  EXPECT_EQ(Last(), v1::WAKE_UP_OUTCOME_LATER);
  world_.clock.Set(alert.show_from + absl::Minutes(1));
  sender_.answer = Sent::kDelivered;
  EXPECT_EQ(Wake().delivered, 1u);
  EXPECT_EQ(Last(), v1::WAKE_UP_OUTCOME_DELIVERED);
}

TEST_F(WakerTest, SeveralThatAreDueToOneAddressAreOneMessage) {
  Set({"dsl@a.example"});
  const model::Alert alert = Incident("R1");
  At(alert.show_from);
  sender_.answer = Sent::kNotTried;
  EXPECT_EQ(Wake().later, 0u);
  At(alert.deadline - absl::Minutes(45));
  sender_.Take();
  sender_.answer = Sent::kDelivered;
  EXPECT_EQ(Wake().delivered, 2u);
  EXPECT_THAT(sender_.Take(), SizeIs(1));
}

TEST_F(WakerTest, ABounceIsRecordedAndTheNextRungTriesAnew) {
  Set({"dsl@a.example"});
  const model::Alert alert = Incident("R1");
  At(alert.show_from);
  sender_.answer = Sent::kBounced;
  EXPECT_EQ(Wake().bounced, 1u);
  EXPECT_EQ(Last(), v1::WAKE_UP_OUTCOME_BOUNCED);
  EXPECT_TRUE(world_.memory.WakeUpsOf(kPrimary)->cannot_be_woken());
  EXPECT_THAT(world_.LogText(), HasSubstr("wake_up.bounced"));
  world_.clock.Set(alert.show_from + absl::Hours(1));
  Wake();
  EXPECT_THAT(sender_.Take(), SizeIs(1)) << "not tried again by itself";
  At(alert.deadline - absl::Minutes(45));
  EXPECT_EQ(Wake().bounced, 1u);
}

TEST_F(WakerTest, WhatWasNotRecordedIsSentAgain) {
  Set({"dsl@a.example"});
  const model::Alert alert = Incident("R1");
  At(alert.show_from);
  world_.store.FailNext("RecordWakeUps", Fault::kNotDone, base::Unavailable("invented"));
  EXPECT_FALSE(waker_.Run(world_.clock.Now()).ok());
  EXPECT_EQ(Wake().delivered, 1u);
  EXPECT_THAT(sender_.Take(), SizeIs(2)) << "twice, never not at all";
  const model::Alert other = Incident("R2");
  At(other.deadline - absl::Minutes(45));
  world_.store.FailNext("RecordWakeUps", Fault::kDone, base::Unavailable("invented"));
  EXPECT_FALSE(waker_.Run(world_.clock.Now()).ok());
  Wake();
  EXPECT_THAT(sender_.Take(), SizeIs(1)) << "it was durable after all";
}

TEST_F(WakerTest, AClimbThatWasNotDurableQueuesNothing) {
  Set({"dsl@a.example"});
  const model::Alert alert = Incident("R1");
  world_.clock.Set(alert.show_from);
  world_.store.FailNext("RecordClimbs", Fault::kNotDone, base::Unavailable("invented"));
  EXPECT_FALSE(climber_.Run(alert.show_from).ok());
  Wake();
  EXPECT_THAT(sender_.Take(), IsEmpty());
  At(alert.show_from);
  EXPECT_EQ(Wake().delivered, 1u);
  Climber after_a_restart(world_.store, world_.ladders, world_.calendar, nullptr);
  ASSERT_TRUE(after_a_restart.Everywhere(world_.clock.Now()).ok());
  EXPECT_EQ(Wake().delivered, 0u);
}

TEST_F(WakerTest, WhatIsOfNoUseAnyMoreIsGivenUp) {
  Set({"dsl@a.example"});
  const model::Alert alert = Incident("R1");
  At(alert.show_from);
  world_.clock.Set(alert.deadline + limits::kWakeUpTried + absl::Minutes(1));
  EXPECT_EQ(Wake().given_up, 1u) << "we were not running";
  EXPECT_THAT(sender_.Take(), IsEmpty());
}

TEST_F(WakerTest, AnAddressThatIsTakenAwayWhileItIsCalledIsNoError) {
  Set({"dsl@a.example"});
  const model::Alert alert = Incident("R1");
  At(alert.show_from);
  sender_.before_answer = [this] { Set({"new@a.example"}); };
  EXPECT_TRUE(waker_.Run(world_.clock.Now()).ok());
  EXPECT_EQ(Last(), v1::WAKE_UP_OUTCOME_UNSPECIFIED);
}

TEST_F(WakerTest, InTheHolidaysItIsSaidAtOnceAndAgainAtTheWindow) {
  Set({"dsl@a.example"});
  std::vector<model::BankHoliday> days;
  for (int day = 3; day <= 6; ++day) {
    days.push_back({v1::NATION_ENGLAND, model::Date(2026, 3, day), "Invented Day"});
  }
  ASSERT_TRUE(world_.memory.ImportBankHolidays(days, {}).ok());
  ASSERT_TRUE(world_.calendar.Reload().ok());
  const model::Alert alert = Incident("R1");
  At(kNight);
  EXPECT_EQ(Wake().delivered, 1u);
  At(kNight + absl::Hours(9));
  EXPECT_EQ(Wake().delivered, 0u);
  At(alert.show_from);
  EXPECT_EQ(Wake().delivered, 1u);
}

TEST_F(WakerTest, ATestNeedsNoAlertAndTheSenderIsToldTheSecret) {
  Set({"dsl@a.example"});
  const absl::Time now = world_.clock.Now();
  const store::WakeCall call{OccasionAt(WakeUpReason::kTest, now), now, now + absl::Hours(1)};
  EXPECT_EQ(world_.memory.QueueWakeUps(kPrimary, call, {}).value(), 1u);
  EXPECT_EQ(Wake().delivered, 1u);
  EXPECT_THAT(sender_.secrets, ElementsAre("shown once"));
}

}  // namespace
}  // namespace firstbell::dispatch
