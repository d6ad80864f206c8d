// Which year group a child is in, by the dates on which that turns.

#include "clients/school/records/year_group.h"

#include <gtest/gtest.h>

namespace firstbell::school_records {
namespace {

using absl::CivilDay;

TEST(YearGroupTest, ASchoolYearIsCalledByTheYearInWhichItBegins) {
  EXPECT_EQ(SchoolYearOf(CivilDay(2025, 9, 1)), 2025);
  EXPECT_EQ(SchoolYearOf(CivilDay(2025, 12, 31)), 2025);
  EXPECT_EQ(SchoolYearOf(CivilDay(2026, 8, 31)), 2025);
}

TEST(YearGroupTest, TheOldestAndTheYoungestOfOneYearAreInOneGroup) {
  for (const CivilDay born : {CivilDay(2015, 9, 1), CivilDay(2016, 2, 29), CivilDay(2016, 8, 31)}) {
    EXPECT_EQ(YearGroupOf(born, CivilDay(2020, 8, 31)), "Nursery") << born;
    EXPECT_EQ(YearGroupOf(born, CivilDay(2020, 9, 1)), "Reception") << born;
    EXPECT_EQ(YearGroupOf(born, CivilDay(2021, 8, 31)), "Reception") << born;
    EXPECT_EQ(YearGroupOf(born, CivilDay(2021, 9, 1)), "Year 1") << born;
    EXPECT_EQ(YearGroupOf(born, CivilDay(2026, 3, 3)), "Year 5") << born;
    EXPECT_EQ(YearGroupOf(born, CivilDay(2034, 8, 31)), "Year 13") << born;
    EXPECT_EQ(YearGroupOf(born, CivilDay(2034, 9, 1)), "") << born;
  }
  EXPECT_EQ(YearGroupOf(CivilDay(2015, 8, 31), CivilDay(2020, 9, 1)), "Year 1");
  EXPECT_EQ(YearGroupOf(CivilDay(2016, 9, 1), CivilDay(2020, 9, 1)), "Nursery");
}

TEST(YearGroupTest, WhoIsNotBornYetIsInNone) {
  EXPECT_EQ(YearGroupOf(CivilDay(2026, 3, 4), CivilDay(2026, 3, 3)), "");
  EXPECT_EQ(YearGroupOf(CivilDay(2026, 3, 3), CivilDay(2026, 3, 3)), "Nursery");
}

}  // namespace
}  // namespace firstbell::school_records
