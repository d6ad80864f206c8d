// The first morning of September: whatever came on the last evenings of August waits for one
// window. How many, and at how many schools, the build says: a crowd of a country in the long run.

#include <gtest/gtest.h>

#include <cstdio>

#include "broker/base/log.h"
#include "tests/simulation/days.h"
#include "tests/support/temp_directory.h"

namespace firstbell::simulation {
namespace {

TEST(FirstMorning, OfSeptemberServesACrowdBeforeTheBell) {
  base::ConfigureLog(base::LogLevel::kError, base::LogForm::kText);
  ASSERT_NE(std::freopen("/dev/null", "w", stderr), nullptr);
  Options options;
  options.seed = 9;
  options.crowd = FIRSTBELL_CROWD;
  options.schools = FIRSTBELL_SCHOOLS;
  const support::TempDirectory directory;
  Days days(options, directory.path());
  days.Run();
  std::string findings;
  for (const std::string& one : days.findings()) findings += "\n  " + one;
  ASSERT_TRUE(days.findings().empty()) << findings << "\nto replay: " << ReplayCommand(options);
  const Tally& tally = days.tally();
  EXPECT_GE(tally.Of("alert"), options.crowd * 9 / 10);
  EXPECT_GE(tally.Of("check: a crowd: acknowledged or telephoned by the bell"),
            options.crowd * 9 / 10);
  EXPECT_GE(tally.Of("crowd: acknowledged before the bell"), options.crowd / 2);
}

}  // namespace
}  // namespace firstbell::simulation
