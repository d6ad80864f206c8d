#include "broker/server/worker_pool.h"

#include <utility>

namespace firstbell::server {

WorkerPool::WorkerPool(std::size_t threads, std::size_t queue) : queue_limit_(queue) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { Run(); });
}

WorkerPool::~WorkerPool() {
  Stop();
}

void WorkerPool::Stop() {
  {
    base::MutexLock lock(mutex_);
    stopping_ = true;
    for (Idle* idle : idle_) idle->woken.NotifyOne();
  }
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

WorkerPool::Idle* WorkerPool::Give(Task task) {
  if (idle_.empty()) {
    queue_.push_back(std::move(task));
    return nullptr;
  }
  Idle* idle = idle_.back();
  idle_.pop_back();
  idle->task = std::move(task);
  return idle;
}

bool WorkerPool::TryPost(Task task) {
  base::MutexLock lock(mutex_);
  if (stopping_ || queue_.size() >= queue_limit_) return false;
  if (Idle* idle = Give(std::move(task))) idle->woken.NotifyOne();
  return true;
}

std::size_t WorkerPool::waiting() const {
  base::MutexLock lock(mutex_);
  return queue_.size();
}

std::uint64_t WorkerPool::begun() const {
  base::MutexLock lock(mutex_);
  return begun_;
}

void WorkerPool::Post(Task task) {
  base::MutexLock lock(mutex_);
  if (Idle* idle = Give(std::move(task))) idle->woken.NotifyOne();
}

Task WorkerPool::Next() {
  base::MutexLock lock(mutex_);
  Task task;
  if (!queue_.empty()) {
    task = std::move(queue_.front());
    queue_.pop_front();
  } else if (!stopping_) {
    Idle idle;
    idle_.push_back(&idle);
    while (!idle.task && !stopping_) idle.woken.Wait(mutex_);
    std::erase(idle_, &idle);
    task = std::move(idle.task);
  }
  if (task) ++begun_;
  return task;
}

void WorkerPool::Run() {
  while (Task task = Next()) task();
}

bool Strands::TryPost(const std::string& key, Task task) {
  return Take(key, std::move(task), Bound::kYes);
}

void Strands::Post(const std::string& key, Task task) {
  Take(key, std::move(task), Bound::kNo);
}

bool Strands::Take(const std::string& key, Task task, Bound bound) {
  {
    base::MutexLock lock(mutex_);
    const auto [found, idle] = waiting_.try_emplace(key);
    if (bound == Bound::kYes && found->second.size() >= per_key_) return false;
    found->second.push_back(std::move(task));
    if (!idle) return true;
  }
  pool_.Post([this, key] { Run(key); });
  return true;
}

void Strands::Run(const std::string& key) {
  while (true) {
    Task task;
    {
      base::MutexLock lock(mutex_);
      auto& tasks = waiting_.at(key);
      if (tasks.empty()) {
        waiting_.erase(key);
        return;
      }
      task = std::move(tasks.front());
      tasks.pop_front();
    }
    task();
  }
}

}  // namespace firstbell::server
