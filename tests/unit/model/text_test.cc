// Texts, dates, instants, UPNs and the report of faulty fields.

#include "broker/model/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/limits.h"
#include "broker/model/upn.h"

namespace firstbell::model {
namespace {

using namespace std::string_literals;

// What CheckText says of a text, empty where nothing.
std::string Fault(std::string text, Lines lines = Lines::kMany,
                  Presence presence = Presence::kOptional) {
  Violations violations;
  CheckText(text, "field", 10, presence, lines, violations);
  const auto request = BadRequestOf(violations.ToStatus());
  return request.field_violations().empty() ? "" : request.field_violations(0).description();
}

std::string Trimmed(std::string text) {
  Violations violations;
  CheckText(text, "field", 100, Presence::kOptional, Lines::kMany, violations);
  EXPECT_TRUE(violations.empty());
  return text;
}

TEST(Dates, ExistOrAreNone) {
  EXPECT_EQ(ParseDate("2015-03-29"), Date(2015, 3, 29));
  EXPECT_EQ(ParseDate("2016-02-29"), Date(2016, 2, 29));
  EXPECT_EQ(ParseDate("1900-01-01"), Date(1900, 1, 1));
  EXPECT_EQ(ParseDate("2199-12-31"), Date(2199, 12, 31));
  for (const auto* text :
       {"",           "2015-02-29", "1900-02-29", "2015-04-31",  "2015-13-01",
        "2015-00-10", "2015-01-00", "1899-12-31", "2200-01-01",  "2015-1-01",
        "15-01-01",   "01-02-2015", "2015/01/02", "2015-01-02 ", " 2015-01-02",
        "+015-01-02", "2015-+1-02", "2015-01-0x", "20150102",    "2015-01-021"}) {
    EXPECT_FALSE(ParseDate(text).has_value()) << text;
  }
}

TEST(Dates, RoundTripDayByDay) {
  for (Date day(1900, 1, 1); day.year() < 2200; day += 13) {
    ASSERT_EQ(ParseDate(FormatDate(day)), day);
  }
}

TEST(Texts, AreTrimmedOfWhiteSpaceOfAnyKind) {
  EXPECT_EQ(Trimmed("  Ada \t\n"), "Ada");
  EXPECT_EQ(Trimmed("\u00A0\u3000Ada Byrne\u2003"), "Ada Byrne");
  EXPECT_EQ(Trimmed("Zoë"), "Zoë");
  EXPECT_EQ(Trimmed(" \u00A0 "), "");
}

TEST(Texts, RequiredOnesAreThere) {
  EXPECT_EQ(Fault("", Lines::kOne, Presence::kRequired), "is required");
  EXPECT_EQ(Fault(" \u00A0", Lines::kOne, Presence::kRequired), "is required");
  EXPECT_EQ(Fault("", Lines::kOne), "");
}

TEST(Texts, AreBoundedInBytesAfterTrimming) {
  EXPECT_EQ(Fault("0123456789   "), "");
  EXPECT_EQ(Fault("0123456789a"), "is longer than 10 bytes");
  EXPECT_EQ(Fault("ééééé"), "");
  EXPECT_EQ(Fault("éééééé"), "is longer than 10 bytes");
}

TEST(Texts, AreUtf8) {
  EXPECT_EQ(Fault("Zo\xEB"), "is not UTF-8");        // Windows-1252
  EXPECT_EQ(Fault("\xC0\x80"), "is not UTF-8");      // an overlong NUL
  EXPECT_EQ(Fault("\xED\xA0\x80"), "is not UTF-8");  // a surrogate
  EXPECT_EQ(Fault("Zo\xC3"), "is not UTF-8");        // cut off
  EXPECT_EQ(Fault("\xF0\x9F\x8C\x88"), "") << "a rainbow is text";
}

TEST(Texts, HoldNoControlCharacter) {
  for (const auto& text : {"a\0b"s, "a\x01"s, "\x7F"s, "a\tb"s, "a\u0085b"s, "a\x1B[2Jb"s}) {
    EXPECT_EQ(Fault(text), "holds a control character; remove it");
  }
}

TEST(Texts, HaveLineBreaksOnlyWhereTheyMay) {
  EXPECT_EQ(Fault("one\ntwo", Lines::kMany), "");
  EXPECT_EQ(Fault("one\r\ntwo", Lines::kMany), "");
  EXPECT_EQ(Fault("a\u2028b", Lines::kMany), "");
  EXPECT_NE(Fault("one\ntwo", Lines::kOne), "");
  EXPECT_NE(Fault("a\u2028b", Lines::kOne), "");
  EXPECT_NE(Fault("one\rtwo", Lines::kMany), "") << "would overwrite the line";
}

TEST(Texts, HoldNoBidirectionalOverride) {
  for (const auto* text :
       {"\u202A", "\u202B", "\u202C", "\u202D", "\u202E", "\u2066", "\u2067", "\u2068", "\u2069"}) {
    EXPECT_THAT(Fault("a"s + text + "b"), testing::HasSubstr("bidirectional")) << text;
  }
  EXPECT_EQ(Fault("عمر"), "") << "a right-to-left name is a name";
}

TEST(Texts, AFaultNeverRepeatsTheValue) {
  for (const auto& text : {"Secret\x01"s, "Secretly long"s, "Secret\xFF"s}) {
    EXPECT_THAT(Fault(text), testing::Not(testing::HasSubstr("Secret")));
  }
}

TEST(Instants, KeepMicroseconds) {
  const absl::Time time = absl::FromUnixMicros(1'700'000'000'123'456) + absl::Nanoseconds(789);
  EXPECT_EQ(ToWire(time).nanos(), 123'456'000);
  EXPECT_EQ(FromWire(ToWire(time)), absl::FromUnixMicros(1'700'000'000'123'456));
  const absl::Time before_1970 = absl::FromUnixMicros(-1'500'001);
  EXPECT_EQ(ToWire(before_1970).seconds(), -2);
  EXPECT_EQ(FromWire(ToWire(before_1970)), before_1970);
}

TEST(Instants, OutsideTheirRangeAreNotValid) {
  google::protobuf::Timestamp time;
  EXPECT_TRUE(ValidTimestamp(time));
  time.set_nanos(-1);
  EXPECT_FALSE(ValidTimestamp(time));
  time.set_nanos(1'000'000'000);
  EXPECT_FALSE(ValidTimestamp(time));
  time.set_nanos(999'999'999);
  time.set_seconds(253402300799);
  EXPECT_TRUE(ValidTimestamp(time));
  time.set_seconds(253402300800);
  EXPECT_FALSE(ValidTimestamp(time));
}

TEST(Upns, SayWhyTheyAreNone) {
  std::string_view why;
  EXPECT_TRUE(ParseUpn("B801200005001", &why).has_value());  // the example that DfE publishes
  EXPECT_EQ(why, "");
  EXPECT_FALSE(ParseUpn("B80120000500", &why).has_value());
  EXPECT_EQ(why, "a UPN has 13 characters");
  EXPECT_FALSE(ParseUpn("B801200O05001", &why).has_value());
  EXPECT_THAT(std::string(why), testing::HasSubstr("without I, O and S"));
  EXPECT_FALSE(ParseUpn("C801200005001", &why).has_value());
  EXPECT_THAT(std::string(why), testing::HasSubstr("check letter"));
}

TEST(Upns, AreReadInAnyCaseAndGrouping) {
  const auto upn = ParseUpn(" b 801 2000 05001\n");
  ASSERT_TRUE(upn.has_value());
  EXPECT_EQ(upn->value(), "B801200005001");
  EXPECT_FALSE(upn->temporary());
  EXPECT_TRUE(ParseUpn("H87020192486P")->temporary());
}

// Each single wrong digit and each swap of neighbours that changes the sum is caught: 23 is prime.
TEST(Upns, NoSingleDigitSlipPasses) {
  const std::string upn = "V870201922232";
  for (std::size_t i = 1; i < upn.size(); ++i) {
    for (char digit = '0'; digit <= '9'; ++digit) {
      std::string slip = upn;
      slip[i] = digit;
      EXPECT_EQ(ParseUpn(slip).has_value(), slip == upn) << i << digit;
    }
    std::string swapped = upn;
    if (i + 1 < upn.size()) std::swap(swapped[i], swapped[i + 1]);
    EXPECT_EQ(ParseUpn(swapped).has_value(), swapped == upn) << i;
  }
}

TEST(ViolationsTest, NameTheFirstAndCountTheRest) {
  Violations violations;
  EXPECT_TRUE(violations.ToStatus().ok());
  violations.Add("a", "is required");
  EXPECT_EQ(base::Message(violations.ToStatus()), "a: is required");
  violations.Add("b", "is not UTF-8");
  const auto status = violations.ToStatus();
  EXPECT_EQ(base::Message(status), "a: is required (and 1 more)");
  EXPECT_EQ(BadRequestOf(status).field_violations(1).field(), "b");
}

TEST(ViolationsTest, AreBoundedInNumber) {
  Violations violations;
  for (std::size_t i = 0; i < limits::kViolationsNamed + 10; ++i) violations.Add("a", "is wrong");
  const auto status = violations.ToStatus();
  EXPECT_EQ(BadRequestOf(status).field_violations_size(), int{limits::kViolationsNamed});
  EXPECT_EQ(base::Message(status), "a: is wrong (and 41 more)");
}

TEST(ViolationsTest, AnotherStatusHasNone) {
  EXPECT_TRUE(BadRequestOf(base::NotFound("x")).field_violations().empty());
}

TEST(LettersTest, OfANameAsTwoHandsWouldWriteIt) {
  EXPECT_EQ(Letters("O'Brien-Smith "), "obriensmith");
  EXPECT_EQ(Letters("Zo\xc3\xab"), "zo\xc3\xab") << "what is outside ASCII stays";
  EXPECT_EQ(Letters("- 7"), "");
  EXPECT_EQ(LettersOfWords("  Mary-Ann  B. - "), (std::vector<std::string>{"maryann", "b"}));
  EXPECT_TRUE(LettersOfWords("").empty());
}

}  // namespace
}  // namespace firstbell::model
