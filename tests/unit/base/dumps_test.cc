#include "broker/base/dumps.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cstdlib>

namespace firstbell::base {
namespace {

// In a process of its own: it cannot be undone.
TEST(ForbidDumpsDeathTest, NoCoreIsWrittenAndNobodyAttaches) {
  EXPECT_EXIT(
      {
        ForbidDumps();
        rlimit core{};
        const bool none = getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_max == 0;
        std::exit(none && prctl(PR_GET_DUMPABLE) == 0 ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace firstbell::base
