#pragma once

// Many invented people, none of them like another.

#include <string>
#include <string_view>

#include "broker/model/pupil.h"
#include "firstbell/v1/incident.pb.h"

namespace firstbell::support {

// Of letters alone, and one that no other number has.
inline std::string NumberedName(std::string_view stem, std::size_t number) {
  std::string name(stem);
  do {
    name += static_cast<char>('a' + number % 26);
    number /= 26;
  } while (number > 0);
  return name;
}

// A pupil of a numbered school, of fewer than kForenames there. A school's pupils share family name
// and home, and nothing else; forenames are rare enough that a machine knows each of them.
struct NumberedChild {
  static constexpr std::size_t kForenames = 997;

  std::string given_names, family_name, postcode;
  model::Date born;

  NumberedChild(std::size_t school, std::size_t pupil)
      : given_names(NumberedName("Ada", (211 * pupil + 31 * school) % kForenames)),
        family_name(NumberedName("Quill", school)),
        born(model::Date(2010, 1, 1) +
             static_cast<std::int64_t>((37 * pupil + 11 * school) % 2900)) {
    constexpr std::string_view kLetters = "ABDEFGHJLNPQRSTUWXYZ";
    postcode = "LS" + std::to_string(1 + school % 28) + " " + std::to_string(school / 28 % 10) +
               kLetters[school / 280 % 20] + kLetters[school / 5600 % 20];
  }

  model::Pupil OnRoll() const {
    model::Pupil one;
    one.given_names = model::PersonText(given_names);
    one.family_name = model::PersonText(family_name);
    one.date_of_birth = base::Redacted<model::Date>(born);
    one.postcode = model::PersonText(postcode);
    return one;
  }
  void ReportAs(v1::Child& child) const {
    child.mutable_name()->set_given_names(given_names);
    child.mutable_name()->set_family_name(family_name);
    child.set_date_of_birth(model::FormatDate(born));
    child.mutable_home_address()->set_postcode(postcode);
  }
};

}  // namespace firstbell::support
