#pragma once

// Different things, different types: a Urn never converts into a ForceCode, nor an AlertId into an
// IncidentId. Values; any thread.

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "broker/base/status.h"

namespace firstbell::base {

// A text that means one kind of thing. `Tag` makes the kind; it is never defined.
template <typename Tag>
class TextId {
 public:
  TextId() = default;
  explicit TextId(std::string value) : value_(std::move(value)) {}

  const std::string& value() const { return value_; }
  bool empty() const { return value_.empty(); }

  friend bool operator==(const TextId&, const TextId&) = default;
  friend auto operator<=>(const TextId&, const TextId&) = default;

 private:
  std::string value_;
};

// Unique Reference Number: a school is its URN, never its name. 100000 to 999999; 0 is none.
class Urn {
 public:
  Urn() = default;
  explicit constexpr Urn(std::uint32_t value) : value_(value) {}

  constexpr std::uint32_t value() const { return value_; }
  constexpr bool empty() const { return value_ == 0; }
  std::string ToString() const { return std::to_string(value_); }

  friend bool operator==(const Urn&, const Urn&) = default;
  friend auto operator<=>(const Urn&, const Urn&) = default;

 private:
  std::uint32_t value_ = 0;
};

using ForceCode = TextId<struct ForceCodeTag>;      // as in the certificate: "west-yorkshire"
using IncidentId = TextId<struct IncidentIdTag>;    // ours, random: 26 characters, lower case
using AlertId = TextId<struct AlertIdTag>;          // ours, random: the same form
using RecipientId = TextId<struct RecipientIdTag>;  // ours, random: a device or a person
using OfficerId = TextId<struct OfficerIdTag>;      // as in the certificate: an officer of a force
using Reference = TextId<struct ReferenceTag>;      // a force's own, free text
using ChildRef = TextId<struct ChildRefTag>;        // a force's own, unique within an incident
using LocalId = TextId<struct LocalIdTag>;          // a school's own for a pupil
using AuthorityCode = TextId<struct AuthorityCodeTag>;  // of a local authority: "845"

// Parses six digits. InvalidArgument otherwise, saying what a URN is.
Result<Urn> ParseUrn(std::string_view text);

// 16 random bytes as 26 characters of lower-case Crockford base32: what every id of ours looks
// like. `bytes` must be 16 long.
std::string FormatRandomId(std::string_view bytes);
bool IsRandomId(std::string_view text);

}  // namespace firstbell::base

template <typename Tag>
struct std::hash<firstbell::base::TextId<Tag>> {
  std::size_t operator()(const firstbell::base::TextId<Tag>& id) const {
    return std::hash<std::string>()(id.value());
  }
};
template <>
struct std::hash<firstbell::base::Urn> {
  std::size_t operator()(const firstbell::base::Urn& urn) const {
    return std::hash<std::uint32_t>()(urn.value());
  }
};
