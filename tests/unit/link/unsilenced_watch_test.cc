// What a broker might say, or leave unsaid, so that nobody is found to be a stranger.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/limits.h"
#include "tests/unit/link/watching_device.h"

namespace firstbell::link {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const std::pair<Alarm, base::RecipientId> kNameless{Alarm::kStranger, {}};

class UnsilencedWatchTest : public LogWatchTest {
 protected:
  // The broker answers of who was removed.
  void WelcomedWithRemoved(const std::vector<v1::EnrolledPerson>& removed) {
    v1::Welcome welcome = Welcome({log_.Unproven(lead_)});
    for (const v1::EnrolledPerson& one : removed) *welcome.add_removed() = one;
    Judge(welcome);
    known_ = log_.size();
  }
  // As a new machine is sent what was acknowledged before it was there.
  void SealedLongAgo() {
    now_ = kBell + absl::Hours(24);
    Sealed(HeaderFor({lead_, head_}), {KeyId(lead_), KeyId(head_)});
    EXPECT_THAT(Alarms(), IsEmpty());
    EXPECT_THAT(AskedAbout(trust_, now_), ElementsAre(head_.id));
  }
};

// --- A key that is not told -------------------------------------------------------------------

TEST_F(UnsilencedWatchTest, WhoIsToldOfWithoutAKeyThatReadsIsAlarmedAtOnceHoweverProven) {
  const std::uint64_t position = log_.Enrol(head_);
  for (const std::string key : {"", "no key"}) {
    v1::EnrolledPerson person = log_.Proven(head_, position);
    person.set_opening_key(key);
    if (!key.empty()) person.set_opening_key_sha256(crypto::Sha256(key));
    const Judged judged = JudgeWelcome(trust_, kSchool, Welcome({person}), Occasion::kNews, now_);
    ASSERT_THAT(judged.findings, SizeIs(1)) << key;
    EXPECT_EQ(judged.findings[0].who, head_.id);
  }
  v1::EnrolledPerson keyless = InventedLog::Unproven(lead_);
  keyless.clear_opening_key();
  Welcomed({keyless});
  EXPECT_THAT(Alarms(), ElementsAre(Stranger(lead_))) << "also who was proven before";
}

// Of them the device has not heard yet; it is sealed to them twice, under two keys.
TEST_F(UnsilencedWatchTest, WhoIsNotKnownYetHasOneKeyInAllSealings) {
  const Colleague stranger = school_.Enrol();
  Sealed(HeaderFor({lead_, head_}), {KeyId(lead_), KeyId(head_)});
  EXPECT_THAT(Alarms(), IsEmpty());
  Sealed(HeaderFor({lead_, head_}), {KeyId(lead_), KeyId(head_)});
  EXPECT_THAT(Alarms(), IsEmpty());
  Sealed(HeaderFor({lead_, head_}), {KeyId(lead_), KeyId(stranger)});
  EXPECT_THAT(Alarms(), ElementsAre(kNameless));
}

TEST_F(UnsilencedWatchTest, WhichOfTwoKeysIsWhoseNeedNotBeClearAtFirst) {
  const Colleague deputy = school_.Enrol();
  Sealed(HeaderFor({head_, deputy}), {KeyId(deputy), KeyId(head_)});
  Sealed(HeaderFor({head_}), {KeyId(head_)});
  EXPECT_THAT(Alarms(), IsEmpty());
  const std::uint64_t head = log_.Enrol(head_), other = log_.Enrol(deputy);
  Welcomed({log_.Proven(head_, head), log_.Proven(deputy, other)});
  EXPECT_THAT(Alarms(), IsEmpty());
  EXPECT_EQ(StandingOf(deputy), Standing::kProven);
}

// --- A list that is too long ------------------------------------------------------------------

TEST_F(UnsilencedWatchTest, AListOfMoreThanASchoolMayHaveIsAlarmedOnceAndJudgedAllTheSame) {
  v1::EnrolledPerson forged = log_.Proven(head_, log_.Enrol(head_));
  forged.mutable_enrolment()->mutable_salt()->front() ^= 1;
  std::vector<v1::EnrolledPerson> people = {log_.Unproven(lead_)};
  Colleague other = school_.Enrol();
  while (people.size() < limits::kRecipientsPerSchool) {
    other.id = base::RecipientId(crypto::RandomId());
    people.push_back(InventedLog::Unproven(other));
  }
  Welcomed(people);
  EXPECT_THAT(Alarms(), IsEmpty()) << "as many as may be";
  people.push_back(forged);
  Welcomed(people);
  EXPECT_THAT(Alarms(), ElementsAre(kNameless, Stranger(head_)));
  log_.key = crypto::Ed25519Key::Generate();
  Judge(Welcome(people));
  EXPECT_THAT(Alarms(), ElementsAre(Forked())) << "that list was alarmed before";
  EXPECT_THAT(trust_.people, SizeIs(limits::kRecipientsPerSchool + 1));
}

TEST_F(UnsilencedWatchTest, OfMoreThanCanBeRememberedOneWelcomeSaysSoOnce) {
  std::vector<v1::EnrolledPerson> people;
  Colleague other = school_.Enrol();
  for (std::size_t i = 0; i < kPeopleWatched + 10; ++i) {
    other.id = base::RecipientId(crypto::RandomId());
    people.push_back(InventedLog::Unproven(other));
  }
  Welcomed(people);
  EXPECT_THAT(Alarms(), SizeIs(2));
  EXPECT_THAT(trust_.people, SizeIs(kPeopleWatched));
}

// --- A log that is not shown ------------------------------------------------------------------

// It was handed its key as it enrolled.
TEST_F(UnsilencedWatchTest, ALogThatANewDeviceIsNeverShownIsAlarmed) {
  const Colleague stranger = school_.Enrol();
  trust_ = {};
  trust_.log_key = log_.Key().ToString();
  v1::Welcome welcome;
  *welcome.add_people() = InventedLog::Unproven(lead_);
  Judge(welcome);
  Sealed(HeaderFor({lead_}), {KeyId(stranger)});
  EXPECT_THAT(Alarms(), ElementsAre(kNameless)) << "sealings are looked at all the same";
  EXPECT_TRUE(MustAsk(trust_, now_));
  for (std::uint32_t i = 1; i < kAnswersBelieved; ++i) {
    Judge(welcome);
    EXPECT_THAT(Alarms(), IsEmpty());
  }
  Judge(welcome);
  EXPECT_THAT(Alarms(), ElementsAre(Forked()));
  now_ += kAwaitLog;
  for (std::uint32_t i = 0; i < kAnswersBelieved; ++i) Judge(welcome);
  EXPECT_THAT(Alarms(), ElementsAre(Stranger(lead_)));
}

// --- A sealing of the past --------------------------------------------------------------------

TEST_F(UnsilencedWatchTest, WhoAnOldAlertWasSealedToIsBorneOutThoughTheyWereRemovedSince) {
  const std::uint64_t enrolled = log_.Enrol(head_), removed = log_.Remove(head_, kBell);
  SealedLongAgo();
  WelcomedWithRemoved({log_.Removed(head_, enrolled, removed)});
  EXPECT_THAT(Alarms(), IsEmpty());
  EXPECT_EQ(StandingOf(head_), Standing::kProven);
  EXPECT_FALSE(MustAsk(trust_, now_ + absl::Hours(1)));
  EXPECT_EQ(trust_.people.back().gone_at, kBell);
  Sealed(HeaderFor({lead_, head_}), {KeyId(lead_), KeyId(head_)});
  EXPECT_THAT(Alarms(), IsEmpty());
  now_ = kBell + limits::kSealingLife;
  Welcomed({});
  EXPECT_THAT(trust_.people, SizeIs(1)) << "and is forgotten in time";
}

// The deadline and every other time in the header are the broker's own.
TEST_F(UnsilencedWatchTest, AStrangerIsFoundAlsoWhereTheSealingSaysThatItIsOld) {
  const Colleague stranger = school_.Enrol();
  now_ = kBell + absl::Hours(24);
  Sealed(HeaderFor({lead_, stranger}), {KeyId(lead_), KeyId(stranger)});
  for (std::uint32_t i = 0; i < kAnswersBelieved; ++i) {
    EXPECT_THAT(Alarms(), IsEmpty());
    WelcomedWithRemoved({});
  }
  EXPECT_THAT(Alarms(), ElementsAre(Stranger(stranger)));
}

TEST_F(UnsilencedWatchTest, ARemovalThatTheLogDoesNotBearOutIsAlarmedAtOnce) {
  const Colleague other = school_.Enrol();
  const std::uint64_t enrolled = log_.Enrol(head_), of_other = log_.Remove(other, kBell),
                      removed = log_.Remove(head_, kBell);
  SealedLongAgo();
  v1::EnrolledPerson altered = log_.Removed(head_, enrolled, removed);
  altered.mutable_removal()->mutable_salt()->front() ^= 1;
  v1::EnrolledPerson rekeyed = log_.Removed(head_, enrolled, removed);
  rekeyed.set_opening_key(other.opening_key.PublicKey());
  rekeyed.set_opening_key_sha256(crypto::Sha256(other.opening_key.PublicKey()));
  const LogTrust before = trust_;
  const std::uint64_t known = known_;
  for (const v1::EnrolledPerson& bad :
       {log_.Removed(head_, enrolled, of_other), log_.Removed(head_, enrolled, enrolled),
        log_.Removed(head_, removed, removed), altered, rekeyed}) {
    trust_ = before;
    known_ = known;
    WelcomedWithRemoved({bad});
    EXPECT_THAT(Alarms(), ElementsAre(Stranger(head_)));
  }
}

// Otherwise whoever was ever enrolled could be sealed to for ever.
TEST_F(UnsilencedWatchTest, WhoWasRemovedLongAgoIsAStranger) {
  const std::uint64_t enrolled = log_.Enrol(head_),
                      removed = log_.Remove(head_, kBell + absl::Hours(24) - kRemovedLately);
  SealedLongAgo();
  for (std::uint32_t i = 0; i < kAnswersBelieved; ++i) {
    EXPECT_THAT(Alarms(), IsEmpty());
    WelcomedWithRemoved({log_.Removed(head_, enrolled, removed)});
  }
  EXPECT_THAT(Alarms(), ElementsAre(Stranger(head_)));
}

TEST_F(UnsilencedWatchTest, WhoWasNotAskedAboutIsNotRemembered) {
  const std::uint64_t enrolled = log_.Enrol(head_), removed = log_.Remove(head_, kBell);
  WelcomedWithRemoved({log_.Removed(head_, enrolled, removed)});
  EXPECT_THAT(trust_.people, SizeIs(1));
}

}  // namespace
}  // namespace firstbell::link
