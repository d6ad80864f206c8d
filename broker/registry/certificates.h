#pragma once

// The installation's issuing authority at work: certificates for operators' callers, and for the
// devices and people that enrol.

#include <string>

#include "absl/time/time.h"
#include "broker/base/status.h"
#include "broker/crypto/x509.h"
#include "broker/registry/identity.h"

namespace firstbell::registry {

// Threads: safe. `issuing` outlives it.
class Certificates {
 public:
  explicit Certificates(const crypto::Authority& issuing) : issuing_(issuing) {}

  // Of a caller over gRPC: client authentication, for limits::kCallerCertificateLife, because it
  // cannot be revoked. DER. `now` is the wall clock's, here and below.
  base::Result<std::string> IssueCaller(const Identity& identity, const std::string& public_key,
                                        absl::Time now) const;
  // Of a school's key, for signing receipts or opening alerts, for limits::kCertificateLife: it is
  // revoked at the broker, and renewing it is to enrol anew.
  base::Result<std::string> IssueRecipient(const Identity& identity, crypto::Usage usage,
                                           const std::string& public_key, absl::Time now) const;

 private:
  const crypto::Authority& issuing_;
};

}  // namespace firstbell::registry
