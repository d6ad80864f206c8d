#include "broker/matching/postcode.h"

#include <cstddef>
#include <functional>
#include <numeric>
#include <utility>

namespace firstbell::matching {
namespace {

// 'A' a letter, '9' a digit. Where a mistyped code could be read in two ways, the first.
constexpr std::string_view kShapes[] = {"A9", "A99", "AA9", "A9A", "AA99", "AA9A"};
constexpr std::string_view kInward = "9AA";

bool IsLetter(char c) {
  return c >= 'A' && c <= 'Z';
}
bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

char AsLetter(char c) {
  return c == '0' ? 'O' : c == '1' ? 'I' : c;
}
char AsDigit(char c) {
  return c == 'O' ? '0' : c == 'I' ? '1' : c;
}

// The code in that shape, with letters that look like digits, and the reverse, put right; nothing
// where it does not fit.
std::optional<std::string> InShape(std::string_view code, std::string_view shape) {
  if (code.size() != shape.size()) return std::nullopt;
  std::string read;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const bool letter = shape[i] == 'A';
    const char c = letter ? AsLetter(code[i]) : AsDigit(code[i]);
    if (!(letter ? IsLetter(c) : IsDigit(c))) return std::nullopt;
    read.push_back(c);
  }
  return read;
}

// The shape that changes nothing before any that does.
std::optional<std::string> ReadOutward(std::string_view code) {
  std::optional<std::string> corrected;
  for (const std::string_view shape : kShapes) {
    auto read = InShape(code, shape);
    if (read && *read == code) return read;
    if (read && !corrected) corrected = std::move(read);
  }
  return corrected;
}

std::string Condensed(std::string_view text) {
  std::string condensed;
  for (const char c : text) {
    const char capital = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (IsLetter(capital) || IsDigit(capital)) condensed.push_back(capital);
  }
  return condensed;
}

// Of texts of one length.
std::ptrdiff_t Differences(std::string_view a, std::string_view b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), std::ptrdiff_t{0}, std::plus<>(),
                            std::not_equal_to<>());
}

}  // namespace

std::optional<Postcode> ReadPostcode(std::string_view text) {
  const std::string code = Condensed(text);
  if (code.size() <= kInward.size()) return std::nullopt;
  const std::string_view view = code;
  const auto outward = ReadOutward(view.substr(0, code.size() - kInward.size()));
  const auto inward = InShape(view.substr(code.size() - kInward.size()), kInward);
  // More than one put right: other words can be read as a postcode, too.
  if (!outward || !inward || Differences(code, *outward + *inward) > 1) return std::nullopt;
  return Postcode{*outward, *inward};
}

PostcodeMatch ComparePostcodes(const std::optional<Postcode>& a, const std::optional<Postcode>& b) {
  if (!a || !b) return PostcodeMatch::kUnknown;
  if (*a == *b) return PostcodeMatch::kFull;
  if (a->outward != b->outward) return PostcodeMatch::kDifferent;
  return a->inward.front() == b->inward.front() ? PostcodeMatch::kSector : PostcodeMatch::kOutward;
}

}  // namespace firstbell::matching
