#pragma once

// Unique Pupil Number, as DfE's guidance on UPNs defines it: a check letter, then the three-digit
// local authority, the four-digit establishment that issued it, a two-digit year and a
// three-character serial whose last is a letter in a temporary one. The authority and establishment
// are the issuing school's, not the current one's.

#include <optional>
#include <string>
#include <string_view>

namespace firstbell::model {

// A valid UPN, upper case. Same value, same pupil: none is reused. A temporary one is a makeshift.
class Upn {
 public:
  const std::string& value() const { return value_; }
  bool temporary() const { return value_.back() < '0' || value_.back() > '9'; }
  friend bool operator==(const Upn&, const Upn&) = default;

 private:
  friend std::optional<Upn> ParseUpn(std::string_view text, std::string_view* why);
  explicit Upn(std::string value) : value_(std::move(value)) {}
  std::string value_;
};

// Nothing where it is not one, with the reason in `why` where asked: length, characters, check
// letter. White space anywhere (a UPN is read aloud in groups) and lower case are forgiven.
std::optional<Upn> ParseUpn(std::string_view text, std::string_view* why = nullptr);

}  // namespace firstbell::model
