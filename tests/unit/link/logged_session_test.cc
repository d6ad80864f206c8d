// The session and the broker's delivery log: what a device says of it, keeps of it, and alarms on.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "broker/base/limits.h"
#include "clients/link/session.h"
#include "clients/link/witness_watch.h"
#include "clients/school/local_store.h"
#include "tests/unit/link/invented_log.h"

namespace firstbell::link {
namespace {

using school::LocalStore;
using testing::IsEmpty;
using testing::SizeIs;

class LoggedSessionTest : public testing::Test {
 protected:
  LoggedSessionTest() {
    log_.Add(3);
    session_.Start(kNight);
    Told({log_.Proven(school_.lead, log_.Enrol(school_.lead))}, 0);
  }
  // A welcome of the log as it is, for a device that knows so much of it.
  std::vector<std::string> Told(const std::vector<v1::EnrolledPerson>& people, std::uint64_t known,
                                absl::Time now = kNight) {
    v1::Welcome welcome = log_.Tell(known);
    for (const v1::EnrolledPerson& one : people) *welcome.add_people() = one;
    return session_.OnFrame(FrameOf(welcome), now).value().frames;
  }
  std::vector<v1::Receipt> Push(const v1::SealedEnvelope& envelope, absl::Time now = kNight) {
    return ReceiptsIn(session_.OnFrame(PushFrame(envelope), now).value().frames);
  }
  // Sealed to these, whatever the header says.
  v1::SealedEnvelope SealTo(const std::vector<Colleague>& people) const {
    std::vector<model::Recipient> recipients;
    for (const Colleague& one : people) {
      recipients.push_back({.id = one.id,
                            .urn = kSchool,
                            .role = v1::RECIPIENT_ROLE_LEAD,
                            .opening_certificate = one.opening_certificate});
    }
    const model::Alert alert = school_.Alert(NewAlertId(), 1, 1);
    const auto sealing =
        sealing::SealAlert(alert, school_.Content(alert), sealing::People::Of(recipients).value(),
                           school_.envelope_key, kNight);
    v1::SealedEnvelope envelope;
    FB_CHECK(sealing.ok() && envelope.ParseFromString(sealing->envelope));
    return envelope;
  }
  std::vector<NoticeKind> Alarms() const {
    std::vector<NoticeKind> kinds;
    const auto notices = store_->NoticesSince(kNight, 100).value();
    for (const Notice& one : notices) {
      const bool alarm = one.kind == NoticeKind::kStranger || one.kind == NoticeKind::kLogForked ||
                         one.kind == NoticeKind::kLogUnwitnessed;
      if (alarm) kinds.push_back(one.kind);
    }
    return kinds;
  }

