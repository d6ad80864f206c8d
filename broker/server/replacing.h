#pragma once

// Children whose alerts nobody has seen, and those who wait for a person, are placed again: after
// the start, whenever rolls or the register have changed, and on each new day, for on it children
// join rolls and leave them.

#include <chrono>
#include <optional>

#include "broker/base/clock.h"
#include "broker/base/mutex.h"
#include "broker/placing/replacer.h"

namespace firstbell::server {

// An import brings one roll after another: a walk begins a moment after the first, and rests for
// several times as long as it took before the next. Threads: Run one, the others any. A resource;
// all that it is given outlives it.
class Replacing {
 public:
  using Instant = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::seconds kSettle{
      5};                          // incidents placed meanwhile are stored by then
  static constexpr int kRest = 4;  // times as long as the walk took

  Replacing(store::Store& store, placing::Placer& placer, sealing::Vault& vault,
            const placing::SchoolCalendar& calendar, const base::Clock& clock,
            placing::Replacer::Changed changed)
      : store_(store),
        calendar_(calendar),
        clock_(clock),
        replacer_(store, placer, vault, changed) {}
  Replacing(const Replacing&) = delete;
  Replacing& operator=(const Replacing&) = delete;

  void RollsChanged();
  // Call about once a second; true: Run is to be called.
  bool Due(Instant now);
  // One walk through all schools with waiting alerts, past those where it fails; what failed is
  // tried again with the next.
  void Run();
  // One incident at once: a school has refused a child of it.
  void Incident(const base::IncidentId& id);
  // Ends a walk after the incident that it is at.
  void Stop() { replacer_.Stop(); }

 private:
  store::Store& store_;
  const placing::SchoolCalendar& calendar_;
  const base::Clock& clock_;
  placing::Replacer replacer_;

  base::Mutex mutex_;
  // The start is a change: imports may have been cut. `fresh_`: Due has not seen the newest yet.
  bool wanted_ ABSL_GUARDED_BY(mutex_) = true, fresh_ ABSL_GUARDED_BY(mutex_) = true;
  Instant first_ ABSL_GUARDED_BY(mutex_){}, newest_ ABSL_GUARDED_BY(mutex_){};  // as Due saw them
  bool running_ ABSL_GUARDED_BY(mutex_) = false;
  Instant not_before_ ABSL_GUARDED_BY(mutex_){};
  std::optional<model::Date> day_ ABSL_GUARDED_BY(mutex_);  // of the newest Due
};

}  // namespace firstbell::server
