#include "broker/calendar/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/clock.h"

namespace firstbell::calendar {
namespace {

using model::Date;
using testing::ElementsAre;
using testing::IsEmpty;

const Date kToday(2026, 3, 4);

std::vector<Finding> CheckOn(const SchoolDays& school, Date today = kToday) {
  return Check(Calendar(*base::LondonTimeZone(), {}), school, today);
}

SchoolDays With(model::DateRanges terms) {
  SchoolDays school = Plain(v1::NATION_ENGLAND);
  school.terms = std::move(terms);
  return school;
}

const model::DateRanges kYear = {{Date(2025, 9, 2), Date(2025, 12, 19)},
                                 {Date(2026, 1, 5), Date(2026, 3, 27)},
                                 {Date(2026, 4, 13), Date(2026, 7, 21)},
                                 {Date(2026, 9, 2), Date(2026, 12, 18)}};

TEST(CalendarCheck, FindsNothingInAWholeYear) {
  EXPECT_THAT(CheckOn(With(kYear)), IsEmpty());
}

TEST(CalendarCheck, NamesASchoolOfWhichNothingIsKnown) {
  EXPECT_THAT(CheckOn(Plain(v1::NATION_WALES)),
              ElementsAre(Finding{Problem::kNoTerms, kToday, kToday}));
}

TEST(CalendarCheck, NamesAGapThatIsStillToCome) {
  SchoolDays school = With({kYear[0], kYear[2], kYear[3]});
  const Finding gap{Problem::kGap, Date(2025, 12, 20), Date(2026, 4, 12)};
  EXPECT_THAT(CheckOn(school), ElementsAre(gap));
  EXPECT_THAT(CheckOn(school, Date(2026, 4, 13)), IsEmpty());
}

TEST(CalendarCheck, NamesASummerThatNeverEnds) {
  const SchoolDays school = With({kYear[1], kYear[2]});
  EXPECT_THAT(CheckOn(school), IsEmpty()) << "there is time";
  const Finding summer{Problem::kNoNextTerm, Date(2026, 7, 21), Date(2026, 8, 23)};
  EXPECT_THAT(CheckOn(school, Date(2026, 5, 21)), IsEmpty());
  EXPECT_THAT(CheckOn(school, Date(2026, 5, 22)), ElementsAre(summer));
  EXPECT_THAT(CheckOn(school, Date(2027, 1, 8)), ElementsAre(summer));
  const Finding easter{Problem::kNoNextTerm, Date(2026, 3, 27), Date(2026, 3, 27)};
  EXPECT_THAT(CheckOn(With({kYear[1]})), ElementsAre(easter));
}

TEST(CalendarCheck, NamesAClosureThatIsNotBelieved) {
  SchoolDays school = With(kYear);
  school.closed = {{Date(2026, 4, 20), Date(2026, 5, 14)}, {Date(2026, 5, 15), Date(2026, 6, 5)}};
  const Finding closed{Problem::kClosedTooLong, Date(2026, 4, 18), Date(2026, 6, 7)};
  EXPECT_THAT(CheckOn(school), ElementsAre(closed));
  school.closed.pop_back();
  EXPECT_THAT(CheckOn(school), IsEmpty());
  school.weekdays = model::Weekdays(0x40);
  school.closed = {{Date(2026, 9, 1), Date(2027, 5, 1)}};
  EXPECT_THAT(CheckOn(school, Date(2026, 9, 2)),
              ElementsAre(Finding{Problem::kClosedTooLong, Date(2026, 9, 2), Date(2027, 5, 1)}));
}

}  // namespace
}  // namespace firstbell::calendar
