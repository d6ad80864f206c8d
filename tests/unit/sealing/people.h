#pragma once

// An invented installation: an authority, a broker's envelope key, and people who can open.

#include <string>

#include "broker/crypto/key.h"
#include "broker/crypto/random.h"
#include "broker/crypto/x509.h"
#include "broker/model/recipient.h"
#include "broker/sealing/cms.h"

namespace firstbell::sealing {

inline const absl::Time kNow = absl::FromUnixSeconds(1772503800);  // 2026-03-03 02:10:00 UTC

inline const crypto::Authority& TestAuthority() {
  static const crypto::Authority root =
      crypto::MakeRoot("Examplebury", kNow, kNow + absl::Hours(48)).value();
  return root;
}

inline std::string CertificateFor(const crypto::PrivateKey& key, crypto::Usage usage) {
  return crypto::Issue(TestAuthority(), {.common_name = "a person",
                                         .public_key = key.PublicKey(),
                                         .usage = usage,
                                         .not_before = kNow,
                                         .not_after = kNow + absl::Hours(24)})
      .value();
}

inline base::Result<std::string> SealTo(const std::vector<std::string>& certificates,
                                        std::string_view plaintext) {
  FB_ASSIGN_OR_RETURN(const auto recipients, OpeningCertificates::Read(certificates));
  return sealing::SealTo(recipients, plaintext);
}

struct Person {
  crypto::PrivateKey key = crypto::PrivateKey::Generate();
  std::string certificate = CertificateFor(key, crypto::Usage::kOpening);
  base::RecipientId id{crypto::RandomId()};

  model::Recipient AsRecipient() const {
    return {.id = id,
            .urn = base::Urn(100001),
            .role = v1::RECIPIENT_ROLE_LEAD,
            .opening_certificate = certificate,
            .enrolled_at = kNow};
  }
};

}  // namespace firstbell::sealing
