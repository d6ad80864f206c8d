#include "broker/placing/case_deadline.h"

#include <algorithm>
#include <set>

namespace firstbell::placing {

base::Result<absl::Time> CaseDeadline(store::Store& store, const calendar::Calendar& calendar,
                                      const model::Case& value, calendar::Urgency urgency) {
  const auto deadline = [&](model::Nation nation, const model::SchoolHours& hours) {
    return calendar.Plan(nation, hours, value.opened_at, urgency).deadline;
  };
  std::set<base::Urn> urns;
  for (const model::Case::Candidate& candidate : value.candidates) urns.insert(candidate.urn);
  absl::Time soonest = absl::InfiniteFuture();
  for (const base::Urn urn : urns) {
    const auto facts = store.GetSchool(urn);
    if (absl::IsNotFound(facts.status())) continue;
    if (!facts.ok()) return facts.status();
    soonest = std::min(soonest, deadline(facts->school.nation, facts->hours));
  }
  if (soonest != absl::InfiniteFuture()) return soonest;
  const model::SchoolHours usual;
  return std::min(deadline(v1::NATION_ENGLAND, usual), deadline(v1::NATION_WALES, usual));
}

}  // namespace firstbell::placing
