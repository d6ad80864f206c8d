#include "broker/base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>

namespace firstbell::base {
namespace {

using testing::MatchesRegex;

// What the calls inside write to standard error.
std::string Captured(LogLevel least, LogForm form, const std::function<void()>& calls) {
  testing::internal::CaptureStderr();
  ConfigureLog(least, form);
  calls();
  ConfigureLog(LogLevel::kInfo, LogForm::kText);
  return testing::internal::GetCapturedStderr();
}

TEST(Log, ATextLineHasTimeLevelStopSentenceAndFields) {
  EXPECT_THAT(
      Captured(LogLevel::kInfo, LogForm::kText,
               [] {
                 LogWarning("link", "a device was refused", {{"device", "abc"}});
               }),
      MatchesRegex("[0-9-]{10}T[0-9:.]{12}Z warning link: a device was refused device=abc\n"));
}

TEST(Log, AJsonLineIsOneObjectAndNothingElse) {
  const std::string line = Captured(LogLevel::kInfo, LogForm::kJson, [] {
    LogInfo("intake", "taken on", {{"incident", "i1"}, {"note", "two\nlines \"quoted\" \xff"}});
  });
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
  const nlohmann::json object = nlohmann::json::parse(line);
  EXPECT_EQ(object["level"], "info");
  EXPECT_EQ(object["stop"], "intake");
  EXPECT_EQ(object["message"], "taken on");
  EXPECT_EQ(object["incident"], "i1");
  EXPECT_THAT(object["time"].get<std::string>(), MatchesRegex("[0-9-]{10}T[0-9:.]{12}Z"));
}

TEST(Log, WhatIsBelowTheLeastLevelIsNotWritten) {
  EXPECT_EQ(Captured(LogLevel::kWarning, LogForm::kText, [] { LogInfo("intake", "taken on"); }),
            "");
}

}  // namespace
}  // namespace firstbell::base
