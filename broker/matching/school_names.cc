#include "broker/matching/school_names.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <unordered_set>
#include <utility>

#include "broker/matching/names.h"
#include "broker/matching/similarity.h"

namespace firstbell::matching {
namespace {

using Words = std::vector<std::string>;

// What says of a school what kind it is, and not which.
const std::unordered_set<std::string_view>& Kinds() {
  static const auto* const kinds = new std::unordered_set<std::string_view>{
      "a",          "academy",     "aided",      "and",       "anglican",   "at",
      "baptist",    "boys",        "c",          "catholic",  "ce",         "centre",
      "church",     "college",     "combined",   "community", "comp",       "comprehensive",
      "controlled", "cofe",        "coed",       "e",         "early",      "england",
      "first",      "for",         "foundation", "free",      "girls",      "grammar",
      "high",       "in",          "infant",     "infants",   "inf",        "jm",
      "jmi",        "jnr",         "jun",        "junior",    "juniors",    "lower",
      "methodist",  "middle",      "mixed",      "nursery",   "of",         "primary",
      "prep",       "preparatory", "pri",        "pru",       "pupil",      "rc",
      "referral",   "roman",       "school",     "secondary", "senior",     "sixth",
      "form",       "special",     "specialist", "studio",    "technology", "the",
      "unit",       "upper",       "utc",        "va",        "vc",         "voluntary",
      "years",      "ysgol",       "gynradd",    "uwchradd"};
  return *kinds;
}

Words Sorted(Words words) {
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

bool IsSameWord(const std::string& a, const std::string& b) {
  return a == b || (std::min(a.size(), b.size()) >= 5 && OsaDistance(a, b, 1) <= 1);
}

bool Has(const Words& words, const std::string& word) {
  return std::any_of(words.begin(), words.end(),
                     [&](const std::string& other) { return IsSameWord(word, other); });
}

}  // namespace

Words SchoolWords(std::string_view name) {
  Words words;
  for (std::string& word : PlainWords(name)) {
    // An apostrophe goes, so that Mary's is marys: the s was heard or not.
    if (word == "st" || word == "ss" || word == "saints") word = "saint";
    if (Kinds().contains(word)) continue;
    if (word.size() > 3 && word.back() == 's') word.pop_back();
    words.push_back(std::move(word));
  }
  return Sorted(std::move(words));
}

void SchoolNames::Add(const RegisteredSchool& school) {
  School added{school.urn, SchoolWords(school.name), SchoolWords(school.town), school.pupils};
  const Words authority = SchoolWords(school.authority);
  added.places.insert(added.places.end(), authority.begin(), authority.end());
  added.places = Sorted(std::move(added.places));
  const auto number = static_cast<std::uint32_t>(schools_.size());
  for (const std::string& word : added.words) by_word_[word].push_back(number);
  by_urn_[school.urn] = number;
  for (const base::Urn urn : school.predecessors) following_[urn].push_back(number);
  schools_.push_back(std::move(added));
}

SchoolHeard SchoolNames::Resolve(std::string_view name, std::string_view town,
                                 const Frequencies& frequencies) const {
  const Words heard = SchoolWords(name), places = SchoolWords(town);
  std::set<std::uint32_t> sharing;  // any word of their names, as it was heard
  for (const std::string& word : heard) {
    const auto found = by_word_.find(word);
    if (found != by_word_.end()) sharing.insert(found->second.begin(), found->second.end());
  }
  Numbers named;
  bool placed = true;
  for (const std::uint32_t number : sharing) {
    const School& school = schools_[number];
    bool of_place = !places.empty();
    const bool all_its_own = std::all_of(heard.begin(), heard.end(), [&](const auto& word) {
      if (Has(school.words, word)) return true;
      const bool of_its_place = Has(school.places, word);
      of_place |= of_its_place;
      return of_its_place;
    });
    const auto was_heard = [&](const auto& word) { return Has(heard, word); };
    const auto there = [&](const auto& word) {
      return Has(school.places, word) || Has(school.words, word);
    };
    if (!all_its_own || !std::all_of(school.words.begin(), school.words.end(), was_heard) ||
        !std::all_of(places.begin(), places.end(), there)) {
      continue;
    }
    placed &= of_place;
    named.push_back(number);
  }
  const std::size_t of_the_name = named.size();
  for (std::size_t i = 0; i < of_the_name; ++i) AddFollowing(schools_[named[i]].urn, named);
  SchoolHeard meant = Meant(std::move(named), frequencies);
  meant.name_alone = !meant.may_be.empty() && !placed;
  return meant;
}

SchoolHeard SchoolNames::Resolve(base::Urn urn, const Frequencies& frequencies) const {
  Numbers meant;
  if (const auto found = by_urn_.find(urn); found != by_urn_.end()) meant.push_back(found->second);
  AddFollowing(urn, meant);
  return Meant(std::move(meant), frequencies);
}

void SchoolNames::AddFollowing(base::Urn urn, Numbers& numbers) const {
  const auto found = following_.find(urn);
  if (found == following_.end()) return;
  numbers.insert(numbers.end(), found->second.begin(), found->second.end());
}

SchoolHeard SchoolNames::Meant(Numbers numbers, const Frequencies& frequencies) const {
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  if (numbers.empty() || numbers.size() > kMost) return {};
  SchoolHeard meant;
  std::uint64_t pupils = 0;
  for (const std::uint32_t number : numbers) {
    meant.may_be.push_back(schools_[number].urn);
    pupils += schools_[number].pupils;
  }
  std::sort(meant.may_be.begin(), meant.may_be.end());
  meant.share = frequencies.School(pupils);
  return meant;
}

}  // namespace firstbell::matching
