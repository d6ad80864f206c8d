#pragma once

// Climbs ladders: looks at the alerts whose next rung is due, and at no other.
//
// If we die before a rung is durable, it is climbed after the start; if after, it is not climbed
// again. Nothing is told before it is durable.

#include <atomic>
#include <functional>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "broker/placing/ladders.h"
#include "broker/placing/readiness.h"
#include "broker/store/store.h"

namespace firstbell::dispatch {

// Threads: Run one, the others any. All that it is given outlives it.
class Climber {
 public:
  // Told of each alert that climbed, once that is durable: its school's links are to be looked at,
  // for it is to be sealed to more people. Must not block.
  using Climbed = std::function<void(const model::Alert& alert)>;

  Climber(store::Store& store, const placing::Ladders& ladders,
          const placing::SchoolCalendar& calendar, Climbed climbed)
      : store_(store),
        ladders_(ladders),
        calendar_(calendar),
        readiness_(store, calendar),
        climbed_(std::move(climbed)) {}

  // All that is due by `now`; how many climbed. Goes on past one that fails, and answers with the
  // first error: what failed is due still. Errors: the store's.
  base::Result<std::size_t> Run(absl::Time now);
  // Of every alert that has not ended, due or not: after the start, for ladders may have changed
  // and the look at those who wait was cut short.
  base::Result<std::size_t> Everywhere(absl::Time now);
  // A run ends with the page that it is at.
  void Stop() { stopped_ = true; }

 private:
  struct Walk;
  void ClimbPage(const std::vector<model::Alert>& due, absl::Time now, Walk& walk);

  base::Result<store::NewClimb> ClimbOf(const model::Alert& alert, absl::Time now) const;

  store::Store& store_;
  const placing::Ladders& ladders_;
  const placing::SchoolCalendar& calendar_;
  const placing::Readiness readiness_;
  const Climbed climbed_;
  std::atomic<bool> stopped_{false};
};

}  // namespace firstbell::dispatch
