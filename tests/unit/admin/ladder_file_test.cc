#include "clients/admin/ladder_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/model/ladder.h"

namespace firstbell::admin {
namespace {

using testing::HasSubstr;

std::string WhyNot(std::string_view text) {
  return std::string(base::Message(ParseLadderFile(text).status()));
}

TEST(LadderFile, TheShippedOneReadsBackAsItIsWritten) {
  const v1::Ladder shipped = model::ToWire(model::ShippedLadder());
  const auto read = ParseLadderFile(FormatLadderFile(shipped));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(model::ParseLadder(*read, "").value(), model::ShippedLadder());
}

TEST(LadderFile, SaysWhichLineIsWrong) {
  EXPECT_THAT(WhyNot(""), HasSubstr("a [[rung]] at least"));
  EXPECT_THAT(WhyNot("[[rung]]\nname = \"lead\"\npeople = [\"led\"]\n"), HasSubstr("line 3"));
  EXPECT_THAT(WhyNot("[[rung]]\nname = \"x\"\npeople = \"lead\"\n"), HasSubstr("is a list"));
  EXPECT_THAT(WhyNot("[[rung]]\nname = \"x\"\n"), HasSubstr("one of people, calls and authority"));
  EXPECT_THAT(WhyNot("[[rung]]\ncalls = true\nauthority = true\n"), HasSubstr("line 1"));
  EXPECT_THAT(WhyNot("[[rung]]\ncalls = false\n"), HasSubstr("true, or left out"));
  EXPECT_THAT(WhyNot("[[rung]]\ncalls = true\nminutes_before = -1\n"), HasSubstr("from 0 to 1440"));
  EXPECT_THAT(WhyNot("[[rung]]\ncalls = true\nminutes = 1\n"), HasSubstr("no such setting"));
  EXPECT_THAT(WhyNot("[[rung]]\nname = 7\ncalls = true\n"), HasSubstr("name is a text"));
  EXPECT_THAT(WhyNot("[[rung\n"), HasSubstr("line 1"));
  EXPECT_THAT(WhyNot("title = \"x\"\n"), HasSubstr("[[rung]] alone"));
}

}  // namespace
}  // namespace firstbell::admin
