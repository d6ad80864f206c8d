#include "broker/dispatch/climb.h"

#include "broker/dispatch/wake_ups.h"

namespace firstbell::dispatch {
namespace {

bool OpenedOrOver(const model::Alert& alert) {
  return model::Opened(alert) || model::Ended(alert.state);
}

// `number` counts from 1.
model::Event ClimbedEvent(const model::Alert& alert, const model::Rung& rung, std::uint32_t number,
                          absl::Time now) {
  model::Event event(model::EventKind::kAlertClimbed, now);
  event.With(alert.id).With(alert.force).With(alert.urn);
  event.WithNumber("rung", number).WithWord("to", model::Word(rung.kind));
  if (rung.kind == v1::RUNG_KIND_AUTHORITY) {
    event.WithWord("state", OpenedOrOver(alert) ? "opened" : "unopened");
  }
  return event;
}

}  // namespace

store::NewClimb Climb(const model::Ladder& ladder, const model::Alert& alert, absl::Time now) {
  store::NewClimb climb{alert.id, alert.rung, alert.rung, std::nullopt, false, {}};
  for (; climb.to < ladder.size(); ++climb.to) {
    const model::Rung& rung = ladder[climb.to];
    const absl::Time due = model::DueAt(rung, alert);
    if (due > now) {
      climb.climb_at = due;
      break;
    }
    climb.called |= rung.kind == v1::RUNG_KIND_CALLS;
    climb.events.push_back(ClimbedEvent(alert, rung, climb.to + 1, now));
  }
  climb.wake = Decide(ladder, alert, climb.to, now);
  return climb;
}

store::NewClimb Overdue(const model::Alert& alert, absl::Time now) {
  store::NewClimb climb{alert.id, alert.rung, alert.rung, std::nullopt, false, {}};
  climb.arrival_overdue = true;
  climb.events.push_back(model::Event(model::EventKind::kArrivalOverdue, now)
                             .With(alert.id)
                             .With(alert.force)
                             .With(alert.urn));
  return climb;
}

}  // namespace firstbell::dispatch
