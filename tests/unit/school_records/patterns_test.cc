#include "clients/school/records/patterns.h"

#include "tests/unit/school_records/records_world.h"

namespace firstbell::school_records {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

absl::TimeZone London() {
  absl::TimeZone london;
  EXPECT_TRUE(absl::LoadTimeZone("Europe/London", &london));
  return london;
}

absl::Time At(int month, int day, int hour = 8) {
  return absl::FromCivil(absl::CivilHour(2026, month, day, hour), London());
}

AlertFact Fact(int child, absl::Time received, const std::string& year = "Year 4") {
  return {.child = ChildId("c" + std::to_string(child)), .year_group = year, .received = received};
}

TEST(PatternsTest, OfNothingNothing) {
  const Patterns patterns = PatternsOf({}, London());
  EXPECT_THAT(patterns.months, IsEmpty());
  EXPECT_THAT(patterns.year_groups, IsEmpty());
  EXPECT_EQ(patterns.by_month.total, Said(0));
  EXPECT_EQ(patterns.arrivals.total, Said(0));
  EXPECT_FALSE(patterns.median_to_action);
}

TEST(PatternsTest, EveryMonthFromTheFirstToTheLast) {
  std::vector<AlertFact> alerts;
  for (int child = 0; child < 6; ++child) {
    alerts.push_back(Fact(child, At(3, 2)));
    alerts.push_back(Fact(child, At(5, 31, 23)));  // still May in London
  }
  const Patterns patterns = PatternsOf(alerts, London());
  EXPECT_THAT(patterns.months, ElementsAre(absl::CivilMonth(2026, 3), absl::CivilMonth(2026, 4),
                                           absl::CivilMonth(2026, 5)));
  EXPECT_THAT(patterns.by_month.cells, ElementsAre(Said(6), Said(0), Said(6)));
}

TEST(PatternsTest, YearGroupsInTheOrderOfASchool) {
  std::vector<AlertFact> alerts;
  for (const char* year : {"Year 10", "", "Year 2", "Reception", "Sixth form"}) {
    for (int child = 0; child < 5; ++child) alerts.push_back(Fact(child, At(3, 2), year));
  }
  const Patterns patterns = PatternsOf(alerts, London());
  EXPECT_THAT(patterns.year_groups,
              ElementsAre("Reception", "Year 2", "Year 10", "Sixth form", ""));
  EXPECT_EQ(patterns.by_year_and_weekday.rows, 5u);
  EXPECT_EQ(patterns.by_year_and_weekday.cells.front(), Said(5));  // 2 March 2026 is a Monday
  EXPECT_EQ(patterns.by_year_and_weekday.column_totals.front(), Said(25));
}

TEST(PatternsTest, ChildrenByHowOftenTheyWereTold) {
  std::vector<AlertFact> alerts;
  for (int child = 0; child < 15; ++child) {
    const int times = child < 5 ? 1 : child < 10 ? 2 : 7;
    for (int i = 0; i < times; ++i) alerts.push_back(Fact(child, At(3, 1 + i)));
  }
  EXPECT_THAT(PatternsOf(alerts, London()).repeats.cells,
              ElementsAre(Said(5), Said(5), Said(0), Said(5)));
}

TEST(PatternsTest, TimeToTheFirstAction) {
  std::vector<AlertFact> alerts;
  const absl::Duration took[] = {absl::Hours(1), absl::Hours(24), absl::Hours(24 * 7),
                                 absl::Hours(24 * 8)};
  for (int child = 0; child < 25; ++child) {
    AlertFact fact = Fact(child, At(3, 2));
    if (child < 20) fact.first_action = fact.received + took[child / 5];
    alerts.push_back(fact);
  }
  const Patterns patterns = PatternsOf(alerts, London());
  EXPECT_THAT(patterns.action_times.cells, Each(Said(5)));
  EXPECT_EQ(patterns.median_to_action, absl::Hours(24));
}

TEST(PatternsTest, AMedianOfFewIsNotSaid) {
  std::vector<AlertFact> alerts;
  for (int i = 0; i < 9; ++i) {
    alerts.push_back(Fact(i % 4, At(3, 2)));
    alerts.back().first_action = alerts.back().received + absl::Hours(i);
  }
  EXPECT_FALSE(PatternsOf(alerts, London()).median_to_action);
  alerts.push_back(Fact(4, At(3, 2)));
  EXPECT_FALSE(PatternsOf(alerts, London()).median_to_action);
  alerts.back().first_action = alerts.back().received + absl::Hours(9);
  EXPECT_EQ(PatternsOf(alerts, London()).median_to_action, absl::Hours(4));
}

TEST(PatternsTest, AttendanceAfterAnAlertAndNoSmallNumber) {
  std::vector<AlertFact> alerts;
  for (int child = 0; child < 20; ++child) {
    alerts.push_back(Fact(child, At(3, 2)));
    alerts.back().arrival = child < 12   ? v1::ARRIVAL_SEEN
                            : child < 18 ? v1::ARRIVAL_LATE
                                         : v1::ARRIVAL_ABSENT;
  }
  const SaidTable arrivals = PatternsOf(alerts, London()).arrivals;
  ASSERT_THAT(arrivals.cells, SizeIs(kArrivals));
  EXPECT_EQ(arrivals.cells[v1::ARRIVAL_SEEN], Said(12));
  EXPECT_EQ(arrivals.cells[v1::ARRIVAL_LATE], Said());  // or the two who were absent would follow
  EXPECT_EQ(arrivals.cells[v1::ARRIVAL_ABSENT], Said());
  EXPECT_EQ(arrivals.total, Said(20));
}

// Each by itself, totals too.
TEST(PatternsTest, CountsAreRoundedToFive) {
  std::vector<AlertFact> alerts;
  for (int child = 0; child < 12; ++child) alerts.push_back(Fact(child, At(3, 2)));
  for (int child = 0; child < 6; ++child) alerts.push_back(Fact(child, At(4, 1)));
  const Patterns patterns = Rounded(PatternsOf(alerts, London()));
  EXPECT_THAT(patterns.by_month.cells, ElementsAre(Said(10), Said(5)));
  EXPECT_EQ(patterns.by_month.total, Said(20)) << "18, by itself: no sum of what is rounded";
  EXPECT_THAT(patterns.by_year_and_weekday.row_totals, ElementsAre(Said(20)));
  EXPECT_EQ(patterns.by_year_and_weekday.column_totals.front(), Said(10));
  EXPECT_EQ(patterns.repeats.total, Said(10)) << "twelve children";
  EXPECT_EQ(patterns.action_times.total, Said(20));
  EXPECT_EQ(patterns.arrivals.total, Said(20));
  alerts.pop_back();
  alerts.pop_back();
  EXPECT_EQ(Rounded(PatternsOf(alerts, London())).by_month.cells.back(), Said()) << "of four";
}

}  // namespace
}  // namespace firstbell::school_records
