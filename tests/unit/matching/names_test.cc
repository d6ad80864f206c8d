#include "broker/matching/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <thread>

namespace firstbell::matching {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(PlainWords, AccentsApostrophesAndOtherScriptsBecomeLetters) {
  EXPECT_THAT(PlainWords("Zoë-Anne  Marie"), ElementsAre("zoe", "anne", "marie"));
  EXPECT_THAT(PlainWords("O'Brien"), ElementsAre("obrien"));
  EXPECT_THAT(PlainWords("O\u2019BRIEN"), ElementsAre("obrien"));
  EXPECT_THAT(PlainWords("Łukasz Øst Straße Þór"), ElementsAre("lukasz", "ost", "strasse", "thor"));
  EXPECT_THAT(PlainWords("Мария"), ElementsAre("maria"));
  EXPECT_THAT(PlainWords("Ελένη"), ElementsAre("elene"));
  EXPECT_THAT(PlainWords("王小明").size(), testing::Ge(1u));
  EXPECT_THAT(PlainWords("J.R."), ElementsAre("j", "r"));
  EXPECT_THAT(PlainWords(""), IsEmpty());
  EXPECT_THAT(PlainWords(" -'\u200b "), IsEmpty());
}

TEST(GivenWords, WhatStandsForANameThatNobodyKnewSaysNothing) {
  for (const char* text :
       {"Baby", "BABY GIRL", "Unknown", "not known", "Twin 2", "N/K", "n/a", "TBC",
        "Name Not Known", "Baby (not given)", "No Name", "Not Known N/K"}) {
    EXPECT_THAT(GivenWords(text), IsEmpty()) << text;
  }
  EXPECT_THAT(GivenWords("Baby Zoë"), ElementsAre("zoe"));
  EXPECT_EQ(ReadFamilyName("Unknown"), FamilyName{});
  EXPECT_EQ(ReadFamilyName("Not Known"), FamilyName{});
  EXPECT_EQ(ReadFamilyName("N/K"), FamilyName{});
  EXPECT_EQ(ReadFamilyName("Na"), FamilyName{"na"});
  EXPECT_EQ(ReadFamilyName("Child"), FamilyName{"child"});
  EXPECT_THAT(GivenWords("Known"), ElementsAre("known"));
}

TEST(FamilyNames, ParticlesAreLeftOutAndPrefixesJoined) {
  EXPECT_EQ(ReadFamilyName("de la Cruz"), FamilyName{"cruz"});
  EXPECT_EQ(ReadFamilyName("van der Berg"), FamilyName{"berg"});
  EXPECT_EQ(ReadFamilyName("al-Hassan"), FamilyName{"hassan"});
  EXPECT_EQ(ReadFamilyName("bin Yusuf"), FamilyName{"yusuf"});
  EXPECT_EQ(ReadFamilyName("Mc Donald"), FamilyName{"mcdonald"});
  EXPECT_EQ(ReadFamilyName("O' Brien"), FamilyName{"obrien"});
  EXPECT_EQ(ReadFamilyName("Saint John"), ReadFamilyName("St. John"));
  // Of a particle alone the name consists.
  EXPECT_EQ(ReadFamilyName("Le"), FamilyName{"le"});
  EXPECT_EQ(ReadFamilyName("Mac"), FamilyName{"mac"});
}

TEST(FamilyNames, ADoubleBarrelledOneHasHalves) {
  const FamilyName name{"smithjones", {"smith", "jones"}};
  EXPECT_EQ(ReadFamilyName("Smith-Jones"), name);
  EXPECT_EQ(ReadFamilyName("SMITH JONES"), name);
  EXPECT_EQ(ReadFamilyName("Mc Donald - O'Brien"),
            (FamilyName{"mcdonaldobrien", {"mcdonald", "obrien"}}));
  EXPECT_EQ(ReadFamilyName("Smith J"), FamilyName{"smithj"});
  EXPECT_EQ(ReadFamilyName("Smith"), FamilyName{"smith"});
}

RC_GTEST_PROP(PlainWords, AnyBytesMakeWordsOfLowerCaseLetters, (const std::string& text)) {
  for (const std::string& word : PlainWords(text)) {
    RC_ASSERT(!word.empty());
    RC_ASSERT(word.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string::npos);
  }
}

TEST(PlainWords, AnyThreadMayAskAtOnce) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      for (int round = 0; round < 200; ++round) {
        EXPECT_THAT(PlainWords("Мария Zoë"), ElementsAre("maria", "zoe"));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace firstbell::matching
