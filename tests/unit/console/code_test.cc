#include <gtest/gtest.h>
#include <unistd.h>

#include "broker/base/file.h"
#include "clients/console/passphrase.h"
#include "tests/support/temp_directory.h"

namespace firstbell::console {
namespace {

using base::Code;

TEST(Passphrase, CountsCharactersNotBytes) {
  EXPECT_TRUE(CheckPassphrase(base::Secret("abcdefghijkl")).ok());
  EXPECT_FALSE(CheckPassphrase(base::Secret("abcdefghijk")).ok());
  EXPECT_FALSE(CheckPassphrase(base::Secret("éééééé")).ok());  // 12 bytes, 6 characters
}

class ReadCodeTest : public testing::Test {
 protected:
  std::string Written(const std::string& text, std::filesystem::perms mode = base::kOwnerOnly) {
    FB_CHECK(base::WriteFileDurably(directory_.File("code"), text, mode).ok());
    return directory_.File("code");
  }
  // As if `text` were piped into the program.
  static base::Result<base::Secret> Piped(const std::string& text) {
    int ends[2];
    FB_CHECK(::pipe(ends) == 0);
    FB_CHECK(::write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    ::close(ends[1]);
    const int before = ::dup(STDIN_FILENO);
    ::dup2(ends[0], STDIN_FILENO);
    auto code = ReadCode("-", "The code");
    ::dup2(before, STDIN_FILENO);
    ::close(before);
    ::close(ends[0]);
    return code;
  }

  support::TempDirectory directory_;
};

TEST_F(ReadCodeTest, FromAFileWithoutItsLineBreak) {
  EXPECT_EQ(ReadCode(Written("FB1-abc\r\n"), "The code")->Reveal(), "FB1-abc");
}

TEST_F(ReadCodeTest, FromStandardInput) {
  EXPECT_EQ(Piped("FB1-abc\n")->Reveal(), "FB1-abc");
}

TEST_F(ReadCodeTest, NothingAndTooMuchAreSaid) {
  EXPECT_EQ(ReadCode(Written("\n"), "The code").status().code(), Code::kInvalidArgument);
  EXPECT_EQ(Piped("").status().code(), Code::kInvalidArgument);
  EXPECT_EQ(Piped(std::string(5000, 'x')).status().code(), Code::kInvalidArgument);
}

TEST_F(ReadCodeTest, AFileThatOthersReadIsRefused) {
  const auto open = base::kOwnerOnly | std::filesystem::perms::others_read;
  EXPECT_EQ(ReadCode(Written("FB1-abc", open), "The code").status().code(),
            Code::kFailedPrecondition);
}

}  // namespace
}  // namespace firstbell::console
