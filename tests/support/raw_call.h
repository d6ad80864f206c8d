#pragma once

// A unary call of raw bytes: what a client of other making might send.

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

namespace firstbell::support {

struct RawAnswer {
  grpc::Status status;
  std::string bytes;
};
RawAnswer CallRaw(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                  const std::string& bytes);

}  // namespace firstbell::support
