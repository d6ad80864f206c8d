// gov.uk's bank holidays in the calendar: every one closes its nation, and no other weekday does.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "broker/base/clock.h"
#include "broker/calendar/calendar.h"
#include "tests/support/data.h"

namespace firstbell::calendar {
namespace {

using model::Date;

std::vector<model::BankHoliday> Read(const std::filesystem::path& path) {
  const std::pair<const char*, v1::Nation> divisions[] = {
      {"england-and-wales", v1::NATION_ENGLAND},
      {"england-and-wales", v1::NATION_WALES},
      {"scotland", v1::NATION_SCOTLAND},
      {"northern-ireland", v1::NATION_NORTHERN_IRELAND}};
  std::ifstream file(path);
  const auto json = nlohmann::json::parse(file);
  std::vector<model::BankHoliday> holidays;
  for (const auto& [division, nation] : divisions) {
    for (const auto& event : json.at(division).at("events")) {
      v1::BankHoliday wire;
      wire.set_nation(nation);
      wire.set_date(event.at("date").get<std::string>());
      wire.set_title(event.at("title").get<std::string>());
      auto holiday = model::ParseBankHoliday(wire, "event");
      EXPECT_TRUE(holiday.ok()) << holiday.status();
      if (holiday.ok()) holidays.push_back(*holiday);
    }
  }
  return holidays;
}

class GovUk : public testing::Test {
 protected:
  void SetUp() override {
    const auto data = support::DataDir();
    if (!data) GTEST_SKIP() << "no real data here: set FIRSTBELL_DATA to its folder";
    holidays_ = Read(*data / "calendar" / "bank-holidays.json");
  }
  Calendar Make() const { return Calendar(*base::LondonTimeZone(), Holidays(holidays_)); }

  std::vector<model::BankHoliday> holidays_;
};

TEST_F(GovUk, ClosesExactlyItsDays) {
  const Calendar calendar = Make();
  for (const auto nation :
       {v1::NATION_ENGLAND, v1::NATION_WALES, v1::NATION_SCOTLAND, v1::NATION_NORTHERN_IRELAND}) {
    std::set<Date> listed;
    for (const auto& holiday : holidays_) {
      if (holiday.nation == nation) listed.insert(holiday.date);
    }
    EXPECT_GT(listed.size(), 100u);
    for (Date day(2012, 1, 1); day.year() < 2029; ++day) {
      const auto weekday = absl::GetWeekday(day);
      const bool weekend = weekday == absl::Weekday::saturday || weekday == absl::Weekday::sunday;
      ASSERT_EQ(calendar.IsSchoolDay(Plain(nation), day), !weekend && listed.count(day) == 0)
          << day;
    }
    EXPECT_EQ(Holidays(holidays_).Until(nation), *listed.rbegin());
  }
}

TEST_F(GovUk, DaysThatPeopleRemember) {
  const Calendar calendar = Make();
  const auto open = [&](v1::Nation nation, Date day) {
    return calendar.IsSchoolDay(Plain(nation), day);
  };
  EXPECT_FALSE(open(v1::NATION_WALES, Date(2022, 9, 19))) << "the Queen's funeral";
  EXPECT_FALSE(open(v1::NATION_ENGLAND, Date(2022, 6, 3))) << "the Platinum Jubilee";
  EXPECT_FALSE(open(v1::NATION_ENGLAND, Date(2023, 5, 8))) << "the coronation";
  EXPECT_FALSE(open(v1::NATION_ENGLAND, Date(2021, 12, 28))) << "a substitute for Boxing Day";
  EXPECT_TRUE(open(v1::NATION_ENGLAND, Date(2020, 5, 4))) << "moved to the 8th for VE Day";
  EXPECT_FALSE(open(v1::NATION_ENGLAND, Date(2020, 5, 8)));
  EXPECT_TRUE(open(v1::NATION_ENGLAND, Date(2026, 11, 30)));
  EXPECT_FALSE(open(v1::NATION_SCOTLAND, Date(2026, 11, 30))) << "St Andrew";
  EXPECT_FALSE(open(v1::NATION_NORTHERN_IRELAND, Date(2026, 3, 17))) << "St Patrick";
}

TEST_F(GovUk, ChristmasNightWaitsForTheNextSchoolDay) {
  const Calendar calendar = Make();
  const absl::Time night = absl::FromCivil(absl::CivilMinute(2026, 12, 25, 2, 10), calendar.zone());
  const Timing timing = calendar.Plan(Plain(v1::NATION_ENGLAND), night, {});
  // Boxing Day is a Saturday, so Monday the 28th is its substitute.
  EXPECT_EQ(timing.show_from, calendar.At(Date(2026, 12, 29), absl::Hours(7) + absl::Minutes(30)));
}

}  // namespace
}  // namespace firstbell::calendar
