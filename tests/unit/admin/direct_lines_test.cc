#include "clients/admin/direct_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firstbell::admin {
namespace {

using testing::HasSubstr;

TEST(DirectLine, TheNumberStandsBehindTheLastSign) {
  const auto line = ParseDirectLine("A. Person, DSL=01632 960123");
  ASSERT_TRUE(line.ok()) << line.status();
  EXPECT_EQ(line->name(), "A. Person, DSL");
  EXPECT_EQ(line->telephone(), "01632 960123");
  EXPECT_EQ(ParseDirectLine("A=B=1")->name(), "A=B");
  EXPECT_EQ(DirectLineText(*line), "01632 960123, A. Person, DSL");
}

TEST(DirectLine, WithoutASignSaysHowItIsWritten) {
  EXPECT_THAT(std::string(base::Message(ParseDirectLine("01632 960123").status())),
              HasSubstr("NAME=NUMBER"));
}

TEST(DirectLine, IsSafeForATerminal) {
  EXPECT_EQ(DirectLineText(ParseDirectLine("A\x1b[2J=1").value()), "1, A?[2J");
}

}  // namespace
}  // namespace firstbell::admin
