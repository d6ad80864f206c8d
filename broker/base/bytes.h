#pragma once

// Bytes and their text forms. Byte strings are std::string. Pure; any thread.

#include <cstdint>
#include <string>
#include <string_view>

#include "broker/base/status.h"

namespace firstbell::base {

std::string HexEncode(std::string_view bytes);  // lower case
Result<std::string> HexDecode(std::string_view hex);
std::string Base64UrlEncode(std::string_view bytes);  // RFC 4648 section 5, no padding
Result<std::string> Base64UrlDecode(std::string_view text);
std::string Base64Encode(std::string_view bytes);  // RFC 4648 section 4, padded
// One text alone for any bytes: no space, padding as long as it has to be, unused bits zero.
Result<std::string> Base64Decode(std::string_view text);

// Big-endian, so that bytes sort as numbers do.
void AppendU32(std::string& out, std::uint32_t value);
void AppendU64(std::string& out, std::uint64_t value);
std::uint32_t ReadU32(std::string_view bytes);  // of the first 4; CHECKs that they are there
std::uint64_t ReadU64(std::string_view bytes);  // of the first 8

}  // namespace firstbell::base
