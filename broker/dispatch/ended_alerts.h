#pragma once

// What a school's devices are told of alerts that are over. A school has several machines, and a
// person acknowledges on one: the others learn it, also one that was off.
//
// Threads: safe. Errors: the store's; one alert that cannot be read is logged and left out.

#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "broker/base/status.h"
#include "broker/dispatch/devices.h"
#include "broker/store/store.h"
#include "firstbell/v1/link.pb.h"

namespace firstbell::dispatch {

// Those of `ids` that have ended. Those that the store does not know, or that are another school's,
// are left out, and their number is logged.
v1::EndedAlerts EndedAmong(store::Store& store, base::Urn urn, absl::Span<const base::AlertId> ids);

// The newest sealings of acknowledged alerts that this device never received and whose content can
// still be read, for each machine of a school gets each alert. Newest first, at most
// limits::kEndedPushed: the others when these were received.
base::Result<std::vector<model::Sealing>> EndedUnseenBy(store::Store& store, const Device& device,
                                                        absl::Time now);

}  // namespace firstbell::dispatch
