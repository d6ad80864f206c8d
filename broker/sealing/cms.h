#pragma once

// CMS AuthEnvelopedData (RFC 5083, 5084, 5753): AES-256-GCM under a fresh key, wrapped for every
// recipient by ephemeral-static ECDH on P-256 with the X9.63 KDF over SHA-256 (set by us: OpenSSL's
// default is SHA-1) and AES-256 key wrap. Recipients are named by subject key identifier. Any
// OpenSSL 3 opens it. Threads: safe.

#include <string>
#include <string_view>

#include "absl/types/span.h"
#include "broker/base/secret.h"
#include "broker/base/status.h"
#include "broker/crypto/key.h"

namespace firstbell::sealing {

// DER. `certificates` are the recipients' opening certificates (DER), 1 to
// limits::kRecipientsPerSchool.
base::Result<std::string> SealTo(absl::Span<const std::string> certificates,
                                 std::string_view plaintext);

// Whether these bytes are AuthEnvelopedData with exactly the algorithms above; FailedPrecondition
// naming the first that is not. Called before anything is decrypted.
base::Status CheckAlgorithms(std::string_view cms);

// PermissionDenied: not sealed to this key. DataLoss: altered.
base::Result<base::Secret> Open(std::string_view cms, const crypto::PrivateKey& key,
                                std::string_view certificate);

}  // namespace firstbell::sealing
