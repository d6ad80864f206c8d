#include "tests/fault/needles.h"

#include <algorithm>
#include <cctype>

#include "broker/base/bytes.h"

namespace firstbell::fault {
namespace {

std::string Upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

std::string Utf16(std::string_view ascii, bool big_endian) {
  std::string wide;
  for (const char c : ascii) {
    wide += big_endian ? '\0' : c;
    wide += big_endian ? c : '\0';
  }
  return wide;
}

// What of base64 is the same whatever stands before and after: `offset` bytes before it.
std::string Base64Core(std::string_view text, std::size_t offset) {
  const std::string coded = base::Base64UrlEncode(std::string(offset, '\0').append(text));
  const std::size_t from = offset == 0 ? 0 : offset + 1;
  const std::size_t whole = (offset + text.size()) / 3 * 4;
  return coded.substr(from, whole - from);
}

std::string Standard(std::string base64url) {
  std::replace(base64url.begin(), base64url.end(), '-', '+');
  std::replace(base64url.begin(), base64url.end(), '_', '/');
  return base64url;
}

}  // namespace

std::vector<std::string> FormsOf(std::string_view ascii) {
  const std::string text(ascii);
  const std::string hex = base::HexEncode(text);
  std::vector<std::string> forms = {text, Upper(text), Utf16(text, false), Utf16(text, true),
                                    hex,  Upper(hex)};
  for (std::size_t offset = 0; offset < 3; ++offset) {
    forms.push_back(Base64Core(text, offset));
    forms.push_back(Standard(forms.back()));
  }
  return forms;
}

Search::Search(const std::vector<std::string>& needles) {
  for (const std::string& needle : needles) {
    for (std::string& form : FormsOf(needle)) forms_.push_back({needle, std::move(form)});
  }
}

std::vector<std::string> Search::In(std::string_view haystack) const {
  std::vector<std::string> found;
  for (const Form& form : forms_) {
    if (haystack.find(form.bytes) == std::string_view::npos) continue;
    if (found.empty() || found.back() != form.needle) found.push_back(form.needle);
  }
  return found;
}

}  // namespace firstbell::fault
