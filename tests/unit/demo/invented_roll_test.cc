#include "clients/demo/invented_roll.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>

#include "broker/matching/forenames.h"
#include "tests/support/data.h"

namespace firstbell::demo {
namespace {

class InventedRollTest : public ::testing::Test {
 protected:
  std::vector<InventedChild> Everyone() const {
    std::vector<InventedChild> everyone;
    for (std::uint64_t number = 0; number < roll_.county().families; ++number) {
      for (InventedChild& child : roll_.Family(number)) everyone.push_back(std::move(child));
    }
    return everyone;
  }
  static std::string First(const InventedChild& child) {
    return matching::GivenWords(child.given_names).front();
  }

  const NamePool names_;
  const InventedRoll roll_{{.seed = 3, .families = 4000}, names_};
};

TEST_F(InventedRollTest, TheSameSeedGivesTheSamePeople) {
  const InventedRoll again({.seed = 3, .families = 4000}, names_);
  const InventedRoll other({.seed = 4, .families = 4000}, names_);
  int differ = 0;
  for (std::uint64_t number = 0; number < 200; ++number) {
    const auto family = roll_.Family(number), same = again.Family(number);
    ASSERT_EQ(family.size(), same.size());
    for (std::size_t i = 0; i < family.size(); ++i) {
      EXPECT_EQ(Describe(family[i]), Describe(same[i]));
      EXPECT_EQ(family[i].school, same[i].school);
    }
    const auto elsewhere = other.Family(number);
    differ += elsewhere.empty() || family.empty() ||
              Describe(family.front()) != Describe(elsewhere.front());
  }
  EXPECT_GT(differ, 190);
}

TEST_F(InventedRollTest, FamiliesShareAHomeAndNoForename) {
  std::size_t children = 0, families_of_many = 0;
  for (std::uint64_t number = 0; number < roll_.county().families; ++number) {
    const auto family = roll_.Family(number);
    children += family.size();
    families_of_many += family.size() > 1;
    for (const InventedChild& a : family) {
      EXPECT_EQ(a.postcode, family.front().postcode);
      EXPECT_TRUE(matching::ReadPostcode(a.postcode)) << a.postcode;
      for (const InventedChild& b : family) {
        if (&a == &b) continue;
        EXPECT_EQ(matching::CompareForenames(First(a), First(b)), matching::SameName::kNo);
        EXPECT_TRUE(a.born != b.born || (a.twin && b.twin));
      }
    }
  }
  EXPECT_NEAR(static_cast<double>(children), 4000 * 1.37, 300);
  EXPECT_GT(families_of_many, 1000u);
}

TEST_F(InventedRollTest, ChildrenAreOfSchoolAgeAndBothKindsOfSchoolAreFull) {
  const County& county = roll_.county();
  std::map<bool, int> at_high_school;
  for (const InventedChild& child : Everyone()) {
    EXPECT_GE(child.born, county.today - 16 * 365);
    EXPECT_LT(child.born, county.today - 4 * 365);
    ++at_high_school[(child.school.value() - 100'000) % 13 >= 10];
  }
  EXPECT_GT(at_high_school[true], 1000);
  EXPECT_GT(at_high_school[false], 1000);
}

TEST_F(InventedRollTest, WhoIsAbsentIsOfTheFamilyAndNobodyInIt) {
  for (std::uint64_t number = 0; number < 500; ++number) {
    const auto family = roll_.Family(number);
    if (family.empty()) continue;
    const InventedChild sibling = roll_.AbsentSibling(number);
    const InventedChild twin = roll_.AbsentTwin(number, family.front());
    EXPECT_EQ(twin.born, family.front().born);
    EXPECT_EQ(twin.postcode, family.front().postcode);
    EXPECT_EQ(sibling.family_name, family.front().family_name);
    for (const InventedChild& child : family) {
      EXPECT_NE(First(twin), First(child));
      EXPECT_NE(First(sibling), First(child));
      EXPECT_GE(std::abs(sibling.born - child.born), 300);
    }
  }
}

TEST_F(InventedRollTest, EveryOriginHasItsShareAndBoysAndGirlsTheirFamilyNames) {
  std::map<std::size_t, int> of_group;
  const auto& groups = names_.groups();
  for (const InventedChild& child : Everyone()) {
    ++of_group[child.group];
    if (groups[child.group].name != "sikh") continue;
    EXPECT_NE(child.family_name, child.sex == Sex::kMale ? "Kaur" : "Singh");
  }
  EXPECT_EQ(of_group.size(), groups.size());
  EXPECT_GT(of_group[0], 2000);
}

TEST(NamePoolTest, ReadsTheRealFrequencies) {
  const auto data = support::DataDir();
  if (!data) GTEST_SKIP() << "no data at $FIRSTBELL_DATA";
  const auto names = NamePool::Read(*data / "names");
  ASSERT_TRUE(names.ok()) << names.status();
  Dice dice({1});
  std::map<std::string, int> drawn;
  const NameList& families = names->groups().front().families;
  for (int i = 0; i < 20'000; ++i) ++drawn[families.Draw(dice)];
  EXPECT_GT(drawn["Smith"], drawn["Jones"]) << "the commonest name of England";
  EXPECT_GT(drawn.size(), 2000u);
  EXPECT_EQ(drawn.count("Kaur"), 0u) << "drawn by those who have it";
}

TEST(NamePoolTest, SaysWhatIsMissing) {
  EXPECT_EQ(NamePool::Read("/nowhere").status().code(), base::Code::kNotFound);
}

}  // namespace
}  // namespace firstbell::demo
