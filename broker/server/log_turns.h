#pragma once

// The delivery log's turns: a thread that every limits::kIntegrateEvery, on even marks of the boot
// clock, has the log keeper take in what is new and sign it.

#include <atomic>
#include <functional>
#include <thread>

#include "broker/base/clock.h"
#include "broker/base/mutex.h"
#include "broker/inquiry/log_keeper.h"

namespace firstbell::server {

// What its thread is called, for whoever looks at the process.
inline constexpr char kLogTurnsThread[] = "log-turns";

// A resource. Threads: Stop any. All that it is given outlives it.
class LogTurns {
 public:
  LogTurns(inquiry::LogKeeper& keeper, const base::Clock& clock) : keeper_(keeper), clock_(clock) {}
  ~LogTurns() { Stop(); }
  LogTurns(const LogTurns&) = delete;
  LogTurns& operator=(const LogTurns&) = delete;

  // `turned` is called after each turn that did not fail, on the thread of the turns; empty: nobody
  // asks. Must not block.
  void Start(std::function<void()> turned = {});
  // Ends the thread; the turn under way is finished.
  void Stop();

 private:
  void Run();
  // False once it is to end.
  bool AwaitMark();
  void Turn();

  inquiry::LogKeeper& keeper_;
  const base::Clock& clock_;
  std::function<void()> turned_;  // fixed by Start
  std::thread thread_;
  bool failing_ = false;  // the thread's: it was said already

  base::Mutex mutex_;
  base::CondVar changed_;
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace firstbell::server
