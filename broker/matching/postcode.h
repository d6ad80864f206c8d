#pragma once

// British postcodes as matching compares them (BS 7666: an outward code of two to four characters,
// an inward code of a digit and two letters). Pure; any thread.

#include <optional>
#include <string>
#include <string_view>

namespace firstbell::matching {

struct Postcode {
  std::string outward;  // "LS1": capitals, no blank
  std::string inward;   // "4AP"
  friend bool operator==(const Postcode&, const Postcode&) = default;
};

// In any case, with or without blanks; one O for 0 or I for 1, or the other way, where only that
// makes it one. Nothing: not a full postcode.
std::optional<Postcode> ReadPostcode(std::string_view text);

enum class PostcodeMatch {
  kUnknown,  // either is none: no evidence
  kFull,
  kSector,   // outward and the inward's digit: some thousand homes
  kOutward,  // about ten thousand homes
  kDifferent,
};

PostcodeMatch ComparePostcodes(const std::optional<Postcode>& a, const std::optional<Postcode>& b);

}  // namespace firstbell::matching
