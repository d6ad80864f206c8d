#pragma once

// A CURVE key pair (Curve25519, RFC 26 of ZeroMQ): what a device shows on the school link. Values;
// any thread.

#include <string>
#include <string_view>

#include "broker/base/secret.h"
#include "broker/base/status.h"

namespace firstbell::link {

inline constexpr std::size_t kCurveKeyBytes = 32;

struct CurvePair {
  std::string public_key;   // 32 bytes
  base::Secret secret_key;  // 32 bytes
};

// From libzmq's own generator. A libzmq without CURVE ends the program: no link may go without it.
CurvePair GenerateCurvePair();
// The pair of a secret that was kept. InvalidArgument: not 32 bytes.
base::Result<CurvePair> CurvePairOf(const base::Secret& secret_key);

}  // namespace firstbell::link
