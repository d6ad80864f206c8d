#pragma once

// A sealed alert and its signed header. A daemon verifies the header's signature and the
// ciphertext's digest before the CMS parser sees a byte. Formats: proto/FORMATS.md, "Sealed
// envelope". Threads: safe.

#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "broker/base/status.h"
#include "broker/crypto/key.h"
#include "broker/model/alert.h"
#include "broker/model/recipient.h"
#include "broker/sealing/cms.h"
#include "firstbell/v1/alert.pb.h"
#include "firstbell/v1/link.pb.h"

namespace firstbell::sealing {

inline constexpr std::string_view kEnvelopeContext{"firstbell/envelope/v1\0", 22};

// The people that alerts are sealed to, read once for many alerts. Threads: any. A value.
class People {
 public:
  // FailedPrecondition: nobody, or one who is revoked or has no opening key.
  static base::Result<People> Of(absl::Span<const model::Recipient> people);
  const std::vector<base::RecipientId>& ids() const { return ids_; }  // sorted
  const OpeningCertificates& certificates() const { return certificates_; }

 private:
  std::vector<base::RecipientId> ids_;
  OpeningCertificates certificates_;
};

// Seals `content` to `people` and signs. `alert` gives ids, times and revision; the number of the
// new sealing is alert.sealing + 1. `reply_certificate`: DER, to whom its people seal what they say
// back; empty: to nobody. Only where the whole is sealed; of PART_IDENTITY the header gets a probe
// (identity_probe.h) instead.
base::Result<model::Sealing> SealAlert(const model::Alert& alert, const v1::AlertContent& content,
                                       const People& people, const crypto::PrivateKey& envelope_key,
                                       absl::Time now, std::string_view reply_certificate = {});

// The header, once signature, digest and fields hold. PermissionDenied: not the broker's signature.
// DataLoss: another ciphertext. InvalidArgument: malformed. FailedPrecondition: an algorithm that
// is not allowed.
base::Result<v1::EnvelopeHeader> VerifyEnvelope(const v1::SealedEnvelope& envelope,
                                                std::string_view broker_public_key);

// Verifies, opens and compares the ids inside with the header's (DataLoss where they differ).
base::Result<v1::AlertContent> OpenEnvelope(const v1::SealedEnvelope& envelope,
                                            std::string_view broker_public_key,
                                            const crypto::PrivateKey& opening_key,
                                            std::string_view opening_certificate);

}  // namespace firstbell::sealing
