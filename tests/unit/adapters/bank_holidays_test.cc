#include "adapters/bank_holidays/bank_holidays.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace firstbell::adapters::bank_holidays {
namespace {

using ::testing::HasSubstr;

std::string Division(const std::string& name, const std::string& events) {
  return "\"" + name + "\":{\"division\":\"" + name + "\",\"events\":[" + events + "]}";
}

std::string Event(const std::string& date, const std::string& title) {
  return R"({"title":")" + title + R"(","date":")" + date + R"(","notes":"","bunting":true})";
}

const std::string kOthers = "," + Division("scotland", Event("2026-01-02", "2nd January")) + "," +
                            Division("northern-ireland", Event("2026-03-17", "St Patrick’s Day"));

std::string Refusal(const std::string& json) {
  const auto parsed = Parse(json);
  EXPECT_EQ(parsed.status().code(), base::Code::kInvalidArgument);
  return std::string(parsed.status().message());
}

TEST(BankHolidays, EnglandAndWalesAreTwoNations) {
  const auto parsed =
      Parse("{" +
            Division("england-and-wales", Event("2026-12-25", "Christmas Day") + "," +
                                              Event("2026-12-28", "Boxing Day")) +
            kOthers + "}");
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  ASSERT_EQ(parsed->size(), 6u);
  EXPECT_EQ((*parsed)[0].nation(), v1::NATION_ENGLAND);
  EXPECT_EQ((*parsed)[1].date(), "2026-12-28");
  EXPECT_EQ((*parsed)[1].title(), "Boxing Day");
  EXPECT_EQ((*parsed)[2].nation(), v1::NATION_WALES);
  EXPECT_EQ((*parsed)[3].nation(), v1::NATION_WALES);
  EXPECT_EQ((*parsed)[4].nation(), v1::NATION_SCOTLAND);
  EXPECT_EQ((*parsed)[5].nation(), v1::NATION_NORTHERN_IRELAND);
  EXPECT_EQ((*parsed)[5].title(), "St Patrick’s Day");
}

TEST(BankHolidays, SaysWhereItIsWrong) {
  EXPECT_THAT(Refusal("{\n\n]"), HasSubstr("line 3: this is not JSON"));
  EXPECT_THAT(Refusal("{\"england-and-wales\": 1e999}"), HasSubstr("beyond all bounds"));
  EXPECT_THAT(Refusal("[]"), HasSubstr("not an object of divisions"));
  EXPECT_THAT(Refusal("{" + kOthers.substr(1) + "}"), HasSubstr("'england-and-wales'"));
  EXPECT_THAT(Refusal("{" + Division("england-and-wales", "") + kOthers + "}"),
              HasSubstr("'england-and-wales'"));
  EXPECT_THAT(Refusal("{" + Division("atlantis", Event("2026-01-01", "x")) + "}"),
              HasSubstr("'atlantis' is unknown"));
  const std::string good = Event("2026-12-25", "Christmas Day");
  EXPECT_THAT(Refusal("{" + Division("england-and-wales", good + "," + Event("2026-02-30", "x")) +
                      kOthers + "}"),
              HasSubstr("england-and-wales.events[1].date"));
  EXPECT_THAT(
      Refusal("{" + Division("england-and-wales", Event("2026-12-25", " ")) + kOthers + "}"),
      HasSubstr("events[0].title"));
  EXPECT_THAT(Refusal("{" + Division("england-and-wales", "7") + kOthers + "}"),
              HasSubstr("events[0]: is not an object"));
}

}  // namespace
}  // namespace firstbell::adapters::bank_holidays
