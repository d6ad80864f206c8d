#pragma once

// From a child of an incident to alerts: scope → match → establishments → window and deadline. Used
// by every use case that places. Reads the store, writes nothing.

#include <optional>
#include <vector>

#include "broker/base/ids.h"
#include "broker/base/status.h"
#include "broker/model/alert.h"
#include "broker/model/incident.h"
#include "broker/placing/roll_index.h"
#include "broker/placing/school_calendar.h"
#include "broker/store/store.h"

namespace firstbell::placing {

// Whose incident, under which id, and when it came.
struct Origin {
  base::IncidentId incident_id;
  base::ForceCode force;
  absl::Time now;
};

// What becomes of the children: one answer each, in order; the alerts of those placed, the cases of
// those at review.
struct Placement {
  std::vector<store::ChildAnswer> answers;
  std::vector<model::Alert> alerts;
  std::vector<model::Case> cases;
};

// Threads: safe. All that it is given outlives it.
class Placer {
 public:
  Placer(store::Store& store, const SchoolCalendar& calendar, RollIndex& index)
      : store_(store), calendar_(calendar), index_(index) {}

  // Errors are the store's alone: a child that cannot be placed is a case, not an error.
  base::Result<Placement> Place(const model::Incident& incident, const Origin& origin);
  // A person's word: one alert at each of these schools, whatever a machine makes of the child.
  // FailedPrecondition, naming the school: it is not open, or not in the register.
  base::Result<std::vector<model::Alert>> PlaceByHand(const model::Incident& incident,
                                                      const base::ChildRef& child_ref,
                                                      const std::vector<base::Urn>& urns,
                                                      const Origin& origin);

 private:
  base::Status PlaceChild(const model::Incident& incident, const model::ChildIdentity& child,
                          matching::Decision decision, const Origin& origin, Placement& placement);
  // One alert for each registration, or nothing where a school is closed or not in the register.
  base::Result<std::optional<std::vector<model::Alert>>> AlertsFor(
      const std::vector<model::PupilAtSchool>& registrations, const model::Incident& incident,
      const model::ChildIdentity& child, const Origin& origin);
  // Nothing where the school is closed or not in the register.
  base::Result<std::optional<model::Alert>> AlertAt(base::Urn urn, const model::Incident& incident,
                                                    const base::ChildRef& child_ref,
                                                    const Origin& origin);

  store::Store& store_;
  const SchoolCalendar& calendar_;
  RollIndex& index_;
};

}  // namespace firstbell::placing
