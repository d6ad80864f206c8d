#include "clients/demo/invented_roll.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "broker/base/status.h"
#include "broker/matching/forenames.h"

namespace firstbell::demo {
namespace {

// What the streams of dice are for.
enum Purpose : std::uint64_t { kFamily = 1, kSibling, kTwin, kArea, kSchool };

constexpr int kYoungest = 4, kOldest = 16;  // in whole years, all of both
constexpr std::uint64_t kPrimaries = 10, kHighSchools = 3;
constexpr std::uint64_t kFirstUrn = 100'000;
constexpr std::uint64_t kPostcodesOfArea = 650;
constexpr std::string_view kOutwardLetters = "ABCDEFGHKLMNPRSTW";
constexpr std::string_view kInwardLetters = "ABDEFGHJLNPQRSTUWXYZ";
constexpr const char* kStreets[] = {"Mill Lane",     "Church Street", "Station Road", "High Street",
                                    "Park Avenue",   "Orchard Way",   "Chapel Row",   "Kings Drive",
                                    "Victoria Road", "Green Lane",    "School Hill",  "Elm Grove",
                                    "Bridge Street", "Meadow Close",  "The Crescent"};

int InDays(model::Date from, model::Date to) {
  return static_cast<int>(to - from);
}

// Nobody calls two children of a family by one name, by its short form, or by another's second.
bool IsCalledSo(const InventedChild& child, const std::string& forename) {
  const auto same = [&](const std::string& name) {
    for (const std::string& one : matching::GivenWords(name)) {
      for (const std::string& other : matching::GivenWords(forename)) {
        if (matching::CompareForenames(one, other) != matching::SameName::kNo) return true;
      }
    }
    return false;
  };
  return same(child.given_names) || same(child.preferred_given_name);
}

// Two letters and a digit: 17 * 17 * 9 areas.
std::string OutwardOf(std::uint64_t area) {
  const std::size_t n = kOutwardLetters.size();
  return {kOutwardLetters[area % n], kOutwardLetters[area / n % n],
          static_cast<char>('1' + area / n / n % 9)};
}

std::string InwardOf(std::uint64_t number) {
  const std::size_t n = kInwardLetters.size();
  return {static_cast<char>('1' + number % 9), kInwardLetters[number / 9 % n],
          kInwardLetters[number / 9 / n % n]};
}

// Two towns are no slip of the pen apart: the last syllable follows from those before it.
std::string TownOf(std::uint64_t area) {
  constexpr std::string_view kSyllables[] = {"ba", "de", "fi", "go", "hu", "ka", "le",
                                             "mi", "no", "pu", "ra", "se", "ti", "vo"};
  constexpr std::uint64_t kCount = std::size(kSyllables);
  std::string town = "Example";
  std::uint64_t sum = 0;
  for (std::uint64_t rest = area, place = 1; place <= 4; rest /= kCount, ++place) {
    absl::StrAppend(&town, std::string(kSyllables[rest % kCount]));
    sum += place * (rest % kCount);
  }
  absl::StrAppend(&town, std::string(kSyllables[sum % kCount]));
  return town;
}

}  // namespace

matching::Description Describe(const InventedChild& child) {
  matching::Description described;
  described.given = matching::GivenWords(child.given_names);
  described.preferred = matching::GivenWords(child.preferred_given_name);
  described.family = matching::ReadFamilyName(child.family_name);
  described.former = matching::ReadFamilyName(child.former_family_name);
  described.born = child.born;
  described.address = matching::AddressWords(child.address);
  described.postcode = matching::ReadPostcode(child.postcode);
  return described;
}

InventedRoll::InventedRoll(County county, const NamePool& names) : county_(county), names_(names) {
  FB_CHECK(county_.families > 0 && county_.families_of_area > 0);
}

std::uint64_t InventedRoll::areas() const {
  return std::min<std::uint64_t>(2600, 1 + county_.families / county_.families_of_area);
}

// People live where others of their origin do: one area in three has most of them.
std::size_t InventedRoll::GroupOf(std::uint64_t area, Dice& dice) const {
  Dice of_area({county_.seed, kArea, area});
  const bool mixed = of_area.Chance(1.0 / 3);
  const double general = mixed ? 0.35 : 0.905;
  if (dice.Chance(general)) return 0;
  const auto& groups = names_.groups();
  // The area's own largest group first.
  double at = dice.Unit();
  const std::size_t own = 1 + of_area.Below(groups.size() - 1);
  if (mixed && at < 0.4) return own;
  at = dice.Unit() * (1 - groups.front().share);
  for (std::size_t i = 1; i + 1 < groups.size(); ++i) {
    if (at < groups[i].share) return i;
    at -= groups[i].share;
  }
  return groups.size() - 1;
}

std::string InventedRoll::PostcodeIn(std::uint64_t area, Dice& dice) const {
  return absl::StrCat(OutwardOf(area), " ", InwardOf(dice.Below(kPostcodesOfArea)));
}

base::Urn InventedRoll::SchoolFor(model::Date born, std::uint64_t area, Dice& dice) const {
  const bool high = InDays(born, county_.today) > 11 * 365;
  const std::uint64_t number =
      high ? kPrimaries + dice.Below(kHighSchools) : dice.Below(kPrimaries);
  const std::uint64_t of_area = dice.Chance(0.1) ? dice.Below(areas()) : area;
  return base::Urn(
      static_cast<std::uint32_t>(kFirstUrn + of_area * (kPrimaries + kHighSchools) + number));
}

std::string InventedRoll::OtherForename(const InventedChild& child, Dice& dice) const {
  // Names travel.
  const std::size_t group = dice.Chance(0.3) ? 0 : child.group;
  return names_.groups()[group].forenames(child.sex).Draw(dice);
}

std::string InventedRoll::OtherFamilyName(const InventedChild& child, Dice& dice) const {
  return names_.groups()[child.group].surnames(child.sex).Draw(dice);
}

std::string InventedRoll::NewForename(const InventedChild& child,
                                      const std::vector<InventedChild>& others, Dice& dice) const {
  while (true) {
    const std::string forename = OtherForename(child, dice);
    const bool taken = std::any_of(others.begin(), others.end(),
                                   [&](const auto& other) { return IsCalledSo(other, forename); });
    if (!taken) return forename;
  }
}

// Everything but what it shares with its family.
void InventedRoll::Settle(std::uint64_t area, const std::vector<InventedChild>& others,
                          InventedChild& child, Dice& dice) const {
  child.sex = dice.Chance(0.5) ? Sex::kFemale : Sex::kMale;
  child.given_names = NewForename(child, others, dice);
  if (dice.Chance(0.3)) absl::StrAppend(&child.given_names, " ", NewForename(child, others, dice));
  if (dice.Chance(0.02)) child.preferred_given_name = NewForename(child, others, dice);
  if (dice.Chance(0.02)) child.former_family_name = OtherFamilyName(child, dice);
  child.school = SchoolFor(child.born, area, dice);
}

InventedSchool InventedRoll::School(base::Urn urn) const {
  const std::uint64_t number = urn.value() - kFirstUrn;
  Dice dice({county_.seed, kSchool, number});
  InventedSchool school;
  school.urn = urn;
  school.high = number % (kPrimaries + kHighSchools) >= kPrimaries;
  school.name = absl::StrCat(kStreets[dice.Below(std::size(kStreets))],
                             school.high ? " High School" : " Primary School");
  const std::uint64_t area = number / (kPrimaries + kHighSchools);
  school.town = TownOf(area);
  school.postcode = PostcodeIn(area, dice);
  return school;
}

std::vector<InventedSchool> InventedRoll::Schools() const {
  std::vector<InventedSchool> schools;
  for (std::uint64_t number = 0; number < areas() * (kPrimaries + kHighSchools); ++number) {
    schools.push_back(School(base::Urn(static_cast<std::uint32_t>(kFirstUrn + number))));
  }
  return schools;
}

std::vector<InventedChild> InventedRoll::Family(std::uint64_t number) const {
  Dice dice({county_.seed, kFamily, number});
  const std::uint64_t area = dice.Below(areas());
  InventedChild base;
  base.group = GroupOf(area, dice);
  base.postcode = PostcodeIn(area, dice);
  base.address = absl::StrCat(dice.Between(1, 60), " ", kStreets[dice.Below(std::size(kStreets))]);
  const NameGroup& group = names_.groups()[base.group];
  // Where boys' and girls' family names differ, both are as their sex has it.
  const Dice of_names = dice;
  const bool both_names = dice.Chance(0.03);
  const std::string other = OtherFamilyName(base, dice);
  const double size = dice.Unit();
  const int children = size < 0.45 ? 1 : size < 0.85 ? 2 : size < 0.97 ? 3 : 4;
  const model::Date oldest = county_.today - kOldest * 365,
                    youngest = county_.today - kYoungest * 365;
  model::Date born = oldest - 900 + dice.Between(0, InDays(oldest, youngest) + 899);
  std::vector<InventedChild> family;
  for (int i = 0; i < children; ++i) {
    InventedChild child = base;
    child.twin = !family.empty() && !family.back().twin && dice.Chance(0.03);
    if (child.twin) family.back().twin = true;
    if (i > 0 && !child.twin) born += dice.Between(330, 1700);
    child.born = born;
    if (base.group != 0 && dice.Chance(0.01)) child.born = model::Date(born.year(), 1, 1);
    Settle(area, family, child, dice);
    Dice again = of_names;
    child.family_name = group.surnames(child.sex).Draw(again);
    if (both_names) child.family_name = absl::StrCat(child.family_name, "-", other);
    family.push_back(std::move(child));
  }
  std::erase_if(family, [&](const InventedChild& child) {
    return child.born < oldest || child.born >= youngest;
  });
  return family;
}

InventedChild InventedRoll::AbsentSibling(std::uint64_t number) const {
  const std::vector<InventedChild> family = Family(number);
  Dice dice({county_.seed, kSibling, number});
  InventedChild child = family.front();
  child.twin = false;
  child.preferred_given_name.clear();
  child.former_family_name.clear();
  const auto too_near = [&](const InventedChild& other) {
    return std::abs(InDays(other.born, child.born)) < 300;
  };
  do {
    child.born = county_.today - dice.Between(kYoungest * 365 + 1, kOldest * 365);
  } while (std::any_of(family.begin(), family.end(), too_near));
  Settle(dice.Below(areas()), family, child, dice);
  return child;
}

InventedChild InventedRoll::AbsentTwin(std::uint64_t number, const InventedChild& of) const {
  const std::vector<InventedChild> family = Family(number);
  Dice dice({county_.seed, kTwin, number});
  InventedChild child = of;
  child.twin = true;
  child.preferred_given_name.clear();
  child.former_family_name.clear();
  const base::Urn school = child.school;
  Settle(dice.Below(areas()), family, child, dice);
  if (dice.Chance(0.9)) child.school = school;
  return child;
}

std::string InventedRoll::OtherPostcode(const std::string& postcode, Dice& dice) const {
  while (true) {
    // Half of those who move stay in the area.
    const std::string outward =
        dice.Chance(0.5) ? postcode.substr(0, postcode.find(' ')) : OutwardOf(dice.Below(areas()));
    std::string other = absl::StrCat(outward, " ", InwardOf(dice.Below(kPostcodesOfArea)));
    if (other != postcode) return other;
  }
}

base::Urn InventedRoll::OtherSchool(const InventedChild& child, Dice& dice) const {
  while (true) {
    const base::Urn other = SchoolFor(child.born, dice.Below(areas()), dice);
    if (other != child.school) return other;
  }
}

}  // namespace firstbell::demo
