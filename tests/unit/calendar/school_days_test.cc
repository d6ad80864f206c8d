// A school's year as its authority and itself say it, and the mornings that follow.

#include "broker/calendar/school_days.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/clock.h"
#include "broker/calendar/calendar.h"

namespace firstbell::calendar {
namespace {

using model::Date;
using model::SchoolYear;

constexpr auto kSaturday = absl::Weekday::saturday;

absl::TimeZone London() {
  return *base::LondonTimeZone();
}

absl::Time At(const char* london) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime("%Y-%m-%d %H:%M", london, London(), &time, &error)) << london;
  return time;
}

absl::Duration Clock(int hours, int minutes) {
  return absl::Hours(hours) + absl::Minutes(minutes);
}

// 2025-26 as an authority publishes it, and the first term of the year after.
SchoolYear Authority() {
  SchoolYear year;
  year.terms = {{Date(2025, 9, 2), Date(2025, 12, 19)},
                {Date(2026, 1, 5), Date(2026, 3, 27)},
                {Date(2026, 4, 13), Date(2026, 7, 21)},
                {Date(2026, 9, 2), Date(2026, 12, 18)}};
  year.half_terms = {{Date(2025, 10, 27), Date(2025, 10, 31)},
                     {Date(2026, 2, 14), Date(2026, 2, 22)},
                     {Date(2026, 5, 25), Date(2026, 5, 29)}};
  return year;
}

const model::BankHoliday kHolidays[] = {
    {v1::NATION_ENGLAND, Date(2026, 4, 3), "Good Friday"},
    {v1::NATION_ENGLAND, Date(2026, 4, 6), "Easter Monday"},
    {v1::NATION_ENGLAND, Date(2026, 5, 4), "Early May bank holiday"},
    {v1::NATION_WALES, Date(2026, 5, 4), "Early May bank holiday"},
    {v1::NATION_SCOTLAND, Date(2026, 4, 15), "of Scotland alone, invented"},
};

Calendar Real() {
  return Calendar(London(), Holidays(kHolidays));
}

SchoolDays Of(const SchoolYear& own, v1::Nation nation = v1::NATION_ENGLAND) {
  const SchoolYear authority = Authority();
  const Layer layers[] = {{.year = &own}, {.year = &authority}};
  return Resolve(nation, layers);
}

struct Morning {
  const char* name;
  const char* now;
  const char* show_from;
  const char* deadline;
};

void Expect(const SchoolDays& school, std::initializer_list<Morning> mornings) {
  const Calendar calendar = Real();
  for (const Morning& m : mornings) {
    const Timing timing = calendar.Plan(school, At(m.now), {});
    EXPECT_EQ(timing.show_from, At(m.show_from)) << m.name;
    EXPECT_EQ(timing.deadline, At(m.deadline)) << m.name;
  }
}

TEST(SchoolDaysTest, HolidaysWaitForTheDayThatSchoolBeginsAgain) {
  Expect(Of({}), {
                     {"the last evening before half term", "2026-02-13 21:00", "2026-02-23 07:30",
                      "2026-02-23 08:45"},
                     {"Christmas Eve", "2025-12-24 23:00", "2026-01-05 07:30", "2026-01-05 08:45"},
                     {"in the Easter holidays, the clocks having changed", "2026-03-29 03:00",
                      "2026-04-13 07:30", "2026-04-13 08:45"},
                     {"the first night of summer", "2026-07-21 23:30", "2026-09-02 07:30",
                      "2026-09-02 08:45"},
                     {"the night before September's first morning", "2026-09-02 02:00",
                      "2026-09-02 07:30", "2026-09-02 08:45"},
                     {"the evening before a bank holiday in term", "2026-05-03 22:00",
                      "2026-05-05 07:30", "2026-05-05 08:45"},
                     {"half term by day is no daytime", "2026-02-17 10:00", "2026-02-23 07:30",
                      "2026-02-23 08:45"},
                 });
}

TEST(SchoolDaysTest, InsetOnTheFirstDayMovesTheFirstMorning) {
  SchoolYear own;
  own.inset = {{Date(2026, 9, 2), Date(2026, 9, 3)}};
  Expect(Of(own),
         {{"over summer", "2026-08-15 02:00", "2026-09-04 07:30", "2026-09-04 08:45"},
          {"on the INSET day", "2026-09-02 10:00", "2026-09-04 07:30", "2026-09-04 08:45"}});
}

