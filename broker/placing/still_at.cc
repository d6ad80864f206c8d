#include "broker/placing/still_at.h"

namespace firstbell::placing {

std::set<base::Urn> MayStillBeAt(const matching::Decision& decision,
                                 const std::vector<model::Alert>& alerts,
                                 const matching::Thresholds& thresholds) {
  std::set<base::Urn> urns;
  for (const matching::Scored& one : decision.judgement.ranked) {
    const matching::Evidence& evidence = one.evidence;
    const bool same_upn = evidence.at(matching::Field::kUpn).level == matching::Level::kExact;
    if (same_upn || evidence.of_child() >= thresholds.of_child) {
      urns.insert(decision.compared[one.pupil].urn);
    }
  }
  if (decision.all_compared) return urns;
  for (const model::Alert& alert : alerts) urns.insert(alert.urn);
  return urns;
}

}  // namespace firstbell::placing
