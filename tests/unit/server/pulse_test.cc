#include "broker/server/pulse.h"

#include <gtest/gtest.h>

#include <latch>
#include <semaphore>

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
  std::latch began(1), go(1);
  WorkerPool pool(1, 10);
  PoolPulse pulse(pool, kNow);
  ASSERT_TRUE(pool.TryPost([&] {
    began.count_down();
    go.wait();
  }));
  began.wait();
  EXPECT_TRUE(pulse.Beat(kNow)) << "not for long yet";
  const Instant late = kNow + 2 * kPatience;
  EXPECT_FALSE(pulse.Beat(late));
  go.count_down();
  EXPECT_TRUE(support::Eventually(absl::Seconds(20), [&] { return pulse.Beat(late); }));
  pool.Stop();
}

// Overload turns callers away; to end the broker for it would help nobody.
TEST(PoolPulseTest, AQueueThatIsLongAndMovesIsNoHangingPool) {
  std::counting_semaphore<> turns(0);
  WorkerPool pool(1, 10);
  while (pool.TryPost([&] { turns.acquire(); })) continue;
  PoolPulse pulse(pool, kNow);
  for (int turn = 1; turn <= 5; ++turn) {
    const std::uint64_t begun = pool.begun();
    turns.release();
    EXPECT_TRUE(support::Eventually(absl::Seconds(20), [&] { return pool.begun() > begun; }));
    EXPECT_TRUE(pulse.Beat(kNow + turn * 2 * kPatience));
  }
  EXPECT_FALSE(pulse.Beat(kNow + 20 * kPatience)) << "and now it stands";
  turns.release(100);
  pool.Stop();
}

}  // namespace
}  // namespace firstbell::server
