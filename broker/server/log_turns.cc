#include "broker/server/log_turns.h"

#include <pthread.h>

#include <chrono>
#include <utility>

#include "broker/base/limits.h"
#include "broker/base/log.h"

namespace firstbell::server {

void LogTurns::Start(std::function<void()> turned) {
  turned_ = std::move(turned);
  thread_ = std::thread([this] { Run(); });
}

void LogTurns::Stop() {
  {
    base::MutexLock lock(mutex_);
    stop_ = true;
  }
  changed_.NotifyAll();
  if (thread_.joinable()) thread_.join();
}

void LogTurns::Run() {
  pthread_setname_np(pthread_self(), kLogTurnsThread);
  while (AwaitMark()) Turn();
}

bool LogTurns::AwaitMark() {
  const auto every = absl::ToChronoMilliseconds(limits::kIntegrateEvery);
  const auto since_boot = std::chrono::steady_clock::now().time_since_epoch();
  const auto left = every - since_boot % every;
  const auto mark = std::chrono::steady_clock::now() + left;
  base::MutexLock lock(mutex_);
  while (!stop_) {
    const auto now = std::chrono::steady_clock::now();
    if (now >= mark) return true;
    changed_.WaitFor(mutex_, mark - now);
  }
  return false;
}

void LogTurns::Turn() {
  const base::Status done = keeper_.Turn(clock_.Now());
  const bool failing = !done.ok();
  if (failing && !std::exchange(failing_, true)) {
    base::LogError("log", "the delivery log is not signed",
                   {{"why", std::string(base::Message(done))}});
  }
  if (!failing && std::exchange(failing_, false)) {
    base::LogInfo("log", "the delivery log is signed again");
  }
  if (!failing && turned_) turned_();
}

}  // namespace firstbell::server
