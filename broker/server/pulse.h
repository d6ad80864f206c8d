#pragma once

// Signs of life. Whoever watches asks with an instant, and what is watched answers on its next
// turn: a loop when it comes round, a pool when a worker comes to a task. An answer must
// not be older than limits::kPulse.

#include <atomic>
#include <chrono>

#include "broker/server/worker_pool.h"

namespace firstbell::server {

using Instant = std::chrono::steady_clock::time_point;

// Of a thread that goes round in a loop. Threads: Beat one, Turn one. A resource.
class LoopPulse {
 public:
  explicit LoopPulse(Instant now) : asked_(now), answered_(now) {}
  LoopPulse(const LoopPulse&) = delete;
  LoopPulse& operator=(const LoopPulse&) = delete;

  // Call on every turn.
  void Turn() { answered_ = asked_.load(); }
  // Call about once a second. True while the last answer is recent.
  bool Beat(Instant now);

 private:
  std::atomic<Instant> asked_, answered_;
};

// Of a pool's threads. Threads: Beat one, the pool's any. A resource; the pool is stopped before it
// goes.
class PoolPulse {
 public:
  PoolPulse(WorkerPool& pool, Instant now) : pool_(pool), begun_(pool.begun()), answered_(now) {}
  PoolPulse(const PoolPulse&) = delete;
  PoolPulse& operator=(const PoolPulse&) = delete;

  // Call about once a second. True while a worker came to some task recently: a queue that is long
  // and moves is no hanging pool.
  bool Beat(Instant now);

 private:
  WorkerPool& pool_;
  std::uint64_t begun_;
  Instant answered_;
  std::atomic<bool> under_way_{false};  // one task at a time
};

}  // namespace firstbell::server
