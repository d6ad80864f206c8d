#include "broker/matching/postcode.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <utility>

namespace firstbell::matching {
namespace {

TEST(Postcodes, EveryShapeInAnyDress) {
  EXPECT_EQ(ReadPostcode("LS1 4AP"), (Postcode{"LS1", "4AP"}));
  EXPECT_EQ(ReadPostcode(" ls14ap "), (Postcode{"LS1", "4AP"}));
  EXPECT_EQ(ReadPostcode("M1 1AE"), (Postcode{"M1", "1AE"}));
  EXPECT_EQ(ReadPostcode("B33 8TH"), (Postcode{"B33", "8TH"}));
  EXPECT_EQ(ReadPostcode("DN55 1PT"), (Postcode{"DN55", "1PT"}));
  EXPECT_EQ(ReadPostcode("W1A 1HQ"), (Postcode{"W1A", "1HQ"}));
  EXPECT_EQ(ReadPostcode("EC1A-1BB"), (Postcode{"EC1A", "1BB"}));
}

TEST(Postcodes, HaveAnOutwardHalf) {
  const std::pair<const char*, const char*> cases[] = {
      {"LS1 4AP", "LS1"},      {"ls14ap", "LS1"},    {" Ls1  4aP ", "LS1"},
      {"LS1\u00A04AP", "LS1"}, {"M1 1AE", "M1"},     {"B33 8TH", "B33"},
      {"CR2 6XH", "CR2"},      {"DN55 1PT", "DN55"}, {"W1A 0AX", "W1A"},
      {"EC1A 1BB", "EC1A"},    {"LS11 4AP", "LS11"}, {"LS1", ""},
      {"LS1 4A", ""},          {"4AP", ""},          {"", ""},
      {"LS1 4APX", ""},        {"LS111 4AP", ""},    {"1LS 4AP", ""},
      {"LSA 4AP", ""},         {"LS1 AAP", ""},      {"LS1 44P", ""},
      {"not known", ""},       {"ABC1 1AA", ""},
  };
  for (const auto& [postcode, outward] : cases) {
    EXPECT_EQ(ReadPostcode(postcode).value_or(Postcode{}).outward, outward) << postcode;
  }
}

TEST(Postcodes, LettersThatLookLikeDigitsArePutRight) {
  EXPECT_EQ(ReadPostcode("LSI 4AP"), (Postcode{"LS1", "4AP"}));
  EXPECT_EQ(ReadPostcode("LS10 OAA"), (Postcode{"LS10", "0AA"}));
  EXPECT_EQ(ReadPostcode("0X1 2JD"), (Postcode{"OX1", "2JD"}));
  EXPECT_EQ(ReadPostcode("OX1 2J0"), (Postcode{"OX1", "2JO"}));
  EXPECT_EQ(ReadPostcode("IV1 1AA"), (Postcode{"IV1", "1AA"}));  // right as it stands
}

TEST(Postcodes, WhatIsNoneIsNone) {
  for (const char* text : {"NOT ONE", "0X1 2J0", "", "LS1", "4AP", "LS1 4A", "LS1 44P", "1234567",
                           "LS1 4AP9", "Leeds"}) {
    EXPECT_EQ(ReadPostcode(text), std::nullopt) << text;
  }
}

TEST(Postcodes, NearIsLessThanEqual) {
  const auto at = ReadPostcode("LS1 4AP");
  EXPECT_EQ(ComparePostcodes(at, ReadPostcode("ls14ap")), PostcodeMatch::kFull);
  EXPECT_EQ(ComparePostcodes(at, ReadPostcode("LS1 4BQ")), PostcodeMatch::kSector);
  EXPECT_EQ(ComparePostcodes(at, ReadPostcode("LS1 5AP")), PostcodeMatch::kOutward);
  EXPECT_EQ(ComparePostcodes(at, ReadPostcode("LS2 4AP")), PostcodeMatch::kDifferent);
  EXPECT_EQ(ComparePostcodes(at, std::nullopt), PostcodeMatch::kUnknown);
  EXPECT_EQ(ComparePostcodes(std::nullopt, std::nullopt), PostcodeMatch::kUnknown);
}

RC_GTEST_PROP(Postcodes, AnyBytesAreReadOrNot, (const std::string& text)) {
  const auto read = ReadPostcode(text);
  if (read) RC_ASSERT(ReadPostcode(read->outward + read->inward) == read);
}

}  // namespace
}  // namespace firstbell::matching
