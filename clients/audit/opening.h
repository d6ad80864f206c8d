#pragma once

// Whether a log entry commits to the event that is shown with it, in whichever form it is shown.
// Pure; any thread.

#include <cstddef>

#include "broker/base/status.h"
#include "firstbell/v1/delivery_log_service.pb.h"

namespace firstbell::audit_client {

inline constexpr std::size_t kMostEventBytes = 16 * 1024;

// DataLoss: it does not, or no log of ours has such an event. Ours are JSON objects of texts and
// numbers in their one byte form, at most kMostEventBytes: whoever holds one may parse it, print it
// and keep it without another look, though the log that it came from is not to be believed.
base::Status CheckOpening(const v1::LogEntry& entry);

}  // namespace firstbell::audit_client
