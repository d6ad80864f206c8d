#include "broker/matching/birth_date.h"

#include <bit>
#include <cstdint>
#include <cstdlib>

namespace firstbell::matching {
namespace {

// YYYYMMDD, a digit to each four bits, the year's first highest.
std::uint32_t Digits(model::Date date) {
  auto number = static_cast<std::uint32_t>(date.year() * 10'000 + date.month() * 100 + date.day());
  std::uint32_t digits = 0;
  for (int at = 0; at < 32; at += 4, number /= 10) digits |= (number % 10) << at;
  return digits;
}

// One digit is another, or two neighbours changed places. Of two texts of eight digits that are one
// edit apart, the edit is no insertion.
bool IsOneEdit(std::uint32_t a, std::uint32_t b) {
  const std::uint32_t differ = a ^ b;
  if (differ == 0) return false;
  const int lowest = std::countr_zero(differ) / 4 * 4;
  if ((differ >> lowest) <= 0xf) return true;
  if ((differ >> lowest) > 0xff) return false;
  const std::uint32_t pair_a = a >> lowest & 0xff, pair_b = b >> lowest & 0xff;
  return pair_a == (pair_b >> 4 | (pair_b & 0xf) << 4);
}

bool IsFirstOfJanuary(model::Date date) {
  return date.month() == 1 && date.day() == 1;
}

}  // namespace

BirthDateMatch CompareBirthDates(model::Date a, model::Date b) {
  if (a == b) return BirthDateMatch::kExact;
  const bool same_year = a.year() == b.year();
  if (same_year && a.month() == b.day() && a.day() == b.month()) return BirthDateMatch::kSwapped;
  if (IsOneEdit(Digits(a), Digits(b))) return BirthDateMatch::kOneEdit;
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
