#include "broker/inquiry/page_seal.h"

#include "broker/base/bytes.h"
#include "broker/crypto/aead.h"

namespace firstbell::inquiry {

std::string PageSeal::Seal(std::string_view token, std::string_view list) const {
  return token.empty() ? "" : base::Base64UrlEncode(crypto::AeadSeal(key_, token, list));
}

base::Result<std::string> PageSeal::Open(std::string_view sealed, std::string_view list) const {
  if (sealed.empty()) return std::string();
  const auto bytes = base::Base64UrlDecode(sealed);
  if (bytes.ok()) {
    const auto token = crypto::AeadOpen(key_, *bytes, list);
    if (token.ok()) return std::string(token->Reveal());
  }
  return base::InvalidArgument(
      "page_token: no page of this list ended so; ask the same as for the page before, or for the "
      "first page");
}

}  // namespace firstbell::inquiry
