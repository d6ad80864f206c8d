#pragma once

// For how long a machine opens anybody's keys without a word from its broker: one that was stolen,
// and is kept from the network so that it does not hear that it was revoked, opens nothing after
// that. What the program refuses; a copied disk and another program are beyond it (decision 0014).

#include <optional>

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "clients/school/local_store.h"

namespace firstbell::school {

inline constexpr absl::Duration kLease = absl::Hours(24 * 14);

// Pure. `heard`: what the broker's clock said last; never: the lease has not begun, and there is
// nothing to open. FailedPrecondition: the lease is over, or the broker refuses this machine.
base::Status CheckLease(const std::optional<absl::Time>& heard,
                        const std::optional<LinkStanding>& link, absl::Time now);
// By what the store has.
base::Status CheckLease(LocalStore& store, absl::Time now);

}  // namespace firstbell::school
