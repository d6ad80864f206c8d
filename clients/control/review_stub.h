#pragma once

// The broker's ReviewService, as an officer calls it.

#include <memory>

#include "broker/base/status.h"
#include "clients/console/channel.h"
#include "firstbell/v1/review_service.grpc.pb.h"

namespace firstbell::control {

// The channel's errors. Threads: any.
inline base::Result<std::unique_ptr<v1::ReviewService::Stub>> ReviewStub(
    const console::BrokerOptions& broker) {
  FB_ASSIGN_OR_RETURN(const auto channel, console::Connect(broker));
  return v1::ReviewService::NewStub(channel);
}

}  // namespace firstbell::control
