#include "clients/school/lease.h"

#include <string>

namespace firstbell::school {

base::Status CheckLease(const std::optional<absl::Time>& heard,
                        const std::optional<LinkStanding>& link, absl::Time now) {
  if (link && link->state == LinkState::kRefused) {
    return base::FailedPrecondition(
        "the broker refuses this machine (" + link->why +
        "): nobody's keys are opened on it. Telephone your operator now, and the force for what "
        "waits");
  }
  if (!heard || now < *heard + kLease) return base::OkStatus();
  return base::FailedPrecondition(
      "this machine has not heard from its broker for " +
      std::to_string(absl::ToInt64Hours(kLease) / 24) +
      " days: nobody's keys are opened until it has. Connect it to the network; where that is not "
      "to be had, telephone the force for what waits");
}

base::Status CheckLease(LocalStore& store, absl::Time now) {
  FB_ASSIGN_OR_RETURN(const auto heard, store.LastHeard());
  FB_ASSIGN_OR_RETURN(const auto link, store.LastLinkStanding());
  return CheckLease(heard, link, now);
}

}  // namespace firstbell::school
