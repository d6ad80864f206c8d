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

TEST(Frequencies, AreSharesOfThePupils) {
  FrequencyCounter counter;
  counter.Add(PupilOf("mohammed", "khan", model::Date(2014, 1, 1), "LS1 4AP"));
  counter.Add(PupilOf("muhammad", "khan", model::Date(2014, 1, 1), "LS1 4AP"));
  counter.Add(PupilOf("emma", "smith", model::Date(2014, 2, 1), "LS1 5BB"));
  counter.Add(PupilOf("emma", "jones", model::Date(2015, 2, 1), "LS2 5BB"));
  const Frequencies frequencies = counter.Take();
  EXPECT_EQ(frequencies.pupils(), 4u);
  EXPECT_EQ(frequencies.Forename("mohamed"), 0.5) << "every spelling is the one name";
  EXPECT_EQ(frequencies.Family("khan"), 0.5);
  EXPECT_EQ(frequencies.BirthDate(model::Date(2014, 1, 1)), 0.5);
  EXPECT_EQ(frequencies.BirthYear(2014), 0.75);
  EXPECT_EQ(frequencies.Outward("LS1"), 0.75);
  EXPECT_DOUBLE_EQ(frequencies.SamePostcode(), 6.0 / 10) << "(4 + 1 + 1) of (9 + 1) pairs";
}

TEST(Frequencies, WhatNobodyHasCountsAsOne) {
  FrequencyCounter counter;
  for (int i = 0; i < 10; ++i) counter.Add(PupilOf("emma", "smith", model::Date(2014, 2, 1), ""));
  const Frequencies frequencies = counter.Take();
  EXPECT_EQ(frequencies.Forename("zoe"), 0.1);
  EXPECT_EQ(frequencies.BirthDate(model::Date(1999, 1, 1)), 0.1);
  EXPECT_EQ(Frequencies().Forename("zoe"), 1) << "an empty roll says nothing";
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
  EXPECT_FALSE(frequencies.IsForename("zoe"));
}

TEST(FrequencyCounter, BeginsAnew) {
  FrequencyCounter counter;
  counter.Add(PupilOf("emma", "smith", model::Date(2014, 2, 1), "LS1 4AP"));
  (void)counter.Take();
  counter.Add(PupilOf("zoe", "jones", model::Date(2014, 2, 1), "LS1 4AP"));
  const Frequencies frequencies = counter.Take();
  EXPECT_EQ(frequencies.pupils(), 1u);
  EXPECT_EQ(frequencies.Forename("zoe"), 1);
}

}  // namespace
}  // namespace firstbell::matching
