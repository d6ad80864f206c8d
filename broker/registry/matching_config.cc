#include "broker/registry/matching_config.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>
#include <string_view>
#include <utility>
#include <vector>

namespace firstbell::registry {
namespace {

using matching::Centibits;

constexpr double kMostBits = 100;
constexpr double kRarest = 1e-6;
constexpr double kNearlyOne = 0.001;  // a sum may be so far from 1, for what was rounded
constexpr std::string_view kThresholds = "thresholds";

struct Threshold {
  std::string_view key;
  Centibits* bits;
  std::string_view meaning;
};

std::vector<Threshold> ThresholdsOf(matching::Thresholds& thresholds) {
  return {
      {"certain", &thresholds.certain, "of all fields, beyond log2 of the pupils on all rolls"},
      {"forename", &thresholds.forename, "of the forename"},
      {"birth_date", &thresholds.birth_date, "of the date of birth"},
      {"of_child", &thresholds.of_child, "of both, which no brother shares"},
      {"margin", &thresholds.margin, "more than the next child has"},
  };
}

// How often the same child is written so (m).
struct Level {
  std::string_view key;
  double* m;
  std::string_view meaning;
};

// What the levels of a field sum to.
enum class Sum {
  kOne,
  kOneWithSpelling,  // some of `spelling`, the second: names that are written in one way have none
  kNone,             // it stands alone
};

struct Field {
  std::string_view name, meaning;
  Sum sum;
  std::vector<Level> levels;
};

std::vector<Field> NamesOf(matching::Habits& habits) {
  auto& forename = habits.forename;
  auto& family = habits.family;
  return {
      {"forename",
       "the sum is at most 1 without `spelling`, and at least 1 with it",
       Sum::kOneWithSpelling,
       {{"exact", &forename.exact, "the same"},
        {"spelling", &forename.spelling, "of names that have several spellings: another of them"},
        {"short_form", &forename.short_form, "one is short for the other"},
        {"middle", &forename.middle, "called by a name that stands further back"},
        {"close", &forename.close, "a slip of the pen"},
        {"sound", &forename.sound, "sounds alike"},
        {"initial", &forename.initial, "an initial and no more"},
        {"alike", &forename.alike, "another name that looks or sounds alike"},
        {"different", &forename.different, "another name"}}},
      {"family_name",
       "",
       Sum::kOne,
       {{"exact", &family.exact, "the same"},
        {"half", &family.half, "one half of a double-barrelled name"},
        {"former", &family.former, "a former name"},
        {"close", &family.close, "a slip of the pen"},
        {"sound", &family.sound, "sounds alike"},
        {"different", &family.different, "another name"}}},
      {"names",
       "",
       Sum::kNone,
       {{"swapped", &habits.names_swapped, "the family name stands where the forename should"}}},
  };
}

std::vector<Field> PlacesAndDatesOf(matching::Habits& habits) {
  auto& birth = habits.birth_date;
  auto& postcode = habits.postcode;
  auto& address = habits.address;
  return {
      {"birth_date",
       "",
       Sum::kOne,
       {{"exact", &birth.exact, "the same"},
        {"swapped", &birth.swapped, "day and month"},
        {"close", &birth.close, "one digit off"},
        {"placeholder", &birth.placeholder, "1 January of the same year"},
        {"different", &birth.different, "another date"}}},
      {"age",
       "where no date of birth was heard",
       Sum::kOne,
       {{"fits", &birth.age, "the age in years is right"},
        {"near", &birth.near_age, "it is a year off"},
        {"different", &birth.other_age, "another age"}}},
      {"postcode",
       "children move: rolls are behind",
       Sum::kOne,
       {{"exact", &postcode.exact, "the same"},
        {"close", &postcode.close, "a slip of the pen"},
        {"near", &postcode.near, "of the same sector: LS1 4"},
        {"area", &postcode.area, "of the same outward code: LS1"},
        {"different", &postcode.different, "another one"}}},
      {"address",
       "",
       Sum::kOne,
       {{"exact", &address.exact, "every word of the shorter one"},
        {"close", &address.close, "seven in ten"},
        {"near", &address.near, "half of them"},
        {"different", &address.different, "another one"}}},
      {"school",
       "that was heard",
       Sum::kOne,
       {{"exact", &habits.school.exact, "the pupil's own"},
        {"different", &habits.school.different, "another one"}}},
  };
}

std::vector<Field> FieldsOf(matching::Habits& habits) {
  std::vector<Field> fields = NamesOf(habits);
  for (Field& field : PlacesAndDatesOf(habits)) fields.push_back(std::move(field));
  return fields;
}

base::Status Wrong(const toml::node& node, const std::string& key, const std::string& right) {
  return base::InvalidArgument("line " + std::to_string(node.source().begin.line) + ": " + key +
                               ": " + right);
}

// The shortest that reads back as the same.
std::string Number(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return std::string(text.data(), end);
}

// To what an operator may have written.
std::string Rounded(double sum) {
  return Number(std::round(sum * 10'000) / 10'000);
}

std::string Bits(Centibits centibits) {
  const std::string text = Number(centibits / 100.0);
  return text.find('.') == std::string::npos ? text + ".0" : text;
}

std::string Line(std::string_view key, const std::string& value, std::string_view meaning) {
  return std::string(key) + " = " + value + "  # " + std::string(meaning) + "\n";
}

base::Status SetThreshold(const toml::node& node, const std::string& key, Centibits& centibits) {
  const auto bits = node.value<double>();
  if (!bits || !(*bits >= 0 && *bits <= kMostBits)) {
    return Wrong(node, key, "a number of bits from 0 to " + Number(kMostBits));
  }
  centibits = static_cast<Centibits>(std::lround(*bits * 100));
  return base::OkStatus();
}

base::Status SetLevel(const toml::node& node, const std::string& key, double& m) {
  const auto share = node.value<double>();
  if (!share || !(*share >= kRarest && *share < 1)) {
    return Wrong(node, key, "how often: a number above 0 (0.000001 at least) and below 1");
  }
  m = *share;
  return base::OkStatus();
}

// Empty where the levels sum to what they should.
std::string SumFault(const Field& field) {
  if (field.sum == Sum::kNone) return "";
  const double sum = std::accumulate(field.levels.begin(), field.levels.end(), 0.0,
                                     [](double all, const Level& level) { return all + *level.m; });
  const std::string all = "; those that the file does not name count as shipped";
  if (field.sum == Sum::kOne) {
    if (std::abs(sum - 1) <= kNearlyOne) return "";
    return "its levels sum to " + Rounded(sum) + ", not to 1" + all;
  }
  const double without = sum - *field.levels[1].m;
  if (without <= 1 + kNearlyOne && sum >= 1 - kNearlyOne) return "";
  return "its levels sum to " + Rounded(without) + " without `spelling` and to " + Rounded(sum) +
         " with it: at most 1 without, at least 1 with it" + all;
}

template <typename Named, typename Key>
auto Find(std::vector<Named>& all, std::string_view name, Key key) {
  return std::find_if(all.begin(), all.end(), [&](const Named& one) { return one.*key == name; });
}

base::Status ReadThresholds(const toml::table& table, const std::string& section,
                            matching::Thresholds& thresholds) {
  std::vector<Threshold> all = ThresholdsOf(thresholds);
  for (const auto& [name, node] : table) {
    const std::string key = section + "." + std::string(name.str());
    const auto found = Find(all, name.str(), &Threshold::key);
    if (found == all.end()) return Wrong(node, key, "there is no such setting");
    FB_RETURN_IF_ERROR(SetThreshold(node, key, *found->bits));
  }
  return base::OkStatus();
}

base::Status ReadField(const toml::table& table, const std::string& section, Field& field) {
  for (const auto& [name, node] : table) {
    const std::string key = section + "." + std::string(name.str());
    const auto found = Find(field.levels, name.str(), &Level::key);
    if (found == field.levels.end()) return Wrong(node, key, "there is no such setting");
    FB_RETURN_IF_ERROR(SetLevel(node, key, *found->m));
  }
  const std::string fault = SumFault(field);
  return fault.empty() ? base::OkStatus() : Wrong(table, section, fault);
}

}  // namespace

std::string FormatMatching(const matching::Rule& rule) {
  matching::Rule shown = rule;  // the tables point into what can be set
  std::string text =
      "# How a child is known on the rolls: Fellegi and Sunter, \"A Theory for Record Linkage\".\n"
      "# Each field is worth log2(m / u) bits: m is how often the same child is written so, u how\n"
      "# often another one is, which is counted on the rolls. One bit halves the doubt. What is\n"
      "# shipped was measured; `firstbell-admin match` shows what a change would do.\n\n";
  text +=
      "[matching.thresholds]  # bits that a machine needs to place a child; without them, a "
      "person decides\n";
  for (const Threshold& threshold : ThresholdsOf(shown.thresholds)) {
    text += Line(threshold.key, Bits(*threshold.bits), threshold.meaning);
  }
  for (const Field& field : FieldsOf(shown.habits)) {
    text += "\n[matching." + std::string(field.name) + "]  # m";
    if (field.sum == Sum::kOne) text += ", in sum 1";
    if (!field.meaning.empty()) text += "; " + std::string(field.meaning);
    text += "\n";
    for (const Level& level : field.levels) {
      text += Line(level.key, Number(*level.m), level.meaning);
    }
  }
  return text;
}

base::Status ReadMatching(const toml::table& matching, matching::Rule& rule) {
  std::vector<Field> fields = FieldsOf(rule.habits);
  for (const auto& [name, node] : matching) {
    const std::string section = "matching." + std::string(name.str());
    const toml::table* table = node.as_table();
    const auto field = Find(fields, name.str(), &Field::name);
    if (field == fields.end() && name.str() != kThresholds) {
      return Wrong(node, section, "there is no such setting");
    }
    if (table == nullptr) return Wrong(node, section, "settings stand in a [section]");
    FB_RETURN_IF_ERROR(field == fields.end() ? ReadThresholds(*table, section, rule.thresholds)
                                             : ReadField(*table, section, *field));
  }
  return base::OkStatus();
}

}  // namespace firstbell::registry
