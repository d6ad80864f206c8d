#pragma once

// SHA-256 (FIPS 180-4) and HMAC (RFC 2104). Pure; any thread.

#include <initializer_list>
#include <string>
#include <string_view>

namespace firstbell::crypto {

inline constexpr std::size_t kSha256Bytes = 32;

std::string Sha256(std::string_view bytes);
// Of the parts one after the other, without joining them.
std::string Sha256(std::initializer_list<std::string_view> parts);
std::string HmacSha256(std::string_view key, std::string_view bytes);
// Takes the same time wherever they differ.
bool ConstantTimeEqual(std::string_view a, std::string_view b);

}  // namespace firstbell::crypto
