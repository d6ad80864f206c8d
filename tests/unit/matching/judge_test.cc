// The hard cases, each with what is to become of it. Everyone is invented.

#include "broker/matching/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/limits.h"
#include "tests/unit/matching/small_roll.h"

namespace firstbell::matching {
namespace {

const model::Date kBorn(2014, 5, 9);
constexpr const char* kHome = "GA1 1AB";

class HardCases : public ::testing::Test {
 protected:
  // On the roll beside everyone else.
  void OnRoll(Description pupil, base::Urn at = base::Urn(100'001)) {
    pupils_.push_back({std::move(pupil), at});
  }
  void OnRoll(const char* given, const char* family, model::Date born, const char* postcode) {
    OnRoll(ChildOf(given, family, born, postcode));
  }
  void Forget() { pupils_.clear(); }
  Judgement Ask(const Description& child, const SchoolHeard& school = {}) const {
    std::vector<Scored> found;
    for (std::size_t i = 0; i < pupils_.size(); ++i) {
      const auto& [pupil, at] = pupils_[i];
      found.push_back({i, i, Compare({child, school}, pupil, at, SmallRoll(), {}, kToday)});
    }
    return Judge(std::move(found), SmallRoll(), {});
  }
  Doubt Ask(const char* given, const char* family, std::optional<model::Date> born,
            const char* postcode) const {
    return Ask(ChildOf(given, family, born, postcode)).doubt;
  }

 private:
  std::vector<std::pair<Description, base::Urn>> pupils_;
};

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
  const Judgement judgement = Ask(ChildOf("Saffron", "Ellery", kBorn, kHome));
  EXPECT_EQ(judgement.doubt, Doubt::kNone);
  EXPECT_EQ(judgement.ranked.front().pupil, 1u);
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
  OnRoll("Joshua", "Ellery", kBorn, kHome);
  EXPECT_EQ(Ask("J", "Ellery", kBorn, kHome), Doubt::kForename);
}

TEST_F(HardCases, SiblingWithTheOthersBirthDate) {
  OnRoll("Keira", "Ellery", model::Date(2011, 2, 3), kHome);
  OnRoll("Saffron", "Ellery", kBorn, kHome);
  EXPECT_NE(Ask("Keira", "Ellery", kBorn, kHome), Doubt::kNone);
}

TEST_F(HardCases, ChildAbsentAndSiblingOnRoll) {
  OnRoll("Keira", "Ellery", model::Date(2011, 2, 3), kHome);
  EXPECT_NE(Ask("Saffron", "Ellery", kBorn, kHome), Doubt::kNone);
}

TEST_F(HardCases, ANamesakeOnTheRoll) {
  OnRoll("Emma", "Smith", kBorn, "GA1 9XY");
  OnRoll("Emma", "Smith", kBorn, "ZE1 1AB");
  EXPECT_NE(Ask("Emma", "Smith", kBorn, ""), Doubt::kNone);
  OnRoll("Emma", "Smith", kBorn, kHome);
  const Judgement judgement = Ask(ChildOf("Emma", "Smith", kBorn, kHome));
  EXPECT_EQ(judgement.ranked.front().pupil, 2u);
  EXPECT_EQ(judgement.doubt, Doubt::kNone);
}

TEST_F(HardCases, NamesakesInOneHome) {
  OnRoll("Emma", "Smith", kBorn, kHome);
  OnRoll("Emma", "Smith", kBorn, kHome);
  EXPECT_EQ(Ask("Emma", "Smith", kBorn, kHome), Doubt::kAnotherAsLikely);
}

TEST_F(HardCases, NamesakeWithDayAndMonthSwapped) {
  OnRoll("Emma", "Smith", model::Date(2014, 9, 5), "ZE1 1AB");
  EXPECT_NE(Ask("Emma", "Smith", kBorn, kHome), Doubt::kNone);
  OnRoll("Emma", "Smith", model::Date(2014, 9, 5), kHome);
  EXPECT_EQ(Ask("Emma", "Smith", kBorn, kHome), Doubt::kNone);
}

TEST_F(HardCases, FatherAndSon) {
  OnRoll("Connor", "Brackley", kBorn, kHome);
  EXPECT_NE(Ask("Connor", "Brackley", model::Date(1989, 3, 14), kHome), Doubt::kNone);
}

TEST_F(HardCases, PreferredFormerAndHalfNames) {
  Description pupil = ChildOf("Elizabeth", "Smith-Quibell", kBorn, kHome);
  pupil.preferred = GivenWords("Birdie");
  pupil.former = ReadFamilyName("Brackley");
  OnRoll(pupil);
  for (const char* given : {"Elizabeth", "Birdie", "Lizzie"}) {
    for (const char* family : {"Smith-Quibell", "Quibell", "Smith", "Brackley"}) {
      EXPECT_EQ(Ask(given, family, kBorn, kHome), Doubt::kNone) << given << " " << family;
    }
  }
}

TEST_F(HardCases, ParticlesAndOtherScripts) {
  OnRoll("Мария", "de la Cruz", kBorn, kHome);
  EXPECT_EQ(Ask("Maria", "Cruz", kBorn, kHome), Doubt::kNone);
}

TEST_F(HardCases, KaurSinghAndBegum) {
  for (const char* family : {"Kaur", "Singh", "Begum"}) {
    Forget();
    OnRoll("Simran", family, kBorn, kHome);
    EXPECT_EQ(Ask("Simran", family, kBorn, kHome), Doubt::kNone) << family;
    EXPECT_EQ(Ask("Harleen", family, kBorn, kHome), Doubt::kForename) << family;
  }
}

TEST_F(HardCases, FamilyNameFirst) {
  OnRoll("Diya", "Patel", kBorn, kHome);
  EXPECT_EQ(Ask("Patel", "Diya", kBorn, kHome), Doubt::kNone);
}

TEST_F(HardCases, TheFirstOfJanuary) {
  OnRoll("Ifrah", "Warsame", model::Date(2014, 1, 1), kHome);
  EXPECT_EQ(Ask("Ifrah", "Warsame", model::Date(2014, 1, 1), kHome), Doubt::kNone);
  EXPECT_EQ(Ask("Ifrah", "Warsame", kBorn, kHome), Doubt::kBirthDate);
}

TEST_F(HardCases, NoDateOfBirthAndAnAgeAlone) {
  OnRoll("Saffron", "Quibell", kBorn, kHome);
  Description child = ChildOf("Saffron", "Quibell", {}, kHome);
  EXPECT_EQ(Ask(child).doubt, Doubt::kNoBirthDate);
  child.age = 11;
  EXPECT_NE(Ask(child).doubt, Doubt::kNobody);
}

TEST_F(HardCases, RefugeStaleOrNoPostcode) {
  OnRoll("Saffron", "Quibell", kBorn, kHome);
  EXPECT_EQ(Ask("Saffron", "Quibell", kBorn, ""), Doubt::kNoLocation);
  EXPECT_NE(Ask("Saffron", "Quibell", kBorn, "ZE1 1AB"), Doubt::kNone);
  EXPECT_EQ(Ask("Saffron", "Quibell", kBorn, "GA1 9XY"), Doubt::kNone) << "moved within the area";
  const SchoolHeard school{{base::Urn(100'001)}, 1e-4};
  EXPECT_EQ(Ask(ChildOf("Saffron", "Quibell", kBorn, ""), school).doubt, Doubt::kNone);
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

TEST_F(HardCases, OverlongAndControlCharacters) {
  OnRoll("Saffron", "Quibell", kBorn, kHome);
  const std::string longest(limits::kNameBytes, 'x');
  EXPECT_NE(Ask(longest.c_str(), longest.c_str(), kBorn, kHome), Doubt::kNone);
  EXPECT_EQ(Ask("\u202eSaf\u0007fron", "Quibell\u200f", kBorn, kHome), Doubt::kNone);
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
