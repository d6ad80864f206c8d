#pragma once

// How far an alert that nobody acknowledges has climbed its ladder. Pure: no clock, no store; any
// thread.

#include "broker/model/ladder.h"
#include "broker/store/store.h"

namespace firstbell::dispatch {

// Every rung that is due by `now`, from the one that the alert stands on, each with its event; and
// when to look again. An alert that comes late climbs several at once. Where none is due, nothing
// but the next look changes. The authority hears of nothing that was opened: that rung is climbed
// all the same. With whether it wakes its school (wake_ups.h). Of an alert that has not ended.
// `before_morning`: what was found where its school is looked at before its window (LooksNow).
struct BeforeMorning {
  model::Looks looks;
  std::vector<v1::Unready> unready = {};
};
store::NewClimb Climb(const model::Ladder& ladder, const model::Alert& alert, absl::Time now,
                      const BeforeMorning& before_morning);
// Whether its school is to be looked at: from the evening before to its window, until something is
// found.
bool LooksNow(const model::Alert& alert, const model::Looks& looks, absl::Time now);
// Of one that was acknowledged, and whose school has not said in time whether the child has come.
store::NewClimb Overdue(const model::Alert& alert, absl::Time now);

}  // namespace firstbell::dispatch
