#include "broker/server/pulse.h"

#include <gtest/gtest.h>

#include <latch>

#include "broker/base/limits.h"
#include "tests/support/eventually.h"

namespace firstbell::server {
namespace {

const Instant kNow = Instant() + std::chrono::hours(1);
const auto kPatience = absl::ToChronoSeconds(limits::kPulse);

TEST(LoopPulseTest, BeatsWhileTheLoopComesRound) {
  LoopPulse pulse(kNow);
  EXPECT_TRUE(pulse.Beat(kNow + kPatience)) << "not for long yet";
  EXPECT_FALSE(pulse.Beat(kNow + 2 * kPatience));
  pulse.Turn();
  EXPECT_TRUE(pulse.Beat(kNow + 3 * kPatience));
  EXPECT_FALSE(pulse.Beat(kNow + 3 * kPatience + std::chrono::seconds(1)));
}

TEST(PoolPulseTest, BeatsWhileThePoolWorksAndNotWhenItHangs) {
  std::latch go(1);
  WorkerPool pool(1, 10);
  PoolPulse pulse(pool, kNow);
  ASSERT_TRUE(pool.TryPost([&] { go.wait(); }));
  EXPECT_TRUE(pulse.Beat(kNow)) << "not for long yet";
  const Instant late = kNow + 2 * kPatience;
  EXPECT_FALSE(pulse.Beat(late));
  go.count_down();
  EXPECT_TRUE(support::Eventually(absl::Seconds(20), [&] { return pulse.Beat(late); }));
  pool.Stop();
}

// Overload turns callers away; to end the broker for it would help nobody.
TEST(PoolPulseTest, AQueueThatIsFullIsNoHangingPool) {
  std::latch go(1);
  WorkerPool pool(1, 1);
  PoolPulse pulse(pool, kNow);
  pool.Post([&] { go.wait(); });
  while (pool.TryPost([] {})) continue;
  const Instant late = kNow + 2 * kPatience;
  EXPECT_FALSE(pulse.Beat(late));
  go.count_down();
  pool.Stop();
  EXPECT_TRUE(pulse.Beat(late)) << "the task was taken, and waited for its turn";
}

}  // namespace
}  // namespace firstbell::server
