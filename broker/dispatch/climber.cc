#include "broker/dispatch/climber.h"

#include "broker/base/limits.h"
#include "broker/dispatch/climb.h"
#include "broker/model/nobody_left.h"

namespace firstbell::dispatch {

// How many climbed, and the first error.
struct Climber::Walk {
  std::size_t climbed = 0;
  base::Status failed;
};

base::Result<std::size_t> Climber::Run(absl::Time now) {
  Walk walk;
  std::string after;
  do {
    FB_ASSIGN_OR_RETURN(const auto due, store_.DueAlerts(now, after, limits::kCommitGroup));
    ClimbPage(due.items, now, walk);
    after = due.next;
  } while (!after.empty() && !stopped_);
  if (!walk.failed.ok()) return walk.failed;
  return walk.climbed;
}

base::Result<std::size_t> Climber::Everywhere(absl::Time now) {
  Walk walk;
  FB_ASSIGN_OR_RETURN(const auto urns, store_.SchoolsWithOpenAlerts());
  for (const base::Urn urn : urns) {
    std::string after;
    do {
      FB_ASSIGN_OR_RETURN(const auto page, store_.OpenAlerts(urn, after, limits::kCommitGroup));
      std::vector<model::Alert> alerts;
      for (const store::OpenAlert& open : page.items) alerts.push_back(open.alert);
      ClimbPage(alerts, now, walk);
      after = page.next;
    } while (!after.empty() && !stopped_);
  }
  if (!walk.failed.ok()) return walk.failed;
  return walk.climbed;
}

base::Result<store::NewClimb> Climber::ClimbOf(const model::Alert& alert, absl::Time now) const {
  if (model::Ended(alert.state)) return Overdue(alert, now);
  BeforeMorning before{model::LooksOf(alert.show_from, calendar_.Current()->zone())};
  if (LooksNow(alert, before.looks, now)) {
    FB_ASSIGN_OR_RETURN(before.unready, readiness_.Of(alert, now));
  }
  store::NewClimb climb = Climb(*ladders_.Of(alert.force, alert.urn).ladder, alert, now, before);
  // Nobody at the school may read it: an officer does not wait for the rung of the call list.
  const bool may_be_nobody = !alert.excluded.empty() && now >= alert.show_from;
  if (!may_be_nobody || alert.telephone.wanted) return climb;
  FB_ASSIGN_OR_RETURN(const auto recipients, store_.RecipientsOf(alert.urn));
  climb.called |= model::NobodyLeft(alert, recipients);
  return climb;
}

void Climber::ClimbPage(const std::vector<model::Alert>& due, absl::Time now, Walk& walk) {
  std::vector<store::NewClimb> climbs;
  for (const model::Alert& alert : due) {
    base::Result<store::NewClimb> climb = ClimbOf(alert, now);
    if (!climb.ok()) {
      if (walk.failed.ok()) walk.failed = climb.status();
      continue;
    }
    const bool same = climb->to == climb->from && climb->climb_at == alert.climb_at &&
                      climb->events.empty() && climb->called <= alert.telephone.wanted;
    if (!same) climbs.push_back(*std::move(climb));
  }
  const auto recorded = store_.RecordClimbs(climbs);
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    const auto& one = recorded[i];
    // It ended meanwhile, or another run was faster.
    if (absl::IsFailedPrecondition(one.status())) continue;
    if (!one.ok()) {
      if (walk.failed.ok()) walk.failed = one.status();
      continue;
    }
    if (one->was_there || climbs[i].to == climbs[i].from) continue;
    ++walk.climbed;
    if (climbed_) climbed_(one->alert);
  }
}

}  // namespace firstbell::dispatch
