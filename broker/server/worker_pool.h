#pragma once

// Threads that wait for the store, so that gRPC's and ZeroMQ's do not.

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "broker/base/mutex.h"

namespace firstbell::server {

using Task = std::function<void()>;

// A task goes to the thread that became idle last: what it needs is still in that processor's
// caches. Threads: safe. A resource; its destructor stops it.
class WorkerPool {
 public:
  // Refuses TryPost beyond `queue` waiting tasks.
  WorkerPool(std::size_t threads, std::size_t queue);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False where the queue is full: for work that a caller can be told to send again.
  bool TryPost(Task task);
  // Finishes what is queued and ends the threads; what is posted later is dropped.
  void Stop();
  std::size_t waiting() const;
  // Tasks that a worker has come to, ever.
  std::uint64_t begun() const;
  // Always taken: for work of our own, bounded by what causes it (one task for each school).
  void Post(Task task);

 private:
  struct Idle {
    base::CondVar woken;
    Task task;  // guarded by mutex_; empty: none yet
  };

  void Run();
  // The next task, waited for; an empty one where the pool stops.
  Task Next();
  // For an idle thread, which is then to be woken; otherwise queued.
  Idle* Give(Task task) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::size_t queue_limit_;
  mutable base::Mutex mutex_;
  std::deque<Task> queue_ ABSL_GUARDED_BY(mutex_);   // while no thread is idle
  std::vector<Idle*> idle_ ABSL_GUARDED_BY(mutex_);  // the last of them first to be woken
  std::uint64_t begun_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;  // last: they use the rest
};

// Tasks of one key run one after the other, in order; different keys in parallel.
class Strands {
 public:
  // At most `per_key` waiting tasks of one key. `pool` outlives it, and is stopped before it goes.
  Strands(WorkerPool& pool, std::size_t per_key) : pool_(pool), per_key_(per_key) {}

  // False where that key has too many waiting.
  bool TryPost(const std::string& key, Task task);
  // Always taken: for work of our own, bounded by what causes it.
  void Post(const std::string& key, Task task);

 private:
  enum class Bound { kYes, kNo };
  bool Take(const std::string& key, Task task, Bound bound);
  void Run(const std::string& key);

  WorkerPool& pool_;
  const std::size_t per_key_;
  base::Mutex mutex_;
  std::map<std::string, std::deque<Task>> waiting_ ABSL_GUARDED_BY(mutex_);  // present: running
};

}  // namespace firstbell::server
