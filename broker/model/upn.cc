#include "broker/model/upn.h"

#include <algorithm>
#include <cctype>

namespace firstbell::model {
namespace {

constexpr std::size_t kLength = 13;
// I, O and S are left out: they read as digits. The position of a letter is its value.
constexpr std::string_view kLetters = "ABCDEFGHJKLMNPQRTUVWXYZ";

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsLetter(char c) {
  return kLetters.find(c) != std::string_view::npos;
}

std::string Compact(std::string_view text) {
  std::string compact;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (!std::isspace(byte)) compact.push_back(static_cast<char>(std::toupper(byte)));
  }
  return compact;
}

// The sum of each character after the first, times its place (2 to 13), modulo 23.
char CheckLetter(std::string_view upn) {
  std::size_t sum = 0;
  for (std::size_t i = 1; i < kLength; ++i) {
    const std::size_t value =
        IsDigit(upn[i]) ? static_cast<std::size_t>(upn[i] - '0') : kLetters.find(upn[i]);
    sum += value * (i + 1);
  }
  return kLetters[sum % kLetters.size()];
}

// Empty where `upn` is one.
std::string_view Fault(std::string_view upn) {
  if (upn.size() != kLength) return "a UPN has 13 characters";
  const std::string_view digits = upn.substr(1, kLength - 2);
  const bool characters = IsLetter(upn[0]) && std::all_of(digits.begin(), digits.end(), IsDigit) &&
                          (IsDigit(upn[kLength - 1]) || IsLetter(upn[kLength - 1]));
  if (!characters) {
    return "a UPN is a letter and 12 digits (or 11 and a letter, if temporary), without I, O and S";
  }
  if (upn[0] != CheckLetter(upn)) return "the check letter does not fit: was it mistyped?";
  return {};
}

}  // namespace

std::optional<Upn> ParseUpn(std::string_view text, std::string_view* why) {
  std::string upn = Compact(text);
  const std::string_view fault = Fault(upn);
  if (why != nullptr) *why = fault;
  if (!fault.empty()) return std::nullopt;
  return Upn(std::move(upn));
}

}  // namespace firstbell::model
