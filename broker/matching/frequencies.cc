#include "broker/matching/frequencies.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "broker/matching/forenames.h"
#include "firstbell/records/v1/records.pb.h"

namespace firstbell::matching {
namespace {

// A slip of the pen is rarely made twice alike; a rare name has a few bearers in a county.
constexpr double kShareOfAName = 4e-6;
constexpr std::uint32_t kBearersOfAName = 4;

template <typename Map, typename Key>
std::uint32_t Count(const Map& counts, const Key& key) {
  const auto found = counts.find(key);
  return found == counts.end() ? 0 : found->second;
}

std::int32_t DayOf(model::Date date) {
  return static_cast<std::int32_t>(date - model::Date(1970, 1, 1));
}

// What the country has, where a roll is too small to tell: of a forename and a family name, of one
// that is not rare.
constexpr double kForenameOfCountry = 0.005, kFamilyOfCountry = 0.002;
constexpr double kBirthDateOfCountry = 1.0 / 5000, kBirthYearOfCountry = 1.0 / 14;
constexpr double kOutwardOfCountry = 1.0 / 500, kSchoolOfCountry = 1.0 / 2000;
constexpr double kSamePostcodeOfCountry = 1.0 / 500;
// As many pupils of the country's kind as count beside a small roll's own; fewer beside a large
// one, whose rare names are to count as rare.
constexpr double kPupilsOfCountry = 500, kCountryFades = 4e7;

constexpr std::uint64_t kPostcodesSampled = 8;  // one of so many

// FNV-1a: the same everywhere, so that the same rolls give the same counts.
std::uint64_t HashOf(std::initializer_list<std::string_view> parts) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const std::string_view part : parts) {
    for (const char c : part) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  return hash;
}

std::uint64_t PostcodeNumber(const Postcode& postcode) {
  return HashOf({postcode.outward, postcode.inward});
}

// Two pairs in a thousand share theirs with another: that one looks a little commoner.
std::uint32_t PairNumber(std::string_view what, std::string_view a, std::string_view b) {
  const std::uint64_t hash = HashOf({what, a, " ", b});
  return static_cast<std::uint32_t>(hash ^ hash >> 32);
}

// The same for one child, on however many rolls.
std::uint32_t PupilNumber(const Description& pupil) {
  const std::string born = pupil.born ? std::to_string(DayOf(*pupil.born)) : std::string();
  const std::string called = pupil.given.empty() ? std::string() : pupil.given.front();
  return PairNumber(born, CommonSpelling(called), pupil.family.whole);
}

std::uint32_t NamesPair(std::string_view forename, std::string_view family) {
  return PairNumber("names", CommonSpelling(forename), family);
}

std::uint32_t AreaPair(std::string_view family, std::string_view outward) {
  return PairNumber("area", family, outward);
}

constexpr std::uint32_t kLeastTogether =
    8;  // fewer are chance, a family, or one child on some rolls

}  // namespace

double Frequencies::Share(double count, double of_country) const {
  const double pupils = static_cast<double>(std::max<std::uint64_t>(pupils_, 1));
  const double country = std::min(kPupilsOfCountry, kCountryFades / pupils);
  return (std::max(count, 1.0) + country * of_country) / (pupils + country);
}

double Frequencies::Forename(std::string_view plain) const {
  return Share(Count(forenames_, std::string(CommonSpelling(plain))), kForenameOfCountry);
}

double Frequencies::Family(std::string_view whole) const {
  return Share(Count(families_, std::string(whole)), kFamilyOfCountry);
}

double Frequencies::BirthDate(model::Date date) const {
  return Share(Count(birth_dates_, DayOf(date)), kBirthDateOfCountry);
}

double Frequencies::BirthYear(int year) const {
  return Share(Count(birth_years_, year), kBirthYearOfCountry);
}

double Frequencies::Outward(std::string_view outward) const {
  return Share(Count(outwards_, std::string(outward)), kOutwardOfCountry);
}

double Frequencies::NamesTogether(std::string_view forename, std::string_view family) const {
  return Together(NamesPair(forename, family), Forename(forename) * Family(family));
}

double Frequencies::FamilyInArea(std::string_view family, std::string_view outward) const {
  return Together(AreaPair(family, outward), Family(family) * Outward(outward));
}

// Of the others: the pupil itself says nothing of another.
double Frequencies::Together(std::uint32_t pair, double by_chance) const {
  const auto found =
      std::lower_bound(pairs_.begin(), pairs_.end(), pair,
                       [](const auto& one, std::uint32_t number) { return one.first < number; });
  if (found == pairs_.end() || found->first != pair) return 1;
  const double others = static_cast<double>(found->second) - 1;
  return std::max(1.0, others / static_cast<double>(pupils_) / by_chance);
}

double Frequencies::School(std::uint64_t pupils) const {
  return Share(static_cast<double>(pupils), kSchoolOfCountry);
}

