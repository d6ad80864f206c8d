#pragma once

// What tests of the auditor's checks do again and again.

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "clients/audit/verify.h"
#include "tests/unit/audit_client/fake_log.h"

namespace firstbell::audit_client {

inline Verified VerifyFrom(LogSource& source, const Trust& trust = {},
                           const std::optional<Trusted>& known = std::nullopt,
                           Extent extent = Extent::kSinceTrusted) {
  auto verified = Verify(
      source, trust,
      [&](const std::string&) -> base::Result<std::optional<Trusted>> { return known; }, extent,
      [](double) {});
  EXPECT_TRUE(verified.ok()) << verified.status();
  return verified.ok() ? *verified : Verified();
}

// What an auditor knows once the log was verified as it stands.
inline Trusted KnownOf(LogSource& source) {
  Verified verified = VerifyFrom(source);
  EXPECT_EQ(verified.mismatch, "");
  return verified.trusted.value_or(Trusted());
}

}  // namespace firstbell::audit_client
