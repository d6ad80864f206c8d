#include "broker/store/page_token.h"

#include <charconv>

namespace firstbell::store {
namespace {

base::Status NotOurs() {
  return base::InvalidArgument(
      "the page token is not one that a page before this ended with; ask for the first page");
}

}  // namespace

std::string FormatPageToken(const PageToken& token) {
  return std::to_string(token.number) + "." + token.id;
}

base::Result<PageToken> ParsePageToken(std::string_view text) {
  PageToken token;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, token.number);
  if (error != std::errc() || rest == end || *rest != '.') return NotOurs();
  token.id.assign(rest + 1, end);
  return token;
}

std::string FormatCasePlace(const CasePlace& place) {
  return place.incident_id.value() + ":" + std::to_string(place.ordinal);
}

base::Result<CasePlace> ParseCasePlace(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return NotOurs();
  CasePlace place;
  place.incident_id = base::IncidentId(std::string(text.substr(0, colon)));
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + colon + 1, end, place.ordinal);
  if (error != std::errc() || rest != end) return NotOurs();
  return place;
}

}  // namespace firstbell::store
