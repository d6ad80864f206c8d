#pragma once

// Argon2id (RFC 9106, version 1.3), 32 bytes out: what a passphrase is made a key by, so that
// trying many is dear in memory as well as in time. Pure; any thread.

#include <cstdint>
#include <string_view>

#include "broker/base/secret.h"
#include "broker/base/status.h"

namespace firstbell::crypto {

inline constexpr std::size_t kArgon2Bytes = 32;
inline constexpr std::size_t kArgon2SaltBytes = 16;

struct Argon2Cost {
  std::uint32_t memory_kib = 0, passes = 0, lanes = 0;
};

// RFC 9106's second recommended choice, for where 2 GiB is too much: a tenth of a second.
inline constexpr Argon2Cost kArgon2Cost{.memory_kib = 64 * 1024, .passes = 3, .lanes = 4};
// What is read from a file may not ask for more of a machine.
inline constexpr Argon2Cost kArgon2MostCost{.memory_kib = 256 * 1024, .passes = 16, .lanes = 8};

// InvalidArgument: more than kArgon2MostCost, or less than the RFC allows; a salt of another
// length. ResourceExhausted: this machine has not so much memory.
base::Result<base::Secret> Argon2id(const base::Secret& passphrase, std::string_view salt,
                                    const Argon2Cost& cost);

}  // namespace firstbell::crypto
