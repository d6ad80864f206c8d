#pragma once

// Names for invented people, as often as they occur. Read-only once made; any thread.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "broker/base/status.h"
#include "clients/demo/dice.h"

namespace firstbell::demo {

enum class Sex { kFemale, kMale };

// Names with how often each occurs.
class NameList {
 public:
  void Add(std::string name, double weight);
  bool empty() const { return names_.empty(); }
  const std::string& Draw(Dice& dice) const;

 private:
  std::vector<std::string> names_;
  std::vector<double> up_to_;  // of the weights so far
};

// People whose names have a common origin: they are found alike, or the rule is unfair.
struct NameGroup {
  std::string name;
  double share = 0;  // of all families
  NameList girls, boys;
  NameList families;               // of a girl, where boys have their own
  NameList families_of_boys = {};  // empty: the same
  const NameList& forenames(Sex sex) const { return sex == Sex::kFemale ? girls : boys; }
  const NameList& surnames(Sex sex) const {
    return sex == Sex::kMale && !families_of_boys.empty() ? families_of_boys : families;
  }
};

class NamePool {
 public:
  // A small table of our own.
  NamePool();
  // With the forenames and surnames of England and Wales for the largest group:
  // ons_babynames_ew_2004_2024.csv.gz and ons_uk_surname_freq_sdglinkage.csv of `names`.
  static base::Result<NamePool> Read(const std::filesystem::path& names);

  const std::vector<NameGroup>& groups() const { return groups_; }

 private:
  std::vector<NameGroup> groups_;
};

}  // namespace firstbell::demo
