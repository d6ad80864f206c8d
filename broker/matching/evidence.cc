#include "broker/matching/evidence.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "broker/matching/birth_date.h"
#include "broker/matching/name_evidence.h"
#include "broker/matching/similarity.h"

namespace firstbell::matching {
namespace {

// Dates that are one edit from a date, among the days of a dozen years.
constexpr double kDatesOneEditAway = 20;
// Homes of a postcode; of its sector, in postcodes.
constexpr double kHomes = 15, kPostcodesOfSector = 30, kPostcodesOneEditAway = 60;
constexpr double kSchoolsOfArea = 0.1;  // one of
constexpr double kAddressByChance = 1e-5, kAddressCloseByChance = 1e-4;
constexpr double kAddressNearByChance = 1e-2;

Finding CompareBirth(const Description& child, const Description& pupil,
                     const Frequencies& frequencies, const Habits& habits, model::Date today) {
  const auto& m = habits.birth_date;
  if (!pupil.born) return {};
  if (!child.born) {
    if (!child.age) return {};
    const double of_age = frequencies.BirthYear(static_cast<int>(today.year()) - *child.age - 1);
    switch (CompareAge(*child.age, *pupil.born, today)) {
      case AgeMatch::kFits:
        return {Level::kAge, Weigh(m.age, of_age)};
      case AgeMatch::kNear:
        return {Level::kNearAge, Weigh(m.near_age, 2 * of_age)};
      case AgeMatch::kDifferent:
        return {Level::kDifferent, Weigh(m.other_age, 1)};
    }
  }
  const double share = frequencies.BirthDate(*pupil.born);
  switch (CompareBirthDates(*child.born, *pupil.born)) {
    case BirthDateMatch::kExact:
      return {Level::kExact, Weigh(m.exact, share)};
    case BirthDateMatch::kSwapped:
      return {Level::kSwapped, Weigh(m.swapped, share)};
    case BirthDateMatch::kOneEdit:
      return {Level::kClose, Weigh(m.close, kDatesOneEditAway * share)};
    case BirthDateMatch::kPlaceholder:
      return {Level::kPlaceholder,
              Weigh(m.placeholder, frequencies.BirthYear(static_cast<int>(pupil.born->year())))};
    case BirthDateMatch::kDifferent:
      break;
  }
  return {Level::kDifferent, Weigh(m.different, 1)};
}

bool IsOneEditAway(const Postcode& a, const Postcode& b) {
  return OsaDistance(a.outward + a.inward, b.outward + b.inward, 1) == 1;
}

Finding CompareHomes(const Description& child, const Description& pupil,
                     const Frequencies& frequencies, const Habits& habits) {
  const auto& m = habits.postcode;
  const PostcodeMatch match = ComparePostcodes(child.postcode, pupil.postcode);
  if (match == PostcodeMatch::kUnknown) return {};
  const double outward = frequencies.Outward(pupil.postcode->outward);
  const double full = outward * frequencies.SamePostcode();
  if (match == PostcodeMatch::kFull) return {Level::kExact, Weigh(m.exact, full)};
  if (IsOneEditAway(*child.postcode, *pupil.postcode)) {
    return {Level::kClose, Weigh(m.close, kPostcodesOneEditAway * full)};
  }
  if (match == PostcodeMatch::kDifferent) return {Level::kDifferent, Weigh(m.different, 1)};
  if (match == PostcodeMatch::kOutward) return {Level::kArea, Weigh(m.area, outward)};
  return {Level::kNear, Weigh(m.near, std::min(outward, kPostcodesOfSector * full))};
}

// One word for the other: the same, or a slip of the pen in a long one.
bool IsSameWord(const std::string& a, const std::string& b) {
  if (a == b) return true;
  const std::size_t longer = std::max(a.size(), b.size());
  return longer >= 4 && OsaDistance(a, b, longer / 4) <= longer / 4;
}

// The share of the shorter address's words that the other has.
double SharedWords(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  const auto& fewer = a.size() <= b.size() ? a : b;
  const auto& more = a.size() <= b.size() ? b : a;
  const auto shared = std::count_if(fewer.begin(), fewer.end(), [&](const std::string& word) {
    return std::any_of(more.begin(), more.end(),
                       [&](const std::string& other) { return IsSameWord(word, other); });
  });
  return static_cast<double>(shared) / static_cast<double>(fewer.size());
}

bool IsNumber(const std::string& word) {
  return word.front() >= '0' && word.front() <= '9';
}

// Within one postcode the house alone is left to tell.
Centibits WeighHouse(const Description& child, const Description& pupil, const Habits& habits) {
  const auto known = [](const Description& one) { return IsNumber(one.address.front()); };
  if (!known(child) || !known(pupil)) return 0;
  const bool same =
      std::any_of(child.address.begin(), child.address.end(), [&](const std::string& word) {
        return IsNumber(word) &&
               std::binary_search(pupil.address.begin(), pupil.address.end(), word);
      });
  const double of_same = habits.address.exact + habits.address.close;
  return same ? Weigh(of_same, 1 / kHomes) : Weigh(1 - of_same, 1 - 1 / kHomes);
}

Finding CompareAddresses(const Description& child, const Description& pupil, bool same_postcode,
                         const Habits& habits) {
  const auto& m = habits.address;
  const std::size_t fewer = std::min(child.address.size(), pupil.address.size());
  if (fewer == 0) return {};
  // A house number alone is no address, but another one is another house.
  if (fewer == 1) {
    const Centibits house = WeighHouse(child, pupil, habits);
    return house < 0 ? Finding{Level::kDifferent, house} : Finding{};
  }
  const double shared = SharedWords(child.address, pupil.address);
  const auto at = [&](Level level, double of_same, double by_chance) {
    return Finding{level,
                   same_postcode ? WeighHouse(child, pupil, habits) : Weigh(of_same, by_chance)};
  };
  if (shared == 1) return at(Level::kExact, m.exact, kAddressByChance);
  if (shared >= 0.7) return at(Level::kClose, m.close, kAddressCloseByChance);
  if (shared >= 0.5) return at(Level::kNear, m.near, kAddressNearByChance);
  return {Level::kDifferent, Weigh(m.different, 1)};
}

// Children of an area go to its few schools: where that agrees, the school says little more.
Finding CompareSchool(const SchoolHeard& heard, base::Urn at, bool same_area,
                      const Habits& habits) {
  if (heard.may_be.empty()) return {};
  const bool there = std::binary_search(heard.may_be.begin(), heard.may_be.end(), at);
  if (!there) return {Level::kDifferent, Weigh(habits.school.different, 1)};
  return {heard.name_alone ? Level::kNear : Level::kExact,
          std::max(0, Weigh(habits.school.exact,
                            std::max(heard.share, same_area ? kSchoolsOfArea : 0)))};
}

Finding CompareUpns(const Description& child, const Description& pupil,
                    const Frequencies& frequencies) {
  if (!child.upn || !pupil.upn) return {};
  if (child.upn == pupil.upn) {
    return {Level::kExact, Weigh(1, 1.0 / static_cast<double>(frequencies.pupils()))};
  }
  return {Level::kDifferent, Weigh(0.01, 1)};
}

}  // namespace

Centibits Evidence::total() const {
  return std::accumulate(findings.begin(), findings.end(), Centibits{0},
                         [](Centibits sum, const Finding& one) { return sum + one.weight; });
}

void AddTo(SchoolHeard& schools, const SchoolHeard& more) {
  schools.name_alone |= more.name_alone;
  schools.share += more.share;
  schools.may_be.insert(schools.may_be.end(), more.may_be.begin(), more.may_be.end());
  std::sort(schools.may_be.begin(), schools.may_be.end());
}

std::string_view NameOf(Field field) {
  constexpr std::array<std::string_view, kFields> kNames = {
      "forename", "family name", "date of birth", "postcode", "address", "school heard", "UPN"};
  return kNames[static_cast<std::size_t>(field)];
}

std::string_view NameOf(Level level) {
  constexpr std::array<std::string_view, 18> kNames = {
      "not known",    "the same",      "another spelling", "a short form", "a middle name",
      "one half",     "a former name", "a slip away",      "sounds alike", "the initial",
      "a name alike", "swapped",       "1 January",        "of that age",  "about that age",
      "near",         "in the area",   "different"};
  return kNames[static_cast<std::size_t>(level)];
}

Evidence Compare(const Heard& heard, const Description& pupil, base::Urn at,
                 const Frequencies& frequencies, const Habits& habits, model::Date today) {
  const Description& child = heard.child;
  Evidence evidence;
  const NameFindings names = CompareNames(child, pupil, frequencies, habits);
  evidence.at(Field::kForename) = names.forename;
  evidence.at(Field::kFamilyName) = names.family;
  evidence.at(Field::kBirthDate) = CompareBirth(child, pupil, frequencies, habits, today);
  Finding home = CompareHomes(child, pupil, frequencies, habits);
  // Where a family has kin all around, that another of the name lives there too says less.
  if (home.weight > 0 && home.level != Level::kExact && names.family.weight > 0) {
    Lessen(home, frequencies.FamilyInArea(pupil.family.whole, pupil.postcode->outward));
  }
  evidence.at(Field::kPostcode) = home;
  evidence.at(Field::kAddress) =
      CompareAddresses(child, pupil, home.level == Level::kExact, habits);
  evidence.at(Field::kSchool) = CompareSchool(heard.school, at, home.weight > 0, habits);
  evidence.at(Field::kUpn) = CompareUpns(child, pupil, frequencies);
  return evidence;
}

}  // namespace firstbell::matching
