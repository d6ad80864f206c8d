// The numbers by which a school's people are reached first: the same promises of every driver.

#include "tests/store_contract/invented.h"
#include "tests/store_contract/store_driver.h"

namespace firstbell::store {
namespace {

template <typename Driver>
class DirectLinesContract : public ContractTest<Driver> {
 protected:
  model::DirectLines Lines(base::Urn urn) {
    return this->store().GetSchool(urn).value().direct_lines;
  }
};
TYPED_TEST_SUITE(DirectLinesContract, Drivers, DriverNames);

const model::DirectLines kTwo = {{"A. Person, DSL", "01632 960123"},
                                 {"B. Person, head", "+44 1632 960124"}};

TYPED_TEST(DirectLinesContract, AreReplacedWholeInTheirOrder) {
  AddSchools(this->store());
  ASSERT_TRUE(this->store().SetDirectLines(kHythe, kTwo, OneEvent()).ok());
  ASSERT_TRUE(this->store().SetDirectLines(kHythe, kTwo, OneEvent()).ok());
  this->Restart();
  EXPECT_EQ(this->Lines(kHythe), kTwo);
  EXPECT_TRUE(this->Lines(kSaltwood).empty());
  ASSERT_TRUE(this->store().SetDirectLines(kHythe, {kTwo[1]}, OneEvent()).ok());
  EXPECT_EQ(this->Lines(kHythe), model::DirectLines{kTwo[1]});
  ASSERT_TRUE(this->store().SetDirectLines(kHythe, {}, OneEvent()).ok());
  this->Restart();
  EXPECT_TRUE(this->Lines(kHythe).empty());
  EXPECT_EQ(this->LogSize(), 4u);
  EXPECT_TRUE(this->store().Verify({}).ok());
}

TYPED_TEST(DirectLinesContract, NoRegisterNorRollNorHoursTakesThemAway) {
  AddSchools(this->store());
  ASSERT_TRUE(this->store().SetDirectLines(kHythe, kTwo, {}).ok());
  const std::vector<model::School> renamed = {SchoolOf(kHythe, "Hythe Bay Church of England")};
  ASSERT_TRUE(this->store().ImportSchools(renamed, {}).ok());
  ASSERT_TRUE(this->store().SetSchoolHours(kHythe, {}, {}).ok());
  const std::vector<RollEntry> roll = {PupilOf("1", "Quillfeather", {"q"})};
  ASSERT_TRUE(this->store().ImportRoll(kHythe, roll, RollMode::kReplace, At(3), {}).ok());
  this->Restart();
  EXPECT_EQ(this->Lines(kHythe), kTwo);
  EXPECT_TRUE(this->store().Verify({}).ok());
}

TYPED_TEST(DirectLinesContract, AnUnknownSchoolHasNone) {
  EXPECT_EQ(this->store().SetDirectLines(kHythe, kTwo, OneEvent()).code(), base::Code::kNotFound);
  EXPECT_EQ(this->LogSize(), 0u);
}

}  // namespace
}  // namespace firstbell::store