  InventedSchool school_;
  InventedLog log_;
  std::unique_ptr<LocalStore> store_ = LocalStore::Open(":memory:").value();
  Session session_{school_.Identity(), *store_};
};

std::string CheckpointIn(const std::vector<std::string>& frames) {
  v1::LinkMessage message;
  FB_CHECK(frames.size() == 1 && message.ParseFromString(frames[0]) && message.has_hello());
  return message.hello().checkpoint();
}

TEST_F(LoggedSessionTest, TheNextHelloCarriesTheCheckpointAlsoAfterARestart) {
  EXPECT_EQ(CheckpointIn(session_.Start(kNight).frames), log_.Checkpoint());
  Session again(school_.Identity(), *store_);
  EXPECT_EQ(CheckpointIn(again.Start(kNight).frames), log_.Checkpoint());
  auto empty = LocalStore::Open(":memory:").value();
  Session first(school_.Identity(), *empty);
  EXPECT_EQ(CheckpointIn(first.Start(kNight).frames), "");
}

TEST_F(LoggedSessionTest, AnAlertToWhomTheLogBearsOutAlarmsNobody) {
  EXPECT_THAT(Push(school_.Seal(NewAlertId())), SizeIs(1));
  EXPECT_THAT(Alarms(), IsEmpty());
}

TEST_F(LoggedSessionTest, AnAlertToAStrangerIsKeptAndAlarmedOnce) {
  const Colleague stranger = school_.Enrol();
  EXPECT_THAT(Push(SealTo({school_.lead, stranger})), SizeIs(1));
  EXPECT_THAT(Alarms(), IsEmpty()) << "the broker is asked first";
  absl::Time now = kNight;
  for (std::uint32_t i = 0; i < kAnswersBelieved; ++i) {
    now += limits::kResendAfter;
    EXPECT_EQ(CheckpointIn({session_.OnTick(now)->frames.back()}), log_.Checkpoint());
    Told({InventedLog::Unproven(school_.lead)}, log_.size(), now);
  }
  EXPECT_THAT(Alarms(), testing::ElementsAre(NoticeKind::kStranger));
  EXPECT_THAT(Push(SealTo({school_.lead, stranger}), now), SizeIs(1));
  EXPECT_THAT(Alarms(), SizeIs(1));
}

// The alert is long over; the machine that is new asks who that was.
TEST_F(LoggedSessionTest, WhoAnOldAlertWasSealedToIsAskedAboutByName) {
  const Colleague gone = school_.Enrol();
  const std::uint64_t enrolled = log_.Enrol(gone), removed = log_.Remove(gone, kBell);
  const absl::Time now = kBell + absl::Hours(24);
  EXPECT_THAT(Push(SealTo({school_.lead, gone}), now), SizeIs(1));
  v1::LinkMessage message;
  ASSERT_TRUE(message.ParseFromString(session_.OnTick(now)->frames.back()));
  EXPECT_THAT(message.hello().asked(), testing::ElementsAre(gone.id.value()));
  v1::Welcome welcome = log_.Tell(4);
  *welcome.add_people() = InventedLog::Unproven(school_.lead);
  *welcome.add_removed() = log_.Removed(gone, enrolled, removed);
  ASSERT_TRUE(session_.OnFrame(FrameOf(welcome), now).ok());
  EXPECT_THAT(Alarms(), IsEmpty());
  EXPECT_FALSE(MustAsk(store_->Trust().value(), now + absl::Hours(1)));
}

TEST_F(LoggedSessionTest, AListThatIsTooLongIsJudgedThoughItIsNotTaken) {
  std::vector<v1::EnrolledPerson> people(limits::kRecipientsPerSchool + 1,
                                         InventedLog::Unproven(school_.lead));
  log_.key = crypto::Ed25519Key::Generate();
  Told(people, log_.size());
  EXPECT_THAT(Alarms(),
              testing::UnorderedElementsAre(NoticeKind::kLogForked, NoticeKind::kStranger));
  EXPECT_THAT(*store_->People().value(), SizeIs(1));
}

// The header names the lead alone.
TEST_F(LoggedSessionTest, AnAlertToAKeyThatItsHeaderDoesNotNameIsKeptAndAlarmedAtOnce) {
  const Colleague stranger = school_.Enrol();
  Colleague in_their_name = stranger;
  in_their_name.id = school_.lead.id;
  EXPECT_THAT(Push(SealTo({in_their_name})), SizeIs(1));
  EXPECT_THAT(Alarms(), testing::ElementsAre(NoticeKind::kStranger));
}

TEST_F(LoggedSessionTest, AStrangerIsNamedToTheSchool) {
  const Colleague stranger = school_.Enrol();
  v1::EnrolledPerson person = log_.Proven(stranger, log_.Enrol(stranger));
  person.mutable_enrolment()->mutable_salt()->front() ^= 1;
  Told({person}, log_.size() - 1);
  ASSERT_THAT(Alarms(), testing::ElementsAre(NoticeKind::kStranger));
  const auto notices = store_->NoticesSince(kNight, 100).value();
  const auto named = std::find_if(notices.begin(), notices.end(), [](const Notice& one) {
    return one.kind == NoticeKind::kStranger;
  });
  EXPECT_EQ(named->person.display_name, "Ada Example");
  EXPECT_EQ(named->person.id, stranger.id);
  EXPECT_TRUE(session_.open()) << "alerts come in all the same";
}

TEST_F(LoggedSessionTest, ALogThatWasRolledBackIsAlarmedAndWhatIsKnownStays) {
  const std::string known = log_.Checkpoint();
  InventedLog older;
  older.key = log_.key;
  older.Add(2);
  absl::Time now = kNight;
  for (std::uint32_t i = 0; i <= kAnswersBelieved; ++i) {
    EXPECT_THAT(Alarms(), IsEmpty());
    session_.Start(now);
    ASSERT_TRUE(session_.OnFrame(FrameOf(older.Tell(log_.size())), now).ok());
    now += limits::kResendAfter;
  }
  EXPECT_THAT(Alarms(), testing::ElementsAre(NoticeKind::kLogForked));
  EXPECT_EQ(CheckpointIn(session_.Start(now).frames), known);
}

TEST_F(LoggedSessionTest, OnceAnotherLogIsAcceptedNothingOfTheOneBeforeIsKept) {
  InventedLog later;
  later.name = "log.example/2027";
  const std::uint64_t position = later.Enrol(school_.lead);
  const auto tell = [&] {
    v1::Welcome welcome = later.Tell(0);
    *welcome.add_people() = later.Proven(school_.lead, position);
    return session_.OnFrame(FrameOf(welcome), kNight);
  };
  ASSERT_TRUE(tell().ok());
  EXPECT_THAT(Alarms(), testing::ElementsAre(NoticeKind::kLogForked));
  EXPECT_EQ(session_.trust_edition(), 0u);
  ASSERT_TRUE(store_->AcceptLog(later.Key(), "the night desk", kNight).ok());

  later.Add();
  EXPECT_EQ(tell().status().code(), base::Code::kFailedPrecondition) << "it judged the log before";
  EXPECT_EQ(store_->Trust()->checkpoint, "");
  session_.Stop();
  EXPECT_EQ(session_.trust_edition(), std::nullopt);
  EXPECT_EQ(CheckpointIn(session_.Start(kNight).frames), "");
  EXPECT_EQ(session_.trust_edition(), 1u);
  ASSERT_TRUE(tell().ok());
  EXPECT_EQ(store_->Trust()->checkpoint, later.Checkpoint());
  EXPECT_EQ(store_->Trust()->people.at(0).standing, Standing::kProven);
  EXPECT_THAT(Alarms(), SizeIs(1)) << "none since";
}

TEST_F(LoggedSessionTest, TheKeyPinnedAtEnrolmentIsTheOneThatCounts) {
  SessionIdentity identity = school_.Identity();
  identity.log_key = InventedLog().Key().ToString();
  store_ = LocalStore::Open(":memory:").value();
  Session session(std::move(identity), *store_);
  session.Start(kNight);
  ASSERT_TRUE(session.OnFrame(FrameOf(log_.Tell(0)), kNight).ok());
  EXPECT_THAT(Alarms(), testing::ElementsAre(NoticeKind::kLogForked));
}

TEST_F(LoggedSessionTest, WhatNoPinnedWitnessBearsOutIsToldToTheSchoolAfterAWeek) {
  const audit::VerifierKey witness{"w.example", audit::KeyKind::kWitness,
                                   crypto::Ed25519Key::Generate().PublicKey()};
  SessionIdentity identity = school_.Identity();
  identity.witnesses =
      audit::TrustPolicy::Parse("witness w " + witness.ToString() + "\nquorum w\n").value();
  Session session(std::move(identity), *store_);
  absl::Time now = kNight;
  session.Start(now);
  ASSERT_TRUE(session.OnFrame(FrameOf(log_.Tell(log_.size())), now).ok());
  now += kWitnessedWithin;
  for (std::uint32_t i = 0; i < kAnswersBelieved; ++i) {
    EXPECT_THAT(Alarms(), IsEmpty());
    now += limits::kResendAfter;
    EXPECT_EQ(CheckpointIn({session.OnTick(now)->frames.back()}), log_.Checkpoint());
    ASSERT_TRUE(session.OnFrame(FrameOf(log_.Tell(log_.size())), now).ok());
  }
  EXPECT_THAT(Alarms(), testing::ElementsAre(NoticeKind::kLogUnwitnessed));
  EXPECT_TRUE(session.open()) << "alerts come in all the same";
}

}  // namespace
}  // namespace firstbell::link
