// bytes, ids, secret, status: the values that everything else is made of.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <type_traits>

#include "broker/base/bytes.h"
#include "broker/base/ids.h"
#include "broker/base/secret.h"
#include "broker/base/status.h"

namespace firstbell::base {
namespace {

using ::testing::HasSubstr;

// Every byte there is.
std::string AllBytes() {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<char>(i));
  return bytes;
}

TEST(Bytes, HexGoesThereAndBack) {
  EXPECT_EQ(HexEncode(std::string_view("\x00\xab\xff", 3)), "00abff");
  EXPECT_EQ(HexDecode("00ABff").value(), std::string("\x00\xab\xff", 3));
  EXPECT_EQ(HexDecode(HexEncode(AllBytes())).value(), AllBytes());
  EXPECT_EQ(HexDecode("").value(), "");
}

TEST(Bytes, HexRefusesWhatIsNone) {
  for (const std::string_view bad : {"0", "0g", "00 ", "0x00", "\xc3\xa9", "-1"}) {
    EXPECT_EQ(HexDecode(bad).status().code(), Code::kInvalidArgument) << bad;
  }
}

// RFC 4648 section 10, without the padding.
TEST(Bytes, Base64UrlVectors) {
  const std::pair<std::string, std::string> vectors[] = {
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xfb\xff", "-_8"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(Base64UrlEncode(bytes), text);
    EXPECT_EQ(Base64UrlDecode(text).value(), bytes) << text;
  }
  EXPECT_EQ(Base64UrlDecode(Base64UrlEncode(AllBytes())).value(), AllBytes());
}

TEST(Bytes, Base64UrlRefusesTheOtherAlphabet) {
  for (const std::string_view bad : {"+/8", "Z", "Zm9v!", "a\nb?"}) {
    EXPECT_EQ(Base64UrlDecode(bad).status().code(), Code::kInvalidArgument) << bad;
  }
}

// RFC 4648 section 10.
TEST(Bytes, Base64Vectors) {
  const std::pair<std::string, std::string> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"},
                                                         {"\xfb\xff", "+/8="},
                                                         {std::string(2, '\0'), "AAA="}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(Base64Encode(bytes), text);
    EXPECT_EQ(Base64Decode(text).value(), bytes) << text;
  }
  EXPECT_EQ(Base64Decode(Base64Encode(AllBytes())).value(), AllBytes());
}

TEST(Bytes, Base64HasOneTextForAnyBytes) {
  for (const std::string_view bad :
       {"Zg",    "Zg=",          "Zg===", "Zm9v=", "Zm9v====", "=",      "====",
        "Z",     "Zg==Zg==",     "Zh==",  "Zm9=",  "-_8=",     "Zm9v\n", " Zm9v",
        "Zm 9v", "Zm9v\r\nYg==", "Zg= =", "Zm9.",  "Zg..",     "Zm9v!"}) {
    const auto decoded = Base64Decode(bad);
    EXPECT_EQ(decoded.status().code(), Code::kInvalidArgument) << bad;
  }
  EXPECT_FALSE(Base64Decode(std::string_view("Zm9v\0", 5)).ok());
}

TEST(Bytes, NumbersSortAsTheirBytes) {
  const std::uint64_t numbers[] = {0,
                                   1,
                                   255,
                                   256,
                                   0x7fffffff,
                                   0x80000000,
                                   0xffffffff,
                                   0x100000000,
                                   0x8000000000000000,
                                   0xffffffffffffffff};
  std::string before;
  for (const std::uint64_t number : numbers) {
    std::string bytes;
    AppendU64(bytes, number);
    EXPECT_EQ(bytes.size(), 8U);
    EXPECT_EQ(ReadU64(bytes + "more"), number);
    EXPECT_LE(before, bytes);
    before = bytes;
  }
  std::string four;
  AppendU32(four, 0x01020380);
  EXPECT_EQ(four, std::string("\x01\x02\x03\x80", 4));
  EXPECT_EQ(ReadU32(four), 0x01020380U);
}

TEST(BytesDeathTest, ReadingPastTheEndIsOurMistake) {
  EXPECT_DEATH(ReadU32("abc"), "rule of our own");
  EXPECT_DEATH(ReadU64("abcdefg"), "rule of our own");
}

TEST(Ids, UrnIsSixDigitsOfTheRegister) {
  EXPECT_EQ(ParseUrn("100000").value(), Urn(100000));
  EXPECT_EQ(ParseUrn("999999").value().ToString(), "999999");
  for (const std::string_view bad : {"", "99999", "1000000", "100000 ", " 100000", "+100000",
                                     "-100000", "10000x", "4294967396", "1e5", "000001"}) {
    const Status status = ParseUrn(bad).status();
    EXPECT_EQ(status.code(), Code::kInvalidArgument) << bad;
    EXPECT_THAT(std::string(Message(status)), HasSubstr("six-digit"));
  }
}

