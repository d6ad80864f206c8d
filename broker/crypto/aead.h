#pragma once

// AES-256-GCM (SP 800-38D) with a random 96-bit nonce. Threads: safe.

#include <string>
#include <string_view>

#include "broker/base/secret.h"
#include "broker/base/status.h"

namespace firstbell::crypto {

inline constexpr std::size_t kAeadKeyBytes = 32;
inline constexpr std::size_t kAeadOverhead = 12 + 16;  // nonce, tag

// nonce || ciphertext || tag.
std::string AeadSeal(const base::Secret& key, std::string_view plaintext, std::string_view aad);
// DataLoss where key, bytes or aad are not those of the sealing.
base::Result<base::Secret> AeadOpen(const base::Secret& key, std::string_view sealed,
                                    std::string_view aad);

}  // namespace firstbell::crypto
