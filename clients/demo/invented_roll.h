#pragma once

// Invented families and their children at invented schools: as many as asked for, the same for the
// same seed, each family made from its number alone. Nobody in it lives. Read-only; any thread.

#include <cstdint>
#include <string>
#include <vector>

#include "broker/base/ids.h"
#include "broker/matching/description.h"
#include "broker/model/text.h"
#include "clients/demo/name_pool.h"

namespace firstbell::demo {

struct InventedChild {
  std::string given_names;  // the one that is called first
  std::string family_name;
  std::string preferred_given_name;  // where another than the first
  std::string former_family_name;
  model::Date born;
  Sex sex = Sex::kFemale;
  std::string address, postcode;
  base::Urn school = base::Urn(0);
  std::size_t group = 0;  // of NamePool::groups()
  bool twin = false;
};

struct InventedSchool {
  base::Urn urn = base::Urn(0);
  std::string name;  // not its own alone, as with real ones
  std::string town;  // its area's
  std::string postcode;
  bool high = false;  // from eleven on
};

struct County {
  std::uint64_t seed = 1;
  std::uint64_t families = 1000;          // about 1.75 children each
  model::Date today{2026, 3, 3};          // children are 4 to 16 years old
  std::uint64_t families_of_area = 2500;  // of an outward code; ten primaries, three high schools
};

// As a roll has it.
matching::Description Describe(const InventedChild& child);

class InventedRoll {
 public:
  InventedRoll(County county, const NamePool& names);

  // By URN.
  std::vector<InventedSchool> Schools() const;
  InventedSchool School(base::Urn urn) const;

  // Any number gives a family; the county's own are below County::families, whose schools and
  // streets the others live among.
  std::vector<InventedChild> Family(std::uint64_t number) const;
  // A child of that family who is on no roll here: born at another time, named otherwise.
  InventedChild AbsentSibling(std::uint64_t number) const;
  // A twin of `child`, a child of that family, who is on no roll here.
  InventedChild AbsentTwin(std::uint64_t number, const InventedChild& child) const;

  // Somewhere else in the county: where a family lived before.
  std::string OtherPostcode(const std::string& postcode, Dice& dice) const;
  base::Urn OtherSchool(const InventedChild& child, Dice& dice) const;
  // A forename, family name of somebody of the group.
  std::string OtherForename(const InventedChild& child, Dice& dice) const;
  std::string OtherFamilyName(const InventedChild& child, Dice& dice) const;

  const County& county() const { return county_; }
  const NamePool& names() const { return names_; }

 private:
  std::uint64_t areas() const;
  std::size_t GroupOf(std::uint64_t area, Dice& dice) const;
  std::string PostcodeIn(std::uint64_t area, Dice& dice) const;
  base::Urn SchoolFor(model::Date born, std::uint64_t area, Dice& dice) const;
  std::string NewForename(const InventedChild& child, const std::vector<InventedChild>& others,
                          Dice& dice) const;
  void Settle(std::uint64_t area, const std::vector<InventedChild>& others, InventedChild& child,
              Dice& dice) const;

  const County county_;
  const NamePool& names_;
};

}  // namespace firstbell::demo
