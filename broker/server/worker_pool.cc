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
  }
  ready_.NotifyAll();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

bool WorkerPool::TryPost(Task task) {
  {
    base::MutexLock lock(mutex_);
    if (stopping_ || queue_.size() >= queue_limit_) return false;
    queue_.push_back(std::move(task));
  }
  ready_.NotifyOne();
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
  {
    base::MutexLock lock(mutex_);
    queue_.push_back(std::move(task));
  }
  ready_.NotifyOne();
}

void WorkerPool::Run() {
  while (true) {
    Task task;
    {
      base::MutexLock lock(mutex_);
      while (queue_.empty() && !stopping_) ready_.Wait(mutex_);
      if (queue_.empty()) return;
      task = std::move(queue_.front());
      queue_.pop_front();
      ++begun_;
    }
    task();
  }
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
