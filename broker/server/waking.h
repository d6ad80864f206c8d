#pragma once

// Schools are woken: once a second, whatever is due.

#include <atomic>

#include "broker/base/clock.h"
#include "broker/dispatch/wake_ups.h"

namespace firstbell::server {

// Threads: any; Run one. A resource; all that it is given outlives it.
class Waking {
 public:
  Waking(store::Store& store, dispatch::WakeUpSender& sender, const base::Clock& clock)
      : clock_(clock), waker_(store, sender) {}
  Waking(const Waking&) = delete;
  Waking& operator=(const Waking&) = delete;

  // Call about once a second; true: Run is to be called.
  bool Due() { return !running_.exchange(true); }
  // As long as mail servers and webhooks take.
  void Run();
  void Stop() { waker_.Stop(); }

 private:
  const base::Clock& clock_;
  dispatch::Waker waker_;
  std::atomic<bool> running_{false};
};

}  // namespace firstbell::server
