#include "clients/audit/statistics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firstbell::audit_client {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

void Put(v1::StatisticsRow& row, const std::string& word, std::uint64_t count) {
  (*row.mutable_counts())[word].set_value(count);
}

v1::GetStatisticsResponse TwoDays() {
  v1::GetStatisticsResponse response;
  v1::StatisticsRow& monday = *response.add_rows();
  monday.set_day("2026-03-02");
  Put(monday, "alerts", 120);
  Put(monday, "acknowledged_before_bell", 95);
  monday.set_before_bell(97.25);
  v1::StatisticsRow& tuesday = *response.add_rows();
  tuesday.set_day("2026-03-03");
  tuesday.mutable_counts()->insert({"alerts", v1::Count()});  // kept back
  v1::StatisticsRow& total = *response.mutable_total();
  Put(total, "alerts", 125);
  Put(total, "refused_left", 10);
  Put(total, "refused_never", 0);
  (*total.mutable_counts())["withheld_closed"];
  v1::StepTimes& shown = *total.add_times();
  shown.set_step("shown");
  shown.mutable_median()->set_seconds(95);
  response.mutable_checkpoint()->set_size(4711);
  response.mutable_checkpoint()->set_root_sha256(std::string(32, '\xab'));
  response.mutable_checkpoint()->set_origin("firstbell.example/2026");
  return response;
}

TEST(Statistics, ANumberIsShownOrSaidToBeKeptBack) {
  const v1::GetStatisticsResponse response = TwoDays();
  EXPECT_EQ(Shown(response.rows(0), "alerts"), "120");
  EXPECT_EQ(Shown(response.rows(1), "alerts"), "c");
  EXPECT_EQ(Shown(response.rows(0), "no_such_word"), "-");
  EXPECT_EQ(Shown(response.total(), "refused_never"), "0");
}

TEST(Statistics, EachRowHasItsLineAndAllOfThemTheirTotal) {
  const std::string text = Describe(TwoDays());
  EXPECT_THAT(text, ContainsRegex("2026-03-02 +120 +97.2 % +95 +- "));
  EXPECT_THAT(text, ContainsRegex("2026-03-03 +c +c +- "));
  EXPECT_THAT(text, ContainsRegex("\nall +125 +c "));
  EXPECT_THAT(text, ContainsRegex("shown +1m35s +c +c\n"));
  EXPECT_THAT(text, HasSubstr("checkpoint of 4711 entries, root abababababababab…"));
}

// That nobody was due is no secret, and no share.
TEST(Statistics, OfNoneThereIsNoShare) {
  v1::GetStatisticsResponse response = TwoDays();
  v1::StatisticsRow& tuesday = *response.mutable_rows(1);
  Put(tuesday, "due", 0);
  Put(tuesday, "arrival_asked", 0);
  EXPECT_THAT(Describe(response), ContainsRegex("2026-03-03 +c +none .* none\n"));
  tuesday.mutable_counts()->at("arrival_asked").clear_value();
  EXPECT_THAT(Describe(response), ContainsRegex("2026-03-03 +c +none .* c\n"));
}

TEST(Statistics, ReasonsThatNobodyHadAreLeftOut) {
  const std::string text = Describe(TwoDays());
  EXPECT_THAT(text, ContainsRegex("refused_left +10\n"));
  EXPECT_THAT(text, ContainsRegex("withheld_closed +c\n"));
  EXPECT_THAT(text, Not(HasSubstr("refused_never")));
}

TEST(Statistics, WhatIsNotCountedIsNotKeptBackNorNought) {
  v1::GetStatisticsResponse response = TwoDays();
  EXPECT_THAT(Describe(response), Not(HasSubstr("not counted for an authority")));
  response.mutable_total()->mutable_counts()->erase("withheld_closed");
  EXPECT_THAT(Describe(response), HasSubstr("Children and cases are not counted for an authority"));
  response.mutable_total()->mutable_counts()->erase("refused_left");
  response.mutable_total()->mutable_counts()->erase("refused_never");
  EXPECT_THAT(Describe(response), HasSubstr("By the hour, rungs, arrivals, children and reasons"));
  EXPECT_THAT(Describe(response), ContainsRegex("\nall +125 +c +- .* -\n"));
  Put(*response.mutable_total(), "arrival_asked", 10);
  EXPECT_THAT(Describe(response), ContainsRegex("\nall +125 +c +- .* c\n"));
}

TEST(Statistics, SchoolsWithoutALinkAreShownOrKeptBack) {
  v1::GetStatisticsResponse response = TwoDays();
  EXPECT_THAT(Describe(response), HasSubstr("Schools without a working link now: c\n"));
  response.mutable_schools_without_link()->set_value(15);
  EXPECT_THAT(Describe(response), HasSubstr("Schools without a working link now: 15\n"));
}

TEST(Statistics, OneRowOfEverythingIsTheTotalAlone) {
  v1::GetStatisticsResponse response = TwoDays();
  response.clear_rows();
  *response.add_rows() = response.total();
  EXPECT_THAT(Describe(response), Not(HasSubstr("unknown")));
  response.mutable_rows(0)->set_hour(0);
  EXPECT_THAT(Describe(response), ContainsRegex("\n00:00 +125"));
}

TEST(Statistics, EachKeyIsSaidInItsOwnWords) {
  v1::GetStatisticsResponse response;
  v1::StatisticsRow& row = *response.add_rows();
  row.set_week("2026-03-02");
  row.set_weekday(7);
  row.set_hour(8);
  row.set_force("examplebury");
  row.set_authority("886");
  EXPECT_THAT(Describe(response), HasSubstr("week of 2026-03-02 Sun 08:00 examplebury 886"));
  row.set_weekday(8);  // no such day
  EXPECT_THAT(Describe(response), HasSubstr("week of 2026-03-02 08:00"));
}

TEST(GroupOf, KnowsItsWordsAlone) {
  EXPECT_EQ(*GroupOf("day"), v1::STATISTICS_GROUP_DAY);
  EXPECT_EQ(*GroupOf("week"), v1::STATISTICS_GROUP_WEEK);
  EXPECT_EQ(*GroupOf("weekday"), v1::STATISTICS_GROUP_WEEKDAY);
  EXPECT_EQ(*GroupOf("hour"), v1::STATISTICS_GROUP_HOUR);
  EXPECT_EQ(*GroupOf("force"), v1::STATISTICS_GROUP_FORCE);
  EXPECT_EQ(*GroupOf("authority"), v1::STATISTICS_GROUP_AUTHORITY);
  for (const char* word : {"", "Day", "month", "day "}) EXPECT_FALSE(GroupOf(word).ok()) << word;
}

}  // namespace
}  // namespace firstbell::audit_client
