#pragma once

// Signed receipts: a statement about exactly one sealing. Format: proto/FORMATS.md, "Receipt".
// Threads: safe.

#include <string>
#include <string_view>

#include "broker/base/status.h"
#include "broker/crypto/key.h"
#include "firstbell/v1/link.pb.h"

namespace firstbell::sealing {

inline constexpr std::string_view kReceiptContext{"firstbell/receipt/v1\0", 21};

v1::Receipt SignReceipt(const v1::ReceiptStatement& statement, const crypto::PrivateKey& key);
// The statement, unverified: to learn whose key to verify with. InvalidArgument: not a statement.
base::Result<v1::ReceiptStatement> PeekStatement(const v1::Receipt& receipt);
// The key in a signing certificate (DER). InvalidArgument: none is there.
base::Result<crypto::PublicKey> SignerKey(std::string_view certificate);
// By which the delivery log names it: SHA-256 of the statement and its signature, one after the
// other. Of the statement alone, who can guess what it says could see that they are right.
std::string LoggedDigest(const v1::Receipt& receipt);
// PermissionDenied: not this signer's signature.
base::Status VerifyReceipt(const v1::Receipt& receipt, const crypto::PublicKey& signer);

}  // namespace firstbell::sealing
