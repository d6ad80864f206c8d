// The hard cases, each with what is to become of it. Everyone is invented.

#include "broker/matching/judge.h"

#include <gmock/gmock.h>

#include "tests/unit/matching/hard_cases.h"

namespace firstbell::matching {
namespace {

TEST_F(HardCases, NobodyOnTheRoll) {
  EXPECT_EQ(Ask("Zoë", "O'Brien", kBorn, kHome), Doubt::kNobody);
}

TEST_F(HardCases, TheChildAsTheRollHasIt) {
  OnRoll("Zoë-Anne", "O'Brien", kBorn, kHome);
  EXPECT_EQ(Ask("ZOE ANNE", "OBrien", kBorn, kHome), Doubt::kNone);
}

TEST_F(HardCases, TwinsNamedSingly) {
  OnRoll("Keira", "Ellery", kBorn, kHome);
  OnRoll("Saffron", "Ellery", kBorn, kHome);
  EXPECT_EQ(Placed("Keira", "Ellery", kBorn, kHome), 0u);
  EXPECT_EQ(Placed("Saffron", "Ellery", kBorn, kHome), 1u);
}

TEST_F(HardCases, TheOtherTwinAlone) {
  OnRoll("Keira", "Ellery", kBorn, kHome);
  EXPECT_EQ(Ask("Saffron", "Ellery", kBorn, kHome), Doubt::kForename);
}

TEST_F(HardCases, SimilarTwinNames) {
  OnRoll("Ella", "Ellery", kBorn, kHome);
  EXPECT_EQ(Ask("Bella", "Ellery", kBorn, kHome), Doubt::kForename);
}

TEST_F(HardCases, TwinsOfOneInitial) {
  OnRoll("Jacob", "Ellery", kBorn, kHome);
  EXPECT_EQ(Ask("Joshua", "Ellery", kBorn, kHome), Doubt::kForename);
  OnRoll("Joshua", "Ellery", kBorn, kHome);
  EXPECT_EQ(Placed("Joshua", "Ellery", kBorn, kHome), 1u);
  EXPECT_EQ(Ask("J", "Ellery", kBorn, kHome), Doubt::kForename);
}

TEST_F(HardCases, SiblingWithTheOthersBirthDate) {
  OnRoll("Keira", "Ellery", model::Date(2011, 2, 3), kHome);
  EXPECT_EQ(Ask("Keira", "Ellery", kBorn, kHome), Doubt::kBirthDate);
  OnRoll("Saffron", "Ellery", kBorn, kHome);
  const Judgement judgement = Ask(ChildOf("Keira", "Ellery", kBorn, kHome));
  EXPECT_EQ(judgement.doubt, Doubt::kForename);
  EXPECT_LT(judgement.margin, Thresholds().margin) << "either may be meant";
}

TEST_F(HardCases, ChildAbsentAndSiblingOnRoll) {
  OnRoll("Keira", "Ellery", model::Date(2011, 2, 3), kHome);
  const SchoolHeard school = {{base::Urn(100'001)}, 1.0 / 2000};
  const Judgement judgement = Ask(ChildOf("Saffron", "Ellery", kBorn, kHome), school);
  EXPECT_EQ(judgement.doubt, Doubt::kForename);
  EXPECT_LT(judgement.ranked.front().evidence.of_child(), 0);
}

TEST_F(HardCases, ANamesakeOnTheRoll) {
  OnRoll("Emma", "Smith", kBorn, "ZE1 1AB");
  EXPECT_EQ(Ask("Emma", "Smith", kBorn, kHome), Doubt::kTooLittle) << "the child is on no roll";
  EXPECT_EQ(Ask("Emma", "Smith", kBorn, ""), Doubt::kTooLittle);
  OnRoll("Emma", "Smith", kBorn, kHome);
  EXPECT_EQ(Placed("Emma", "Smith", kBorn, kHome), 1u);
}

TEST_F(HardCases, ARareNameWithoutAPlace) {
  OnRoll("Saffron", "Quibell", kBorn, "GA1 9XY");
  EXPECT_EQ(Ask("Saffron", "Quibell", kBorn, ""), Doubt::kNoLocation);
}

TEST_F(HardCases, NamesakesInOneHome) {
  OnRoll("Emma", "Smith", kBorn, kHome);
  OnRoll("Emma", "Smith", kBorn, kHome);
  EXPECT_EQ(Ask("Emma", "Smith", kBorn, kHome), Doubt::kAnotherAsLikely);
}

TEST_F(HardCases, NamesakeWithDayAndMonthSwapped) {
  OnRoll("Emma", "Smith", model::Date(2014, 9, 5), "ZE1 1AB");
  EXPECT_EQ(Ask("Emma", "Smith", kBorn, kHome), Doubt::kTooLittle);
  OnRoll("Emma", "Smith", model::Date(2014, 9, 5), kHome);
  EXPECT_EQ(Placed("Emma", "Smith", kBorn, kHome), 1u);
}

TEST_F(HardCases, NamesakeWithDayAndMonthSwappedBesideTheChild) {
  OnRoll("Emma", "Smith", model::Date(2014, 9, 5), "ZE1 1AB");
  OnRoll("Emma", "Smith", kBorn, kHome);
  EXPECT_EQ(Placed("Emma", "Smith", kBorn, kHome), 1u);
}

TEST_F(HardCases, FatherAndSon) {
  OnRoll("Connor", "Brackley", kBorn, kHome);
  EXPECT_EQ(Ask("Connor", "Brackley", model::Date(1989, 3, 14), kHome), Doubt::kBirthDate);
}

TEST_F(HardCases, TheFirstOfJanuary) {
  const model::Date new_year(2014, 1, 1);
  OnRoll("Ifrah", "Warsame", new_year, kHome);
  EXPECT_EQ(Ask("Ifrah", "Warsame", new_year, kHome), Doubt::kNone);
  EXPECT_EQ(Ask("Ifrah", "Warsame", kBorn, kHome), Doubt::kBirthDate);
  EXPECT_EQ(Ask("Hodan", "Warsame", new_year, kHome), Doubt::kForename) << "so has her sister";
  Forget();
  OnRoll("Ifrah", "Warsame", kBorn, kHome);
  EXPECT_EQ(Ask("Ifrah", "Warsame", new_year, kHome), Doubt::kBirthDate);
}

TEST_F(HardCases, AnAgeAlone) {
  OnRoll("Saffron", "Quibell", kBorn, kHome);
  Description child = ChildOf("Saffron", "Quibell", {}, kHome);
  EXPECT_EQ(Ask(child).doubt, Doubt::kNoBirthDate);
  child.age = 11;
  EXPECT_EQ(Ask(child).doubt, Doubt::kNone);
  child.age = 12;
  EXPECT_EQ(Ask(child).doubt, Doubt::kBirthDate) << "a year off";
  child.age = 5;
  EXPECT_EQ(Ask(child).doubt, Doubt::kBirthDate);
}

TEST_F(HardCases, AnAgeAloneOfACommonName) {
  OnRoll("Olivia", "Smith", kBorn, kHome);
  Description child = ChildOf("Olivia", "Smith", {}, kHome);
  child.age = 11;
  EXPECT_EQ(Ask(child).doubt, Doubt::kChildWeak);
}

TEST_F(HardCases, AnAgeAloneOfATwin) {
  OnRoll("Keira", "Ellery", kBorn, kHome);
  Description child = ChildOf("Saffron", "Ellery", {}, kHome);
  child.age = 11;
  EXPECT_EQ(Ask(child).doubt, Doubt::kForename);
}

TEST_F(HardCases, RefugeStaleOrNoPostcode) {
  OnRoll("Saffron", "Quibell", kBorn, kHome);
  EXPECT_EQ(Ask("Saffron", "Quibell", kBorn, ""), Doubt::kNoLocation);
  EXPECT_EQ(Ask("Saffron", "Quibell", kBorn, "ZE1 1AB"), Doubt::kNoLocation) << "a refuge";
  EXPECT_EQ(Ask("Saffron", "Quibell", kBorn, "GA1 9XY"), Doubt::kNone) << "moved within the area";
  const SchoolHeard school{{base::Urn(100'001)}, 1e-4};
  for (const char* postcode : {"", "ZE1 1AB"}) {
    EXPECT_EQ(Ask(ChildOf("Saffron", "Quibell", kBorn, postcode), school).doubt, Doubt::kNone);
  }
}

// Every mother there is heard with it, and their children with theirs.
TEST_F(HardCases, ARefugesPostcodeMakesNobodyAnother) {
  OnRoll("Keira", "Ellery", kBorn, "ZE1 1AB");
  OnRoll("Ottoline", "Brackley", kBorn, "ZE1 1AB");
  EXPECT_EQ(Ask("Saffron", "Quibell", kBorn, "ZE1 1AB"), Doubt::kForename);
}

TEST_F(HardCases, PostcodeFullOutwardOrMistyped) {
  OnRoll("Saffron", "Quibell", kBorn, "GA10 1AB");
  for (const char* heard : {"GA10 1AB", "ga101ab", "GAI0 1AB", "GA1O 1AB", "GA10 IAB"}) {
    EXPECT_EQ(Ask("Saffron", "Quibell", kBorn, heard), Doubt::kNone) << heard;
  }
  for (const char* heard : {"GA10", "GAIO 1AB", "ZE1 1AB"}) {
    EXPECT_EQ(Ask("Saffron", "Quibell", kBorn, heard), Doubt::kNoLocation) << heard;
  }
}

TEST_F(HardCases, AUpnWithANameOrABirthDateIsEnough) {
  Description pupil = ChildOf("Saffron", "Quibell", kBorn, kHome);
  pupil.upn = model::ParseUpn("A123456789012");
  OnRoll(pupil);
  Description child = ChildOf("Saffron", "Okafor", model::Date(2009, 7, 7), "");
  child.upn = pupil.upn;
  EXPECT_EQ(Ask(child).doubt, Doubt::kNone);
  child = ChildOf("Oliver", "Okafor", model::Date(2009, 7, 7), "");
  child.upn = pupil.upn;
  EXPECT_EQ(Ask(child).doubt, Doubt::kUpnConflict);
}

TEST_F(HardCases, AnotherUpnIsAnotherChildOrAMistake) {
  Description pupil = ChildOf("Saffron", "Quibell", kBorn, kHome);
  pupil.upn = model::ParseUpn("A123456789012");
  OnRoll(pupil);
  Description child = ChildOf("Saffron", "Quibell", kBorn, kHome);
  child.upn = model::ParseUpn("V201200123001");
  ASSERT_TRUE(child.upn);
  EXPECT_EQ(Ask(child).doubt, Doubt::kUpnConflict);
}

TEST_F(HardCases, TheTwinWithTheOthersUpn) {
  Description keira = ChildOf("Keira", "Ellery", kBorn, kHome);
  keira.upn = model::ParseUpn("B801200005001");
  OnRoll(keira);
  Description saffron = ChildOf("Saffron", "Ellery", kBorn, kHome);
  saffron.upn = keira.upn;
  EXPECT_EQ(Ask(saffron).doubt, Doubt::kUpnConflict);
  saffron.given = GivenWords("Keira");
  EXPECT_EQ(Ask(saffron).doubt, Doubt::kNone);
}

// Registrations are one child's without a UPN too, where the home is one.
TEST_F(HardCases, AnotherUpnOnAnyRegistrationOfTheChildIsAConflict) {
  Description pupil = ChildOf("Saffron", "Quibell", kBorn, kHome);
  Description child = pupil;
  child.upn = model::ParseUpn("A123456789012");
  const auto compare = [&] {
    return Compare({child, {}}, pupil, base::Urn(1), SmallRoll(), {}, kToday);
  };
  const Evidence without = compare();
  pupil.upn = model::ParseUpn("V201200123001");
  const Evidence other = compare();
  EXPECT_EQ(Judge({{0, 7, without}}, SmallRoll(), {}).doubt, Doubt::kNone);
  EXPECT_EQ(Judge({{0, 7, without}, {1, 7, other}}, SmallRoll(), {}).doubt, Doubt::kUpnConflict);
}

// A school gave both the one number. It decides nothing; who lives there does.
TEST_F(HardCases, AUpnOfTwoPupilsDecidesNothing) {
  Description saffron = ChildOf("Saffron", "Quibell", kBorn, kHome);
  saffron.upn = model::ParseUpn("B801200005001");
  Description ottoline = ChildOf("Ottoline", "Brackley", model::Date(2011, 2, 3), "ZE1 1AB");
  ottoline.upn = saffron.upn;
  OnRoll(saffron);
  OnRoll(ottoline);
  EXPECT_EQ(Placed(saffron), 0u);
  EXPECT_EQ(Placed(ottoline), 1u);
  saffron.postcode = {};
  EXPECT_EQ(Ask(saffron).doubt, Doubt::kNoLocation);
  saffron.born = {};
  saffron.postcode = ReadPostcode(kHome);
  EXPECT_EQ(Ask(saffron).doubt, Doubt::kNoBirthDate);
  Description other = ChildOf("Oliver", "Okafor", model::Date(2009, 7, 7), "");
  other.upn = ottoline.upn;
  EXPECT_NE(Ask(other).doubt, Doubt::kNone);
}

TEST_F(HardCases, ASchoolsNameIsAPlaceWithItsTownAlone) {
  OnRoll(ChildOf("Keira", "Ellery", kBorn, kHome), base::Urn(100'001));
  const Description heard = ChildOf("Keira", "Ellery", kBorn, "");
  SchoolHeard school{{base::Urn(100'001), base::Urn(100'007)}, 0.001, false};
  EXPECT_EQ(Ask(heard, school).doubt, Doubt::kNone);
  school.name_alone = true;
  EXPECT_EQ(Ask(heard, school).doubt, Doubt::kNoLocation);
}

// "The juniors" was heard, and the child is still with the infants next door.
TEST_F(HardCases, InfantAndJuniorOnOnePostcode) {
  OnRoll(ChildOf("Keira", "Ellery", kBorn, kHome), base::Urn(100'001));
  const SchoolHeard juniors{{base::Urn(100'002)}, 0.001, false};
  const Judgement judgement = Ask(ChildOf("Keira", "Ellery", kBorn, kHome), juniors);
  EXPECT_EQ(judgement.doubt, Doubt::kNone);
  EXPECT_EQ(judgement.ranked.front().evidence.at(Field::kSchool).level, Level::kDifferent);
}

TEST_F(HardCases, RegistrationsOfOneChildAreNoRivals) {
  const Description zoe = ChildOf("Saffron", "Quibell", kBorn, kHome);
  const Evidence evidence = Compare({zoe, {}}, zoe, base::Urn(1), SmallRoll(), {}, kToday);
  EXPECT_EQ(Judge({{0, 7, evidence}, {1, 7, evidence}}, SmallRoll(), {}).doubt, Doubt::kNone);
  EXPECT_EQ(Judge({{0, 7, evidence}, {1, 8, evidence}}, SmallRoll(), {}).doubt,
            Doubt::kAnotherAsLikely);
}

TEST_F(HardCases, TheOrderInWhichTheyWereFoundChangesNothing) {
  const Description zoe = ChildOf("Saffron", "Quibell", kBorn, kHome);
  const Evidence evidence = Compare({zoe, {}}, zoe, base::Urn(1), SmallRoll(), {}, kToday);
  const Judgement one = Judge({{3, 3, evidence}, {1, 1, evidence}}, SmallRoll(), {});
  EXPECT_EQ(one.ranked.front().pupil, 1u);
  EXPECT_EQ(one.margin, 0);
}

TEST(Doubts, EachHasItsCode) {
  EXPECT_EQ(NameOf(Doubt::kAnotherAsLikely), "another_as_likely");
  EXPECT_EQ(NameOf(Doubt::kNone), "none");
}

}  // namespace
}  // namespace firstbell::matching
