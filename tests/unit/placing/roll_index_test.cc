#include "broker/placing/roll_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/world.h"

namespace firstbell::placing {
namespace {

using support::kHigh;
using support::kNight;
using support::kPrimary;
using ::testing::UnorderedElementsAreArray;

const model::Date kToday(2026, 3, 3);

model::Pupil PupilOf(const std::string& local_id, const char* given, const char* family,
                     model::Date born, const char* postcode) {
  model::Pupil pupil;
  pupil.local_id = base::LocalId(local_id);
  pupil.given_names = model::PersonText(given);
  pupil.family_name = model::PersonText(family);
  pupil.date_of_birth = base::Redacted<model::Date>(born);
  pupil.postcode = model::PersonText(postcode);
  return pupil;
}

class RollIndexTest : public testing::Test {
 protected:
  void Import(base::Urn urn, const std::vector<model::Pupil>& pupils, absl::Time at = kNight) {
    std::vector<store::RollEntry> entries;
    for (const model::Pupil& pupil : pupils) entries.push_back(EntryOf(pupil));
    ASSERT_TRUE(world_.memory.ImportRoll(urn, entries, store::RollMode::kReplace, at, {}).ok());
    ASSERT_TRUE(index_.RollsChanged().ok());
  }
  matching::Decision Ask(const char* given, const char* family, const char* postcode,
                         model::Date born = model::Date(2014, 5, 9)) {
    matching::Wanted wanted;
    wanted.heard.child.given = matching::GivenWords(given);
    wanted.heard.child.family = matching::ReadFamilyName(family);
    wanted.heard.child.born = born;
    wanted.heard.child.postcode = matching::ReadPostcode(postcode);
    return index_.Decide(wanted, kToday).value();
  }

