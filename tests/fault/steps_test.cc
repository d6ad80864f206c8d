// The durable steps that are not a commit: the key of a day, which is made with that day's first
// incident, and what RocksDB writes as it opens. Each is cut off once, by SIGKILL or by a disk that
// fails, and then everything is there and goes on.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fault/town.h"

namespace firstbell::fault {
namespace {

constexpr Act kActs[] = {Act::kKill, Act::kIoError, Act::kFull};

class Steps : public testing::Test {
 protected:
  std::string NextReference() { return "FB-" + std::to_string(++submitted_); }
  bool Struck() const { return !std::filesystem::exists(town_.BrokerPlan()); }
  void ExpectEverything() {
    for (int i = 1; i <= submitted_; ++i) {
      EXPECT_EQ(town_.Find("FB-" + std::to_string(i)), grpc::StatusCode::OK)
          << "FB-" << i << " was answered and is lost";
    }
    EXPECT_EQ(town_.StopBroker(), 0);
    const auto verified = town_.Verify();
    EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
  }

  Town town_{1};
  int submitted_ = 0;
};

TEST_F(Steps, TheKeyOfADay) {
  const std::string keys = town_.installation().directory().vault().string() + "/";
  absl::CivilHour morning(2026, 3, 3, 10);
  for (const Point point : {Point::kBeforeWrite, Point::kAfterWrite, Point::kAfterSync,
                            Point::kBeforeRename, Point::kAfterRename}) {
    for (const Act act : kActs) {
      const Plan plan{keys, "", point, act, 0};
      SCOPED_TRACE(Describe(plan));
      town_.SetClock(morning += 24);
      Put(plan, town_.BrokerPlan());
      const std::string reference = NextReference();
      EXPECT_FALSE(town_.Submit(reference).ok()) << "answered without the key of its day";
      ASSERT_TRUE(Struck());
      town_.StartBroker();
      EXPECT_EQ(town_.Find(reference), grpc::StatusCode::NOT_FOUND);
      EXPECT_TRUE(town_.Submit(reference).ok());
    }
  }
  ExpectEverything();
}

TEST_F(Steps, TheOpeningOfTheStore) {
  const std::string store = town_.installation().directory().store().string();
  const std::pair<std::string, Point> steps[] = {
      {"/MANIFEST-", Point::kBeforeWrite}, {"/MANIFEST-", Point::kAfterWrite},
      {"/MANIFEST-", Point::kAfterSync},   {"/CURRENT", Point::kBeforeRename},
      {"/CURRENT", Point::kAfterRename},
  };
  for (const auto& [file, point] : steps) {
    for (const Act act : kActs) {
      const Plan plan{store + file, "", point, act, 0};
      SCOPED_TRACE(Describe(plan));
      ASSERT_TRUE(town_.Submit(NextReference()).ok());
      Put(plan, town_.BrokerPlan());
      town_.KillBroker();
      town_.StartBroker();
      ASSERT_TRUE(Struck());
    }
  }
  ExpectEverything();
}

}  // namespace
}  // namespace firstbell::fault
