#include "broker/matching/birth_date.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <tuple>
#include <vector>

#include "broker/matching/similarity.h"

namespace firstbell::matching {
namespace {

using model::Date;

TEST(BirthDates, EachSlipHasItsName) {
  const std::vector<std::tuple<Date, Date, BirthDateMatch>> cases = {
      {Date(2014, 5, 9), Date(2014, 5, 9), BirthDateMatch::kExact},
      {Date(2014, 5, 9), Date(2014, 9, 5), BirthDateMatch::kSwapped},
      {Date(2014, 5, 9), Date(2014, 5, 8), BirthDateMatch::kOneEdit},
      {Date(2014, 5, 9), Date(2015, 5, 9), BirthDateMatch::kOneEdit},
      {Date(2014, 5, 12), Date(2014, 5, 21), BirthDateMatch::kOneEdit},
      {Date(2014, 5, 29), Date(2014, 5, 30), BirthDateMatch::kDifferent},  // two digits
      {Date(2014, 5, 9), Date(2014, 1, 1), BirthDateMatch::kPlaceholder},
      {Date(2014, 5, 9), Date(2015, 1, 1), BirthDateMatch::kDifferent},
      {Date(2014, 5, 9), Date(2015, 9, 5), BirthDateMatch::kDifferent},
      {Date(2009, 12, 31), Date(2010, 1, 1), BirthDateMatch::kDifferent},
  };
  for (const auto& [a, b, expected] : cases) {
    EXPECT_EQ(CompareBirthDates(a, b), expected) << a << " " << b;
    EXPECT_EQ(CompareBirthDates(b, a), expected) << b << " " << a;
  }
}

TEST(Ages, ABirthdayNearOrAGuessIsAYearOff) {
  const Date today(2026, 3, 3);
  EXPECT_EQ(CompareAge(11, Date(2014, 5, 9), today), AgeMatch::kFits);
  EXPECT_EQ(CompareAge(12, Date(2014, 3, 3), today), AgeMatch::kFits);
  EXPECT_EQ(CompareAge(12, Date(2014, 3, 4), today), AgeMatch::kNear);
  EXPECT_EQ(CompareAge(10, Date(2014, 5, 9), today), AgeMatch::kNear);
  EXPECT_EQ(CompareAge(9, Date(2014, 5, 9), today), AgeMatch::kDifferent);
  EXPECT_EQ(CompareAge(10, Date(2016, 2, 29), Date(2026, 2, 28)), AgeMatch::kNear);
  EXPECT_EQ(CompareAge(10, Date(2016, 2, 29), Date(2026, 3, 1)), AgeMatch::kFits);
}

Date AnyDate() {
  return Date(2005, 1, 1) + *rc::gen::inRange(0, 365 * 18);
}

RC_GTEST_PROP(BirthDates, AreSymmetricAndExactForEqualsAlone, ()) {
  const Date a = AnyDate(), b = AnyDate();
  RC_ASSERT(CompareBirthDates(a, b) == CompareBirthDates(b, a));
  RC_ASSERT((CompareBirthDates(a, b) == BirthDateMatch::kExact) == (a == b));
}

RC_GTEST_PROP(BirthDates, OneEditIsOneOfTheTextOfEightDigits, ()) {
  const auto text = [](Date date) {
    std::string digits = model::FormatDate(date);
    std::erase(digits, '-');
    return digits;
  };
  const Date a = AnyDate(),
             b = *rc::gen::inRange(0, 2) == 0 ? AnyDate() : a + *rc::gen::inRange(1, 400);
  const bool swapped = CompareBirthDates(a, b) == BirthDateMatch::kSwapped;
  RC_ASSERT(swapped || (CompareBirthDates(a, b) == BirthDateMatch::kOneEdit) ==
                           (OsaDistance(text(a), text(b), 1) == 1));
}

}  // namespace
}  // namespace firstbell::matching