TEST(SchoolDaysTest, ASaturdaySchoolIsToldOnSaturdayWithItsOwnHours) {
  SchoolYear own;
  own.weekdays = model::Weekdays::MondayToFriday();
  own.weekdays.Add(kSaturday);
  own.hours[model::Index(kSaturday)] = {Clock(8, 0), Clock(9, 0), Clock(12, 30)};
  Expect(
      Of(own),
      {
          {"Friday night", "2026-03-06 23:00", "2026-03-07 08:00", "2026-03-07 09:00"},
          {"Saturday noon", "2026-03-07 12:10", "2026-03-07 12:10", "2026-03-07 12:10"},
          {"Saturday afternoon", "2026-03-07 12:30", "2026-03-09 07:30", "2026-03-09 08:45"},
          {"no Saturday in half term", "2026-02-20 20:00", "2026-02-23 07:30", "2026-02-23 08:45"},
      });
}

TEST(SchoolDaysTest, AnExtraDayIsOneWhateverElseIsSaid) {
  SchoolYear own;
  own.open = {{Date(2026, 2, 18), Date(2026, 2, 18)},
              {Date(2026, 3, 7), Date(2026, 3, 7)},
              {Date(2026, 5, 4), Date(2026, 5, 4)},
              {Date(2026, 8, 19), Date(2026, 8, 20)},
              {Date(2026, 3, 11), Date(2026, 3, 11)}};
  own.closed = {{Date(2026, 3, 11), Date(2026, 3, 12)}};
  const SchoolDays school = Of(own);
  const Calendar calendar = Real();
  for (const Date day : {Date(2026, 2, 18), Date(2026, 3, 7), Date(2026, 5, 4), Date(2026, 8, 19),
                         Date(2026, 3, 11)}) {
    EXPECT_EQ(calendar.KindOf(school, day), DayKind::kOpen) << day;
  }
  EXPECT_EQ(calendar.KindOf(school, Date(2026, 3, 12)), DayKind::kClosed);
}

TEST(SchoolDaysTest, AWindowAtSixAndABellByWeekday) {
  SchoolYear own;
  own.hours.fill({.window = Clock(6, 0), .bell = {}, .closing = {}});
  own.hours[model::Index(absl::Weekday::wednesday)].bell = Clock(9, 30);
  Expect(Of(own), {
                      {"before six", "2026-03-03 05:59", "2026-03-03 06:00", "2026-03-03 08:45"},
                      {"at six", "2026-03-03 06:00", "2026-03-03 06:00", "2026-03-03 07:00"},
                      {"Wednesday", "2026-03-03 22:00", "2026-03-04 06:00", "2026-03-04 09:30"},
                      {"after the clocks went forward", "2026-03-22 03:00", "2026-03-23 06:00",
                       "2026-03-23 08:45"},
                  });
}

TEST(SchoolDaysTest, BoardersAreToldAtOnceByTheSameDeadline) {
  SchoolYear own;
  own.boarding = true;
  Expect(Of(own),
         {
             {"at night", "2026-03-03 02:10", "2026-03-03 02:10", "2026-03-03 08:45"},
             {"at the weekend", "2026-03-07 23:00", "2026-03-07 23:00", "2026-03-09 08:45"},
             {"by day", "2026-03-03 11:00", "2026-03-03 11:00", "2026-03-03 12:00"},
         });
}

TEST(SchoolDaysTest, AWelshSchoolHasTheBankHolidaysOfWales) {
  Expect(Of({}, v1::NATION_WALES),
         {{"before one of both", "2026-05-01 22:00", "2026-05-05 07:30", "2026-05-05 08:45"},
          {"before one of another's alone", "2026-04-14 22:00", "2026-04-15 07:30",
           "2026-04-15 08:45"}});
}

TEST(SchoolDaysTest, ACollegeHasItsWeekdays) {
  SchoolYear own;
  own.weekdays = model::Weekdays(0x0f);  // Monday to Thursday
  Expect(Of(own),
         {{"Thursday evening", "2026-03-05 20:00", "2026-03-09 07:30", "2026-03-09 08:45"}});
}

