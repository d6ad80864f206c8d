#include "broker/matching/frequencies.h"

#include <gtest/gtest.h>

namespace firstbell::matching {
namespace {

Description PupilOf(const char* forename, const char* family, model::Date born,
                    const char* postcode) {
  Description pupil;
  pupil.given = {forename};
  pupil.family.whole = family;
  pupil.born = born;
  pupil.postcode = ReadPostcode(postcode);
  return pupil;
}

constexpr int kMany = 100'000;

// Four pupils, so many times.
FrequencyCounter CountMany() {
  FrequencyCounter counter;
  for (int i = 0; i < kMany; ++i) {
    counter.Add(PupilOf("mohammed", "khan", model::Date(2014, 1, 1), "LS1 4AP"));
    counter.Add(PupilOf("muhammad", "khan", model::Date(2014, 1, 1), "LS1 4AP"));
    counter.Add(PupilOf("emma", "smith", model::Date(2014, 2, 1), "LS1 5BB"));
    counter.Add(PupilOf("emma", "jones", model::Date(2015, 2, 1), "LS2 5BB"));
  }
  return counter;
}

// A tenth of all are Mohammed, a tenth Khan, a twentieth both; all Khans live in LS1, with a tenth
// of all.
FrequencyCounter CountFamilies() {
  FrequencyCounter counter;
  const auto add = [&](const char* forename, const char* family, const char* postcode, int count) {
    for (int i = 0; i < count; ++i) {
      counter.Add(PupilOf(forename, family, model::Date(2010, 1, 1) + i, postcode));
    }
  };
  add("mohammed", "khan", "LS1 4AP", 500);
  add("emma", "khan", "LS1 4AP", 500);
  add("muhammad", "smith", "LS2 5BB", 500);
  add("emma", "smith", "LS2 5BB", 8500);
  return counter;
}

TEST(Frequencies, AreSharesOfThePupils) {
  const Frequencies frequencies = CountMany().Take();
  EXPECT_EQ(frequencies.pupils(), 4u * kMany);
  EXPECT_NEAR(frequencies.Forename("mohamed"), 0.5, 1e-3) << "every spelling is the one name";
  EXPECT_NEAR(frequencies.Family("khan"), 0.5, 1e-3);
  EXPECT_NEAR(frequencies.BirthDate(model::Date(2014, 1, 1)), 0.5, 1e-3);
  EXPECT_NEAR(frequencies.BirthYear(2014), 0.75, 1e-3);
  EXPECT_NEAR(frequencies.Outward("LS1"), 0.75, 1e-3);
  EXPECT_NEAR(frequencies.School(kMany), 0.25, 1e-3);
}

TEST(Frequencies, AreKept) {
  const Frequencies frequencies = CountMany().Take();
  const auto kept = Frequencies::Parse(frequencies.Serialize());
  ASSERT_TRUE(kept.ok());
  EXPECT_EQ(kept->pupils(), frequencies.pupils());
  EXPECT_EQ(kept->Forename("emma"), frequencies.Forename("emma"));
  EXPECT_EQ(kept->Family("khan"), frequencies.Family("khan"));
  EXPECT_EQ(kept->BirthDate(model::Date(2014, 1, 1)),
            frequencies.BirthDate(model::Date(2014, 1, 1)));
  EXPECT_EQ(kept->BirthYear(2015), frequencies.BirthYear(2015));
  EXPECT_EQ(kept->Outward("LS2"), frequencies.Outward("LS2"));
  EXPECT_EQ(kept->SamePostcode(), frequencies.SamePostcode());
  EXPECT_EQ(kept->NamesTogether("muhammad", "khan"), frequencies.NamesTogether("muhammad", "khan"));
  const Frequencies families = CountFamilies().Take();
  EXPECT_EQ(Frequencies::Parse(families.Serialize())->NamesTogether("muhammad", "khan"),
            families.NamesTogether("muhammad", "khan"));
  EXPECT_EQ(Frequencies::Parse("").value().pupils(), 0u) << "nothing was counted";
  EXPECT_EQ(Frequencies::Parse("\xff").status().code(), base::Code::kDataLoss);
}

// Each postcode of an outward code has a hundred pupils of a million.
TEST(Frequencies, PostcodesOfAnOutwardCode) {
  FrequencyCounter counter;
  for (int i = 0; i < 1'000'000; ++i) {
    const int place = i % 10'000;
    const std::string inward = {static_cast<char>('0' + place / 1000),
                                static_cast<char>('A' + place / 100 % 10),
                                static_cast<char>('A' + place % 100 / 10 * 2)};
    counter.Add(PupilOf("emma", "smith", model::Date(2014, 2, 1), ("LS1 " + inward).c_str()));
  }
  // Letters that no inward code has (C, I, K, M, O, V) are read as none.
  const double same = counter.Take().SamePostcode();
  EXPECT_GT(same, 1.0 / 2000);
  EXPECT_LT(same, 1.0 / 100);
}

TEST(Frequencies, NamesThatGoTogetherAndFamiliesNearTheirOwn) {
  const Frequencies frequencies = CountFamilies().Take();
  EXPECT_NEAR(frequencies.NamesTogether("mohamed", "khan"), 5, 0.6);
  EXPECT_NEAR(frequencies.NamesTogether("emma", "smith"), 1, 0.2);
  EXPECT_EQ(frequencies.NamesTogether("zenobia", "khan"), 1) << "no pupil: as rare as they may be";
  EXPECT_NEAR(frequencies.FamilyInArea("khan", "LS1"), 10, 1.2);
  EXPECT_EQ(frequencies.FamilyInArea("khan", "LS2"), 1);
}

TEST(Frequencies, AFewTogetherAreChance) {
  FrequencyCounter counter = CountFamilies();
  for (int i = 0; i < 7; ++i) {
    counter.Add(PupilOf("zenobia", "quibell", model::Date(2014, 2, 1) + i, "LS1 4AP"));
  }
  FrequencyCounter more = counter;
  more.Add(PupilOf("zenobia", "quibell", model::Date(2012, 2, 1), "LS1 4AP"));
  EXPECT_EQ(counter.Take().NamesTogether("zenobia", "quibell"), 1);
  EXPECT_GT(more.Take().NamesTogether("zenobia", "quibell"), 10);
}

TEST(Frequencies, AChildOnSeveralRollsIsOne) {
  FrequencyCounter counter = CountFamilies();
  for (int i = 0; i < 100; ++i) {
    counter.Add(PupilOf("zenobia", "quibell", model::Date(2014, 2, 1), "LS1 4AP"));
  }
  EXPECT_EQ(counter.Take().NamesTogether("zenobia", "quibell"), 1);
}

TEST(Frequencies, WhatNobodyHasCountsAsOne) {
  FrequencyCounter counter = CountMany();
  const Frequencies frequencies = counter.Take();
  EXPECT_NEAR(frequencies.Forename("zenobia"), 1.0 / (4 * kMany), 2e-6);
  EXPECT_GT(frequencies.Forename("zenobia"), 0);
}

TEST(Frequencies, OfASmallRollLeanToTheCountrys) {
  FrequencyCounter counter;
  counter.Add(PupilOf("zenobia", "quibell", model::Date(2014, 2, 1), "LS1 4AP"));
  const Frequencies one = counter.Take();
  EXPECT_LT(one.Forename("zenobia"), 0.01) << "the only pupil's name is not everybody's";
  EXPECT_LT(one.BirthDate(model::Date(2014, 2, 1)), 0.003);
  EXPECT_LT(one.SamePostcode(), 0.01);
  EXPECT_LT(Frequencies().Family("smith"), 0.01) << "nor is nobody's";
}

TEST(Frequencies, APreferredNameIsAName) {
  Description pupil = PupilOf("elizabeth", "smith", model::Date(2014, 2, 1), "");
  pupil.preferred = {"lizzie"};
  FrequencyCounter counter;
  for (int i = 0; i < 4; ++i) counter.Add(pupil);
  counter.Add(PupilOf("elizabteh", "smith", model::Date(2014, 2, 1), ""));
  const Frequencies frequencies = counter.Take();
  EXPECT_TRUE(frequencies.IsForename("lizzie"));
  EXPECT_TRUE(frequencies.IsForename("elizabeth"));
  EXPECT_FALSE(frequencies.IsForename("elizabteh")) << "a slip of the pen";
  EXPECT_FALSE(frequencies.IsForename("zenobia"));
  EXPECT_TRUE(frequencies.IsForename("bella")) << "many in the country are called so";
}

TEST(FrequencyCounter, BeginsAnew) {
  FrequencyCounter counter;
  counter.Add(PupilOf("emma", "smith", model::Date(2014, 2, 1), "LS1 4AP"));
  (void)counter.Take();
  counter.Add(PupilOf("zoe", "jones", model::Date(2014, 2, 1), "LS1 4AP"));
  const Frequencies frequencies = counter.Take();
  EXPECT_EQ(frequencies.pupils(), 1u);
  EXPECT_EQ(frequencies.Forename("emma"), frequencies.Forename("zenobia"));
}

}  // namespace
}  // namespace firstbell::matching
