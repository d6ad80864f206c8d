#include "broker/server/replacing.h"

#include <gtest/gtest.h>

#include "tests/support/world.h"

namespace firstbell::server {
namespace {

using namespace support;

const Replacing::Instant kNow = Replacing::Instant() + std::chrono::hours(1);

class ReplacingTest : public testing::Test {
 protected:
  // Zoe is at the high school now.
  void Move() {
    const store::RollEntry zoe = EntryOf(ZoeAtPrimary());
    ASSERT_TRUE(world_.memory.ImportRoll(kPrimary, {}, store::RollMode::kReplace, kNight, {}).ok());
    ASSERT_TRUE(
        world_.memory.ImportRoll(kHigh, {&zoe, 1}, store::RollMode::kOnlyAdd, kNight, {}).ok());
  }

  World world_;
  std::vector<base::Urn> told_;
  Replacing replacing_{world_.store,
                       world_.placer,
                       *world_.vault,
                       world_.calendar,
                       world_.clock,
                       [this](const std::vector<model::Alert>& alerts, const auto&) {
                         for (const model::Alert& alert : alerts) told_.push_back(alert.urn);
                       }};
};

TEST_F(ReplacingTest, TheStartAndEachChangeOfARollBringAWalkAMomentLater) {
  world_.Submit(IncidentOf("R1"));
  EXPECT_FALSE(replacing_.Due(kNow)) << "not at once: what is being stored is to be there";
  EXPECT_TRUE(replacing_.Due(kNow + Replacing::kSettle));
  EXPECT_FALSE(replacing_.Due(kNow + 2 * Replacing::kSettle)) << "it is under way";
  replacing_.Run();
  EXPECT_TRUE(told_.empty());
  const auto later = std::chrono::steady_clock::now() + std::chrono::hours(2);
  EXPECT_FALSE(replacing_.Due(later)) << "nothing has changed";
  Move();
  replacing_.RollsChanged();
  EXPECT_FALSE(replacing_.Due(later));
  replacing_.RollsChanged();
  EXPECT_FALSE(replacing_.Due(later + Replacing::kSettle / 2));
  EXPECT_TRUE(replacing_.Due(later + Replacing::kSettle)) << "an import goes on for long";
  replacing_.Run();
  EXPECT_EQ(told_, (std::vector{kHigh, kPrimary}));
  EXPECT_TRUE(replacing_.Due(later + 2 * Replacing::kSettle)) << "once more, for its last roll";
  replacing_.Run();
  EXPECT_FALSE(replacing_.Due(later + 9 * Replacing::kSettle));
}

TEST_F(ReplacingTest, ANewDayBringsOneAndWhatFailedIsTriedAgain) {
  world_.Submit(IncidentOf("R1"));
  EXPECT_FALSE(replacing_.Due(kNow));
  ASSERT_TRUE(replacing_.Due(kNow + Replacing::kSettle));
  replacing_.Run();
  const auto later = std::chrono::steady_clock::now() + std::chrono::hours(2);
  EXPECT_FALSE(replacing_.Due(later));
  world_.clock.Set(kNight + absl::Hours(22));
  EXPECT_FALSE(replacing_.Due(later)) << "not yet";
  ASSERT_TRUE(replacing_.Due(later + Replacing::kSettle));
  Move();
  world_.store.FailNext("PlaceAgain", Fault::kNotDone, base::ResourceExhausted("no room"));
  replacing_.Run();
  EXPECT_TRUE(told_.empty());
  const auto again = later + std::chrono::hours(1);
  EXPECT_FALSE(replacing_.Due(again));
  ASSERT_TRUE(replacing_.Due(again + Replacing::kSettle));
  replacing_.Run();
  EXPECT_EQ(told_.size(), 2u);
}

}  // namespace
}  // namespace firstbell::server