// --- What nobody knows, and what nobody can believe -----------------------------------------

TEST(InDoubt, WhereNothingIsKnownEveryWeekdayIsASchoolDay) {
  const Calendar calendar = Real();
  for (Date day(2026, 1, 1); day.year() == 2026; ++day) {
    const auto weekday = absl::GetWeekday(day);
    const bool weekend = weekday == kSaturday || weekday == absl::Weekday::sunday;
    const bool holiday = Holidays(kHolidays).Contains(v1::NATION_ENGLAND, day);
    EXPECT_EQ(calendar.IsSchoolDay(Plain(v1::NATION_ENGLAND), day), !weekend && !holiday) << day;
  }
}

TEST(InDoubt, BeforeTheFirstTermNothingIsKnown) {
  EXPECT_EQ(TermsOn(Of({}), Date(2025, 9, 1)), InTerms::kUnknown);
  EXPECT_EQ(TermsOn(Of({}), Date(2025, 9, 2)), InTerms::kTerm);
}

SchoolDays Until(Date last, v1::Nation nation = v1::NATION_ENGLAND) {
  SchoolYear own;
  own.terms = {{Date(2026, 4, 13), last}};
  return Of(own, nation);
}

// Nobody may sit unseen in class in September because next year's terms were not imported.
TEST(InDoubt, AnUnknownSummerEndsBeforeAnySchoolCanHaveBegun) {
  EXPECT_EQ(TermsOn(Until(Date(2026, 7, 21)), Date(2026, 8, 23)), InTerms::kHoliday);
  EXPECT_EQ(TermsOn(Until(Date(2026, 7, 21)), Date(2026, 8, 24)), InTerms::kUnknown);
  const SchoolDays scottish = Until(Date(2026, 6, 26), v1::NATION_SCOTLAND);
  EXPECT_EQ(TermsOn(scottish, Date(2026, 8, 7)), InTerms::kHoliday);
  EXPECT_EQ(TermsOn(scottish, Date(2026, 8, 8)), InTerms::kUnknown);
  EXPECT_EQ(TermsOn(Until(Date(2026, 6, 1)), Date(2026, 7, 31)), InTerms::kHoliday);
  EXPECT_EQ(TermsOn(Until(Date(2026, 6, 1)), Date(2026, 8, 1)), InTerms::kUnknown)
      << "60 days and no more";
  EXPECT_EQ(TermsOn(Until(Date(2026, 8, 28)), Date(2026, 8, 29)), InTerms::kUnknown);
}

TEST(InDoubt, ATermThatEndsBeforeSummerIsNotFollowedByAnUnknownHoliday) {
  EXPECT_EQ(TermsOn(Until(Date(2026, 5, 22)), Date(2026, 5, 25)), InTerms::kUnknown);
  EXPECT_EQ(TermsOn(Of({}), Date(2026, 12, 19)), InTerms::kUnknown);
}

TEST(InDoubt, ASummerOfTenWeeksIsBelievedAndNoLonger) {
  const auto summer = [](Date begins) {
    SchoolYear own;
    own.terms = {{Date(2026, 4, 13), Date(2026, 7, 1)}, {begins, Date(2026, 12, 18)}};
    return TermsOn(Of(own), Date(2026, 7, 15));
  };
  EXPECT_EQ(summer(Date(2026, 8, 31)), InTerms::kHoliday) << "60 days";
  EXPECT_EQ(summer(Date(2026, 9, 10)), InTerms::kHoliday) << "70 days";
  EXPECT_EQ(summer(Date(2026, 9, 11)), InTerms::kUnknown);
}

