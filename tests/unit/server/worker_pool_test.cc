#include "broker/server/worker_pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <latch>
#include <set>
#include <thread>

namespace firstbell::server {
namespace {

TEST(WorkerPoolTest, RefusesBeyondItsQueueAndTakesWhatIsOurs) {
  std::latch started(1), go(1);
  std::atomic<int> done = 0;
  {
    WorkerPool pool(1, 2);
    ASSERT_TRUE(pool.TryPost([&] {
      started.count_down();
      go.wait();
    }));
    started.wait();  // the one thread is busy: the queue is empty
    EXPECT_TRUE(pool.TryPost([&] { ++done; }));
    EXPECT_TRUE(pool.TryPost([&] { ++done; }));
    EXPECT_FALSE(pool.TryPost([&] { done += 100; }));
    pool.Post([&] { ++done; });
    go.count_down();
  }
  EXPECT_EQ(done, 3);
}

TEST(WorkerPoolTest, StopFinishesWhatIsQueuedAndTakesNoMore) {
  std::atomic<int> done = 0;
  WorkerPool pool(2, 1000);
  for (int i = 0; i < 500; ++i) ASSERT_TRUE(pool.TryPost([&] { ++done; }));
  pool.Stop();
  EXPECT_EQ(done, 500);
  EXPECT_FALSE(pool.TryPost([&] { ++done; }));
  pool.Post([&] { ++done; });
  pool.Stop();  // again does nothing
  EXPECT_EQ(done, 500);
}

TEST(WorkerPoolTest, ATaskMayPostAnother) {
  std::latch both(2);
  WorkerPool pool(1, 1);
  pool.Post([&] {
    pool.Post([&] { both.count_down(); });
    both.count_down();
  });
  both.wait();
}

TEST(WorkerPoolTest, ATaskGoesToAThreadThatWasAtWorkJustNow) {
  std::set<std::thread::id> threads;
  WorkerPool pool(32, 10);
  for (int i = 0; i < 500; ++i) {
    std::latch done(1);
    pool.Post([&] {
      threads.insert(std::this_thread::get_id());
      done.count_down();
    });
    done.wait();
  }
  EXPECT_LT(threads.size(), 16U);
}

TEST(StrandsTest, TasksOfOneKeyRunInOrderAndNeverTwoAtOnce) {
  constexpr int kTasks = 2000;
  std::vector<int> order[3];
  std::atomic<int> inside[3] = {};
  std::atomic<bool> overlapped = false;
  {
    WorkerPool pool(8, 10);
    Strands strands(pool, kTasks);
    for (int i = 0; i < kTasks; ++i) {
      for (int key = 0; key < 3; ++key) {
        ASSERT_TRUE(strands.TryPost(std::to_string(key), [&, i, key] {
          if (++inside[key] != 1) overlapped = true;
          order[key].push_back(i);
          --inside[key];
        }));
      }
    }
    pool.Stop();  // before the strands go
  }
  EXPECT_FALSE(overlapped);
  for (const auto& of_key : order) {
    ASSERT_EQ(of_key.size(), static_cast<std::size_t>(kTasks));
    EXPECT_TRUE(std::is_sorted(of_key.begin(), of_key.end()));
  }
}

// Each waits for the other: only in parallel can both end.
TEST(StrandsTest, DifferentKeysRunInParallel) {
  std::latch both(2);
  WorkerPool pool(2, 10);
  Strands strands(pool, 1);
  ASSERT_TRUE(strands.TryPost("a", [&] { both.arrive_and_wait(); }));
  ASSERT_TRUE(strands.TryPost("b", [&] { both.arrive_and_wait(); }));
  both.wait();
  pool.Stop();
}

TEST(StrandsTest, OneKeyThatIsFullDoesNotFillAnother) {
  std::latch started(1), go(1);
  WorkerPool pool(2, 10);
  Strands strands(pool, 2);
  ASSERT_TRUE(strands.TryPost("a", [&] {
    started.count_down();
    go.wait();
  }));
  started.wait();
  EXPECT_TRUE(strands.TryPost("a", [] {}));
  EXPECT_TRUE(strands.TryPost("a", [] {}));
  EXPECT_FALSE(strands.TryPost("a", [] {}));
  EXPECT_TRUE(strands.TryPost("b", [] {}));
  go.count_down();
  pool.Stop();
  EXPECT_TRUE(strands.TryPost("a", [] {}));  // room again
}

}  // namespace
}  // namespace firstbell::server
