#pragma once

// When to send the same again: carried by an error, and by its answer as google.rpc.RetryInfo.

#include <optional>

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "google/rpc/error_details.pb.h"

namespace firstbell::model {

// The same error with the delay.
base::Status WithRetryAfter(base::Status status, absl::Duration delay);
std::optional<absl::Duration> RetryAfter(const base::Status& status);

google::rpc::RetryInfo RetryInfoOf(absl::Duration delay);

}  // namespace firstbell::model
