#include "broker/matching/frequencies.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "broker/matching/forenames.h"

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

std::int64_t DayOf(model::Date date) {
  return date - model::Date(1970, 1, 1);
}

}  // namespace

double Frequencies::Share(double count) const {
  return std::max(count, 1.0) / static_cast<double>(std::max<std::uint64_t>(pupils_, 1));
}

double Frequencies::Forename(std::string_view plain) const {
  return Share(Count(forenames_, std::string(CommonSpelling(plain))));
}

double Frequencies::Family(std::string_view whole) const {
  return Share(Count(families_, std::string(whole)));
}

double Frequencies::BirthDate(model::Date date) const {
  return Share(Count(birth_dates_, DayOf(date)));
}

double Frequencies::BirthYear(int year) const {
  return Share(Count(birth_years_, year));
}

double Frequencies::Outward(std::string_view outward) const {
  return Share(Count(outwards_, std::string(outward)));
}

bool Frequencies::IsForename(std::string_view plain) const {
  const std::uint32_t count = Count(forenames_, std::string(CommonSpelling(plain)));
  return count >= kBearersOfAName && Share(count) >= kShareOfAName;
}

void FrequencyCounter::Add(const Description& pupil) {
  ++frequencies_.pupils_;
  if (!pupil.given.empty()) {
    ++frequencies_.forenames_[std::string(CommonSpelling(pupil.given.front()))];
  }
  if (!pupil.preferred.empty()) {
    ++frequencies_.forenames_[std::string(CommonSpelling(pupil.preferred.front()))];
  }
  if (!pupil.family.whole.empty()) ++frequencies_.families_[pupil.family.whole];
  if (pupil.born) {
    ++frequencies_.birth_dates_[DayOf(*pupil.born)];
    ++frequencies_.birth_years_[static_cast<int>(pupil.born->year())];
  }
  if (pupil.postcode) {
    ++frequencies_.outwards_[pupil.postcode->outward];
    ++postcodes_[absl::StrCat(pupil.postcode->outward, " ", pupil.postcode->inward)];
  }
}

Frequencies FrequencyCounter::Take() {
  double same_outward = 0, same_postcode = 0;
  for (const auto& [outward, count] : frequencies_.outwards_) {
    same_outward += static_cast<double>(count) * count;
  }
  for (const auto& [postcode, count] : postcodes_) {
    same_postcode += static_cast<double>(count) * count;
  }
  if (same_outward > 0) frequencies_.same_postcode_ = same_postcode / same_outward;
  postcodes_.clear();
  return std::exchange(frequencies_, {});
}

}  // namespace firstbell::matching
