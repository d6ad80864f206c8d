#include "clients/link/log_acceptance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clients/link/log_watch.h"
#include "tests/unit/link/invented_log.h"

namespace firstbell::link {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// A log that a device knows, and the one that its broker began after it.
class LogAcceptanceTest : public testing::Test {
 protected:
  LogAcceptanceTest() {
    later_.name = "log.example/2027";
    before_.Add(3);
    later_.Add(2);
    Judge(before_, {before_.Proven(lead_, before_.Enrol(lead_))});
  }

  std::vector<Finding> Judge(const InventedLog& log, const std::vector<v1::EnrolledPerson>& people,
                             std::uint64_t known = 0, Occasion occasion = Occasion::kAnswer) {
    v1::Welcome welcome = log.Tell(known);
    for (const v1::EnrolledPerson& one : people) *welcome.add_people() = one;
    return Judge(welcome, occasion);
  }
  std::vector<Finding> Judge(const v1::Welcome& welcome, Occasion occasion = Occasion::kAnswer) {
    Judged judged = JudgeWelcome(trust_, kSchool, welcome, occasion, kNight);
    trust_ = std::move(judged.trust);
    return std::move(judged.findings);
  }
  void Fork() { ASSERT_THAT(Judge(later_, {InventedLog::Unproven(lead_)}), SizeIs(1)); }
  base::Result<LogTrust> Accept(const audit::VerifierKey& key) const {
    return AcceptLog(trust_, past_, key, kWindow);
  }
  std::string Refusal(const audit::VerifierKey& key) const {
    const auto accepted = Accept(key);
    EXPECT_EQ(accepted.status().code(), base::Code::kFailedPrecondition);
    return std::string(base::Message(accepted.status()));
  }
  void Accepted() {
    Fork();
    trust_ = Accept(later_.Key()).value();
  }
  const WatchedPerson& Watched(const Colleague& who) const {
    for (const WatchedPerson& one : trust_.people) {
      if (one.id == who.id) return one;
    }
    ADD_FAILURE() << "nobody";
    return trust_.people.front();
  }

  const InventedSchool school_;
  const Colleague lead_ = school_.lead, head_ = school_.Enrol();
  InventedLog before_, later_;
  LogTrust trust_;
  std::vector<PastFork> past_;
};

TEST_F(LogAcceptanceTest, ExactlyThatKeyIsTrustedAndNothingIsRemembered) {
  Fork();
  const LogTrust accepted = Accept(later_.Key()).value();
  EXPECT_EQ(accepted.log_key, later_.Key().ToString());
  EXPECT_EQ(accepted.checkpoint, "");
  EXPECT_EQ(accepted.contradicted, 0u);
  EXPECT_FALSE(accepted.fork.has_value());
  EXPECT_EQ(accepted.edition, trust_.edition + 1);
}

TEST_F(LogAcceptanceTest, WhileNothingIsWrongNoOtherIsAccepted) {
  EXPECT_THAT(Refusal(later_.Key()), HasSubstr("nothing is wrong"));
  EXPECT_EQ(Accept(before_.Key()).status().code(), base::Code::kAlreadyExists);
  trust_ = {};
  EXPECT_THAT(Refusal(later_.Key()), HasSubstr("nothing is wrong"));
}

TEST_F(LogAcceptanceTest, AnotherLogHasAnotherName) {
  Fork();
  EXPECT_THAT(Refusal(before_.Key()), HasSubstr("another log has another name"));
  InventedLog rekeyed = before_;
  rekeyed.key = crypto::Ed25519Key::Generate();
  Judge(rekeyed, {});
  EXPECT_THAT(Refusal(rekeyed.Key()), HasSubstr("another log has another name"));
}

TEST_F(LogAcceptanceTest, ALogThatWasGivenUpBeforeIsNotTakenBack) {
  Fork();
  past_ = {{.log_key = later_.Key().ToString()}};
  EXPECT_THAT(Refusal(later_.Key()), HasSubstr("another log has another name"));
}

TEST_F(LogAcceptanceTest, AKeyThatTheBrokerDoesNotShowIsRefused) {
  Fork();
  audit::VerifierKey other = later_.Key();
  other.public_key = crypto::Ed25519Key::Generate().PublicKey();
  EXPECT_THAT(Refusal(other), HasSubstr("shows no log that this key has signed"));
  other = later_.Key();
  other.name = "elsewhere.example";
  EXPECT_THAT(Refusal(other), HasSubstr("shows no log that this key has signed"));
  Judge(v1::Welcome());
  EXPECT_THAT(Refusal(later_.Key()), HasSubstr("shows no log")) << "it was shown, and is not now";
}

TEST_F(LogAcceptanceTest, AWitnessesKeyIsNoLogs) {
  Fork();
  audit::VerifierKey witness = later_.Key();
  witness.kind = audit::KeyKind::kWitness;
  EXPECT_EQ(Accept(witness).status().code(), base::Code::kInvalidArgument);
}

TEST_F(LogAcceptanceTest, WhomItBoreOutWaitsStrangersStayAndWhoLeftIsForgotten) {
  const Colleague stranger = school_.Enrol(), gone = school_.Enrol(), waiting = school_.Enrol();
  Fork();
  trust_.people.push_back({.id = stranger.id, .standing = Standing::kStranger, .since = kNight});
  trust_.people.push_back({.id = gone.id, .standing = Standing::kProven, .gone_at = kNight});
  trust_.people.push_back({.id = waiting.id, .since = kNight, .answers = 2, .sealed_to = "key"});
  const WatchedPerson lead = Watched(lead_);
  ASSERT_EQ(lead.standing, Standing::kProven);
  trust_ = Accept(later_.Key()).value();
  ASSERT_THAT(trust_.people, SizeIs(3));
  WatchedPerson expected = lead;
  expected.standing = Standing::kWaiting;
  expected.since = kWindow;
  EXPECT_EQ(Watched(lead_), expected);
  EXPECT_EQ(Watched(stranger).standing, Standing::kStranger);
  EXPECT_EQ(Watched(stranger).since, kNight);
  EXPECT_EQ(Watched(waiting),
            (WatchedPerson{.id = waiting.id, .since = kWindow, .sealed_to = "key"}));
}

// --- What is checked from then on -------------------------------------------------------------

TEST_F(LogAcceptanceTest, TheNewLogBearsThemOutAgain) {
  Accepted();
  EXPECT_THAT(Judge(later_, {later_.Proven(lead_, later_.Enrol(lead_))}), IsEmpty());
  EXPECT_EQ(Watched(lead_).standing, Standing::kProven);
  EXPECT_EQ(trust_.checkpoint, later_.Checkpoint());
  EXPECT_EQ(trust_.edition, 1u);
}

TEST_F(LogAcceptanceTest, AnotherKeyThanTheAcceptedOneIsAlarmed) {
  Accepted();
  InventedLog third = later_;
  third.key = crypto::Ed25519Key::Generate();
  const auto findings = Judge(third, {});
  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].alarm, Alarm::kLogForked);
  EXPECT_EQ(trust_.checkpoint, "");
}

