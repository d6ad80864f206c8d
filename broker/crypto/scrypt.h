#pragma once

// scrypt (RFC 7914) with N 2^12, r 8, p 1 and 32 bytes out: about ten milliseconds and 4 MiB a
// call, so that trying many names is slow. Pure; any thread.

#include <string>
#include <string_view>

namespace firstbell::crypto {

inline constexpr std::size_t kScryptBytes = 32;
inline constexpr std::size_t kScryptSaltBytes = 16;

std::string Scrypt(std::string_view secret, std::string_view salt);

}  // namespace firstbell::crypto
