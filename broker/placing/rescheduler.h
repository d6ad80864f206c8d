#pragma once

// What becomes of alerts that wait when a calendar changes: a school's hours, bank holidays, the
// time zone's rules. Used after such a change and at start.
//
// An alert only ever moves to earlier: what was promised to the force is not taken back, and a list
// that is wrong for an hour hides no child. Why: broker/decisions/0006.

#include <functional>

#include "absl/time/time.h"
#include "broker/base/ids.h"
#include "broker/base/status.h"
#include "broker/placing/school_calendar.h"
#include "broker/store/store.h"

namespace firstbell::placing {

// The times of an alert that came at `came`, where it is still to be met. A deadline that has
// passed by them cannot be: it is then timed as if it came `now`. Pure.
calendar::Timing PlanFor(const store::SchoolFacts& school, const calendar::Calendar& calendar,
                         absl::Time came, bool urgent, absl::Time now);

// The times of an alert that nobody has seen, as the calendar has them now: none later than it has.
// Pure.
calendar::Timing Retime(const model::Alert& alert, const store::SchoolFacts& school,
                        const calendar::Calendar& calendar, absl::Time now);

// Threads: safe. All that it is given outlives it.
class Rescheduler {
 public:
  // Told of a school whose alerts moved, once they are durable: its links are to be looked at.
  using Moved = std::function<void(base::Urn)>;

  Rescheduler(store::Store& store, const SchoolCalendar& calendar, Moved moved)
      : store_(store), calendar_(calendar), moved_(std::move(moved)) {}

  // The alerts of one school; how many moved. May be repeated, and then moves none. Errors: the
  // store's; what had moved stays moved and is told of.
  base::Result<std::size_t> School(base::Urn urn, absl::Time now);
  // Of every school.
  base::Result<std::size_t> Everywhere(absl::Time now);

 private:
  base::Status Walk(base::Urn urn, absl::Time now, std::size_t& moved);
  base::Result<bool> Move(const model::Alert& alert, const store::SchoolFacts& school,
                          absl::Time now);

  store::Store& store_;
  const SchoolCalendar& calendar_;
  const Moved moved_;
};

}  // namespace firstbell::placing
