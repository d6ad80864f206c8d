#pragma once

// A signed receipt as a device keeps it: durable here first, then sent until the broker answers it.
// Values; any thread.

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "broker/base/ids.h"
#include "broker/crypto/key.h"
#include "firstbell/v1/link.pb.h"

namespace firstbell::link {

// Which sealing of which alert: what a receipt is about, and what replay is judged by.
struct SealingRef {
  base::AlertId alert_id;
  std::uint32_t revision = 0;
  std::uint32_t sealing = 0;
  std::string ciphertext_sha256;  // 32 bytes
  friend bool operator==(const SealingRef&, const SealingRef&) = default;
};

SealingRef RefOf(const v1::EnvelopeHeader& header);

// Who signs: a device or a person of it.
struct Signer {
  base::RecipientId id;
  crypto::PrivateKey key;
};

struct QueuedReceipt {
  SealingRef about;
  v1::ReceiptKind kind = v1::RECEIPT_KIND_UNSPECIFIED;
  base::RecipientId signer;
  absl::Time at;
  std::string statement_sha256;  // identifies it in the broker's answers
  std::string wire;              // a serialized v1::Receipt
  friend bool operator==(const QueuedReceipt&, const QueuedReceipt&) = default;
};

// What some kinds say beyond that it happened.
struct Said {
  base::RecipientId handed_to = {};  // acknowledged: the colleague who accepted
  v1::RefusalReason refusal = v1::REFUSAL_REASON_UNSPECIFIED;  // refused: why
  v1::SchoolHeard new_school = {};  // refused: where the child goes to school; empty: not known
  std::string reply = {};           // replied: sealed to the force's desk
};

// Writes and signs the statement.
QueuedReceipt SignToQueue(const SealingRef& about, v1::ReceiptKind kind, const Signer& signer,
                          absl::Time at, const Said& said = {});

}  // namespace firstbell::link