// Whichever half of a term is left out of a list of six, its gap is too long for a holiday.
TEST(InDoubt, AListThatLacksATermIsNotBelievedThere) {
  const model::DateRanges six = {
      {Date(2025, 9, 2), Date(2025, 10, 24)}, {Date(2025, 11, 3), Date(2025, 12, 19)},
      {Date(2026, 1, 5), Date(2026, 2, 13)},  {Date(2026, 2, 23), Date(2026, 3, 27)},
      {Date(2026, 4, 13), Date(2026, 5, 22)}, {Date(2026, 6, 1), Date(2026, 7, 21)},
      {Date(2026, 9, 2), Date(2026, 10, 23)}, {Date(2026, 11, 2), Date(2026, 12, 18)}};
  SchoolYear own;
  own.terms = six;
  for (Date day(2025, 9, 2); day <= Date(2026, 12, 18); ++day) {
    EXPECT_NE(TermsOn(Of(own), day), InTerms::kUnknown) << day;
  }
  for (std::size_t i = 1; i + 1 < six.size(); ++i) {
    own.terms = six;
    own.terms.erase(own.terms.begin() + static_cast<std::ptrdiff_t>(i));
    for (Date day = six[i].first; day <= six[i].last; ++day) {
      EXPECT_EQ(TermsOn(Of(own), day), InTerms::kUnknown) << day;
    }
  }
}

TEST(InDoubt, AClosureThatLeavesNoSchoolDayForThirtyIsNotBelieved) {
  SchoolYear own;
  own.closed = {{Date(2026, 4, 20), Date(2026, 5, 18)}, {Date(2026, 5, 19), Date(2026, 6, 12)}};
  const Calendar calendar = Real();
  EXPECT_EQ(calendar.NextSchoolDay(Of(own), Date(2026, 4, 25)), Date(2026, 4, 27));
  EXPECT_EQ(calendar.NextSchoolDay(Of(own), Date(2026, 6, 1)), Date(2026, 6, 15));
}

TEST(InDoubt, ASummerWithInsetAtItsEndIsNotAClosure) {
  SchoolYear own;
  own.inset = {{Date(2026, 9, 2), Date(2026, 9, 4)}};
  EXPECT_EQ(Real().NextSchoolDay(Of(own), Date(2026, 7, 22)), Date(2026, 9, 7));
}

// --- Layers ----------------------------------------------------------------------------------

TEST(Layers, EachFieldIsOfTheNearestThatSaysIt) {
  SchoolYear own, authority = Authority(), nation;
  own.inset = {{Date(2026, 1, 5), Date(2026, 1, 5)}};
  own.holiday_contact = v1::RECIPIENT_ROLE_HEAD;
  authority.inset = {{Date(2026, 4, 13), Date(2026, 4, 13)}};
  authority.boarding = false;
  nation.boarding = true;
  nation.closed = {{Date(2026, 6, 8), Date(2026, 6, 8)}};
  nation.weekdays = model::Weekdays(0x0f);
  const Layer layers[] = {{.year = &own}, {.year = &authority}, {}, {.year = &nation}};
  const SchoolDays school = Resolve(v1::NATION_WALES, layers);
  EXPECT_EQ(school.nation, v1::NATION_WALES);
  EXPECT_EQ(school.inset, own.inset);
  EXPECT_EQ(school.terms, authority.terms);
  EXPECT_EQ(school.half_terms, authority.half_terms);
  EXPECT_EQ(school.closed, nation.closed);
  EXPECT_EQ(school.weekdays, nation.weekdays);
  EXPECT_FALSE(school.boarding);
  EXPECT_EQ(school.holiday_contact, v1::RECIPIENT_ROLE_HEAD);
  EXPECT_EQ(Resolve(v1::NATION_ENGLAND, {}), Plain(v1::NATION_ENGLAND));
}

// Two Kent schools disagree: another's half term would close a week in which this one teaches.
TEST(Layers, WhoSaysTermsSaysHalfTermsWithThem) {
  SchoolYear own;
  own.terms = {{Date(2026, 1, 5), Date(2026, 2, 6)}, {Date(2026, 2, 16), Date(2026, 3, 27)}};
  EXPECT_EQ(Real().KindOf(Of(own), Date(2026, 2, 16)), DayKind::kSchool);
  SchoolYear only_half;
  only_half.half_terms = {{Date(2026, 2, 9), Date(2026, 2, 13)}};
  EXPECT_EQ(Real().KindOf(Of(only_half), Date(2026, 2, 16)), DayKind::kSchool);
  EXPECT_EQ(Real().KindOf(Of(only_half), Date(2026, 2, 9)), DayKind::kHalfTerm);
}

