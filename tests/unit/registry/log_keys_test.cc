#include "broker/registry/log_keys.h"

#include <gtest/gtest.h>

#include "broker/base/file.h"
#include "tests/support/temp_directory.h"

namespace firstbell::registry {
namespace {

namespace fs = std::filesystem;

class LogKeysTest : public testing::Test {
 protected:
  LogKeysTest() {
    fs::create_directories(directory_.keys);
    EXPECT_TRUE(MakeLogKeys(directory_).ok());
    EXPECT_TRUE(AddLogKey(directory_, "examplebury.example/log").ok());
  }
  std::size_t Signing() const { return LoadLogKeys(directory_).value().signing.size(); }

  support::TempDirectory temp_;
  const DataDirectory directory_ = At(temp_.path() / "data", {});
  const fs::path before_ = directory_.keys / "log-before.key";
};

TEST_F(LogKeysTest, OfTwoTheOneBeforeIsRetired) {
  EXPECT_EQ(Signing(), 2u);
  EXPECT_TRUE(CheckRetirable(LoadLogKeys(directory_).value()).ok());
  ASSERT_TRUE(RetireLogKey(directory_).ok());
  EXPECT_FALSE(fs::exists(before_));
  EXPECT_EQ(Signing(), 1u);
  EXPECT_EQ(CheckRetirable(LoadLogKeys(directory_).value()).code(),
            base::Code::kFailedPrecondition);
  EXPECT_EQ(RetireLogKey(directory_).code(), base::Code::kFailedPrecondition);
}

// Its bytes are overwritten before its name goes.
TEST_F(LogKeysTest, ACrashWhileItIsDestroyedLeavesOneKeyThatSigns) {
  const std::string zeros(fs::file_size(before_), '\0');
  ASSERT_TRUE(base::WriteFileDurably(before_, zeros, base::kOwnerOnly).ok());
  EXPECT_EQ(Signing(), 1u);
  EXPECT_TRUE(AddLogKey(directory_, "examplebury.example/log").ok());
  EXPECT_EQ(Signing(), 2u);
}

}  // namespace
}  // namespace firstbell::registry
