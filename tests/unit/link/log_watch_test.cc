#include "clients/link/log_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/audit/key_change.h"
#include "broker/base/limits.h"
#include "tests/unit/link/watching_device.h"

namespace firstbell::link {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::size_t kKeyIdBytes = 20;

TEST_F(LogWatchTest, TheFirstKeyIsPinnedAndWhoIsInTheLogIsProven) {
  EXPECT_EQ(trust_.log_key, log_.Key().ToString());
  EXPECT_EQ(trust_.checkpoint, log_.Checkpoint());
  EXPECT_EQ(StandingOf(lead_), Standing::kProven);
  EXPECT_FALSE(MustAsk(trust_, now_ + absl::Hours(100)));
}

TEST_F(LogWatchTest, WhoWasProvenIsSoWithoutAnotherProof) {
  log_.Add(20);
  Welcomed({log_.Unproven(lead_)});
  EXPECT_THAT(Alarms(), IsEmpty());
  EXPECT_EQ(StandingOf(lead_), Standing::kProven);
  EXPECT_EQ(trust_.checkpoint, log_.Checkpoint());
}

TEST_F(LogWatchTest, AnOlderBrokerThatHasNoLogAlarmsNobodyAndProvesNobody) {
  v1::Welcome welcome;
  *welcome.add_people() = InventedLog::Unproven(lead_);
  const Judged judged = JudgeWelcome({}, kSchool, welcome, Occasion::kAnswer, now_);
  EXPECT_EQ(judged.trust, LogTrust());
  EXPECT_THAT(judged.findings, IsEmpty());
  EXPECT_THAT(JudgeSealing({}, HeaderFor({head_}), {}, now_).findings, IsEmpty());
}

// --- The log itself ---------------------------------------------------------------------------

TEST_F(LogWatchTest, AKeyThatWasPinnedAtEnrolmentIsTheOneThatCounts) {
  LogTrust pinned;
  pinned.log_key = InventedLog().Key().ToString();
  const Judged judged = JudgeWelcome(pinned, kSchool, Welcome({}), Occasion::kAnswer, now_);
  ASSERT_THAT(judged.findings, SizeIs(1));
  EXPECT_EQ(judged.findings[0].alarm, Alarm::kLogForked);
  EXPECT_EQ(judged.trust.checkpoint, "");
}

TEST_F(LogWatchTest, ACheckpointUnderAnotherKeyIsAlarmedAtOnceAndNotTaken) {
  const std::string before = trust_.checkpoint;
  log_.key = crypto::Ed25519Key::Generate();
  Judge(Welcome({log_.Proven(head_, log_.Enrol(head_))}));
  EXPECT_THAT(Alarms(), ElementsAre(Forked()));
  EXPECT_EQ(trust_.checkpoint, before);
  EXPECT_EQ(StandingOf(head_), Standing::kWaiting) << "what it proves counts for nothing";
  Judge(Welcome({}));
  EXPECT_THAT(Alarms(), IsEmpty()) << "said once";
  EXPECT_FALSE(MustAsk(trust_, now_));
}

TEST_F(LogWatchTest, AKeyThatTheKnownOneVouchesForIsFollowed) {
  const crypto::Ed25519Key before = log_.key;
  const audit::VerifierKey old_key = log_.Key();
  log_.key = crypto::Ed25519Key::Generate();
  log_.Add(3);
  v1::Welcome welcome = Welcome({});
  welcome.add_log_key_changes(audit::SignKeyChange({old_key, log_.Key()}, before, log_.key));
  Judge(welcome);
  EXPECT_THAT(Alarms(), IsEmpty());
  EXPECT_EQ(trust_.log_key, log_.Key().ToString());
  known_ = log_.size();
  log_.Add();
  Welcomed({});
  EXPECT_THAT(Alarms(), IsEmpty()) << "from then on without the note";
}

// As where the broker was restored from an old backup.
TEST_F(LogWatchTest, AShorterLogIsAlarmedOnceItStaysSo) {
  InventedLog shorter;
  shorter.key = log_.key;
  shorter.Add(2);
  const v1::Welcome welcome = shorter.Tell(known_);
  Judge(welcome);
  EXPECT_THAT(Alarms(), IsEmpty()) << "an old frame that came late looks the same";
  EXPECT_TRUE(MustAsk(trust_, now_));
  for (std::uint32_t i = 1; i < kAnswersBelieved; ++i) {
    Judge(welcome);
    EXPECT_THAT(Alarms(), IsEmpty());
  }
  Judge(welcome, Occasion::kNews);
  EXPECT_THAT(Alarms(), IsEmpty()) << "it answers nothing";
  Judge(welcome);
  EXPECT_THAT(Alarms(), ElementsAre(Forked()));
  EXPECT_EQ(trust_.checkpoint, log_.Checkpoint()) << "what was known stays known";
  Judge(welcome);
  EXPECT_THAT(Alarms(), IsEmpty()) << "said once";
}

TEST_F(LogWatchTest, ALogThatIsShownNoMoreIsAlarmedToo) {
  for (std::uint32_t i = 0; i <= kAnswersBelieved; ++i) {
    EXPECT_THAT(Alarms(), IsEmpty());
    Judge(v1::Welcome());
  }
  EXPECT_THAT(Alarms(), ElementsAre(Forked()));
}

// A welcome was lost: the next one continues what this device does not know.
TEST_F(LogWatchTest, AContinuationOfSomethingElseIsForgivenOnceTheAnswerFollows) {
  log_.Add(3);
  const std::uint64_t lost = log_.size();
  log_.Add(3);
  v1::Welcome welcome = log_.Tell(lost);
  Judge(welcome, Occasion::kNews);
  EXPECT_THAT(Alarms(), IsEmpty());
  EXPECT_TRUE(MustAsk(trust_, now_));
  Welcomed({});
  EXPECT_THAT(Alarms(), IsEmpty());
  EXPECT_FALSE(MustAsk(trust_, now_));
  EXPECT_EQ(trust_.checkpoint, log_.Checkpoint());
}

TEST_F(LogWatchTest, AnotherPastIsAlarmed) {
  InventedLog other;
  other.key = log_.key;
  other.Enrol(head_);
  other.Add(20);
  for (std::uint32_t i = 0; i <= kAnswersBelieved; ++i) Judge(other.Tell(known_));
  EXPECT_THAT(Alarms(), ElementsAre(Forked()));
}

// Two signed heads of one size: no frame that was lost explains that.
TEST_F(LogWatchTest, AnotherTreeOfTheSameSizeIsAlarmedAtOnce) {
  InventedLog other;
  other.key = log_.key;
  other.Enrol(head_);
  other.Add(static_cast<int>(known_) - 1);
  ASSERT_EQ(other.size(), log_.size());
  Judge(other.Tell(known_));
  EXPECT_THAT(Alarms(), ElementsAre(Forked()));
}

TEST_F(LogWatchTest, ALogThatFollowsAgainIsBelievedAgainAndTheNextForkAlarmed) {
  const crypto::Ed25519Key key = log_.key;
  log_.key = crypto::Ed25519Key::Generate();
  Judge(Welcome({}));
  ASSERT_THAT(Alarms(), ElementsAre(Forked()));
  log_.key = key;
  Welcomed({});
  EXPECT_FALSE(trust_.fork.has_value());
  log_.key = crypto::Ed25519Key::Generate();
  Judge(Welcome({}));
  EXPECT_THAT(Alarms(), ElementsAre(Forked()));
}

TEST_F(LogWatchTest, OfAForkTheFirstAndTheNewestThatWasShownAreKept) {
  log_.key = crypto::Ed25519Key::Generate();
  const std::string alarming = log_.Checkpoint();
  Judge(Welcome({}));
  ASSERT_TRUE(trust_.fork.has_value());
  EXPECT_EQ(trust_.fork->at, now_);
  EXPECT_EQ(trust_.fork->newest, alarming);
  log_.Add();
  now_ += absl::Hours(1);
  Judge(Welcome({}), Occasion::kNews);
  EXPECT_EQ(trust_.fork, (Fork{kNight, "no known key signed it", alarming, log_.Checkpoint()}));
  v1::Welcome endless;
  endless.set_checkpoint(std::string(audit::kMostNoteBytes + 1, 'x'));
  Judge(endless);
  EXPECT_EQ(trust_.fork->newest.size(), audit::kMostNoteBytes);
  EXPECT_EQ(trust_.fork->alarming, alarming);
}

// --- Who is enrolled --------------------------------------------------------------------------

TEST_F(LogWatchTest, WhoIsNotInTheTreeYetIsWaitedForAndThenProven) {
  Welcomed({log_.Unproven(lead_), log_.Unproven(head_)});
  EXPECT_THAT(Alarms(), IsEmpty());
  EXPECT_EQ(StandingOf(head_), Standing::kWaiting);
  EXPECT_FALSE(MustAsk(trust_, now_ + kAwaitLog - absl::Seconds(1)));
  EXPECT_TRUE(MustAsk(trust_, now_ + kAwaitLog));
  const std::uint64_t position = log_.Enrol(head_);
  Welcomed({log_.Unproven(lead_), log_.Proven(head_, position)}, Occasion::kNews);
  EXPECT_THAT(Alarms(), IsEmpty());
  EXPECT_EQ(StandingOf(head_), Standing::kProven);
}

TEST_F(LogWatchTest, WhoStaysWithoutAProofIsAStranger) {
  Welcomed({log_.Unproven(head_)});
  for (int i = 0; i < 10; ++i) Welcomed({log_.Unproven(head_)});
  EXPECT_THAT(Alarms(), IsEmpty());
  now_ += kAwaitLog;
  Welcomed({log_.Unproven(head_)}, Occasion::kNews);
  for (std::uint32_t i = 1; i < kAnswersBelieved; ++i) Welcomed({log_.Unproven(head_)});
  EXPECT_THAT(Alarms(), IsEmpty());
  Welcomed({log_.Unproven(head_)});
  EXPECT_THAT(Alarms(), ElementsAre(Stranger(head_)));
  EXPECT_EQ(StandingOf(head_), Standing::kStranger);
  Welcomed({log_.Unproven(head_)});
  EXPECT_THAT(Alarms(), IsEmpty()) << "said once";
  EXPECT_FALSE(MustAsk(trust_, now_ + absl::Hours(1)));
}

TEST_F(LogWatchTest, WhoIsToldOfNoMoreBeforeTheLogSaidAWordIsForgotten) {
  Welcomed({log_.Unproven(head_)});
  Welcomed({});
  now_ += kAwaitLog;
  EXPECT_FALSE(MustAsk(trust_, now_));
}

// Otherwise it would be enough to take them out again in time.
TEST_F(LogWatchTest, WhoWasSealedToIsWaitedForAlsoWhenToldOfNoMore) {
  Welcomed({log_.Unproven(head_)});
  Sealed(HeaderFor({lead_, head_}), {KeyId(lead_), KeyId(head_)});
  EXPECT_THAT(Alarms(), IsEmpty());
  Welcomed({});
  now_ += kAwaitLog;
  for (std::uint32_t i = 0; i < kAnswersBelieved; ++i) {
    EXPECT_THAT(Alarms(), IsEmpty());
    Welcomed({});
  }
  EXPECT_THAT(Alarms(), ElementsAre(Stranger(head_)));
}

TEST_F(LogWatchTest, AClockThatWasSetBackMakesNobodyWaitLonger) {
  Welcomed({log_.Unproven(head_)});
  now_ -= absl::Hours(24 * 365);
  Welcomed({log_.Unproven(head_)});
  EXPECT_TRUE(MustAsk(trust_, now_ + kAwaitLog));
}

TEST_F(LogWatchTest, AProofOfSomethingElseIsAlarmedAtOnce) {
  const Colleague other = school_.Enrol();
  Colleague rekeyed = head_;
  rekeyed.opening_key = crypto::PrivateKey::Generate();
  const std::uint64_t of_other = log_.Enrol(other),
                      elsewhere = log_.Enrol(head_, base::Urn(100002)),
                      of_other_key = log_.Enrol(rekeyed), right = log_.Enrol(head_);
  v1::EnrolledPerson altered = log_.Proven(head_, right);
  altered.mutable_enrolment()->mutable_salt()->front() ^= 1;
  v1::EnrolledPerson misplaced = log_.Proven(head_, right);
  misplaced.mutable_enrolment()->set_position(right - 1);
  v1::EnrolledPerson unentered = log_.Proven(head_, right);
  unentered.mutable_enrolment()->mutable_entry()->back() ^= 1;
  v1::EnrolledPerson keyless = log_.Proven(head_, right);
  keyless.set_opening_key(other.opening_key.PublicKey());
  for (const v1::EnrolledPerson& bad :
       {log_.Proven(head_, of_other), log_.Proven(head_, elsewhere),
        log_.Proven(head_, of_other_key), altered, misplaced, unentered, keyless}) {
    const Judged judged = JudgeWelcome(trust_, kSchool, Welcome({bad}), Occasion::kNews, now_);
    ASSERT_THAT(judged.findings, SizeIs(1));
    EXPECT_EQ(judged.findings[0].who, head_.id);
  }
  Welcomed({log_.Proven(head_, right)});
  EXPECT_THAT(Alarms(), IsEmpty());
}

TEST_F(LogWatchTest, AnotherKeyUnderAProvenIdIsAlarmedAtOnce) {
  Colleague rekeyed = lead_;
  rekeyed.opening_key = crypto::PrivateKey::Generate();
  Welcomed({log_.Unproven(rekeyed)});
  EXPECT_THAT(Alarms(), ElementsAre(Stranger(lead_)));
}

// --- Sealings ---------------------------------------------------------------------------------

TEST_F(LogWatchTest, ASealingToThePeopleWhoWereToldAlarmsNobody) {
  Welcomed({log_.Unproven(lead_), log_.Unproven(head_)});
  Sealed(HeaderFor({lead_, head_}), {KeyId(head_), KeyId(lead_)});
  EXPECT_THAT(Alarms(), IsEmpty()) << "one of them waits for the log";
  Sealed(HeaderFor({lead_}), {KeyId(lead_)});
  EXPECT_THAT(Alarms(), IsEmpty());
}

TEST_F(LogWatchTest, OneKeyTooManyTooFewOrAnotherIsAlarmed) {
  const std::pair<Alarm, base::RecipientId> nameless{Alarm::kStranger, {}};
  for (const std::vector<std::string>& keys : std::vector<std::vector<std::string>>{
           {KeyId(lead_), KeyId(head_)}, {}, {KeyId(head_)}, {KeyId(lead_), KeyId(lead_)}}) {
    Sealed(HeaderFor({lead_}), keys);
    EXPECT_THAT(Alarms(), ElementsAre(nameless));
  }
}

TEST_F(LogWatchTest, ASealingToSomebodyUntoldIsAlarmedUnlessTheBrokerNamesThem) {
  const Colleague stranger = school_.Enrol();
  Sealed(HeaderFor({lead_, head_}), {KeyId(lead_), KeyId(head_)});
  EXPECT_THAT(Alarms(), IsEmpty()) << "the welcome may be lost";
  EXPECT_TRUE(MustAsk(trust_, now_));
  Sealed(HeaderFor({lead_, stranger}), {KeyId(lead_), KeyId(stranger)});
  const v1::EnrolledPerson proven = log_.Proven(head_, log_.Enrol(head_));
  for (std::uint32_t i = 0; i < kAnswersBelieved; ++i) {
    EXPECT_THAT(Alarms(), IsEmpty());
    Welcomed({log_.Unproven(lead_), proven});
  }
  EXPECT_THAT(Alarms(), ElementsAre(Stranger(stranger)));
  EXPECT_EQ(StandingOf(head_), Standing::kProven);
}

// Named afterwards, and truly enrolled: but it was sealed to somebody else in their name.
TEST_F(LogWatchTest, AKeyThatTurnsOutToBeNobodysIsAlarmed) {
  const Colleague stranger = school_.Enrol();
  Sealed(HeaderFor({lead_, head_}), {KeyId(lead_), KeyId(stranger)});
  Welcomed({log_.Proven(head_, log_.Enrol(head_))});
  EXPECT_THAT(Alarms(), ElementsAre(Stranger(head_)));
}

TEST_F(LogWatchTest, WhoLeftLatelyIsNoStrangerAndLaterForgotten) {
  Welcomed({});
  Sealed(HeaderFor({lead_}), {KeyId(lead_)});
  EXPECT_THAT(Alarms(), IsEmpty());
  EXPECT_FALSE(MustAsk(trust_, now_));
  now_ += limits::kSealingLife;
  Welcomed({});
  EXPECT_THAT(trust_.people, IsEmpty());
}

TEST_F(LogWatchTest, WhatIsRememberedIsBounded) {
  std::vector<Colleague> many(3, school_.lead);
  while (trust_.people.size() < kPeopleWatched) {
    for (Colleague& one : many) one.id = base::RecipientId(crypto::RandomId());
    const std::string any(kKeyIdBytes, 'k');
    Sealed(HeaderFor(many), {any, any, any});
  }
  Sealed(HeaderFor({lead_, head_}), {KeyId(lead_), KeyId(head_)});
  EXPECT_THAT(Alarms(), ElementsAre(Stranger(head_)));
  EXPECT_THAT(trust_.people, SizeIs(kPeopleWatched));
}

}  // namespace
}  // namespace firstbell::link
