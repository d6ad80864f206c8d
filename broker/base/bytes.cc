#include "broker/base/bytes.h"

#include "absl/strings/escaping.h"

namespace firstbell::base {

std::string HexEncode(std::string_view bytes) {
  return absl::BytesToHexString(View(bytes));
}

Result<std::string> HexDecode(std::string_view hex) {
  const bool valid = hex.size() % 2 == 0 &&
                     hex.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
  if (!valid)
    return InvalidArgument("not hexadecimal: use an even number of the digits 0-9 and a-f");
  return absl::HexStringToBytes(View(hex));
}

std::string Base64UrlEncode(std::string_view bytes) {
  std::string text;
  absl::WebSafeBase64Escape(View(bytes), &text);
  while (!text.empty() && text.back() == '=') text.pop_back();
  return text;
}

Result<std::string> Base64UrlDecode(std::string_view text) {
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(View(text), &bytes)) {
    return InvalidArgument("not base64url: is it complete, without spaces or line breaks?");
  }
  return bytes;
}

std::string Base64Encode(std::string_view bytes) {
  std::string text;
  absl::Base64Escape(View(bytes), &text);
  return text;
}

Result<std::string> Base64Decode(std::string_view text) {
  std::string bytes;
  // absl lets spaces, other padding and stray bits pass. Only one text is what it encodes back to.
  if (!absl::Base64Unescape(View(text), &bytes) || Base64Encode(bytes) != text) {
    return InvalidArgument("not base64: is it complete, with its padding and without spaces?");
  }
  return bytes;
}

void AppendU32(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

void AppendU64(std::string& out, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) out.push_back(static_cast<char>(value >> shift));
}

std::uint32_t ReadU32(std::string_view bytes) {
  FB_CHECK(bytes.size() >= 4);
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i)
    value = (value << 8) | static_cast<unsigned char>(bytes[static_cast<std::size_t>(i)]);
  return value;
}

std::uint64_t ReadU64(std::string_view bytes) {
  FB_CHECK(bytes.size() >= 8);
  return (std::uint64_t{ReadU32(bytes)} << 32) | ReadU32(bytes.substr(4));
}

}  // namespace firstbell::base
