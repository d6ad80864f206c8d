#pragma once

// A force system that submits as fast as it is answered: the load of the intake benchmarks, the
// same for the broker and for its ceiling.

#include <grpcpp/grpcpp.h>

#include <memory>
#include <vector>

#include "firstbell/v1/incident_service.grpc.pb.h"

namespace firstbell::bench {

struct Load {
  double seconds = 0;
  double p50_ms = 0, p99_ms = 0;  // of one call
  std::size_t placed = 0;         // incidents whose every child was
  double per_second(std::size_t n) const { return static_cast<double>(n) / seconds; }
};

using Channels = std::vector<std::shared_ptr<grpc::Channel>>;
using Requests = std::vector<v1::SubmitIncidentRequest>;

// All of them, so many at a time, over the channels in turn. FB_CHECKs that each is answered OK.
Load SubmitAll(const Channels& channels, const Requests& requests, std::size_t in_flight);
// The same over one stream.
Load StreamAll(const std::shared_ptr<grpc::Channel>& channel, const Requests& requests,
               std::size_t in_flight);

}  // namespace firstbell::bench
