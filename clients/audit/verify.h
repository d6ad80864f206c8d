#pragma once

// Checks a broker's delivery log against its own checkpoint: every entry in its place, every
// commitment that can be opened fits its event, and the RFC 6962 root over all entries is the
// checkpoint's. Threads: one call at a time.

#include <cstdint>
#include <functional>
#include <string>

#include "broker/base/status.h"
#include "firstbell/v1/delivery_log_service.grpc.pb.h"

namespace firstbell::audit_client {

struct Verified {
  v1::Checkpoint checkpoint;
  std::uint64_t entries = 0;  // read
  std::uint64_t opened = 0;   // of which the event was shown and fits
  std::uint64_t closed = 0;   // erased, or outside the certificate's scope: the hash alone counted
  std::string mismatch;       // where and what does not fit; empty: all does
};

// An error means that it could not be checked; a log that does not fit is a result.
base::Result<Verified> Verify(v1::DeliveryLogService::Stub& stub,
                              const std::function<void(double)>& progress);

// In plain words, what was checked and what not; several lines.
std::string Describe(const Verified& verified);
// {"verified":…,"origin":…,"size":…,"rootSha256":…,…} and a line break.
std::string VerifiedJson(const Verified& verified);

}  // namespace firstbell::audit_client