bool Frequencies::IsForename(std::string_view plain) const {
  const std::string_view common = CommonSpelling(plain);
  if (IsCommonForename(common)) return true;
  const std::uint32_t count = Count(forenames_, std::string(common));
  return count >= kBearersOfAName && count >= kShareOfAName * static_cast<double>(pupils_);
}

std::string Frequencies::Serialize() const {
  records::v1::RollCounts record;
  record.set_pupils(pupils_);
  record.set_same_postcode(same_postcode_);
  record.mutable_forenames()->insert(forenames_.begin(), forenames_.end());
  record.mutable_family_names()->insert(families_.begin(), families_.end());
  record.mutable_outwards()->insert(outwards_.begin(), outwards_.end());
  record.mutable_birth_dates()->insert(birth_dates_.begin(), birth_dates_.end());
  for (const auto& [pair, count] : pairs_) {
    record.add_pairs(pair);
    record.add_pair_counts(count);
  }
  return record.SerializeAsString();
}

base::Result<Frequencies> Frequencies::Parse(std::string_view bytes) {
  records::v1::RollCounts record;
  if (!record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return base::DataLoss("the counts of the rolls do not read back; restore a backup");
  }
  if (record.pairs_size() != record.pair_counts_size()) {
    return base::DataLoss("the counts of the rolls are not whole; restore a backup");
  }
  Frequencies frequencies;
  frequencies.pupils_ = record.pupils();
  frequencies.same_postcode_ = record.same_postcode();
  const auto read = [](const auto& from, auto& into) {
    for (const auto& [key, count] : from) into[key] = count;
  };
  read(record.forenames(), frequencies.forenames_);
  read(record.family_names(), frequencies.families_);
  read(record.outwards(), frequencies.outwards_);
  read(record.birth_dates(), frequencies.birth_dates_);
  for (int i = 0; i < record.pairs_size(); ++i) {
    frequencies.pairs_.emplace_back(record.pairs(i), record.pair_counts(i));
  }
  for (const auto& [day, count] : frequencies.birth_dates_) {
    const model::Date date = model::Date(1970, 1, 1) + day;
    frequencies.birth_years_[static_cast<int>(date.year())] += count;
  }
  return frequencies;
}

void FrequencyCounter::Add(const Description& pupil) {
  ++frequencies_.pupils_;
  const std::string& family = pupil.family.whole;
  const std::uint32_t number = PupilNumber(pupil);
  const auto add = [&](std::uint32_t pair) {
    pairs_.push_back(std::uint64_t{pair} << 32 | number);
  };
  for (const auto* names : {&pupil.given, &pupil.preferred}) {
    if (names->empty()) continue;
    ++frequencies_.forenames_[std::string(CommonSpelling(names->front()))];
    if (!family.empty()) add(NamesPair(names->front(), family));
  }
  if (!family.empty()) ++frequencies_.families_[family];
  if (pupil.born) {
    ++frequencies_.birth_dates_[DayOf(*pupil.born)];
    ++frequencies_.birth_years_[static_cast<int>(pupil.born->year())];
  }
  if (pupil.postcode) {
    ++frequencies_.outwards_[pupil.postcode->outward];
    if (!family.empty()) add(AreaPair(family, pupil.postcode->outward));
    const std::uint64_t postcode = PostcodeNumber(*pupil.postcode);
    if (postcode % kPostcodesSampled == 0) ++postcodes_[postcode];
  }
}

void FrequencyCounter::KeepPairs() {
  std::sort(pairs_.begin(), pairs_.end());
  pairs_.erase(std::unique(pairs_.begin(), pairs_.end()), pairs_.end());
  const auto pair_of = [](std::uint64_t entry) { return static_cast<std::uint32_t>(entry >> 32); };
  for (auto first = pairs_.begin(); first != pairs_.end();) {
    const auto next = std::find_if(
        first, pairs_.end(), [&](std::uint64_t one) { return pair_of(one) != pair_of(*first); });
    const auto count = static_cast<std::uint32_t>(next - first);
    if (count >= kLeastTogether) frequencies_.pairs_.emplace_back(pair_of(*first), count);
    first = next;
  }
  pairs_ = {};
}

Frequencies FrequencyCounter::Take() {
  const auto pairs = [](double count) { return count * (count - 1); };
  double same_outward = 0, same_postcode = 0;
  for (const auto& [outward, count] : frequencies_.outwards_) same_outward += pairs(count);
  for (const auto& [postcode, count] : postcodes_) same_postcode += pairs(count);
  same_postcode *= kPostcodesSampled;
  // As if so many pairs of the country were among them.
  constexpr double kPairsOfCountry = 1e5;
  frequencies_.same_postcode_ =
      (same_postcode + kPairsOfCountry * kSamePostcodeOfCountry) / (same_outward + kPairsOfCountry);
  postcodes_.clear();
  KeepPairs();
  return std::exchange(frequencies_, {});
}

}  // namespace firstbell::matching