  support::World world_;
  RollIndex index_{world_.store};
};

TEST_F(RollIndexTest, SlipsAreFoundThroughAnyBlock) {
  Import(kPrimary, {PupilOf("1", "Saffron", "Quibell", model::Date(2014, 5, 9), "LS1 4AP")});
  EXPECT_TRUE(Ask("Safron", "Quibell", "LS1 4AP").placed()) << "a letter";
  EXPECT_TRUE(Ask("Quibell", "Saffron", "LS1 4AP").placed()) << "the family name first";
  EXPECT_TRUE(Ask("Saffron", "Quibell", "LS1 4AP", model::Date(2014, 9, 5)).placed())
      << "day and month swapped";
  EXPECT_EQ(Ask("Saffron", "Okonkwo", "M1 1AE").reason, v1::REASON_NOT_CORROBORATED);
  EXPECT_EQ(Ask("Ottoline", "Okonkwo", "M1 1AE", model::Date(2012, 1, 2)).reason,
            v1::REASON_NO_MATCH);
}

TEST_F(RollIndexTest, DecidesByItsRule) {
  Import(kPrimary, {PupilOf("1", "Saffron", "Quibell", model::Date(2014, 5, 9), "LS1 4AP")});
  matching::Wanted wanted;
  wanted.heard.child.given = matching::GivenWords("Saffron");
  wanted.heard.child.family = matching::ReadFamilyName("Quibell");
  wanted.heard.child.born = model::Date(2014, 5, 9);
  wanted.heard.child.postcode = matching::ReadPostcode("LS1 4AP");
  const matching::Decision shipped = index_.Decide(wanted, kToday).value();
  ASSERT_TRUE(shipped.placed());
  matching::Rule rule;
  rule.thresholds.certain = shipped.judgement.beyond_chance + 1;
  const matching::Decision stricter = RollIndex(world_.store, rule).Decide(wanted, kToday).value();
  EXPECT_EQ(stricter.judgement.doubt, matching::Doubt::kTooLittle);
  rule = {};
  rule.habits.forename.exact = 0.4;
  EXPECT_LT(RollIndex(world_.store, rule).Decide(wanted, kToday).value().judgement.beyond_chance,
            shipped.judgement.beyond_chance);
}

TEST_F(RollIndexTest, CountsWhenTheRollsHaveDoubled) {
  const auto counted = [&] { return index_.Frequencies().value()->pupils(); };
  EXPECT_EQ(counted(), 2u) << "whoever was there";
  std::vector<model::Pupil> pupils;
  while (pupils.size() < 10) {
    pupils.push_back(
        PupilOf(std::to_string(pupils.size()), "Ada", "Byrne", model::Date(2014, 5, 9), "LS1 4AP"));
  }
  Import(kPrimary, pupils);
  EXPECT_EQ(counted(), 11u);
  pupils.push_back(PupilOf("x", "Ada", "Byrne", model::Date(2014, 5, 9), "LS1 4AP"));
  Import(kPrimary, pupils);
  EXPECT_EQ(counted(), 11u) << "one more changes little";
  ASSERT_TRUE(index_.CountIfStale().ok());
  EXPECT_EQ(counted(), 12u);
  EXPECT_EQ(RollIndex(world_.store).Frequencies().value()->pupils(), 12u) << "kept in the store";
}

TEST_F(RollIndexTest, AFailureToCountIsAnError) {
  world_.store.FailNext("ReadRolls", support::Fault::kNotDone, base::DataLoss("invented"));
  EXPECT_TRUE(absl::IsDataLoss(index_.Frequencies().status()));
  EXPECT_TRUE(index_.Frequencies().ok()) << "the next one counts";
}

TEST_F(RollIndexTest, ASchoolThatWasHeardIsOneOfTheRegister) {
  model::School school = support::SchoolOf(kHigh);
  school.name = "Wetherby High School";
  school.town = "Wetherby";
  ASSERT_TRUE(world_.memory.ImportSchools({&school, 1}, {}).ok());
  index_.SchoolsChanged();
  const auto meant = [&](const char* name, const char* town, base::Urn urn) {
    return index_.SchoolOf(name, town, urn).value().may_be;
  };
  EXPECT_EQ(meant("Wetherby High", "Wetherby", {}), std::vector{kHigh});
  EXPECT_EQ(meant("", "", kPrimary), std::vector{kPrimary});
  EXPECT_EQ(meant("Wetherby High", "Wetherby", base::Urn(999999)), std::vector{kHigh})
      << "a number that is none's";
  EXPECT_TRUE(meant("Nowhere", "", {}).empty());
}

TEST_F(RollIndexTest, ASchoolThatAnotherFollowedMeansThatOneToo) {
  model::School academy = support::SchoolOf(kHigh);
  academy.predecessors = {base::Urn(100900)};
  model::School before = support::SchoolOf(base::Urn(100900));
  before.name = "Gorse Hill School";
  before.status = v1::SCHOOL_STATUS_CLOSED;
  const std::vector<model::School> schools = {academy, before};
  ASSERT_TRUE(world_.memory.ImportSchools(schools, {}).ok());
  index_.SchoolsChanged();
  const std::vector both = {kHigh, before.urn};
  EXPECT_THAT(index_.SchoolOf("Gorse Hill", "", {}).value().may_be,
              UnorderedElementsAreArray(both));
  EXPECT_THAT(index_.SchoolOf("", "", before.urn).value().may_be, UnorderedElementsAreArray(both));
}

// The incident's own words, as placing puts them.
TEST_F(RollIndexTest, TheSchoolHeardTellsNamesakesApart) {
  const model::Date born(2014, 5, 9);
  Import(kPrimary, {PupilOf("1", "Saffron", "Quibell", born, "LS1 4AP")});
  Import(kHigh, {PupilOf("2", "Saffron", "Quibell", born, "M1 1AE")});
  model::ChildIdentity child;
  child.given_names = model::PersonText("Saffron");
  child.family_name = model::PersonText("Quibell");
  child.date_of_birth = base::Redacted<model::Date>(born);
  EXPECT_EQ(index_.Decide(child, kToday).value().reason, v1::REASON_NOT_CORROBORATED);
  child.schools_heard = {{"", "", kHigh}};
  const matching::Decision decision = index_.Decide(child, kToday).value();
  ASSERT_TRUE(decision.placed()) << NameOf(decision.judgement.doubt);
  EXPECT_EQ(decision.registrations.front().urn, kHigh);
}

}  // namespace
}  // namespace firstbell::placing
