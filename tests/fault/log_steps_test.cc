// The durable steps of the delivery log's own turn: the store takes what is new into the tree with
// the signed checkpoint of it, and the checkpoint is remembered beside the keys. Each is cut off
// once, and then all that was answered is there, and an auditor who saw the log before sees that it
// has only grown. Nobody is shown two histories.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fault/town.h"
#include "tests/support/eventually.h"

namespace firstbell::fault {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(30);

struct Strike {
  Point point;
  Act act;
};

std::vector<Strike> StrikesAt(std::initializer_list<Point> points) {
  std::vector<Strike> strikes = {{Point::kBeforeWrite, Act::kTorn}};
  for (const Point point : points) {
    for (const Act act : {Act::kKill, Act::kIoError, Act::kFull}) strikes.push_back({point, act});
  }
  return strikes;
}

class LogSteps : public testing::Test {
 protected:
  void SetUp() override { ExpectOnlyGrown(); }

  void StrikeEach(const std::string& file, const std::string& needle,
                  const std::vector<Strike>& strikes) {
    for (const Strike& strike : strikes) {
      const Plan plan{file, needle, strike.point, strike.act, 0};
      SCOPED_TRACE(Describe(plan));
      Put(plan, town_.BrokerPlan());
      // A record that lies across two blocks of the store's log is written in two: then it is the
      // next one's turn.
      ASSERT_TRUE(support::Eventually(kPatience, [&] {
        SubmitAnother();
        return support::Eventually(absl::Seconds(2), [&] { return Struck(); });
      }));
      AwaitSigned();
      // A broker that must end because of the strike may be about to.
      for (const std::string& reference : answered_) {
        EXPECT_TRUE(support::Eventually(kPatience,
                                        [&] {
                                          town_.StartBroker();
                                          return town_.Find(reference) == grpc::StatusCode::OK;
                                        }))
            << reference << " is lost";
      }
      ASSERT_TRUE(support::Eventually(kPatience, [&] {
        town_.StartBroker();
        return SubmitAnother();
      }));
      ExpectOnlyGrown();
    }
    ExpectEverything();
  }

  std::string Store() const { return town_.installation().directory().store().string(); }
  std::string Head() const { return (town_.installation().directory().keys / "log.head").string(); }

 private:
  bool SubmitAnother() {
    const std::string reference = "FB-" + std::to_string(++submitted_);
    const bool answered = town_.Submit(reference).ok();
    if (answered) answered_.push_back(reference);
    return answered;
  }
  bool Struck() const { return !std::filesystem::exists(town_.BrokerPlan()); }

  // A broker that the strike did not end goes on by itself; one that it did is started again.
  void AwaitSigned() {
    EXPECT_TRUE(support::Eventually(kPatience, [&] {
      town_.StartBroker();
      return town_.VerifyAsAuditor().exit_code == 0;
    }));
  }

  void ExpectOnlyGrown() {
    const auto verified = town_.VerifyAsAuditor();
    EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err << town_.BrokerLog();
  }

  void ExpectEverything() {
    for (const std::string& reference : answered_) {
      EXPECT_EQ(town_.Find(reference), grpc::StatusCode::OK) << reference << " is lost";
    }
    const auto whole = town_.VerifyAsAuditor({"--whole"});
    EXPECT_EQ(whole.exit_code, 0) << whole.out << whole.err;
    EXPECT_EQ(town_.StopBroker(), 0);
    const auto verified = town_.Verify();
    EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
  }

  Town town_{1};
  int submitted_ = 0;
  std::vector<std::string> answered_;
};

// One step of the store: by the line of the checkpoint's signature.
TEST_F(LogSteps, TheTreeAndItsCheckpoint) {
  StrikeEach(Store() + "/0", "— examplebury.example/log ",
             StrikesAt({Point::kBeforeWrite, Point::kAfterWrite, Point::kAfterSync}));
}

TEST_F(LogSteps, TheHeadBesideTheKeys) {
  StrikeEach(Head(), "",
             StrikesAt({Point::kBeforeWrite, Point::kAfterWrite, Point::kAfterSync,
                        Point::kBeforeRename, Point::kAfterRename}));
}

}  // namespace
}  // namespace firstbell::fault
