#pragma once

// Key pairs of the school link's CurveZMQ (RFC 26): X25519 keys, 32 bytes each half.

#include <string>

#include "broker/base/secret.h"

namespace firstbell::crypto {

inline constexpr std::size_t kCurveKeyBytes = 32;

struct CurveKeys {
  std::string public_key;
  base::Secret secret_key;
};

// Threads: any. Fresh at each call.
CurveKeys MakeCurveKeys();
// The public half of 32 bytes. CHECKs their number.
std::string CurvePublicOf(const base::Secret& secret_key);

}  // namespace firstbell::crypto
