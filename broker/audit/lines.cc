#include "broker/audit/lines.h"

#include <optional>

#include "broker/audit/merkle.h"
#include "broker/audit/proof.h"
#include "broker/base/bytes.h"
#include "broker/crypto/hash.h"

namespace firstbell::audit {

base::Result<std::string_view> TakeLine(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) {
    return base::InvalidArgument("the text ends where a line should: is it complete?");
  }
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

base::Result<std::uint64_t> ParseDecimal(std::string_view text) {
  // 2^63 has 19 digits: so many never overflow 64 bits.
  constexpr std::size_t kMostDigits = 19;
  const bool digits = !text.empty() && text.size() <= kMostDigits &&
                      text.find_first_not_of("0123456789") == std::string_view::npos &&
                      (text.size() == 1 || text.front() != '0');
  std::uint64_t value = 0;
  for (const char digit : digits ? text : std::string_view()) {
    value = value * 10 + static_cast<std::uint64_t>(digit - '0');
  }
  if (!digits || value > kMostLeaves) {
    return base::InvalidArgument(
        "not a decimal number below 2^63 without sign or leading zeroes: \"" +
        std::string(text.substr(0, kMostDigits + 1)) + "\"");
  }
  return value;
}

base::Result<std::string> ParseHash(std::string_view text) {
  base::Result<std::string> hash = base::Base64Decode(text);
  if (!hash.ok() || hash->size() != crypto::kSha256Bytes) {
    return base::InvalidArgument(
        "not a hash: 32 bytes in base64 are 44 characters, with one \"=\"");
  }
  return hash;
}

std::string FormatHashes(absl::Span<const std::string> hashes) {
  std::string text;
  for (const std::string& hash : hashes) text += base::Base64Encode(hash) + "\n";
  return text + "\n";
}

base::Result<std::vector<std::string>> TakeHashes(std::string_view& text) {
  std::vector<std::string> hashes;
  while (true) {
    FB_ASSIGN_OR_RETURN(const std::string_view line, TakeLine(text));
    if (line.empty()) return hashes;
    if (hashes.size() == kMostProofHashes) {
      return base::InvalidArgument("a proof has at most 63 hashes; this one has more");
    }
    FB_ASSIGN_OR_RETURN(std::string hash, ParseHash(line));
    hashes.push_back(std::move(hash));
  }
}

namespace {

// How many bytes the character has that begins with this one, 0 where none does.
std::size_t LengthOf(unsigned char first) {
  if (first < 0x80) return 1;
  if (first < 0xC2) return 0;  // continues another, or is longer than it had to be
  if (first < 0xE0) return 2;
  if (first < 0xF0) return 3;
  return first < 0xF5 ? 4 : 0;
}

// RFC 3629: the shortest form alone, no halves of UTF-16's pairs, nothing above U+10FFFF.
bool IsCharacter(char32_t code, std::size_t length) {
  constexpr char32_t kFirstOfLength[] = {0, 0, 0x80, 0x800, 0x10000};
  return code >= kFirstOfLength[length] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
}

// Takes one character off; none where the text does not begin with UTF-8.
std::optional<char32_t> TakeCharacter(std::string_view& text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t length = LengthOf(byte(0));
  if (length == 0 || length > text.size()) return std::nullopt;
  char32_t code = length == 1 ? byte(0) : byte(0) & (0x7Fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return std::nullopt;
    code = (code << 6) | (byte(i) & 0x3Fu);
  }
  if (!IsCharacter(code, length)) return std::nullopt;
  text.remove_prefix(length);
  return code;
}

bool IsSpace(char32_t code) {
  return code == ' ' || (code >= 0x09 && code <= 0x0D) || code == 0x85 || code == 0xA0 ||
         code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 || code == 0x2029 ||
         code == 0x202F || code == 0x205F || code == 0x3000;
}

}  // namespace

bool IsPlainText(std::string_view text) {
  while (!text.empty()) {
    const std::optional<char32_t> code = TakeCharacter(text);
    if (!code || *code < 0x20) return false;
  }
  return true;
}

bool HasSpace(std::string_view text) {
  while (!text.empty()) {
    const std::optional<char32_t> code = TakeCharacter(text);
    if (!code) return false;
    if (IsSpace(*code)) return true;
  }
  return false;
}

}  // namespace firstbell::audit
