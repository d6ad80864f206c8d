#include "broker/dispatch/climb.h"

#include <algorithm>

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
  event.With(alert.id).With(alert.force).With(alert.urn).With(alert.authority);
  event.WithNumber("rung", number).WithWord("to", model::Word(rung.kind));
  if (rung.kind == v1::RUNG_KIND_AUTHORITY) {
    event.WithWord("state", OpenedOrOver(alert) ? "opened" : "unopened");
  }
  return event;
}

model::Event UnreadyEvent(const model::Alert& alert, const std::vector<v1::Unready>& unready,
                          absl::Time now) {
  model::Event event(model::EventKind::kSchoolUnready, now);
  event.With(alert.id).With(alert.force).With(alert.urn).With(alert.authority);
  for (const v1::Unready why : unready) event.WithWord(model::Word(why), "yes");
  return event;
}

}  // namespace

bool LooksNow(const model::Alert& alert, const model::Looks& looks, absl::Time now) {
  const bool before_window = looks.evening <= now && now < alert.show_from;
  return before_window && !model::Seen(alert) && !alert.telephone.unready;
}

store::NewClimb Climb(const model::Ladder& ladder, const model::Alert& alert, absl::Time now,
                      const BeforeMorning& before_morning) {
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
  const auto look = model::NextLook(before_morning.looks, now);
  if (look && climb.climb_at) climb.climb_at = std::min(*climb.climb_at, *look);
  if (!before_morning.unready.empty()) {
    climb.unready = true;
    climb.events.push_back(UnreadyEvent(alert, before_morning.unready, now));
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
                             .With(alert.urn)
                             .With(alert.authority));
  return climb;
}

}  // namespace firstbell::dispatch
