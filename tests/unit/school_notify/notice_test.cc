// When a desktop says that something waits, and that it says nothing else.

#include "clients/school/notify/notice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firstbell::school {
namespace {

const absl::Time kMorning = absl::FromUnixSeconds(1772523000);
const std::optional<std::string> kNew = "Something new waits in Firstbell.";
const std::optional<std::string> kStill = "Something still waits in Firstbell.";

TEST(Pulse, IsTwoNumbersAndReadsBack) {
  const Pulse pulse{.waiting = 3, .newest_shown_us = 1772523000000000};
  EXPECT_EQ(PulseText(pulse), "{\"newest_shown_us\":1772523000000000,\"waiting\":3}\n");
  EXPECT_EQ(ParsePulse(PulseText(pulse)).value(), pulse);
}

TEST(Pulse, WhatIsNoneIsRefused) {
  for (const char* const text :
       {"", "{}", "[]", "<html>", "{\"waiting\":1}", "{\"waiting\":-1,\"newest_shown_us\":0}",
        "{\"waiting\":\"1\",\"newest_shown_us\":0}", "{\"waiting\":1.5,\"newest_shown_us\":0}"}) {
    EXPECT_EQ(ParsePulse(text).status().code(), base::Code::kInvalidArgument) << text;
  }
}

TEST(NoticeWatch, WhatIsNewIsSaidAtOnceAndRemindedOfWhileItWaits) {
  NoticeWatch watch;
  EXPECT_EQ(watch.Look({0, 0}, kMorning), std::nullopt);
  EXPECT_EQ(watch.Look({1, 10}, kMorning), kNew);
  EXPECT_EQ(watch.Look({1, 10}, kMorning + absl::Minutes(1)), std::nullopt);
  EXPECT_EQ(watch.Look({2, 20}, kMorning + absl::Minutes(2)), kNew);
  EXPECT_EQ(watch.Look({2, 20}, kMorning + absl::Minutes(11)), std::nullopt);
  EXPECT_EQ(watch.Look({2, 20}, kMorning + absl::Minutes(12)), kStill);
  EXPECT_EQ(watch.Look({1, 10}, kMorning + absl::Minutes(22)), kStill);
}

TEST(NoticeWatch, WhereSomebodyHasItNothingIsSaid) {
  NoticeWatch watch;
  EXPECT_EQ(watch.Look({1, 10}, kMorning), kNew);
  EXPECT_EQ(watch.Look({0, 0}, kMorning + absl::Hours(1)), std::nullopt);
  EXPECT_EQ(watch.Look({0, 20}, kMorning + absl::Hours(2)), std::nullopt);
}

TEST(NoticeWatch, WhatWaitedBeforeItWasStartedIsSaid) {
  NoticeWatch watch;
  EXPECT_EQ(watch.Look({4, 10}, kMorning), kNew);
}

}  // namespace
}  // namespace firstbell::school
