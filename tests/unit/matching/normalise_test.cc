// Names that a person would call the same, and those that only look alike.

#include "broker/matching/normalise.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "unicode/unistr.h"

namespace firstbell::matching {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Names, ThatAPersonWouldCallTheSame) {
  const std::vector<std::string> same[] = {
      {"Zoë-Anne O'Brien", "ZOE ANNE OBRIEN", "zoe anne o brien",
       "Zoe\u0308\u2010Anne O\u2019Brien", "Zoe\u2011Anne O\u2018Brien", "ZOE\u2013ANNE O`BRIEN",
       "zoe anne o\u02BCbrien", "Zoe\u00ADanne O\u00B4Brien", "Zoe\u00A0Anne\u2003O\u2032Brien",
       "Zoe\u200DAnne O\uFF07Brien"},
      {"Łukasz", "LUKASZ", "łukasz", "Lukasz"},
      {"Søren Ægir", "soren aegir", "SØREN ÆGIR"},
      {"Strauß", "STRAUSS", "strauẞ"},
      {"Đặng", "Dang", "ĐẶNG"},
      {"Işıl", "ISIL", "Isil"},
      {"Þóra", "Thora"},
      {"José María", "JOSE MARIA", "Jose\u0301 Mari\u0301a"},
      {"St. John", "St John", "STJOHN"},
      {"Ｍａｒａ", "Mara"},
      {"Οδυσσεύς", "ΟΔΥΣΣΕΥΣ"},
      {"Алёна", "АЛЕНА"},
      {"محمد", "مُحَمَّد"},
      {"Ada (Addy)", "Ada Addy"},
  };
  for (const auto& names : same) {
    for (const auto& name : names) EXPECT_EQ(NormaliseName(name), NormaliseName(names[0])) << name;
  }
}

TEST(Names, ThatOnlyLookAlike) {
  const std::pair<const char*, const char*> different[] = {
      {"Ada", "Ad"}, {"Anne", "Ann"},       {"Mohammed", "Muhammad"}, {"Ada", "Аda"},
      {"रमा", "रम"}, {"Müller", "Mueller"}, {"Ada 2", "Ada 3"},
  };
  for (const auto& [a, b] : different) EXPECT_NE(NormaliseName(a), NormaliseName(b)) << a;
}

TEST(Names, WithoutALetterOrDigitAreEmpty) {
  for (const auto* name : {"", " ", "-", "'", "?", "\u2019", "\u0301", "\xFF", "\U0001F308"}) {
    EXPECT_EQ(NormaliseName(name), "") << name;
  }
}

TEST(Names, NormalisingTwiceChangesNothing) {
  EXPECT_TRUE(rc::check([](const std::vector<std::uint32_t>& codes) {
    icu::UnicodeString text;
    for (const auto code : codes) {
      const auto point = static_cast<UChar32>(code % 0x3000);
      text.append(point);
    }
    std::string name;
    text.toUTF8String(name);
    const std::string once = NormaliseName(name);
    RC_ASSERT(NormaliseName(once) == once);
  }));
}

TEST(Names, MarksThatCameTogetherAreInOneOrder) {
  EXPECT_EQ(NormaliseName("\u08CA-\u094D"), NormaliseName("\u094D\u08CA"));
}

TEST(Names, EveryCodePointIsStable) {
  for (UChar32 code = 1; code < 0x20000; ++code) {
    if (U_IS_SURROGATE(code)) continue;
    std::string name;
    icu::UnicodeString(code).toUTF8String(name);
    const std::string once = NormaliseName(name);
    ASSERT_EQ(NormaliseName(once), once) << std::hex << code;
    ASSERT_EQ(once.find('|'), std::string::npos) << "the separator of a key";
  }
}

model::Pupil Pupil(const char* given, const char* preferred, const char* family,
                   const char* former) {
  model::Pupil pupil;
  pupil.given_names = model::PersonText(given);
  pupil.preferred_given_name = model::PersonText(preferred);
  pupil.family_name = model::PersonText(family);
  pupil.former_family_name = model::PersonText(former);
  pupil.date_of_birth = base::Redacted<model::Date>(model::Date(2014, 5, 9));
  return pupil;
}

TEST(Keys, PairEachGivenWithEachFamilyName) {
  EXPECT_THAT(PupilKeys(Pupil("Zoë-Anne", "Zee", "O'Brien", "Okafor")),
              ElementsAre("2014-05-09|zee|obrien", "2014-05-09|zee|okafor",
                          "2014-05-09|zoeanne|obrien", "2014-05-09|zoeanne|okafor"));
}

TEST(Keys, AreDistinctAndOfWholeNames) {
  EXPECT_THAT(PupilKeys(Pupil("Ada", "ADA", "Byrne", "byrne")),
              ElementsAre("2014-05-09|ada|byrne"));
  EXPECT_THAT(PupilKeys(Pupil("Ada", "", "Byrne", "-")), ElementsAre("2014-05-09|ada|byrne"));
  EXPECT_THAT(PupilKeys(Pupil("?", "", "Byrne", "")), IsEmpty());
}

TEST(Keys, OfAChildAreMadeByTheSameRule) {
  const model::Pupil pupil = Pupil("Zoë-Anne", "Zee", "O'Brien", "Okafor");
  const model::ChildIdentity child{.given_names = pupil.given_names,
                                   .family_name = pupil.family_name,
                                   .preferred_given_name = pupil.preferred_given_name,
                                   .former_family_name = pupil.former_family_name,
                                   .date_of_birth = pupil.date_of_birth};
  EXPECT_EQ(ChildKeys(child), PupilKeys(pupil));
}

}  // namespace
}  // namespace firstbell::matching
