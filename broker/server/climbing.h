#pragma once

// Alerts climb their ladders: once a second, whatever is due.

#include <atomic>

#include "broker/base/clock.h"
#include "broker/dispatch/climber.h"

namespace firstbell::server {

// Threads: any; Run one. A resource; all that it is given outlives it.
class Climbing {
 public:
  Climbing(store::Store& store, const placing::Ladders& ladders,
           const placing::SchoolCalendar& calendar, const base::Clock& clock,
           dispatch::Climber::Climbed climbed)
      : clock_(clock), climber_(store, ladders, calendar, std::move(climbed)) {}
  Climbing(const Climbing&) = delete;
  Climbing& operator=(const Climbing&) = delete;

  // Call about once a second; true: Run is to be called.
  bool Due() { return !running_.exchange(true); }
  void Run();
  void Stop() { climber_.Stop(); }

 private:
  const base::Clock& clock_;
  dispatch::Climber climber_;
  std::atomic<bool> running_{false};
  bool looked_everywhere_ = false;  // since the start; Run's alone
};

}  // namespace firstbell::server
