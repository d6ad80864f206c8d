// Which file of school days needs to be told whose it is.

#include "clients/admin/calendar_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firstbell::admin {
namespace {

base::Status Check(std::string file, std::string scope) {
  ImportOptions options;
  options.file = std::move(file);
  options.scope = std::move(scope);
  return CheckScope(options);
}

TEST(CalendarFile, APublishedCalendarNeedsItsScopeAndACsvHasIt) {
  for (const char* scope : {"100000", "886", "trust:2044", "England", "northern ireland"}) {
    EXPECT_TRUE(Check("school.ics", scope).ok()) << scope;
    EXPECT_TRUE(Check("SCHOOL.ICS.GZ", scope).ok()) << scope;
    EXPECT_FALSE(Check("days.csv", scope).ok()) << scope;
  }
  for (const char* scope : {"", "1000", "12", "Kent", "trust:", "trust:x", "2044"}) {
    EXPECT_FALSE(Check("school.ics", scope).ok()) << scope;
  }
  EXPECT_TRUE(Check("days.csv", "").ok());
  EXPECT_TRUE(Check("ics", "").ok());
}

}  // namespace
}  // namespace firstbell::admin
