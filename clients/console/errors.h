#pragma once

// Errors as a person reads them, or as JSON. Pure; any thread.

#include <grpcpp/support/status.h>

#include <ostream>
#include <string>

#include "broker/base/status.h"
#include "google/rpc/status.pb.h"

namespace firstbell::console {

// The broker's error with, where the code says more than the message, that in plain words before
// it, and with its BadRequest, so that model::BadRequestOf finds it.
base::Status FromGrpc(const grpc::Status& status);
base::Status FromRpc(const google::rpc::Status& status);

// What happened in one sentence, then one line for each faulty field: "  children[0].upn: …".
// No line break at the end.
std::string Explain(const base::Status& status);
// {"error":{"code":"INVALID_ARGUMENT","message":…,"fields":[{"field":…,"description":…}]}}, one
// line.
std::string ErrorJson(const base::Status& status);
void PrintError(std::ostream& err, const base::Status& status, bool json);

}  // namespace firstbell::console
