#include "broker/matching/birth_date.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "broker/matching/similarity.h"

namespace firstbell::matching {
namespace {

std::string Digits(model::Date date) {
  std::string digits = model::FormatDate(date);
  std::erase(digits, '-');
  return digits;
}

bool IsFirstOfJanuary(model::Date date) {
  return date.month() == 1 && date.day() == 1;
}

}  // namespace

BirthDateMatch CompareBirthDates(model::Date a, model::Date b) {
  if (a == b) return BirthDateMatch::kExact;
  const bool same_year = a.year() == b.year();
  if (same_year && a.month() == b.day() && a.day() == b.month()) return BirthDateMatch::kSwapped;
  // Of two texts of eight digits that are one edit apart, the edit is no insertion.
  if (OsaDistance(Digits(a), Digits(b), 1) == 1) return BirthDateMatch::kOneEdit;
  if (same_year && (IsFirstOfJanuary(a) || IsFirstOfJanuary(b))) {
    return BirthDateMatch::kPlaceholder;
  }
  return BirthDateMatch::kDifferent;
}

AgeMatch CompareAge(int age, model::Date born, model::Date today) {
  const bool had_birthday =
      today.month() > born.month() || (today.month() == born.month() && today.day() >= born.day());
  const auto years = static_cast<int>(today.year() - born.year()) - (had_birthday ? 0 : 1);
  switch (std::abs(years - age)) {
    case 0:
      return AgeMatch::kFits;
    case 1:
      return AgeMatch::kNear;
    default:
      return AgeMatch::kDifferent;
  }
}

}  // namespace firstbell::matching
