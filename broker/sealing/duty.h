#pragma once

// What a person says of their own duty, signed. Format: proto/FORMATS.md, "Duty". Threads: safe.

#include <string_view>

#include "broker/base/status.h"
#include "broker/crypto/key.h"
#include "firstbell/v1/duty.pb.h"

namespace firstbell::sealing {

inline constexpr std::string_view kDutyContext{"firstbell/duty/v1\0", 18};

v1::SignedDuty SignDuty(const v1::DutyStatement& statement, const crypto::PrivateKey& key);
// The statement, unverified: to learn whose key to verify with. InvalidArgument: not a statement.
base::Result<v1::DutyStatement> PeekDuty(const v1::SignedDuty& duty);
// As a receipt's: sealing/receipt.h.
std::string LoggedDigest(const v1::SignedDuty& duty);
// PermissionDenied: not this person's signature.
base::Status VerifyDuty(const v1::SignedDuty& duty, const crypto::PublicKey& signer);

}  // namespace firstbell::sealing