TEST_F(LogAcceptanceTest, TheLogBeforeIsAnotherOneFromThenOn) {
  Accepted();
  EXPECT_THAT(Judge(before_, {}), SizeIs(1));
}

TEST_F(LogAcceptanceTest, ABrokerThatShowsNoneAfterwardsIsAlarmed) {
  Accepted();
  for (std::uint32_t i = 0; i < kAnswersBelieved; ++i) {
    EXPECT_THAT(Judge(v1::Welcome()), IsEmpty());
  }
  EXPECT_THAT(Judge(v1::Welcome()), SizeIs(1));
}

TEST_F(LogAcceptanceTest, BeforeItsFirstWelcomeSealingsAreWatchedToo) {
  Accepted();
  v1::EnvelopeHeader header;
  header.add_recipient_ids(lead_.id.value());
  *header.mutable_deadline() = model::ToWire(kBell);
  const std::string key_id = crypto::SubjectKeyIdOf(lead_.opening_key.PublicKey()).value();
  EXPECT_THAT(JudgeSealing(trust_, header, {key_id}, kWindow).findings, IsEmpty());
  EXPECT_THAT(JudgeSealing(trust_, header, {key_id, std::string(20, 'k')}, kWindow).findings,
              SizeIs(1));
}

TEST_F(LogAcceptanceTest, WhomTheNewLogDoesNotBearOutIsAStrangerInTheEnd) {
  Accepted();
  for (std::uint32_t i = 0; i < kAnswersBelieved; ++i) {
    v1::Welcome welcome = later_.Tell(0);
    *welcome.add_people() = InventedLog::Unproven(lead_);
    Judged judged = JudgeWelcome(trust_, kSchool, welcome, Occasion::kAnswer, kWindow + kAwaitLog);
    trust_ = std::move(judged.trust);
    EXPECT_THAT(judged.findings, SizeIs(i + 1 == kAnswersBelieved ? 1 : 0));
  }
  EXPECT_EQ(Watched(lead_).standing, Standing::kStranger);
}

// Enrolled since the backup from which the new log was begun: the broker knows them no more.
TEST_F(LogAcceptanceTest, WhoIsToldOfNoMoreAfterwardsAlarmsNobody) {
  Accepted();
  EXPECT_THAT(Judge(later_, {}), IsEmpty());
  EXPECT_THAT(trust_.people, IsEmpty());
}

}  // namespace
}  // namespace firstbell::link
