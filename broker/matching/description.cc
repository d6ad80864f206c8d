#include "broker/matching/description.h"

#include <algorithm>
#include <utility>

namespace firstbell::matching {
namespace {

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// "Maria Garcia" all in one place: the last word is the family's.
void SplitMononym(Description& description) {
  if (!description.family.whole.empty() || description.given.size() < 2) return;
  description.family.whole = std::move(description.given.back());
  description.given.pop_back();
}

// What a child of an incident and a pupil say alike.
template <typename Person>
Description DescribePerson(const Person& person) {
  Description description;
  description.given = GivenWords(person.given_names.Reveal());
  description.preferred = GivenWords(person.preferred_given_name.Reveal());
  description.family = ReadFamilyName(person.family_name.Reveal());
  description.former = ReadFamilyName(person.former_family_name.Reveal());
  description.address = AddressWords(person.address.Reveal());
  description.postcode = ReadPostcode(person.postcode.Reveal());
  // One school's makeshift until it knows the pupil's own.
  if (person.upn && !person.upn->Reveal().temporary()) description.upn = person.upn->Reveal();
  SplitMononym(description);
  return description;
}

}  // namespace

std::vector<std::string> AddressWords(std::string_view address) {
  std::vector<std::string> words = PlainWords(address);
  std::string number;
  for (std::size_t i = 0; i <= address.size(); ++i) {
    if (i < address.size() && IsDigit(address[i])) {
      number.push_back(address[i]);
    } else if (!number.empty()) {
      words.push_back(std::exchange(number, {}));
    }
  }
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

Description Describe(const model::ChildIdentity& child) {
  Description description = DescribePerson(child);
  if (child.date_of_birth) description.born = child.date_of_birth->Reveal();
  description.age = child.age;
  return description;
}

Description Describe(const model::Pupil& pupil) {
  Description description = DescribePerson(pupil);
  description.born = pupil.date_of_birth.Reveal();
  return description;
}

}  // namespace firstbell::matching
