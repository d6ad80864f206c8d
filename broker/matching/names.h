#pragma once

// A person's name as matching compares it: in plain letters, and taken apart into what people write
// differently. Pure; any thread. What comes out is as personal as what went in.

#include <string>
#include <string_view>
#include <vector>

namespace firstbell::matching {

// Words of a to z. Other scripts are transliterated (ICU Any-Latin, Latin-ASCII), accents and
// apostrophes go: "Zoë", "O'Brien", "Мария" make zoe, obrien, maria. Blanks, hyphens, full stops
// and the like stand between words.
std::vector<std::string> PlainWords(std::string_view text);

// "Zoë-Anne Marie" makes zoe, anne, marie. Words that stand for a name which nobody knew (Baby,
// Unknown, Twin 2) are left out: a name of such alone has no words and is evidence of nothing.
std::vector<std::string> GivenWords(std::string_view given_names);

struct FamilyName {
  // Its words as one, without the particles that people leave out: "de la Cruz" makes cruz, "Mc
  // Donald" mcdonald, "Smith-Jones" smithjones. Empty: not known.
  std::string whole;
  // Of a double-barrelled name: smith, jones. Either may stand for the whole.
  std::vector<std::string> halves = {};
  friend bool operator==(const FamilyName&, const FamilyName&) = default;
};
FamilyName ReadFamilyName(std::string_view family_name);

}  // namespace firstbell::matching
