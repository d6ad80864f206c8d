#include "broker/dispatch/school_links.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/crypto/hash.h"
#include "broker/model/text.h"
#include "tests/unit/dispatch/linked_school.h"

namespace firstbell::dispatch {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(SchoolLinksTest, HelloIsAnsweredByWhoIsEnrolledAndWhatTimeItIs) {
  const Member elsewhere = MakePerson(kHigh);
  EnrolNow(elsewhere);
  Hello("s1", office_);
  const auto sent = link_.Take("s1");
  ASSERT_THAT(sent, SizeIs(1));
  const v1::Welcome& welcome = sent[0].welcome();
  EXPECT_EQ(welcome.urn(), kPrimary.value());
  EXPECT_TRUE(welcome.simulated_clock());
  EXPECT_EQ(model::FromWire(welcome.broker_time()), kNight);
  ASSERT_EQ(welcome.people_size(), 1);  // no machine, nobody of another school
  EXPECT_EQ(welcome.people(0).recipient_id(), lead_.id().value());
  EXPECT_EQ(welcome.people(0).opening_key_sha256(), crypto::Sha256(lead_.opening.PublicKey()));
  EXPECT_EQ(links_.linked(), 1u);
}

TEST_F(SchoolLinksTest, WhatCameAtNightIsPushedAsSoonAsTheLinkIsUpAndOpensForTheLead) {
  const model::Alert alert = Incident("R1");
  EXPECT_EQ(StateOf(alert), v1::ALERT_STATE_ACCEPTED);
  Hello("s1", office_);
  const auto pushed = link_.TakePushed("s1");
  ASSERT_THAT(pushed, SizeIs(1));
  EXPECT_EQ(model::FromWire(HeaderOf(pushed[0]).show_from()), kWindow);
  const auto content = OpenAs(lead_, pushed[0]);
  ASSERT_TRUE(content.ok()) << content.status();
  EXPECT_EQ(content->child().account(), "She came to the stairs.");
  EXPECT_FALSE(OpenAs(MakePerson(kPrimary), pushed[0]).ok());
}

TEST_F(SchoolLinksTest, WhatComesWhileTheLinkIsUpIsPushedAtOnce) {
  Hello("s1", office_);
  link_.Take("s1");
  Incident("R1");
  EXPECT_THAT(link_.TakePushed("s1"), SizeIs(1));
}

TEST_F(SchoolLinksTest, WithoutAReceiptIdenticalBytesAreSentAgainAfterThirtySeconds) {
  Incident("R1");
  Hello("s1", office_);
  auto frames = link_.TakeFrames("s1");
  ASSERT_THAT(frames, SizeIs(2));  // the welcome, the push
  const std::string first = frames[1];
  After(absl::Seconds(29));
  EXPECT_THAT(link_.TakeFrames("s1"), IsEmpty());
  After(absl::Seconds(1));
  EXPECT_THAT(link_.TakeFrames("s1"), ElementsAre(first));
  After(absl::Seconds(30));
  EXPECT_THAT(link_.TakeFrames("s1"), ElementsAre(first));
}

TEST_F(SchoolLinksTest, AfterAReceiptNothingIsSentAgain) {
  const model::Alert alert = Incident("R1");
  Hello("s1", office_);
  Received("s1", office_, link_.TakePushed("s1"));
  EXPECT_EQ(StateOf(alert), v1::ALERT_STATE_RECEIVED);
  link_.Take("s1");
  After(absl::Seconds(31));
  After(absl::Hours(1));
  EXPECT_THAT(link_.Take("s1"), IsEmpty());
  Hello("s2", office_);  // nor on the next session
  EXPECT_THAT(link_.TakePushed("s2"), IsEmpty());
}

TEST_F(SchoolLinksTest, SomeoneNewMeansANewSealingForEveryDevice) {
  const Member staff_room = MakeDevice(kPrimary);
  EnrolNow(staff_room);
  Incident("R1");
  Hello("s1", office_);
  Hello("s2", staff_room);
  Received("s1", office_, link_.TakePushed("s1"));
  link_.Take("s1");
  link_.Take("s2");
  const Member second = MakePerson(kPrimary);
  EnrolNow(second);
  for (const SessionId session : {"s1", "s2"}) {
    const auto sent = link_.Take(session);
    ASSERT_THAT(sent, SizeIs(2)) << session;
    EXPECT_EQ(sent[0].welcome().people_size(), 2);
    const v1::SealedEnvelope& envelope = sent[1].push().envelope();
    EXPECT_EQ(HeaderOf(envelope).sealing(), 2u);
    EXPECT_TRUE(OpenAs(second, envelope).ok());
    EXPECT_TRUE(OpenAs(lead_, envelope).ok());
  }
}

TEST_F(SchoolLinksTest, WhoLeftCannotOpenTheNextSealing) {
  const Member second = MakePerson(kPrimary);
  EnrolNow(second);
  Incident("R1");
  Hello("s1", office_);
  link_.Take("s1");
  Revoke(second);
  const auto pushed = link_.TakePushed("s1");
  ASSERT_THAT(pushed, SizeIs(1));
  EXPECT_EQ(HeaderOf(pushed[0]).sealing(), 2u);
  EXPECT_FALSE(OpenAs(second, pushed[0]).ok());
  EXPECT_TRUE(OpenAs(lead_, pushed[0]).ok());
}

// A restart must not make new sealings: the receipts of the old would be about other bytes.
TEST_F(SchoolLinksTest, TheSamePeopleNeverMeanANewSealing) {
  const model::Alert alert = Incident("R1");
  Hello("s1", office_);
  links_.OnGone("s1");
  Hello("s2", office_);
  links_.RecipientsChanged(kPrimary);
  After(absl::Seconds(30));
  EXPECT_EQ(world_.memory.GetAlert(alert.id)->sealing, 1u);
}

TEST_F(SchoolLinksTest, TheNewestSessionOfADeviceWins) {
  Hello("s1", office_);
  Hello("s2", office_);
  EXPECT_EQ(links_.linked(), 1u);
  link_.Take("s1");
  link_.Take("s2");
  Incident("R1");
  EXPECT_THAT(link_.TakePushed("s1"), IsEmpty());
  const auto pushed = link_.TakePushed("s2");
  ASSERT_THAT(pushed, SizeIs(1));
  Received("s1", office_, pushed);
  EXPECT_THAT(Refusal("s1"), HasSubstr("hello"));
  links_.OnGone("s1");  // the late news of the old connection's end
  EXPECT_EQ(links_.linked(), 1u);
  After(absl::Seconds(30));
  EXPECT_THAT(link_.TakePushed("s2"), SizeIs(1));
}

TEST_F(SchoolLinksTest, AHundredAlertsKeepTheWindowAndAllArriveOnce) {
  for (int i = 0; i < 100; ++i) Incident("R" + std::to_string(i));
  Hello("s1", office_);
  auto pushed = link_.TakePushed("s1");
  EXPECT_THAT(pushed, SizeIs(32));
  std::multiset<std::string> arrived;
  while (!pushed.empty()) {
    for (const auto& envelope : pushed) arrived.insert(HeaderOf(envelope).alert_id());
    ASSERT_LE(arrived.size(), 100u);
    // Ten at a time come back: never more than the window is under way.
    const std::size_t batch = std::min<std::size_t>(pushed.size(), 10);
    for (std::size_t at = 0; at < pushed.size(); at += batch) {
      const std::size_t end = std::min(at + batch, pushed.size());
      Received("s1", office_,
               {pushed.begin() + static_cast<std::ptrdiff_t>(at),
                pushed.begin() + static_cast<std::ptrdiff_t>(end)});
    }
    pushed = link_.TakePushed("s1");
    EXPECT_LE(pushed.size(), 32u);
  }
  EXPECT_EQ(arrived.size(), 100u);
  EXPECT_EQ(std::set<std::string>(arrived.begin(), arrived.end()).size(), 100u);
}

TEST_F(SchoolLinksTest, ExactlyAsManyFollowAsCameBack) {
  for (int i = 0; i < 70; ++i) Incident("R" + std::to_string(i));
  Hello("s1", office_);
  const auto pushed = link_.TakePushed("s1");
  ASSERT_THAT(pushed, SizeIs(32));
  Received("s1", office_, {pushed.begin(), pushed.begin() + 3});
  EXPECT_THAT(link_.TakePushed("s1"), SizeIs(3));
  links_.Wake(kPrimary);
  EXPECT_THAT(link_.TakePushed("s1"), IsEmpty());
}

TEST_F(SchoolLinksTest, ALostWindowIsSentAgainAndThenTheRest) {
  for (int i = 0; i < 40; ++i) Incident("R" + std::to_string(i));
  Hello("s1", office_);
  EXPECT_THAT(link_.TakePushed("s1"), SizeIs(32));  // all lost
  After(absl::Seconds(30));
  const auto again = link_.TakePushed("s1");
  EXPECT_THAT(again, SizeIs(32));
  Received("s1", office_, again);
  EXPECT_THAT(link_.TakePushed("s1"), SizeIs(8));
}

TEST_F(SchoolLinksTest, ARevokedDevicesSessionEndsAndItGetsNothingMore) {
  Hello("s1", office_);
  link_.Take("s1");
  Revoke(office_);
  EXPECT_THAT(Refusal("s1"), HasSubstr("revoked"));
  EXPECT_EQ(links_.linked(), 0u);
  Incident("R1");
  Hello("s1", office_);
  EXPECT_THAT(Refusal("s1"), HasSubstr("revoked"));
  EXPECT_THAT(link_.TakePushed("s1"), IsEmpty());
}

TEST_F(SchoolLinksTest, ARevokedDeviceGetsNothingThoughTheStoreFailedWhenItWasToBeTold) {
  const Member staff_room = MakeDevice(kPrimary);
  EnrolNow(staff_room);
  Hello("s1", office_);
  Hello("s2", staff_room);
  link_.Take("s1");
  world_.store.FailNext("RecipientsOf", Fault::kNotDone, base::DataLoss("invented"));
  Revoke(office_);
  link_.Take("s1");
  Incident("R1");
  EXPECT_THAT(link_.TakePushed("s1"), IsEmpty());
  EXPECT_THAT(link_.TakePushed("s2"), SizeIs(1));
}

// The key of a revoked device may be enrolled anew, while its connection stands.
TEST_F(SchoolLinksTest, AKeyEnrolledAnewOnAStandingConnectionIsTheNewDeviceAlone) {
  Hello("s1", office_);
  devices_.Update(world_.memory.Revoke(office_.id(), kNight, {}).value());
  Member again = MakeDevice(kPrimary);
  again.curve = office_.curve;
  again.recipient.curve_public_key = office_.curve.public_key;
  ASSERT_TRUE(Enrol(world_.memory, again).ok());
  devices_.Update(again.recipient);
  Hello("s1", again);
  EXPECT_EQ(links_.linked(), 1u);
  link_.Take("s1");
  Incident("R1");
  EXPECT_THAT(link_.TakePushed("s1"), SizeIs(1));
  links_.OnGone("s1");
  EXPECT_EQ(links_.linked(), 0u);
  Incident("R2");  // looks at nobody's session
}

TEST_F(SchoolLinksTest, AnotherSchoolsDeviceCannotClaimToBeOursAndGetsNothingOfOurs) {
  const Member thief = MakeDevice(kHigh);
  EnrolNow(thief);
  Incident("R1");
  v1::LinkMessage claim;
  claim.mutable_hello()->set_protocol(1);
  claim.mutable_hello()->set_device_id(office_.id().value());
  Frame("s9", thief, claim);
  EXPECT_THAT(Refusal("s9"), HasSubstr("device id"));
  Hello("s9", thief);
  EXPECT_THAT(link_.TakePushed("s9"), IsEmpty());
  Hello("s1", office_);
  EXPECT_THAT(link_.TakePushed("s1"), SizeIs(1));
}

TEST_F(SchoolLinksTest, ReceiptsOfAnotherDevicesSessionAreRefused) {
  const Member thief = MakeDevice(kHigh);
  EnrolNow(thief);
  Incident("R1");
  Hello("s1", office_);
  const auto pushed = link_.TakePushed("s1");
  // The session's name with another key behind it: the transport's own claim is what counts.
  Received("s1", thief, pushed);
  EXPECT_EQ(StateOf(world_.memory.ListAlerts({}, "", 1).value().items.at(0)),
            v1::ALERT_STATE_ACCEPTED);
}

TEST_F(SchoolLinksTest, WhatIsNotTheProtocolIsRefusedWithAReason) {
  links_.OnFrame("s1", crypto::MakeCurveKeys().public_key, "");
  EXPECT_THAT(Refusal("s1"), HasSubstr("not enrolled"));
  links_.OnFrame("s1", office_.curve.public_key, "\xff\xff");
  EXPECT_THAT(Refusal("s1"), HasSubstr("not a link message"));
  Receipts("s1", office_, {});
  EXPECT_THAT(Refusal("s1"), HasSubstr("hello"));
  Hello("s1", office_, 2);
  EXPECT_THAT(Refusal("s1"), HasSubstr("protocol 1"));
  Hello("s1", office_);
  v1::LinkMessage push;
  push.mutable_push();
  Frame("s1", office_, push);
  EXPECT_THAT(Refusal("s1"), HasSubstr("hello, receipts, holdings and duties only"));
  EXPECT_EQ(links_.linked(), 0u);
  Hello("s1", office_);
  Receipts("s1", office_, std::vector<v1::Receipt>(limits::kReceiptsPerBatch + 1));
  EXPECT_THAT(Refusal("s1"), HasSubstr("kReceiptsPerBatch"));
}

TEST_F(SchoolLinksTest, ASealingThatWasNotStoredIsNotSentAndIsMadeAnew) {
  const model::Alert alert = Incident("R1");
  world_.store.FailNext("RecordSealings", Fault::kNotDone, base::ResourceExhausted("disk full"));
  Hello("s1", office_);
  EXPECT_THAT(link_.TakePushed("s1"), IsEmpty());
  EXPECT_EQ(StateOf(alert), v1::ALERT_STATE_ACCEPTED);
  After(absl::Seconds(30));
  EXPECT_THAT(link_.TakePushed("s1"), SizeIs(1));
}

TEST_F(SchoolLinksTest, ASealingThatWasStoredUnansweredIsTheOneThatIsSent) {
  const model::Alert alert = Incident("R1");
  world_.store.FailNext("RecordSealings", Fault::kDone, base::Unknown("no answer"));
  Hello("s1", office_);
  EXPECT_THAT(link_.TakePushed("s1"), IsEmpty());
  After(absl::Seconds(30));
  const auto pushed = link_.TakePushed("s1");
  ASSERT_THAT(pushed, SizeIs(1));
  EXPECT_EQ(pushed[0].SerializeAsString(), world_.memory.GetSealing(alert.id, 1)->envelope);
}

TEST_F(SchoolLinksTest, AnyReadThatFailsOnlyDelays) {
  for (const std::string verb : {"RecipientsOf", "OpenAlerts", "GetIncident", "RecordSent"}) {
    SCOPED_TRACE(verb);
    Hello("s1", office_);
    link_.Take("s1");
    const model::Alert alert = world_.AlertsOf(world_.Submit(IncidentOf(verb))).at(0);
    world_.store.FailNext(verb, Fault::kNotDone, base::DataLoss("invented"));
    links_.Wake(kPrimary);
    After(absl::Seconds(30));
    const auto pushed = link_.TakePushed("s1");
    ASSERT_FALSE(pushed.empty());
    Received("s1", office_, pushed);
    EXPECT_EQ(StateOf(alert), v1::ALERT_STATE_RECEIVED);
  }
}

TEST_F(SchoolLinksTest, OneAlertThatCannotBeSealedKeepsNoOtherBack) {
  Incident("R1");
  Incident("R2");
  world_.store.FailNext("GetIncident", Fault::kNotDone, base::DataLoss("invented"));
  Hello("s1", office_);
  EXPECT_THAT(link_.TakePushed("s1"), SizeIs(1));
}

TEST_F(SchoolLinksTest, ReceiptsWithoutAnAnswerFromTheDiskAreSentAgainAndThenAnswered) {
  Incident("R1");
  Hello("s1", office_);
  const auto pushed = link_.TakePushed("s1");
  world_.store.FailNext("RecordReceipts", Fault::kDone, base::Unknown("no answer"));
  Received("s1", office_, pushed);
  for (const auto& message : link_.Take("s1")) {
    EXPECT_EQ(message.receipt_answers().answers_size(), 0);
  }
  Received("s1", office_, pushed);
  const auto sent = link_.Take("s1");
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(sent[0].receipt_answers().answers(0).outcome(), v1::RECEIPT_OUTCOME_RECORDED);
}

TEST_F(SchoolLinksTest, ANewAlertDuringALookIsNotOverlooked) {
  Hello("s1", office_);
  link_.Take("s1");
  hold_tasks_ = true;
  Incident("R1");
  world_.store.BeforeNext("RecordSealings", [&] { Incident("R2"); });
  RunHeld();
  EXPECT_THAT(link_.TakePushed("s1"), SizeIs(2));
}

TEST_F(SchoolLinksTest, HoweverOftenWokenThereIsOneLookAtATime) {
  Hello("s1", office_);
  link_.Take("s1");
  hold_tasks_ = true;
  Incident("R1");
  Incident("R2");
  links_.Wake(kPrimary);
  EXPECT_THAT(held_, SizeIs(1));
  RunHeld();
  EXPECT_THAT(link_.TakePushed("s1"), SizeIs(2));
}

TEST_F(SchoolLinksTest, ASimulatedClockThatMovedIsToldToEveryDevice) {
  Hello("s1", office_);
  link_.Take("s1");
  world_.clock.Set(kWindow);
  links_.ClockMoved();
  const auto sent = link_.Take("s1");
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_EQ(model::FromWire(sent[0].welcome().broker_time()), kWindow);
}

// Someone is enrolled after the list for a welcome was read: the last list to arrive is the true
// one.
TEST_F(SchoolLinksTest, WhoIsEnrolledWhileADeviceSaysHelloIsToldOfToo) {
  const Member deputy = MakePerson(kPrimary, v1::RECIPIENT_ROLE_DEPUTY);
  world_.store.BeforeNext("OpenAlerts", [&] { EnrolNow(deputy); });
  Hello("s1", office_);
  std::vector<int> people;
  for (const v1::LinkMessage& message : link_.Take("s1")) {
    if (message.has_welcome()) people.push_back(message.welcome().people_size());
  }
  EXPECT_THAT(people, testing::ElementsAre(1, 2));
}

// The list was read and is on its way when someone more is enrolled.
TEST_F(SchoolLinksTest, WhoIsEnrolledWhileTheListIsSentIsToldOfToo) {
  const Member deputy = MakePerson(kPrimary, v1::RECIPIENT_ROLE_DEPUTY);
  link_.BeforeNext([&] { EnrolNow(deputy); });
  Hello("s1", office_);
  const auto sent = link_.Take("s1");
  ASSERT_FALSE(sent.empty());
  EXPECT_EQ(sent.back().welcome().people_size(), 2);
}

TEST_F(SchoolLinksTest, AListThatCouldNotBeReadIsToldLater) {
  world_.store.FailNext("RecipientsOf", Fault::kNotDone, base::DataLoss("invented"));
  Hello("s1", office_);
  EXPECT_THAT(link_.Take("s1"), IsEmpty());
  After(absl::Seconds(30));
  ASSERT_THAT(link_.Take("s1"), SizeIs(1));
}

// What the disk holds is not ours to trust: it is no reason to end.
TEST_F(SchoolLinksTest, AStoredEnvelopeThatDoesNotParseKeepsNoOtherBack) {
  const model::Alert alert = Incident("R1");
  store::NewSealing damaged;
  damaged.sealing = {.alert_id = alert.id,
                     .number = 1,
                     .revision = 1,
                     .people = {lead_.id()},
                     .ciphertext_sha256 = std::string(32, 'd'),
                     .envelope = "\xff",
                     .sealed_at = kNight,
                     .show_from = alert.show_from,
                     .deadline = alert.deadline};
  ASSERT_TRUE(world_.memory.RecordSealings({&damaged, 1}).front().ok());
  Incident("R2");
  Hello("s1", office_);
  EXPECT_THAT(link_.TakePushed("s1"), SizeIs(1));
  EXPECT_EQ(StateOf(alert), v1::ALERT_STATE_ACCEPTED);
}

// Two changes whose news might overtake each other: there is one look at a time, and it reads anew.
TEST_F(SchoolLinksTest, NewsOfPeopleNeverOvertakesItself) {
  Hello("s1", office_);
  link_.Take("s1");
  hold_tasks_ = true;
  EnrolNow(MakePerson(kPrimary, v1::RECIPIENT_ROLE_DEPUTY));
  EnrolNow(MakePerson(kPrimary, v1::RECIPIENT_ROLE_HEAD));
  EXPECT_THAT(held_, SizeIs(1));
  RunHeld();
  const auto sent = link_.Take("s1");
  ASSERT_FALSE(sent.empty());
  EXPECT_EQ(sent.back().welcome().people_size(), 3);
}

TEST_F(SchoolLinksTest, NobodyToSealToMeansItWaitsForSomeone) {
  Revoke(lead_);
  Incident("R1");
  Hello("s1", office_);
  EXPECT_THAT(link_.TakePushed("s1"), IsEmpty());
  EnrolNow(MakePerson(kPrimary));
  EXPECT_THAT(link_.TakePushed("s1"), SizeIs(1));
}

TEST_F(SchoolLinksTest, DevicesAreReadFromTheStoreAtStart) {
  const Member gone = MakeDevice(kPrimary);
  EnrolNow(gone);
  ASSERT_TRUE(world_.memory.Revoke(gone.id(), kNight, {}).ok());
  Devices fresh;
  ASSERT_TRUE(fresh.Load(world_.memory).ok());
  EXPECT_EQ(fresh.size(), 1u);
  EXPECT_EQ(fresh.Find(office_.curve.public_key), (Device{office_.id(), kPrimary}));
  EXPECT_EQ(fresh.Find(gone.curve.public_key), std::nullopt);
  EXPECT_EQ(fresh.Find(""), std::nullopt);
}

}  // namespace
}  // namespace firstbell::dispatch
