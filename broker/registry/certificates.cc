#include "broker/registry/certificates.h"

#include "broker/base/limits.h"

namespace firstbell::registry {
namespace {

constexpr absl::Duration kClockSkew = absl::Minutes(5);

crypto::CertificateRequest Request(const Identity& identity, crypto::Usage usage,
                                   std::string public_key, absl::Time now, absl::Duration life) {
  return {.common_name = std::string(Word(identity.role)) + " " + identity.parts.back(),
          .public_key = std::move(public_key),
          .usage = usage,
          .uri = identity.uri,
          .not_before = now - kClockSkew,
          .not_after = now + life};
}

}  // namespace

base::Result<std::string> Certificates::IssueCaller(const Identity& identity,
                                                    const std::string& public_key,
                                                    absl::Time now) const {
  return crypto::Issue(issuing_, Request(identity, crypto::Usage::kTlsClient, public_key, now,
                                         limits::kCallerCertificateLife));
}

base::Result<std::string> Certificates::IssueRecipient(const Identity& identity,
                                                       crypto::Usage usage,
                                                       const std::string& public_key,
                                                       absl::Time now) const {
  return crypto::Issue(issuing_,
                       Request(identity, usage, public_key, now, limits::kCertificateLife));
}

}  // namespace firstbell::registry
