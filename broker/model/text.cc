#include "broker/model/text.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_format.h"
#include "unicode/uchar.h"
#include "unicode/utf8.h"

namespace firstbell::model {
namespace {

constexpr int kFirstYear = 1900;
constexpr int kLastYear = 2199;

// Digits alone: no sign, no space.
std::optional<int> ParseDigits(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

// The code point that starts at `at`, which moves behind it; negative where the bytes are not
// UTF-8.
UChar32 Next(std::string_view text, std::size_t& at) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  UChar32 code = 0;
  U8_NEXT(bytes, at, text.size(), code);
  return code;
}

bool IsUtf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (Next(text, at) < 0) return false;
  }
  return true;
}

// Of any kind: a no-break space too. `text` is UTF-8.
std::string Trimmed(std::string_view text) {
  std::size_t first = text.size();
  std::size_t last = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    if (u_isUWhiteSpace(Next(text, at))) continue;
    first = std::min(first, start);
    last = at;
  }
  return first < last ? std::string(text.substr(first, last - first)) : std::string();
}

bool IsBidirectionalOverride(UChar32 code) {
  return (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

bool IsLineBreak(std::string_view text, std::size_t start) {
  return text[start] == '\n' || text.substr(start, 2) == "\r\n";
}

// What no text may hold; empty where it holds none of it. `text` is UTF-8.
std::string_view ForbiddenCharacter(std::string_view text, Lines lines) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const UChar32 code = Next(text, at);
    if (IsBidirectionalOverride(code)) {
      return "holds a bidirectional override (U+202A to U+202E, U+2066 to U+2069); remove it";
    }
    const auto type = u_charType(code);
    const bool separator = type == U_LINE_SEPARATOR || type == U_PARAGRAPH_SEPARATOR;
    if (lines == Lines::kMany && (separator || IsLineBreak(text, start))) continue;
    if (separator) return "holds a line break; it is one line";
    if (type == U_CONTROL_CHAR) return "holds a control character; remove it";
  }
  return {};
}

}  // namespace

std::optional<Date> ParseDate(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = ParseDigits(text.substr(0, 4));
  const auto month = ParseDigits(text.substr(5, 2));
  const auto day = ParseDigits(text.substr(8, 2));
  if (!year || !month || !day || *year < kFirstYear || *year > kLastYear) return std::nullopt;
  const Date date(*year, *month, *day);
  // A civil day carries 31 April over to 1 May.
  if (date.month() != *month || date.day() != *day) return std::nullopt;
  return date;
}

std::string FormatDate(Date date) {
  return absl::FormatCivilTime(date);
}

std::optional<absl::Duration> ParseTimeOfDay(std::string_view text) {
  const auto digit = [&](std::size_t i) { return text[i] - '0'; };
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  for (const std::size_t i : {0u, 1u, 3u, 4u}) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
  }
  const int hours = digit(0) * 10 + digit(1);
  const int minutes = digit(3) * 10 + digit(4);
  if (hours > 23 || minutes > 59) return std::nullopt;
  return absl::Hours(hours) + absl::Minutes(minutes);
}

std::string FormatTimeOfDay(absl::Duration time) {
  const std::int64_t minutes = absl::ToInt64Minutes(time);
  return absl::StrFormat("%02d:%02d", minutes / 60, minutes % 60);
}

std::string Join(std::string_view path, std::string_view field) {
  std::string joined(path);
  if (!joined.empty()) joined += '.';
  return joined.append(field);
}

void CheckText(std::string& text, std::string_view path, std::size_t max_bytes, Presence presence,
               Lines lines, Violations& violations) {
  if (!IsUtf8(text)) return violations.Add(path, "is not UTF-8");
  text = Trimmed(text);
  if (text.empty() && presence == Presence::kRequired) violations.Add(path, "is required");
  if (text.size() > max_bytes) {
    violations.Add(path, "is longer than " + std::to_string(max_bytes) + " bytes");
  }
  const std::string_view forbidden = ForbiddenCharacter(text, lines);
  if (!forbidden.empty()) violations.Add(path, forbidden);
}

std::string Letters(std::string_view name) {
  std::string letters;
  for (const char c : name) {
    const bool capital = c >= 'A' && c <= 'Z';
    if (capital) {
      letters.push_back(static_cast<char>(c - 'A' + 'a'));
    } else if ((c >= 'a' && c <= 'z') || (static_cast<unsigned char>(c) & 0x80) != 0) {
      letters.push_back(c);
    }
  }
  return letters;
}

std::vector<std::string> LettersOfWords(std::string_view name) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t end = std::min(name.find(' ', at), name.size());
    if (std::string letters = Letters(name.substr(at, end - at)); !letters.empty()) {
      words.push_back(std::move(letters));
    }
    at = end + 1;
  }
  return words;
}

bool ValidTimestamp(const google::protobuf::Timestamp& time) {
  constexpr std::int64_t kYear1 = -62135596800;
  constexpr std::int64_t kEndOfYear9999 = 253402300799;
  return time.seconds() >= kYear1 && time.seconds() <= kEndOfYear9999 && time.nanos() >= 0 &&
         time.nanos() < 1'000'000'000;
}

google::protobuf::Timestamp ToWire(absl::Time time) {
  const std::int64_t seconds = absl::ToUnixSeconds(time);
  const std::int64_t micros = absl::ToInt64Microseconds(time - absl::FromUnixSeconds(seconds));
  google::protobuf::Timestamp wire;
  wire.set_seconds(seconds);
  wire.set_nanos(static_cast<std::int32_t>(micros * 1000));
  return wire;
}

absl::Time FromWire(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Microseconds(time.nanos() / 1000);
}

}  // namespace firstbell::model
