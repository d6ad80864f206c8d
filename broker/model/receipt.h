#pragma once

// A receipt whose signature was verified, on its way into the store. A value.

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "broker/base/ids.h"
#include "firstbell/v1/link.pb.h"

namespace firstbell::model {

struct Receipt {
  base::AlertId alert_id;
  std::uint32_t sealing = 0;
  std::string ciphertext_sha256;  // of that sealing
  v1::ReceiptKind kind = v1::RECEIPT_KIND_UNSPECIFIED;
  base::RecipientId signer;
  base::Urn urn;                // the signer's school
  base::RecipientId handed_to;  // acknowledged: the colleague who accepted, where one did
  v1::RefusalReason refusal = v1::REFUSAL_REASON_UNSPECIFIED;  // refused: why
  absl::Time at;                                               // the signer's clock
  absl::Time recorded_at;  // the broker's clock: judges lateness
  std::string wire;        // the serialized v1::Receipt, kept as evidence
  friend bool operator==(const Receipt&, const Receipt&) = default;
};

// Who signs receipts of this kind: a device, a person, or either.
enum class SignerKind { kDevice, kPerson, kEither };
SignerKind SignerOf(v1::ReceiptKind kind);

// What a signer may say of one sealing more than once: whether the child has come, an offer, a
// reply.
bool Repeats(v1::ReceiptKind kind);
// One of the same (alert, sealing, kind, signer), and of what repeats, of the same instant.
bool SameStatement(const Receipt& a, const Receipt& b);

// InvalidArgument where ids, digest, kind or time are not well-formed, or something is said that
// does not belong to the kind.
base::Result<Receipt> ParseReceipt(const v1::ReceiptStatement& statement, std::string wire,
                                   absl::Time now);

}  // namespace firstbell::model
