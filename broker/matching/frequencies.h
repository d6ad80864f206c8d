#pragma once

// How often things agree by chance on one roll: Fellegi and Sunter's u-probabilities, counted on
// the roll itself. Frequencies: a value, read by any thread. FrequencyCounter: one thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "broker/base/status.h"
#include "broker/matching/description.h"

namespace firstbell::matching {

class Frequencies {
 public:
  std::uint64_t pupils() const { return pupils_; }

  // Of the pupils, the share with it: a forename by its common spelling, as the one that is called
  // first or as preferred; a family name; a date of birth; an outward code. What nobody has counts
  // as one pupil, so that no share is nothing. On a small roll all shares lean to the country's:
  // one of two pupils does not make a forename common.
  double Forename(std::string_view plain) const;
  double Family(std::string_view whole) const;
  double BirthDate(model::Date date) const;
  double BirthYear(int year) const;
  double Outward(std::string_view outward) const;
  // Of all pupils, those of a school with so many.
  double School(std::uint64_t pupils) const;
  // Of two pupils of one outward code, how often the full postcode is one.
  double SamePostcode() const { return same_postcode_; }
  // How many times as often as by chance a forename and a family name are one pupil's, or a family
  // name lives in an outward code: names go with each other, and families live near their own. At
  // least 1; 1 for what fewer than eight pupils have. A child on several rolls counts once.
  double NamesTogether(std::string_view forename, std::string_view family) const;
  double FamilyInArea(std::string_view family, std::string_view outward) const;
  // Whether enough pupils are called so that it is a name and no slip of the pen.
  bool IsForename(std::string_view plain) const;

  // As kept in the store.
  std::string Serialize() const;
  // DataLoss: not what Serialize made.
  static base::Result<Frequencies> Parse(std::string_view bytes);

 private:
  friend class FrequencyCounter;

  double Share(double count, double of_country) const;
  double Together(std::uint32_t pair, double by_chance) const;

  std::uint64_t pupils_ = 0;
  std::unordered_map<std::string, std::uint32_t> forenames_, families_, outwards_;
  std::unordered_map<std::int32_t, std::uint32_t> birth_dates_;  // by day
  std::unordered_map<int, std::uint32_t> birth_years_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs_;  // hash and count, by hash
  double same_postcode_ = 1.0 / 500;
};

// Holds about 4 MB for each hundred thousand pupils until it is taken.
class FrequencyCounter {
 public:
  void Add(const Description& pupil);
  Frequencies Take();

 private:
  void KeepPairs();

  Frequencies frequencies_;
  // Of every eighth postcode, to save room.
  std::unordered_map<std::uint64_t, std::uint32_t> postcodes_;
  std::vector<std::uint64_t> pairs_;  // each pupil's: the pair's number, then the pupil's
};

}  // namespace firstbell::matching