TEST(Ids, DifferentThingsDoNotConvert) {
  static_assert(!std::is_convertible_v<AlertId, IncidentId>);
  static_assert(!std::is_constructible_v<AlertId, IncidentId>);
  static_assert(!std::is_convertible_v<std::string, ForceCode>);
  static_assert(!std::is_convertible_v<std::uint32_t, Urn>);
  EXPECT_LT(AlertId("a"), AlertId("b"));
  EXPECT_EQ(std::hash<AlertId>()(AlertId("a")), std::hash<AlertId>()(AlertId("a")));
}

// The vector in proto/FORMATS.md.
TEST(Ids, RandomIdsAreCrockford) {
  EXPECT_EQ(FormatRandomId(AllBytes().substr(0, 16)), "000g40r40m30e209185gr38e1w");
  EXPECT_EQ(FormatRandomId(std::string(16, '\0')), std::string(26, '0'));
  EXPECT_EQ(FormatRandomId(std::string(16, '\xff')), std::string(25, 'z') + "w");
}

// The slow twin: a string of bits, five a character.
TEST(Ids, RandomIdsEqualTheirBits) {
  for (std::size_t at = 0; at < 240; at += 7) {
    const std::string bytes = AllBytes().substr(at, 16);
    std::string bits;
    for (const char byte : bytes) {
      for (int bit = 7; bit >= 0; --bit) bits.push_back(((byte >> bit) & 1) != 0 ? '1' : '0');
    }
    bits += "00";
    std::string text;
    for (std::size_t i = 0; i < bits.size(); i += 5) {
      text.push_back("0123456789abcdefghjkmnpqrstvwxyz"[std::stoul(bits.substr(i, 5), nullptr, 2)]);
    }
    EXPECT_EQ(FormatRandomId(bytes), text);
  }
}

TEST(Ids, WhatIsNoRandomId) {
  EXPECT_TRUE(IsRandomId("000g40r40m30e209185gr38e1w"));
  for (const std::string_view bad :
       {"", "000g40r40m30e209185gr38e1", "000g40r40m30e209185gr38e1w0",
        "000G40R40M30E209185GR38E1W", "ilou40r40m30e209185gr38e1w", "../g40r40m30e209185gr38e1w"}) {
    EXPECT_FALSE(IsRandomId(bad)) << bad;
  }
}

template <typename T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};

TEST(Secret, CannotBePrintedOrConverted) {
  static_assert(!Printable<Secret>);
  static_assert(!Printable<Redacted<std::string>>);
  static_assert(!std::is_convertible_v<Secret, std::string_view>);
  static_assert(!std::is_convertible_v<Redacted<std::string>, std::string>);
  EXPECT_EQ(Redacted<std::string>("Ada").Reveal(), "Ada");
}

TEST(Status, AnnotateKeepsCodeAndPayload) {
  Status status = PermissionDenied("not this key's");
  status.SetPayload("type.example/detail", absl::Cord("detail"));
  const Status annotated = Annotate(status, "receipt");
  EXPECT_EQ(annotated.code(), Code::kPermissionDenied);
  EXPECT_EQ(Message(annotated), "receipt: not this key's");
  EXPECT_EQ(annotated.GetPayload("type.example/detail"), absl::Cord("detail"));
  EXPECT_TRUE(Annotate(OkStatus(), "receipt").ok());
}

Result<int> Half(int number) {
  if (number % 2 != 0) return InvalidArgument("odd");
  return number / 2;
}

Result<int> Quarter(int number) {
  FB_ASSIGN_OR_RETURN(const int half, Half(number));
  FB_ASSIGN_OR_RETURN(const int quarter, Half(half));
  return quarter;
}

Status CheckQuarter(int number) {
  FB_RETURN_IF_ERROR(Quarter(number).status());
  return Unknown("reached");
}

TEST(Status, MacrosReturnTheFirstError) {
  EXPECT_EQ(Quarter(12).value(), 3);
  EXPECT_EQ(Quarter(6).status().code(), Code::kInvalidArgument);
  EXPECT_EQ(CheckQuarter(6).code(), Code::kInvalidArgument);
  EXPECT_EQ(CheckQuarter(12).code(), Code::kUnknown);
}

TEST(StatusDeathTest, CheckNamesTheRule) {
  const int three = 3;
  EXPECT_DEATH(FB_CHECK(three == 4), "a rule of our own is broken: three == 4");
}

}  // namespace
}  // namespace firstbell::base
