// The sections [matching.…] of broker.toml.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "broker/registry/config.h"

namespace firstbell::registry {
namespace {

using testing::HasSubstr;

TEST(MatchingConfig, WhatIsWrittenIsRead) {
  Config config;
  config.rule.thresholds = {
      .certain = 1234, .forename = 0, .birth_date = 10'000, .of_child = 5, .margin = 950};
  config.rule.habits.forename.exact = 0.7;
  config.rule.habits.forename.close = 0.16;
  config.rule.habits.family.exact = 0.75;
  config.rule.habits.family.former = 0.06;
  config.rule.habits.names_swapped = 1e-5;
  config.rule.habits.birth_date.age = 0.9;
  config.rule.habits.birth_date.near_age = 0.08;
  config.rule.habits.school = {.exact = 2.0 / 3, .different = 1.0 / 3};
  const auto read = ParseConfig(FormatConfig(config));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(FormatConfig(*read), FormatConfig(config));
  EXPECT_EQ(read->rule.thresholds.certain, 1234);
  EXPECT_EQ(read->rule.thresholds.birth_date, 10'000);
  EXPECT_EQ(read->rule.habits.forename.close, 0.16);
  EXPECT_EQ(read->rule.habits.birth_date.near_age, 0.08);
  EXPECT_EQ(read->rule.habits.school.exact, 2.0 / 3);
}

TEST(MatchingConfig, SaysWhatIsShippedAndReadsIt) {
  const std::string text = FormatConfig({});
  EXPECT_THAT(text, HasSubstr("[matching.thresholds]"));
  EXPECT_THAT(text, HasSubstr("\ncertain = 12.0  # "));
  EXPECT_THAT(text, HasSubstr("[matching.forename]"));
  EXPECT_THAT(text, HasSubstr("\nspelling = 0.12  # "));
  EXPECT_TRUE(ParseConfig(text).ok()) << ParseConfig(text).status();
}

TEST(MatchingConfig, WhatIsNotThereStaysAsShipped) {
  const auto config = ParseConfig("[log]\nlevel = \"info\"");
  ASSERT_TRUE(config.ok());
  EXPECT_EQ(config->rule.thresholds.certain, matching::Thresholds().certain);
  EXPECT_EQ(FormatConfig(*config), FormatConfig({}));
  const auto one = ParseConfig("[matching.thresholds]\nmargin = 12");
  ASSERT_TRUE(one.ok()) << one.status();
  EXPECT_EQ(one->rule.thresholds.margin, 1200) << "a whole number is one, too";
  EXPECT_EQ(one->rule.thresholds.certain, matching::Thresholds().certain);
}

TEST(MatchingConfig, ASumMayBeRounded) {
  EXPECT_TRUE(ParseConfig("[matching.school]\nexact = 0.9005\ndifferent = 0.1").ok());
  EXPECT_FALSE(ParseConfig("[matching.school]\nexact = 0.902\ndifferent = 0.1").ok());
}

struct Bad {
  const char* toml;
  const char* says;
};
class BadMatching : public testing::TestWithParam<Bad> {};
TEST_P(BadMatching, IsRefusedWithLineAndKey) {
  const auto config = ParseConfig(GetParam().toml);
  ASSERT_TRUE(absl::IsInvalidArgument(config.status())) << GetParam().toml;
  EXPECT_THAT(std::string(base::Message(config.status())), HasSubstr(GetParam().says));
}
INSTANTIATE_TEST_SUITE_P(
    Each, BadMatching,
    testing::Values(
        Bad{"matching = 1", "[section]"},
        Bad{"[matching]\nforename = 2.0", "line 2: matching.forename: settings stand in a [sect"},
        Bad{"[matching]\nthresholds = 2.0", "matching.thresholds: settings stand in a [section]"},
        Bad{"[matching.surname]\nexact = 0.8", "matching.surname: there is no such setting"},
        Bad{"[matching.school]\nnear = 0.8", "matching.school.near: there is no such setting"},
        Bad{"[matching.thresholds]\ncertian = 9", "matching.thresholds.certian: there is no such"},
        Bad{"[matching.thresholds]\ncertain = -1", "matching.thresholds.certain: a number of bits"},
        Bad{"[matching.thresholds]\nforename = 100.1", "matching.thresholds.forename"},
        Bad{"[matching.thresholds]\nbirth_date = nan", "matching.thresholds.birth_date"},
        Bad{"[matching.thresholds]\nof_child = inf", "from 0 to 100"},
        Bad{"\n[matching.thresholds]\nmargin = \"10\"", "line 3: matching.thresholds.margin"},
        Bad{"[matching.names]\nswapped = 0", "matching.names.swapped: how often"},
        Bad{"[matching.names]\nswapped = 1.0", "above 0"},
        Bad{"[matching.names]\nswapped = nan", "above 0"},
        Bad{"[matching.postcode]\nexact = \"0.81\"", "matching.postcode.exact"},
        Bad{"[matching.forename]\nexact = 0.90", "matching.forename: its levels sum to 1.07"},
        Bad{"[matching.forename]\nspelling = 0.01", "at least 1 with it"},
        Bad{"[matching.family_name]\nexact = 0.81", "matching.family_name: its levels sum to 1.01"},
        Bad{"[matching.birth_date]\nexact = 0.5", "matching.birth_date: its levels sum to 0.62"},
        Bad{"[matching.age]\nfits = 0.5", "matching.age: its levels sum to 0.65"},
        Bad{"[matching.postcode]\nclose = 0.5", "matching.postcode: its levels sum to 1.47"},
        Bad{"[matching.address]\nexact = 0.5", "matching.address: its levels sum to 0.75"},
        Bad{"[matching.school]\nexact = 0.8", "not to 1"}));

}  // namespace
}  // namespace firstbell::registry
