#include "adapters/csv/text.h"

#include <csv.h>

#include <unicode/uchar.h>
#include <unicode/ucnv.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <charconv>

namespace firstbell::adapters::csv {
namespace {

constexpr std::string_view kWindowsUnassigned = "\x81\x8d\x8f\x90\x9d";

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// The code point at `at`, which moves behind it; negative where the bytes are not UTF-8.
UChar32 NextCodePoint(std::string_view text, std::size_t& at) {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  UChar32 c = 0;
  U8_NEXT(bytes, at, text.size(), c);
  return c;
}

bool IsControl(UChar32 c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0);
}
// `rest` is the text behind `c`: a carriage return alone is none.
bool IsLineBreak(UChar32 c, std::string_view rest) {
  if (c == '\r') return rest.starts_with('\n');
  return c == '\n' || c == 0x2028 || c == 0x2029;
}

// Characters that make a text read otherwise than it is: embeddings, overrides and isolates.
bool IsBidiControl(UChar32 c) {
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

std::optional<int> Number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (text.front() == '-') return std::nullopt;
  return value;
}

constexpr int kFirstYearOfPeople = 1900;
constexpr int kFirstYearOfSchools = 500;  // schools are older than people
constexpr int kLastYear = 2199;

std::optional<absl::CivilDay> Date(std::string_view year, std::string_view month,
                                   std::string_view day, int first_year) {
  const std::optional<int> y = Number(year), m = Number(month), d = Number(day);
  if (!y || !m || !d || *y < first_year || *y > kLastYear) return std::nullopt;
  const absl::CivilDay date(*y, *m, *d);
  // CivilDay carries 30 February over into March; such a date does not exist.
  if (date.year() != *y || date.month() != *m || date.day() != *d) return std::nullopt;
  return date;
}

}  // namespace

std::string_view Trim(std::string_view text) {
  std::size_t first = text.size();
  std::size_t last = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const UChar32 c = NextCodePoint(text, at);
    if (c >= 0 && u_isUWhiteSpace(c)) continue;
    first = std::min(first, start);
    last = at;
  }
  return first < last ? text.substr(first, last - first) : std::string_view();
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

bool IsUtf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (NextCodePoint(text, at) < 0) return false;
  }
  return true;
}

std::optional<std::string> TextDefect(std::string_view text, std::size_t max_bytes, Lines lines) {
  if (text.size() > max_bytes) return "is longer than " + std::to_string(max_bytes) + " bytes";
  for (std::size_t at = 0; at < text.size();) {
    const UChar32 c = NextCodePoint(text, at);
    if (c < 0) return "is not UTF-8: save the file as \"CSV UTF-8\"";
    if (IsBidiControl(c)) return "holds a character that changes the direction of writing";
    const bool line_break = IsLineBreak(c, text.substr(at));
    if (lines == Lines::kMany && line_break) continue;
    if (line_break || IsControl(c)) return "holds a line break or another control character";
  }
  return std::nullopt;
}

std::optional<absl::CivilDay> ParseIsoDate(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  return Date(text.substr(0, 4), text.substr(5, 2), text.substr(8, 2), kFirstYearOfPeople);
}

std::optional<absl::CivilDay> ParseRegisterDate(std::string_view text) {
  if (text.size() != 10 || text[2] != '-' || text[5] != '-') return std::nullopt;
  return Date(text.substr(6, 4), text.substr(3, 2), text.substr(0, 2), kFirstYearOfSchools);
}

std::optional<std::string> FromWindows1252(std::string_view bytes) {
  if (IsAscii(bytes)) return std::string(bytes);
  if (bytes.find_first_of(kWindowsUnassigned) != std::string_view::npos) return std::nullopt;
  std::string text(bytes.size() * 3, '\0');  // no character of the code page takes more
  UErrorCode error = U_ZERO_ERROR;
  const std::int32_t size =
      ucnv_convert("UTF-8", "windows-1252", text.data(), static_cast<std::int32_t>(text.size()),
                   bytes.data(), static_cast<std::int32_t>(bytes.size()), &error);
  if (U_FAILURE(error)) return std::nullopt;
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::string Cell(std::string_view value) {
  std::string text;
  if (!value.empty() && std::string_view("=+-@").find(value.front()) != std::string_view::npos) {
    text.push_back('\'');
  }
  text.append(value);
  std::string cell(text.size() * 2 + 2, '\0');
  cell.resize(csv_write(cell.data(), cell.size(), text.data(), text.size()));
  return cell;
}

}  // namespace firstbell::adapters::csv
