#include "clients/audit/report_words.h"

#include <gtest/gtest.h>

#include "broker/base/clock.h"

namespace firstbell::audit_client {
namespace {

absl::Time At(const std::string& text) {
  absl::Time time;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, nullptr)) << text;
  return time;
}

TEST(ReportWords, NumbersHaveTheirThousandsApart) {
  EXPECT_EQ(NumberText(0), "0");
  EXPECT_EQ(NumberText(999), "999");
  EXPECT_EQ(NumberText(1'000), "1,000");
  EXPECT_EQ(NumberText(12'345'678), "12,345,678");
}

TEST(ReportWords, AlmostAllIsNotAllAndAlmostNoneIsNotNone) {
  EXPECT_EQ(PercentText({100.0, {5}, {5}}), "100%");
  EXPECT_EQ(PercentText({99.99, {99'990}, {100'000}}), "99.9%");
  EXPECT_EQ(PercentText({0.01, {10}, {100'000}}), "0.1%");
  EXPECT_EQ(PercentText({0.0, {0}, {5}}), "0%");
  EXPECT_EQ(PercentText({std::nullopt, {0}, {0}}), "None");
  EXPECT_EQ(PercentText({std::nullopt, {}, {10}}), "c");
}

TEST(ReportWords, AShareIsOfWhatIsToldAlone) {
  EXPECT_EQ(ShareText({50.0, {5}, {10}}), "50.0% (5 of 10)");
  EXPECT_EQ(ShareText({50.0, {5}, {.rounded = {}, .counted = false}}), "50.0%");
  EXPECT_EQ(ShareText({50.0, {}, {10}}), "50.0%");
  EXPECT_EQ(CountText({.rounded = {}, .counted = false}), "–");
}

TEST(ReportWords, DurationsHaveTwoUnitsAtMost) {
  EXPECT_EQ(DurationText(absl::Milliseconds(999)), "under a second");
  EXPECT_EQ(DurationText(absl::Seconds(1)), "1 second");
  EXPECT_EQ(DurationText(absl::Seconds(59)), "59 seconds");
  EXPECT_EQ(DurationText(absl::Seconds(60)), "1 min");
  EXPECT_EQ(DurationText(absl::Seconds(3'599)), "59 min 59 s");
  EXPECT_EQ(DurationText(absl::Seconds(3'661)), "1 h 1 min");
  EXPECT_EQ(DurationText(absl::Hours(25)), "1 day 1 h");
  EXPECT_EQ(DurationText(absl::Hours(48)), "2 days");
}

TEST(ReportWords, TimesAreLondons) {
  const absl::TimeZone london = base::LondonTimeZone().value();
  EXPECT_EQ(TimeText(At("2026-01-05T07:30:00Z"), london), "Mon 5 Jan 2026, 07:30");
  EXPECT_EQ(TimeSecondsText(At("2026-06-30T23:30:09Z"), london), "Wed 1 Jul 2026, 00:30:09");
}

TEST(ReportWords, TheLastHourEndsAtMidnight) {
  EXPECT_EQ(HourText(7), "07:00 to 08:00");
  EXPECT_EQ(HourText(23), "23:00 to 00:00");
}

}  // namespace
}  // namespace firstbell::audit_client
