// Text from anywhere can be set on a page, and loses no word by it.

#include "clients/school/filing/plain_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firstbell::school_filing {
namespace {

TEST(PlainText, WordsOfAnyScriptStayAsTheyAre) {
  for (const char* const text :
       {"Zoë Łukasz Nguyễn", "محمد عبد الله", "חיים כהן", "👩‍👧 🎒", "Ze\u0301 \u200Fx",
        "two\nlines", "a paragraph\n\nand another"}) {
    EXPECT_EQ(PlainText(text), text);
  }
}

TEST(PlainText, LinesEndInOneWay) {
  EXPECT_EQ(PlainText("a\r\nb\rc\vd\fe\u0085f\u2028g\u2029h"), "a\nb\nc\nd\ne\nf\ng\nh");
  EXPECT_EQ(PlainText("\n\n a  \n\n\n\n\nb\n \n"), " a\n\nb");
  EXPECT_EQ(PlainText("a\tb"), "a b");
  EXPECT_EQ(PlainLine("a\n\nb\r\nc"), "a  b c");
}

TEST(PlainText, ControlCharactersAreDropped) {
  EXPECT_EQ(PlainText(std::string_view("a\0b\x1B[31mc\x7F\u009B", 12)), "ab[31mc");
}

TEST(PlainText, NothingTurnsTheDirectionOfALine) {
  EXPECT_EQ(PlainText("may \u202Enot\u202C collect \u2066x\u2069"), "may not collect x");
}

TEST(PlainText, WhatIsNoUtf8IsReplaced) {
  EXPECT_EQ(PlainText("a\xFF"), "a\uFFFD");
  EXPECT_EQ(PlainText("\xC3"), "\uFFFD");
  EXPECT_EQ(PlainText("x\xC0\x80y").find('\0'), std::string::npos);
  EXPECT_EQ(PlainText("\xED\xA0\x80z").back(), 'z');
  EXPECT_EQ(PlainText("\xF4\x90\x80\x80z").back(), 'z');
}

TEST(Pieces, EndAtALineOrAWordOrACharacterInThisOrder) {
  using ::testing::ElementsAre;
  EXPECT_THAT(Pieces("", 16), ElementsAre(""));
  EXPECT_THAT(Pieces("0123456789abcdef", 16), ElementsAre("0123456789abcdef"));
  EXPECT_THAT(Pieces("one two\nthree four five", 16), ElementsAre("one two", "three four five"));
  EXPECT_THAT(Pieces("one two three four five", 16), ElementsAre("one two three ", "four five"));
  EXPECT_THAT(Pieces("0123456789abcdefg", 16), ElementsAre("0123", "456789abcdefg"));
  EXPECT_THAT(Pieces("12\u00e95\u00e98901234567890", 16),
              ElementsAre("12\u00e9", "5\u00e98901234567890"));
  EXPECT_THAT(Pieces("0123456789abcdef\nx", 16), ElementsAre("0123456789abcdef", "x"));
}

}  // namespace
}  // namespace firstbell::school_filing
