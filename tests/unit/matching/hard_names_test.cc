// The hard cases of names, each with what is to become of it. Everyone is invented.

#include <gmock/gmock.h>

#include <string>

#include "broker/base/limits.h"
#include "tests/unit/matching/hard_cases.h"

namespace firstbell::matching {
namespace {

using testing::AnyOf;
using Pairs = std::vector<std::pair<const char*, const char*>>;

class HardNames : public HardCases {
 protected:
  // A child heard by the first name, with the pupil of the second one alone on the roll.
  Doubt Forename(const char* heard, const char* on_roll) {
    Forget();
    OnRoll(on_roll, "Ellery", kBorn, kHome);
    return Ask(heard, "Ellery", kBorn, kHome);
  }
  Evidence Family(const char* heard, const char* on_roll) {
    Forget();
    OnRoll("Saffron", on_roll, kBorn, kHome);
    const Judgement judgement = Ask(ChildOf("Saffron", heard, kBorn, kHome));
    EXPECT_EQ(judgement.doubt, Doubt::kNone) << heard << ", " << on_roll;
    return judgement.ranked.front().evidence;
  }
};

TEST_F(HardNames, TwoNamesALetterApartAreTwins) {
  const Pairs twins = {{"Ella", "Bella"}, {"Emma", "Gemma"}, {"Eva", "Ava"},
                       {"Jake", "Jade"},  {"Leo", "Theo"},   {"Hassan", "Hussain"}};
  for (const auto& [one, other] : twins) {
    EXPECT_EQ(Forename(one, other), Doubt::kForename) << one << ", " << other << " on the roll";
    EXPECT_EQ(Forename(other, one), Doubt::kForename) << other << ", " << one << " on the roll";
  }
}

// Whether a machine or a person places them: never as the other.
TEST_F(HardNames, SimilarTwinsBothOnTheRoll) {
  const Pairs twins = {{"Ella", "Bella"}, {"Emma", "Gemma"}, {"Jake", "Jade"}, {"Eva", "Ava"}};
  for (const auto& [one, other] : twins) {
    Forget();
    OnRoll(one, "Ellery", kBorn, kHome);
    OnRoll(other, "Ellery", kBorn, kHome);
    for (const std::size_t twin : {0u, 1u}) {
      const char* heard = twin == 0 ? one : other;
      const Judgement judgement = Ask(ChildOf(heard, "Ellery", kBorn, kHome));
      EXPECT_EQ(judgement.ranked.front().pupil, twin) << heard;
      EXPECT_THAT(judgement.doubt, AnyOf(Doubt::kNone, Doubt::kAnotherAsLikely)) << heard;
    }
  }
}

// Neither is a name that anybody else has: it may be a slip of the pen.
TEST_F(HardNames, SimilarTwinsOfRareNamesAreAPersonsToTellApart) {
  OnRoll("Zaphira", "Ellery", kBorn, kHome);
  OnRoll("Saphira", "Ellery", kBorn, kHome);
  EXPECT_EQ(Ask("Saphira", "Ellery", kBorn, kHome), Doubt::kAnotherAsLikely);
}

// Nobody can tell it from a slip of the pen while the other is on no roll.
TEST_F(HardNames, ARareNameALetterApartIsTakenForASlip) {
  EXPECT_EQ(Forename("Safron", "Saffron"), Doubt::kNone);
  EXPECT_EQ(Forename("Saphira", "Zaphira"), Doubt::kNone);
}

TEST_F(HardNames, SpellingsOfOneNameAreOneChild) {
  const Pairs spellings = {{"Zayn", "Zain"},         {"Mohammed", "Muhammad"}, {"Mohd", "Muhammed"},
                           {"Catherine", "Kathryn"}, {"Sean", "Shaun"},        {"Zoe", "Zoë"}};
  for (const auto& [one, other] : spellings) {
    EXPECT_EQ(Forename(one, other), Doubt::kNone) << one << ", " << other;
    EXPECT_EQ(Forename(other, one), Doubt::kNone) << other << ", " << one;
  }
}

TEST_F(HardNames, AnInitialIsNoForename) {
  EXPECT_EQ(Forename("S", "Saffron"), Doubt::kForename);
  EXPECT_EQ(Forename("Saffron", "S"), Doubt::kForename);
  EXPECT_EQ(Forename("S", "S"), Doubt::kForename);
}

TEST_F(HardNames, ANicknameIsTheChild) {
  for (const auto& [heard, on_roll] :
       Pairs{{"Lizzie", "Elizabeth"}, {"Bill", "William"}, {"Elizabeth", "Lizzie"}}) {
    EXPECT_EQ(Forename(heard, on_roll), Doubt::kNone) << heard << ", " << on_roll;
  }
  EXPECT_EQ(Forename("Beth", "Liz"), Doubt::kForename) << "two short for a third may be sisters";
}

TEST_F(HardNames, ANicknameOfBothTwinsIsNeithers) {
  OnRoll("Alexander", "Ellery", kBorn, kHome);
  OnRoll("Alexandra", "Ellery", kBorn, kHome);
  EXPECT_EQ(Ask("Alex", "Ellery", kBorn, kHome), Doubt::kAnotherAsLikely);
  EXPECT_EQ(Placed("Alexandra", "Ellery", kBorn, kHome), 1u);
}

// The child is the twin of whom nobody knows the name, as far as anyone can say.
TEST_F(HardNames, APlaceholderIsNoForename) {
  for (const char* heard : {"Baby", "Unknown", "Baby Girl", "Twin 2", "Name not known", "N/K"}) {
    EXPECT_EQ(Forename(heard, "Saffron"), Doubt::kForename) << heard;
    EXPECT_EQ(Forename("Saffron", heard), Doubt::kForename) << heard << " on the roll";
    EXPECT_EQ(Forename(heard, heard), Doubt::kForename) << heard << " on both sides";
  }
  EXPECT_EQ(Forename("Baby Saffron", "Saffron"), Doubt::kNone);
}

TEST_F(HardNames, APlaceholderIsNoFamilyName) {
  for (const char* heard : {"Unknown", "Not Known", "N/K", "n/a", "TBC"}) {
    EXPECT_EQ(Family(heard, heard).at(Field::kFamilyName).level, Level::kUnknown) << heard;
    EXPECT_EQ(Family(heard, "Ellery").at(Field::kFamilyName).level, Level::kUnknown) << heard;
  }
}

TEST_F(HardNames, PreferredFormerAndHalfNames) {
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

// As an officer hears them who knows the child well.
TEST_F(HardNames, PreferredAndFormerNamesOfTheChildThatWasHeard) {
  OnRoll("Birdie", "Brackley", kBorn, kHome);
  Description child = ChildOf("Ottoline", "Quibell", kBorn, kHome);
  EXPECT_EQ(Ask(child).doubt, Doubt::kForename);
  child.preferred = GivenWords("Birdie");
  child.former = ReadFamilyName("Brackley");
  EXPECT_EQ(Ask(child).doubt, Doubt::kNone);
}

TEST_F(HardNames, HyphenatedForenames) {
  for (const char* heard : {"Zoë-Anne", "ZOE ANNE", "Zoeanne", "Zoe", "Zoe Anne Marie"}) {
    EXPECT_EQ(Forename(heard, "Zoë-Anne"), Doubt::kNone) << heard;
  }
}

TEST_F(HardNames, ADoubleBarrelledNameByEitherHalfAndInEitherOrder) {
  const auto level = [&](const char* heard, const char* on_roll) {
    return Family(heard, on_roll).at(Field::kFamilyName).level;
  };
  EXPECT_EQ(level("Ellery", "Ellery-Quibell"), Level::kHalf);
  EXPECT_EQ(level("Quibell", "Ellery-Quibell"), Level::kHalf);
  EXPECT_EQ(level("Ellery-Quibell", "Quibell"), Level::kHalf);
  EXPECT_EQ(level("Quibell-Ellery", "Ellery Quibell"), Level::kHalf);
  EXPECT_EQ(level("Ellery Quibell", "Ellery-Quibell"), Level::kExact);
}

TEST_F(HardNames, ParticlesMayBeLeftOut) {
  const Pairs same = {{"O Brien", "O'Brien"},     {"OBRIEN", "O\u2019Brien"},
                      {"Mc Donald", "McDonald"},  {"Cruz", "de la Cruz"},
                      {"Yusuf", "bin Yusuf"},     {"Hassan", "al-Hassan"},
                      {"Al Hassan", "El-Hassan"}, {"Berg", "van der Berg"}};
  for (const auto& [heard, on_roll] : same) {
    EXPECT_EQ(Family(heard, on_roll).at(Field::kFamilyName).level, Level::kExact)
        << heard << ", " << on_roll;
    EXPECT_EQ(Family(on_roll, heard).at(Field::kFamilyName).level, Level::kExact)
        << on_roll << ", " << heard;
  }
  for (const auto& [heard, on_roll] :
       Pairs{{"Macdonald", "McDonald"}, {"DSouza", "De Souza"}, {"Brien", "O'Brien"}}) {
    EXPECT_EQ(Family(heard, on_roll).at(Field::kFamilyName).level, Level::kClose)
        << heard << ", " << on_roll;
  }
}

TEST_F(HardNames, TransliteratedNames) {
  OnRoll("Мария", "Ковальчук", kBorn, kHome);
  EXPECT_EQ(Ask("Maria", "Kovalchuk", kBorn, kHome), Doubt::kNone);
  EXPECT_EQ(Ask("Mariya", "Kovalchuk", kBorn, kHome), Doubt::kNone);
  EXPECT_EQ(Ask("Oksana", "Kovalchuk", kBorn, kHome), Doubt::kForename);
  EXPECT_EQ(Forename("Youssef", "Yusuf"), Doubt::kNone);
  EXPECT_EQ(Forename("Łukasz", "Lukasz"), Doubt::kNone);
}

TEST_F(HardNames, KaurSinghAndBegum) {
  for (const char* family : {"Kaur", "Singh", "Begum"}) {
    Forget();
    OnRoll("Simran", family, kBorn, kHome);
    EXPECT_EQ(Ask("Simran", family, kBorn, kHome), Doubt::kNone) << family;
    EXPECT_EQ(Ask("Harleen", family, kBorn, kHome), Doubt::kForename) << family;
  }
}

TEST_F(HardNames, KaurAndSinghBesideAFamilyName) {
  OnRoll("Simran Kaur", "Gill", kBorn, kHome);
  for (const char* family : {"Gill", "Kaur", "Kaur Gill", "Singh Gill"}) {
    EXPECT_EQ(Ask("Simran", family, kBorn, kHome), Doubt::kNone) << family;
  }
  EXPECT_EQ(Ask("Harleen Kaur", "Gill", kBorn, kHome), Doubt::kForename) << "Kaur is no forename";
}

TEST_F(HardNames, FamilyNameFirst) {
  OnRoll("Diya", "Patel", kBorn, kHome);
  EXPECT_EQ(Placed("Patel", "Diya", kBorn, kHome), 0u);
  EXPECT_EQ(Ask("Patel", "Finn", kBorn, kHome), Doubt::kForename) << "her brother";
  OnRoll("Riya", "Patel", kBorn, kHome);
  EXPECT_EQ(Placed("Patel", "Riya", kBorn, kHome), 1u);
  OnRoll("Xiao Ming", "Zhang", kBorn, kHome);
  EXPECT_EQ(Placed("Zhang", "Xiao Ming", kBorn, kHome), 2u);
}

TEST_F(HardNames, Mononyms) {
  OnRoll("Ngawang", "", kBorn, kHome);
  EXPECT_EQ(Placed("Ngawang", "", kBorn, kHome), 0u);
  EXPECT_EQ(Placed("Ngawang", "Unknown", kBorn, kHome), 0u);
  EXPECT_EQ(Ask("Unknown", "Ngawang", kBorn, kHome), Doubt::kForename) << "it may be the family's";
  Forget();
  OnRoll("Ngawang", "Ngawang", kBorn, kHome);
  EXPECT_EQ(Placed("Ngawang", "", kBorn, kHome), 0u);
}

TEST_F(HardNames, ControlCharactersChangeNoName) {
  OnRoll("Saffron", "Quibell", kBorn, kHome);
  EXPECT_EQ(Ask("\u202eSaf\u0007fron", "Quibell\u200f", kBorn, kHome), Doubt::kNone);
  EXPECT_EQ(Ask("\u200b\u2066Saffron\u2069", "Qui\u00adbell", kBorn, kHome), Doubt::kNone);
  EXPECT_EQ(Ask("\u202e", "Quibell", kBorn, kHome), Doubt::kForename) << "nothing is left of it";
}

TEST_F(HardNames, RightToLeftScripts) {
  OnRoll("يوسف", "منصور", kBorn, kHome);
  EXPECT_EQ(Placed("\u200fيوسف", "منصور\u200f", kBorn, kHome), 0u);
  EXPECT_EQ(Ask("مريم", "منصور", kBorn, kHome), Doubt::kForename) << "the twin";
}

TEST_F(HardNames, OverlongNames) {
  const std::string longest(limits::kNameBytes, 'x');
  OnRoll("Saffron", "Quibell", kBorn, kHome);
  EXPECT_EQ(Ask(longest.c_str(), longest.c_str(), kBorn, kHome), Doubt::kForename);
  const std::string other = longest.substr(0, limits::kNameBytes - 9) + "ottoline";
  Forget();
  OnRoll(longest.c_str(), other.c_str(), kBorn, kHome);
  EXPECT_EQ(Placed(longest.c_str(), other.c_str(), kBorn, kHome), 0u);
}

}  // namespace
}  // namespace firstbell::matching
