#include "broker/placing/scope.h"

namespace firstbell::placing {
namespace {

constexpr int kSchoolYearStarts = 9;  // September
constexpr int kReceptionAge = 4;      // reached by 31 August before
constexpr int kAdultAge = 18;

}  // namespace

bool UnderReceptionAge(model::Date date_of_birth, model::Date today) {
  const auto year = today.month() >= kSchoolYearStarts ? today.year() : today.year() - 1;
  return date_of_birth > model::Date(year - kReceptionAge, 8, 31);
}

// Born on 29 February, a person comes of age on 1 March of a common year, which is what civil-day
// normalisation gives.
bool Adult(model::Date date_of_birth, model::Date today) {
  const model::Date birthday(date_of_birth.year() + kAdultAge, date_of_birth.month(),
                             date_of_birth.day());
  return today >= birthday;
}

}  // namespace firstbell::placing
