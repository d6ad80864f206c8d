#include "broker/base/ids.h"

#include <algorithm>
#include <charconv>

namespace firstbell::base {
namespace {

constexpr std::string_view kCrockford = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr std::size_t kRandomIdBytes = 16;
constexpr std::size_t kRandomIdLength = 26;

}  // namespace

Result<Urn> ParseUrn(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool digits = error == std::errc() && end == text.data() + text.size();
  if (!digits || value < 100000 || value > 999999) {
    return InvalidArgument(
        "a URN is the six-digit number of a school in the register, 100000 to 999999");
  }
  return Urn(value);
}

std::string FormatRandomId(std::string_view bytes) {
  FB_CHECK(bytes.size() == kRandomIdBytes);
  std::string text;
  std::uint32_t buffer = 0;
  int bits = 0;
  for (const char byte : bytes) {
    buffer = (buffer << 8) | static_cast<unsigned char>(byte);
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text.push_back(kCrockford[(buffer >> bits) & 31]);
    }
  }
  text.push_back(kCrockford[(buffer << (5 - bits)) & 31]);
  return text;
}

bool IsRandomId(std::string_view text) {
  return text.size() == kRandomIdLength && std::all_of(text.begin(), text.end(), [](char c) {
           return kCrockford.find(c) != std::string_view::npos;
         });
}

}  // namespace firstbell::base
