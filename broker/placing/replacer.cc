#include "broker/placing/replacer.h"

#include <algorithm>

#include "broker/base/limits.h"
#include "broker/placing/reported.h"
#include "broker/store/rules.h"

namespace firstbell::placing {
namespace {

bool Contains(const std::vector<base::AlertId>& ids, const base::AlertId& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

// That its child has no notice any more, or has one now.
bool ForTheForce(const store::Replacement& change, const Standing& before) {
  std::size_t had = 0, has = change.alerts.size();
  for (const model::Alert& alert : before.alerts) {
    if (alert.child_ref != change.child_ref || model::TakenBack(alert.state)) continue;
    ++had;
    has += Contains(change.ended, alert.id) ? 0 : 1;
  }
  return change.review.has_value() && (had > 0) != (has > 0);
}

}  // namespace

base::Result<std::size_t> Replacer::Incident(const base::IncidentId& id, absl::Time now) {
  FB_ASSIGN_OR_RETURN(const store::Incident stored, store_.GetIncident(id));
  const auto incident = Reported(vault_, stored);
  if (absl::IsNotFound(incident.status())) return 0;
  if (!incident.ok()) return incident.status();
  Standing standing;
  FB_ASSIGN_OR_RETURN(standing.alerts, store_.AlertsOf(id));
  FB_ASSIGN_OR_RETURN(standing.cases, store_.CasesOf(id));
  FB_ASSIGN_OR_RETURN(
      const auto changes,
      placer_.PlaceAgain(*incident, standing,
                         {id, stored.force, now, stored.accepted_at, store::ChildrenOf(stored)}));
  std::size_t changed = 0;
  for (const store::Replacement& change : changes) {
    FB_ASSIGN_OR_RETURN(const bool did, Replace(change, standing));
    changed += did ? 1 : 0;
  }
  return changed;
}

// If we die before this is durable, the walk at the next start finds the same. If after, dispatch
// finds the new alerts in the outbox, and a device hears of the old ones when it names what it
// holds.
base::Result<bool> Replacer::Replace(const store::Replacement& change, const Standing& before) {
  const base::Status stored = store_.PlaceAgain(change);
  // It was shown, or a person decided, meanwhile: that stands.
  if (absl::IsFailedPrecondition(stored)) return false;
  FB_RETURN_IF_ERROR(stored);
  std::vector<model::Alert> changed = change.alerts;
  for (const model::Alert& alert : before.alerts) {
    if (Contains(change.ended, alert.id)) changed.push_back(store::AfterRedirect(alert, change.at));
  }
  if (changed_) changed_(changed, ForTheForce(change, before) ? change.review : std::nullopt);
  return true;
}

// How many changed, and the first error.
struct Replacer::Walk {
  std::size_t changed = 0;
  base::Status failed;

  base::Result<std::size_t> Result() const {
    if (!failed.ok()) return failed;
    return changed;
  }
};

void Replacer::Visit(const base::IncidentId& id, absl::Time now, std::set<base::IncidentId>& done,
                     Walk& walk) {
  if (stopped() || !done.insert(id).second) return;
  const auto here = Incident(id, now);
  if (here.ok()) {
    walk.changed += *here;
  } else if (walk.failed.ok()) {
    walk.failed = here.status();
  }
}

base::Result<std::size_t> Replacer::School(base::Urn urn, absl::Time now,
                                           std::set<base::IncidentId>& done) {
  Walk walk;
  std::string after;
  do {
    FB_ASSIGN_OR_RETURN(const auto page, store_.OpenAlerts(urn, after, limits::kMaxPageSize));
    for (const store::OpenAlert& open : page.items) {
      if (model::Seen(open.alert)) continue;
      Visit(open.alert.incident_id, now, done, walk);
    }
    after = page.next;
  } while (!after.empty() && !stopped());
  return walk.Result();
}

base::Result<std::size_t> Replacer::Desk(absl::Time now, std::set<base::IncidentId>& done) {
  Walk walk;
  FB_ASSIGN_OR_RETURN(const auto ids, store_.IncidentsWithOpenCases());
  for (const base::IncidentId& id : ids) Visit(id, now, done, walk);
  return walk.Result();
}

}  // namespace firstbell::placing
