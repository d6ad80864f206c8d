#include "broker/store/page_token.h"

#include <charconv>

namespace firstbell::store {

std::string FormatPageToken(const PageToken& token) {
  return std::to_string(token.number) + "." + token.id;
}

base::Result<PageToken> ParsePageToken(std::string_view text) {
  PageToken token;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, token.number);
  if (error != std::errc() || rest == end || *rest != '.') {
    return base::InvalidArgument(
        "the page token is not one that a page before this ended with; ask for the first page");
  }
  token.id.assign(rest + 1, end);
  return token;
}

}  // namespace firstbell::store
