#pragma once

// Which schools a name may mean that somebody heard: "St Mary's" in Leeds is St. Mary's Catholic
// Primary School, Leeds. Building: one thread. Reading: any thread. A register of the country takes
// some 20 MB.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "broker/base/ids.h"
#include "broker/matching/evidence.h"
#include "broker/matching/frequencies.h"

namespace firstbell::matching {

// What names it, in plain letters: without what any school is called (school, primary, academy,
// church of england …), saint for st. Sorted, distinct. "The High School" has none.
std::vector<std::string> SchoolWords(std::string_view name);

struct RegisteredSchool {
  base::Urn urn;
  std::string name, town, authority;
  std::uint32_t pupils = 0;  // on its roll
  // Those that it followed, over any number of steps; they need not be of the register.
  std::vector<base::Urn> predecessors;
};

class SchoolNames {
 public:
  void Add(const RegisteredSchool& school);

  // `name` and `town` as heard, either may be empty. A school is meant where every heard word is
  // its own (its name's, or its town's or authority's), a slip of the pen in a long word allowed,
  // and every word of its name was heard. Where a town was heard, it must be the school's, its
  // authority's or in its name. Without one, and with none in the name, it is a name alone.
  // Who names a school that others followed may mean those too, wherever they are. Nothing where it
  // is nobody's name, or more than kMost schools'.
  SchoolHeard Resolve(std::string_view name, std::string_view town,
                      const Frequencies& frequencies) const;
  // A school whose number was heard, and those that followed it.
  SchoolHeard Resolve(base::Urn urn, const Frequencies& frequencies) const;

  static constexpr std::size_t kMost = 500;

 private:
  struct School {
    base::Urn urn;
    std::vector<std::string> words, places;  // of its name; of town and authority
    std::uint32_t pupils = 0;
  };
  using Numbers = std::vector<std::uint32_t>;  // places in schools_

  void AddFollowing(base::Urn urn, Numbers& numbers) const;
  // All of these, each once; none where they are more than kMost.
  SchoolHeard Meant(Numbers numbers, const Frequencies& frequencies) const;

  std::vector<School> schools_;
  std::unordered_map<std::string, Numbers> by_word_;  // of its name
  std::unordered_map<base::Urn, std::uint32_t> by_urn_;
  std::unordered_map<base::Urn, Numbers> following_;  // by the school that they followed
};

}  // namespace firstbell::matching
