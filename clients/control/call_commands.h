#pragma once

// calls list, watch, show, record, replies: the call list of the force's named officers.

#include <string>

#include "broker/base/status.h"
#include "clients/console/app.h"
#include "clients/console/channel.h"
#include "firstbell/v1/review_service.grpc.pb.h"

namespace firstbell::control {

// Both arguments outlive the call to App::Main.
void AddCallCommands(console::App& app, const console::BrokerOptions& broker);

// The one on the list whose alert begins so. NotFound; InvalidArgument: several do.
base::Result<v1::Call> FindCall(v1::ReviewService::Stub& stub, const std::string& begins);

}  // namespace firstbell::control
