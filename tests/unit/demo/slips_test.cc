#include "clients/demo/slips.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "broker/matching/similarity.h"

namespace firstbell::demo {
namespace {

class SlipsTest : public ::testing::Test {
 protected:
  const NamePool names_;
  const InventedRoll roll_{{.seed = 3, .families = 1000}, names_};
};

TEST_F(SlipsTest, ASlipIsAnotherNameAndNotFarFromIt) {
  Dice dice({1});
  for (int i = 0; i < 5000; ++i) {
    const std::string slip = SlipInName("Katherine", dice);
    EXPECT_NE(slip, "Katherine");
    EXPECT_LE(matching::OsaDistance(slip, "Katherine", 4), 3u) << slip;
  }
  for (const char* name : {"Jo", "A", "O'Brien"}) EXPECT_NE(SlipInName(name, dice), name);
}

TEST_F(SlipsTest, ADateIsNeverTheSame) {
  Dice dice({2});
  int swapped = 0;
  for (int i = 0; i < 5000; ++i) {
    const model::Date slip = SlipInDate(model::Date(2014, 5, 9), dice);
    EXPECT_NE(slip, model::Date(2014, 5, 9));
    EXPECT_LE(std::abs(slip.year() - 2014), 9);
    swapped += slip == model::Date(2014, 9, 5);
  }
  EXPECT_NEAR(swapped, 1250, 200);
}

TEST_F(SlipsTest, NoNoiseIsTheChild) {
  Dice dice({3});
  const InventedChild child = roll_.Family(1).at(0);
  const HeardChild heard = Hear(child, roll_, {}, dice);
  EXPECT_EQ(heard.born, child.born);
  EXPECT_EQ(heard.postcode, child.postcode);
  EXPECT_EQ(heard.family_name, child.family_name);
  EXPECT_FALSE(heard.school);
}

TEST_F(SlipsTest, AsOftenAsTheNoiseSays) {
  Noise noise = kHarsh;
  noise.school_heard = 0.5;
  int missing = 0, wrong = 0, stale = 0, heard_school = 0, right_school = 0, n = 0;
  for (std::uint64_t number = 0; number < 1000; ++number) {
    for (const InventedChild& child : roll_.Family(number)) {
      for (std::uint64_t i = 0; i < 10; ++i, ++n) {
        Dice dice({4, number, i, static_cast<std::uint64_t>(child.born.day())});
        const HeardChild heard = Hear(child, roll_, noise, dice);
        missing += !heard.born;
        wrong += heard.born && *heard.born != child.born;
        stale += !heard.postcode.empty() && heard.postcode != child.postcode;
        heard_school += heard.school.has_value();
        right_school += heard.school == child.school;
      }
    }
  }
  const auto share = [&](int count) { return static_cast<double>(count) / n; };
  EXPECT_NEAR(share(missing), noise.born_missing, 0.015);
  EXPECT_NEAR(share(wrong), noise.born_wrong, 0.015);
  EXPECT_NEAR(share(stale), noise.postcode_stale, 0.02);
  EXPECT_NEAR(share(heard_school), 0.5, 0.02);
  EXPECT_NEAR(share(right_school), 0.46, 0.02);
}

}  // namespace
}  // namespace firstbell::demo
