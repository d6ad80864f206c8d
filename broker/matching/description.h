#pragma once

// A child as matching compares it, one that was heard or one on a roll: names in plain letters and
// taken apart (names.h), places read. A value; as personal as what it was made of.

#include <optional>
#include <string>
#include <vector>

#include "broker/matching/names.h"
#include "broker/matching/postcode.h"
#include "broker/model/incident.h"
#include "broker/model/pupil.h"

namespace firstbell::matching {

struct Description {
  std::vector<std::string> given;      // words, the first the one that is called
  std::vector<std::string> preferred;  // words; empty where there is none
  FamilyName family;
  FamilyName former;
  std::optional<model::Date> born;
  std::optional<int> age;  // in years, where no date is known
  std::optional<Postcode> postcode;
  std::vector<std::string>
      address;                    // its words and numbers, without the postcode; sorted, distinct
  std::optional<model::Upn> upn;  // a temporary one is none: it is not the pupil's elsewhere

  friend bool operator==(const Description&, const Description&) = default;
};

// Words and numbers of an address: "12 Pinkerton Circuit" makes 12, circuit, pinkerton.
std::vector<std::string> AddressWords(std::string_view address);

// Where everything stands in the given names, the last of them is taken for the family name.
Description Describe(const model::ChildIdentity& child);
Description Describe(const model::Pupil& pupil);

}  // namespace firstbell::matching
