#include "broker/matching/evidence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/matching/name_evidence.h"
#include "tests/unit/matching/small_roll.h"

namespace firstbell::matching {
namespace {

using testing::Gt;
using testing::Lt;

class EvidenceTest : public ::testing::Test {
 protected:
  Evidence Of(const Description& child, const Description& pupil) const {
    return Compare({child, {}}, pupil, base::Urn(100'001), SmallRoll(), {}, kToday);
  }
  Finding Forename(const char* heard, const char* on_roll) const {
    return Of(ChildOf(heard, "", {}, ""), ChildOf(on_roll, "", {}, "")).at(Field::kForename);
  }
  Finding Family(const char* heard, const char* on_roll) const {
    return Of(ChildOf("", heard, {}, ""), ChildOf("", on_roll, {}, "")).at(Field::kFamilyName);
  }
  Finding Born(model::Date heard, model::Date on_roll) const {
    return Of(ChildOf("", "", heard, ""), ChildOf("", "", on_roll, "")).at(Field::kBirthDate);
  }
  Finding Home(const char* heard, const char* on_roll) const {
    return Of(ChildOf("", "", {}, heard), ChildOf("", "", {}, on_roll)).at(Field::kPostcode);
  }
};

TEST_F(EvidenceTest, NothingToCompareIsNoEvidence) {
  const Description nothing, someone = ChildOf("Emma", "Smith", model::Date(2014, 5, 9), "LS1 4AP");
  for (const Evidence& evidence : {Of(nothing, someone), Of(someone, nothing)}) {
    EXPECT_EQ(evidence.total(), 0);
    for (const Finding& one : evidence.findings) EXPECT_EQ(one.level, Level::kUnknown);
  }
}

TEST_F(EvidenceTest, LevelsOfForenames) {
  EXPECT_EQ(Forename("Emma", "EMMA").level, Level::kExact);
  EXPECT_EQ(Forename("Mohammed", "Muhammad").level, Level::kSpelling);
  EXPECT_EQ(Forename("Zoeanne", "Zoë-Anne").level, Level::kSpelling);
  EXPECT_EQ(Forename("Lizzie", "Elizabeth").level, Level::kShort);
  EXPECT_EQ(Forename("Grace", "Emma Grace").level, Level::kMiddle);
  EXPECT_EQ(Forename("Emam", "Emma").level, Level::kClose);
  EXPECT_EQ(Forename("Garyth", "Gareth").level, Level::kClose);
  EXPECT_EQ(Forename("E", "Emma").level, Level::kInitial);
  EXPECT_EQ(Forename("E", "E").level, Level::kInitial);
  EXPECT_EQ(Forename("E J", "E. J.").level, Level::kInitial);
  EXPECT_THAT(Forename("E", "E").weight, Lt(0));
  EXPECT_EQ(Forename("Emma", "Oliver").level, Level::kDifferent);
}

TEST_F(EvidenceTest, TwoNamesALetterApartAreTwoPeople) {
  EXPECT_EQ(Forename("Emma", "Gemma").level, Level::kAlike);
  EXPECT_THAT(Forename("Emma", "Gemma").weight, Lt(0));
  EXPECT_THAT(Forename("Ella", "Bella").weight, Lt(0));
  EXPECT_THAT(Forename("Oliver", "Emma").weight, Lt(0));
}

TEST_F(EvidenceTest, ARareNameSaysMore) {
  EXPECT_THAT(Forename("Xanthe", "Xanthe").weight, Gt(Forename("Oliver", "Oliver").weight));
  EXPECT_THAT(Family("Quibell", "Quibell").weight, Gt(Family("Smith", "Smith").weight));
}

// A hundredth of all are called Simran, a hundredth Kaur, half of these both, and those live in
// GA1.
TEST(Evidence, NamesThatGoTogetherAndLiveTogetherSayLess) {
  FrequencyCounter counter;
  for (int i = 0; i < 1000; ++i) {
    const model::Date born = model::Date(2010, 1, 1) + i;
    counter.Add(ChildOf("Simran", "Kaur", born, "GA1 1AB"));
    counter.Add(ChildOf("Simran", "Smith", born, "BD7 1AB"));
    counter.Add(ChildOf("Emma", "Kaur", born, "BD7 1AB"));
    for (int n = 0; n < 197; ++n) counter.Add(ChildOf("Emma", "Smith", born, "BD7 1AB"));
  }
  const Frequencies frequencies = counter.Take();
  const auto of = [&](const char* given, const char* family, const char* postcode, Field field) {
    return Compare({ChildOf(given, family, {}, postcode), {}},
                   ChildOf("Simran", "Kaur", {}, "GA1 1AB"), base::Urn(100'001), frequencies, {},
                   kToday)
        .at(field)
        .weight;
  };
  EXPECT_NEAR(of("", "Kaur", "", Field::kFamilyName) - of("Simran", "Kaur", "", Field::kFamilyName),
              Weigh(50, 1), 10);
  EXPECT_EQ(of("Emma", "Kaur", "", Field::kFamilyName), of("", "Kaur", "", Field::kFamilyName));
  EXPECT_GT(of("", "", "GA1 4XY", Field::kPostcode), 200);
  EXPECT_EQ(of("", "Kaur", "GA1 4XY", Field::kPostcode), 0) << "so do half of all Kaurs";
  EXPECT_EQ(of("", "Kaur", "GA1 1AB", Field::kPostcode), of("", "", "GA1 1AB", Field::kPostcode))
      << "of one house, kin all around tell nothing";
}

TEST_F(EvidenceTest, LevelsOfFamilyNames) {
  EXPECT_EQ(Family("de la Cruz", "Cruz").level, Level::kExact);
  EXPECT_EQ(Family("Jones", "Smith-Jones").level, Level::kHalf);
  EXPECT_EQ(Family("Smtih", "Smith").level, Level::kClose);
  EXPECT_EQ(Family("Smith", "Okafor").level, Level::kDifferent);
  Description moved = ChildOf("", "Okafor", {}, "");
  moved.former = ReadFamilyName("Smith");
  EXPECT_EQ(Of(ChildOf("", "Smith", {}, ""), moved).at(Field::kFamilyName).level, Level::kFormer);
}

TEST_F(EvidenceTest, NamesInTheOtherOrderAreSeen) {
  const Evidence swapped = Of(ChildOf("Patel", "Diya", {}, ""), ChildOf("Diya", "Patel", {}, ""));
  EXPECT_EQ(swapped.at(Field::kForename).level, Level::kSwapped);
  const Evidence straight = Of(ChildOf("Diya", "Patel", {}, ""), ChildOf("Diya", "Patel", {}, ""));
  EXPECT_THAT(swapped.total(), Gt(0));
  EXPECT_THAT(swapped.total(), Lt(straight.total()));
  const Evidence half = Of(ChildOf("Patel", "Finn", {}, ""), ChildOf("Diya", "Patel", {}, ""));
  EXPECT_EQ(half.at(Field::kFamilyName).level, Level::kSwapped);
  EXPECT_THAT(half.at(Field::kForename).weight, Lt(0)) << "the family's name is no child's";
}

TEST_F(EvidenceTest, LevelsOfDatesOfBirth) {
  const Finding exact = Born(model::Date(2014, 5, 9), model::Date(2014, 5, 9)),
                swapped = Born(model::Date(2014, 5, 9), model::Date(2014, 9, 5));
  const Finding slip = Born(model::Date(2014, 5, 9), model::Date(2014, 5, 8)),
                other = Born(model::Date(2014, 5, 9), model::Date(2011, 11, 20));
  EXPECT_EQ(exact.level, Level::kExact);
  EXPECT_EQ(swapped.level, Level::kSwapped);
  EXPECT_EQ(slip.level, Level::kClose);
  EXPECT_EQ(Born(model::Date(2014, 1, 1), model::Date(2014, 9, 20)).level, Level::kPlaceholder);
  EXPECT_EQ(other.level, Level::kDifferent);
  EXPECT_THAT(exact.weight, Gt(swapped.weight));
  EXPECT_THAT(swapped.weight, Gt(slip.weight));
  EXPECT_THAT(other.weight, Lt(0));
}

TEST_F(EvidenceTest, AnAgeAloneSaysLittle) {
  Description child;
  child.age = 11;
  const auto of_age = [&](model::Date born) {
    return Of(child, ChildOf("", "", born, "")).at(Field::kBirthDate);
  };
  EXPECT_EQ(of_age(model::Date(2014, 5, 9)).level, Level::kAge);
  EXPECT_EQ(of_age(model::Date(2015, 5, 9)).level, Level::kNearAge);
  EXPECT_EQ(of_age(model::Date(2019, 5, 9)).level, Level::kDifferent);
  EXPECT_THAT(of_age(model::Date(2014, 5, 9)).weight, Lt(500));
}

TEST_F(EvidenceTest, LevelsOfPostcodes) {
  EXPECT_EQ(Home("GA1 1AB", "ga11ab").level, Level::kExact);
  EXPECT_EQ(Home("GA1 1AB", "GA1 1XY").level, Level::kNear);
  EXPECT_EQ(Home("GA1 1AB", "GA1 9XY").level, Level::kArea);
  EXPECT_EQ(Home("GA1 1AB", "GA1 1BA").level, Level::kClose);
  EXPECT_EQ(Home("GA1 1AB", "GA7 1AB").level, Level::kClose);
  EXPECT_EQ(Home("GA1 1AB", "ZE1 1AB").level, Level::kDifferent);
  EXPECT_EQ(Home("somewhere", "GA1 1AB").level, Level::kUnknown);
  EXPECT_THAT(Home("GA1 1AB", "GA1 1AB").weight, Gt(Home("GA1 1AB", "GA1 9XY").weight));
}

TEST_F(EvidenceTest, WithinAPostcodeTheHouseSaysLittleMore) {
  Description here = ChildOf("", "", {}, "GA1 1AB"), elsewhere = ChildOf("", "", {}, "");
  here.address = AddressWords("12 Mill Lane");
  elsewhere.address = AddressWords("12 Mill Lane");
  EXPECT_THAT(Of(here, here).at(Field::kAddress).weight,
              Lt(Of(elsewhere, elsewhere).at(Field::kAddress).weight));
  Description next_door = here;
  next_door.address = AddressWords("14 Mill Lane");
  EXPECT_THAT(Of(here, next_door).at(Field::kAddress).weight, Lt(0));
  next_door.address = AddressWords("9 Church Street");
  EXPECT_EQ(Of(here, next_door).at(Field::kAddress).level, Level::kDifferent);
}

TEST_F(EvidenceTest, LevelsOfAddresses) {
  const auto level = [&](const char* heard, const char* on_roll) {
    Description child, pupil;
    child.address = AddressWords(heard);
    pupil.address = AddressWords(on_roll);
    return Of(child, pupil).at(Field::kAddress).level;
  };
  EXPECT_EQ(level("12 Pinkerton Circuit", "12 Pinkertn Circuit, Miami"), Level::kExact);
  EXPECT_EQ(level("12 Pinkerton Circuit, Miami", "14 Pinkerton Circuit, Miami"), Level::kClose);
  EXPECT_EQ(level("12 Pinkerton Circuit, Miami", "14 Pinkerton Road, Miami"), Level::kNear);
  EXPECT_EQ(level("12 Pinkerton Circuit, Miami", "7 Kela Crescent, Dapto"), Level::kDifferent);
  EXPECT_EQ(level("12", "12 Pinkerton Circuit"), Level::kUnknown) << "a number is no address";
  EXPECT_EQ(level("14", "12 Pinkerton Circuit"), Level::kDifferent) << "but another house";
}

TEST_F(EvidenceTest, TheSchoolHeardSaysLittleMoreThanItsArea) {
  const Description near = ChildOf("", "", {}, "GA1 1AB"), far;
  const SchoolHeard school{{base::Urn(100'001)}, 1e-4};
  const auto weight = [&](const Description& child, base::Urn at) {
    return Compare({child, school}, near, at, SmallRoll(), {}, kToday).at(Field::kSchool).weight;
  };
  EXPECT_THAT(weight(far, base::Urn(100'001)), Gt(weight(near, base::Urn(100'001))));
  EXPECT_THAT(weight(near, base::Urn(100'001)), Gt(0));
  EXPECT_THAT(weight(near, base::Urn(100'002)), Lt(0));
}

TEST_F(EvidenceTest, SiblingsShareNothingThatSpeaksForAChild) {
  const Description finn = ChildOf("Finn", "O'Brien", model::Date(2011, 2, 3), "GA1 1AB");
  const Description zoe = ChildOf("Zoë", "O'Brien", model::Date(2014, 5, 9), "GA1 1AB");
  EXPECT_THAT(Of(zoe, finn).of_child(), Lt(0));
  EXPECT_THAT(Of(zoe, zoe).of_child(), Gt(1500));
}

TEST_F(EvidenceTest, EveryLevelHasItsWord) {
  for (int level = 0; level <= static_cast<int>(Level::kDifferent); ++level) {
    EXPECT_FALSE(NameOf(static_cast<Level>(level)).empty());
  }
  EXPECT_EQ(NameOf(Level::kDifferent), "different");
  EXPECT_EQ(NameOf(Field::kUpn), "UPN");
}

}  // namespace
}  // namespace firstbell::matching
