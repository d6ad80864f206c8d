#include "clients/demo/slips.h"

#include <array>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"

namespace firstbell::demo {
namespace {

// What sounds alike to an English ear; either for the other.
constexpr std::pair<std::string_view, std::string_view> kSounds[] = {
    {"ph", "f"},  {"ck", "k"}, {"c", "k"},  {"ie", "y"}, {"ey", "y"},  {"y", "i"},   {"ee", "ea"},
    {"ai", "ay"}, {"a", "e"},  {"e", "i"},  {"o", "u"},  {"oo", "u"},  {"s", "z"},   {"th", "t"},
    {"ll", "l"},  {"nn", "n"}, {"ss", "s"}, {"tt", "t"}, {"mm", "m"},  {"rr", "r"},  {"h", ""},
    {"gh", "g"},  {"j", "g"},  {"w", "v"},  {"q", "k"},  {"x", "ks"},  {"kh", "k"},  {"sh", "s"},
    {"dh", "d"},  {"z", "s"},  {"ou", "u"}, {"aa", "a"}, {"er", "ar"}, {"on", "en"}, {"d", "t"}};

constexpr std::string_view kRows[] = {"qwertyuiop", "asdfghjkl", "zxcvbnm"};

char KeyBeside(char key, Dice& dice) {
  for (const std::string_view row : kRows) {
    const std::size_t at = row.find(key);
    if (at == std::string_view::npos) continue;
    if (at == 0) return row[1];
    if (at + 1 == row.size()) return row[at - 1];
    return row[dice.Chance(0.5) ? at - 1 : at + 1];
  }
  return key;
}

std::string AsItSounds(std::string name, Dice& dice) {
  const std::size_t first = dice.Below(std::size(kSounds));
  for (std::size_t i = 0; i < std::size(kSounds); ++i) {
    auto [from, to] = kSounds[(first + i) % std::size(kSounds)];
    if (dice.Chance(0.5) && !to.empty()) std::swap(from, to);
    const std::size_t at = name.find(from);
    if (at == std::string::npos || (at == 0 && from == "h")) continue;
    return name.replace(at, from.size(), to);
  }
  return name;
}

std::string KeySlip(std::string name, Dice& dice) {
  const std::size_t at = dice.Below(name.size());
  switch (dice.Below(3)) {
    case 0:
      name[at] = KeyBeside(name[at], dice);
      return name;
    case 1:
      return name.insert(at, 1, KeyBeside(name[at], dice));
    default:
      return name.size() > 2 ? name.erase(at, 1) : name;
  }
}

std::string WrongOrder(std::string name, Dice& dice) {
  if (name.size() > 1) {
    const std::size_t at = dice.Below(name.size() - 1);
    std::swap(name[at], name[at + 1]);
  }
  return name;
}

// Of the first word, or of the whole where it is a family name of one.
std::string FirstWord(const std::string& names) {
  return names.substr(0, names.find(' '));
}

void HearNames(const InventedChild& child, const InventedRoll& roll, const Noise& noise, Dice& dice,
               HeardChild& heard) {
  const bool preferred = !child.preferred_given_name.empty() && dice.Chance(0.6);
  heard.given_names = preferred ? child.preferred_given_name : FirstWord(child.given_names);
  heard.family_name = child.family_name;
  const double forename = dice.Unit(), family = dice.Unit();
  if (forename < noise.forename_slip) {
    heard.given_names = SlipInName(heard.given_names, dice);
  } else if (forename < noise.forename_slip + noise.forename_other) {
    heard.given_names = roll.OtherForename(child, dice);
  }
  if (family < noise.family_slip) {
    heard.family_name = SlipInName(heard.family_name, dice);
  } else if (family < noise.family_slip + noise.family_other) {
    heard.family_name = roll.OtherFamilyName(child, dice);
  }
  if (dice.Chance(noise.swapped)) std::swap(heard.given_names, heard.family_name);
}

}  // namespace

std::string SlipInName(const std::string& name, Dice& dice) {
  const std::string plain = absl::AsciiStrToLower(name);
  std::string other = plain;
  while (other == plain) {
    const double kind = dice.Unit();
    other = kind < 0.5   ? AsItSounds(plain, dice)
            : kind < 0.8 ? KeySlip(plain, dice)
                         : WrongOrder(plain, dice);
  }
  if (!other.empty()) {
    other.front() = absl::ascii_toupper(static_cast<unsigned char>(other.front()));
  }
  return other;
}

model::Date SlipInDate(model::Date date, Dice& dice) {
  const auto year = date.year();
  const int month = date.month(), day = date.day();
  while (true) {
    const double kind = dice.Unit();
    model::Date other = date;
    if (kind < 0.25) {
      if (day <= 12) other = model::Date(year, day, month);
    } else if (kind < 0.7) {
      std::array<int, 3> digits{};  // of year, month, day: one that changes
      digits[dice.Below(3)] = dice.Between(1, 9) * (dice.Chance(0.3) ? 10 : 1);
      other = model::Date(year - digits[0] % 10, (month + digits[1] - 1) % 12 + 1, 1);
      other += (day + digits[2] - 1) % 28;
    } else if (kind < 0.85) {
      const int beside = dice.Chance(0.5) ? 1 : -1;
      switch (dice.Below(3)) {
        case 0:
          other = date + beside;
          break;
        case 1:
          other = model::Date(year, month + beside, day);  // 32 March is 1 April
          break;
        default:
          other = model::Date(year + beside, month, day);
      }
    } else {
      other = date + dice.Between(-1500, 1500);
    }
    if (other != date) return other;
  }
}

matching::Description Describe(const HeardChild& child) {
  matching::Description described;
  described.given = matching::GivenWords(child.given_names);
  described.family = matching::ReadFamilyName(child.family_name);
  described.born = child.born;
  described.postcode = matching::ReadPostcode(child.postcode);
  return described;
}

HeardChild Hear(const InventedChild& child, const InventedRoll& roll, const Noise& noise,
                Dice& dice) {
  HeardChild heard;
  HearNames(child, roll, noise, dice, heard);
  const double born = dice.Unit(), home = dice.Unit();
  if (born < noise.born_wrong) {
    heard.born = SlipInDate(child.born, dice);
  } else if (born >= noise.born_wrong + noise.born_missing) {
    heard.born = child.born;
  }
  if (home < noise.postcode_stale) {
    heard.postcode = roll.OtherPostcode(child.postcode, dice);
  } else if (home >= noise.postcode_stale + noise.postcode_missing) {
    heard.postcode = child.postcode;
  }
  if (dice.Chance(noise.school_heard)) {
    heard.school = dice.Chance(noise.school_right) ? child.school : roll.OtherSchool(child, dice);
  }
  return heard;
}

}  // namespace firstbell::demo
