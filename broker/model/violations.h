#pragma once

// Collects every faulty field of a request, so that one answer names them all, up to
// limits::kViolationsNamed; those above are counted. Becomes an InvalidArgument whose payload is a
// google.rpc.BadRequest. Not thread-safe.

#include <cstddef>
#include <string>
#include <string_view>

#include "broker/base/status.h"
#include "google/rpc/error_details.pb.h"

namespace firstbell::model {

// The payload key under which BadRequest travels in a base::Status, and in grpc-status-details-bin.
inline constexpr std::string_view kBadRequestType = "type.googleapis.com/google.rpc.BadRequest";

class Violations {
 public:
  // `path` as in the proto ("children[1].date_of_birth"), `description` what is wrong and what
  // would be right; never the value.
  void Add(std::string_view path, std::string_view description);
  bool empty() const { return request_.field_violations().empty(); }
  // OK, or InvalidArgument whose message names the first and counts the rest.
  base::Status ToStatus() const;

 private:
  google::rpc::BadRequest request_;
  std::size_t count_ = 0;
};

// The BadRequest inside a status; empty where there is none.
google::rpc::BadRequest BadRequestOf(const base::Status& status);

// One faulty field.
base::Status FieldError(std::string_view path, std::string_view description);

}  // namespace firstbell::model
