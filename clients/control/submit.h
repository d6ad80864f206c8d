#pragma once

// Submits the incidents of a file and says how each ended. Threads: one call at a time; the sink is
// called by one thread at a time, which need not be the caller's.

#include <cstdint>
#include <functional>
#include <istream>

#include "broker/base/status.h"
#include "clients/console/call.h"
#include "firstbell/v1/incident_service.grpc.pb.h"

namespace firstbell::control {

struct Submission {
  std::uint64_t line = 0;  // where the incident begins
  // OK: the broker's answer, everything durable. Otherwise it was refused, or was not submitted.
  base::Result<v1::IncidentAnswer> answer;
};
using SubmissionSink = std::function<void(const Submission&)>;

// One incident over many lines goes in one call; incidents a line go through one stream, at once,
// so that a pipe may stay open. Each incident that was read reaches `sink` exactly once, whatever
// happens. An error ends the reading: the input cannot be read, or the broker was lost and did not
// come back.
base::Status SubmitAll(v1::IncidentService::Stub& stub, std::istream& in,
                       const console::Retry& retry, const SubmissionSink& sink);

}  // namespace firstbell::control
