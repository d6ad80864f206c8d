#include "broker/model/nobody_left.h"

#include <algorithm>
#include <charconv>

namespace firstbell::model {
namespace {

bool IsPerson(const Recipient& one) {
  return one.in_force() && !one.is_device();
}

}  // namespace

bool SomebodyLeft(const Alert& alert, absl::Span<const Recipient> recipients) {
  return std::any_of(recipients.begin(), recipients.end(), [&](const Recipient& one) {
    return IsPerson(one) && !MayBeOneOf(alert.excluded, alert.id, one.display_name);
  });
}

bool NobodyLeft(const Alert& alert, absl::Span<const Recipient> recipients) {
  return std::any_of(recipients.begin(), recipients.end(), IsPerson) &&
         !SomebodyLeft(alert, recipients);
}

v1::NobodyLeft WhomToAskFor(v1::NobodyLeft policy, const School& school) {
  if (IsAuthority(school.urn)) return v1::NOBODY_LEFT_HEAD;
  switch (policy) {
    case v1::NOBODY_LEFT_TRUST:
      return school.trust_code.empty() ? v1::NOBODY_LEFT_AUTHORITY : v1::NOBODY_LEFT_TRUST;
    case v1::NOBODY_LEFT_AUTHORITY:
      return v1::NOBODY_LEFT_AUTHORITY;
    default:
      return v1::NOBODY_LEFT_HEAD;
  }
}

std::optional<base::Urn> AuthorityOf(const School& school) {
  const std::string& text = school.local_authority_code;
  std::uint32_t code = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), code);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  const base::Urn urn = UrnOfAuthority(code);
  return code > 0 && IsAuthority(urn) ? std::optional(urn) : std::nullopt;
}

}  // namespace firstbell::model