TEST(Layers, HoursAreLaidOverEachOtherTimeByTime) {
  SchoolYear own, authority;
  own.hours[0].bell = Clock(9, 5);
  authority.hours.fill({.window = Clock(7, 0), .bell = Clock(8, 30), .closing = {}});
  const model::SchoolHours every_day{Clock(7, 15), Clock(8, 40), Clock(15, 0)};
  const Layer with[] = {{.year = &own, .every_day = every_day}, {.year = &authority}};
  const SchoolDays set = Resolve(v1::NATION_ENGLAND, with);
  EXPECT_EQ(set.hours[0], (model::SchoolHours{Clock(7, 15), Clock(9, 5), Clock(15, 0)}));
  EXPECT_EQ(set.hours[1], every_day);
  const Layer without[] = {{.year = &own}, {.year = &authority}};
  const SchoolDays unset = Resolve(v1::NATION_ENGLAND, without);
  EXPECT_EQ(unset.hours[0], (model::SchoolHours{Clock(7, 0), Clock(9, 5), Clock(15, 30)}));
  EXPECT_EQ(unset.hours[1], (model::SchoolHours{Clock(7, 0), Clock(8, 30), Clock(15, 30)}));
}

TEST(Layers, HoursThatContradictEachOtherErrToEarlier) {
  SchoolYear own, authority;
  own.hours[0].bell = Clock(7, 0);
  own.hours[1] = {Clock(17, 0), Clock(18, 0), {}};
  own.hours[2].bell = Clock(0, 30);
  own.hours[3].bell = Clock(23, 0);
  authority.hours.fill({.window = Clock(7, 30), .bell = {}, .closing = Clock(15, 0)});
  const Layer layers[] = {{.year = &own}, {.year = &authority}};
  const SchoolDays school = Resolve(v1::NATION_ENGLAND, layers);
  EXPECT_EQ(school.hours[0], (model::SchoolHours{Clock(5, 45), Clock(7, 0), Clock(15, 0)}));
  EXPECT_EQ(school.hours[1], (model::SchoolHours{Clock(17, 0), Clock(18, 0), Clock(23, 59)}));
  EXPECT_EQ(school.hours[2], (model::SchoolHours{Clock(0, 0), Clock(0, 30), Clock(15, 0)}));
  EXPECT_EQ(school.hours[3].closing, Clock(23, 59));
}

TEST(Layers, AreFoundByTrustAuthorityAndNation) {
  SchoolYear wales, trust, own;
  trust.terms = {{Date(2026, 4, 13), Date(2026, 7, 17)}};
  wales.terms = {{Date(2026, 4, 20), Date(2026, 7, 20)}};
  const Calendar calendar(London(), Holidays(kHolidays),
                          {.nations = {{v1::NATION_WALES, wales}},
                           .authorities = {{"330", Authority()}},
                           .trusts = {{"2044", trust}}});
  model::School school;
  school.nation = v1::NATION_WALES;
  school.local_authority_code = "660";
  EXPECT_EQ(calendar.DaysOf(school, {.year = &own}).terms, wales.terms);
  school.local_authority_code = "330";
  EXPECT_EQ(calendar.DaysOf(school, {.year = &own}).terms, Authority().terms);
  EXPECT_EQ(calendar.DaysOf(school, {}).nation, v1::NATION_WALES);
  school.trust_code = "2044";
  EXPECT_EQ(calendar.DaysOf(school, {.year = &own}).terms, trust.terms) << "before its authority";
  EXPECT_TRUE(calendar.DaysOf(school, {.year = &own}).half_terms.empty()) << "they go with terms";
  own.terms = {{Date(2026, 4, 14), Date(2026, 7, 16)}};
  EXPECT_EQ(calendar.DaysOf(school, {.year = &own}).terms, own.terms) << "before its trust";
  school.trust_code = "330";
  EXPECT_EQ(calendar.DaysOf(school, {}).terms, Authority().terms) << "an authority's code";
  school.nation = v1::NATION_ENGLAND;
  school.local_authority_code = "";
  EXPECT_EQ(calendar.DaysOf(school, {}), Plain(v1::NATION_ENGLAND));
}

}  // namespace
}  // namespace firstbell::calendar
