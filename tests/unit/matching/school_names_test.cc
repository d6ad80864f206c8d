#include "broker/matching/school_names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/matching/small_roll.h"

namespace firstbell::matching {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(SchoolWords, AreWhatNamesIt) {
  EXPECT_THAT(SchoolWords("St. Mary's Catholic Primary School"), ElementsAre("mary", "saint"));
  EXPECT_THAT(SchoolWords("Saint Mary’s RC Primary"), ElementsAre("mary", "saint"));
  EXPECT_THAT(SchoolWords("The Oaks C of E (VA) Infant School and Nursery"), ElementsAre("oak"));
  EXPECT_THAT(SchoolWords("Ysgol Gynradd Bryn Awel"), ElementsAre("awel", "bryn"));
  EXPECT_THAT(SchoolWords("The High School"), IsEmpty());
}

class SchoolsHeard : public ::testing::Test {
 protected:
  SchoolsHeard() {
    names_.Add({kLeeds, "St Mary's Catholic Primary School", "Leeds", "Leeds", 200});
    names_.Add(
        {kHull, "St. Mary's Church of England Primary School", "Kingston upon Hull", "Hull", 200});
    names_.Add({kLarch, "Larch Row Academy", "Examplebury", "Exampleshire", 900});
    names_.Add({kOther, "Larch Row Lower School", "Otherton", "Othershire", 100});
    names_.Add({kHigh, "Wetherby High School", "Wetherby", "Leeds", 1000});
    names_.Add({kPrimary, "Wetherby Primary School", "Wetherby", "Leeds", 300});
  }
  SchoolHeard Hear(const char* name, const char* town = "") const {
    return names_.Resolve(name, town, SmallRoll());
  }

  const base::Urn kLeeds{100001}, kHull{100002}, kLarch{100003}, kOther{100004};
  const base::Urn kHigh{100005}, kPrimary{100006};
  SchoolNames names_;
};

TEST_F(SchoolsHeard, ANameWithItsTown) {
  EXPECT_THAT(Hear("St Marys", "Leeds").may_be, ElementsAre(kLeeds));
  EXPECT_THAT(Hear("saint mary's primary", "Hull").may_be, ElementsAre(kHull));
  EXPECT_THAT(Hear("St Mary's Leeds").may_be, ElementsAre(kLeeds)) << "the town in the name";
  EXPECT_FALSE(Hear("St Mary's Leeds").name_alone);
  EXPECT_THAT(Hear("Larch Row", "Exampleshire").may_be, ElementsAre(kLarch));
  EXPECT_THAT(Hear("Larch Row", "Wetherby").may_be, IsEmpty()) << "none of that name is there";
}

TEST_F(SchoolsHeard, ANameAloneIsNoPlace) {
  const SchoolHeard mary = Hear("St Mary's");
  EXPECT_THAT(mary.may_be, ElementsAre(kLeeds, kHull));
  EXPECT_TRUE(mary.name_alone);
  EXPECT_GT(mary.share, Hear("St Mary's", "Hull").share);
}

TEST_F(SchoolsHeard, SlipsOfThePen) {
  EXPECT_THAT(Hear("Larsh Row", "Examplebury").may_be, ElementsAre(kLarch));
  EXPECT_THAT(Hear("Larch Rowe Acadmy", "Examplebury").may_be, IsEmpty());
}

TEST_F(SchoolsHeard, WhatKindItIsDoesNotNameIt) {
  EXPECT_THAT(Hear("Wetherby").may_be, ElementsAre(kHigh, kPrimary));
  EXPECT_THAT(Hear("the primary school").may_be, IsEmpty());
  EXPECT_THAT(Hear("").may_be, IsEmpty());
  EXPECT_THAT(Hear("Nowhere", "Leeds").may_be, IsEmpty());
}

// It has another number since: whichever the register still knows may be meant.
TEST_F(SchoolsHeard, AnAcademyIsHeardByTheNameOfTheSchoolItWas) {
  const base::Urn was(100007), is(100008);
  names_.Add({was, "Elder Mount Community Primary School", "Dunmere", "Leeds", 0});
  names_.Add({is, "Elder Mount Academy", "Dunmere", "Leeds", 300});
  EXPECT_THAT(Hear("Elder Mount Primary", "Dunmere").may_be, ElementsAre(was, is));
  EXPECT_THAT(Hear("Elder Mount Academy", "Dunmere").may_be, ElementsAre(was, is));
}

TEST_F(SchoolsHeard, ARenamedSchoolIsNobodyByItsOldName) {
  names_.Add({base::Urn(100007), "Dunmere Rise Academy", "Dunmere", "Leeds", 300});
  EXPECT_THAT(Hear("Elder Mount Primary", "Dunmere").may_be, IsEmpty()) << "no evidence either way";
  EXPECT_THAT(Hear("Dunmere Rise", "Dunmere").may_be, ElementsAre(base::Urn(100007)));
}

TEST_F(SchoolsHeard, ANumber) {
  EXPECT_THAT(names_.Resolve(kHigh, SmallRoll()).may_be, ElementsAre(kHigh));
  EXPECT_THAT(names_.Resolve(base::Urn(999999), SmallRoll()).may_be, IsEmpty());
}

// Gorse Hill closed, became the Beacon and that the Lantern, of another town.
class FormerSchools : public SchoolsHeard {
 protected:
  FormerSchools() {
    names_.Add({kGorse, "Gorse Hill School", "Wetherby", "Leeds", 0});
    names_.Add({kBeacon, "Beacon Academy", "Wetherby", "Leeds", 0, {kGorse}});
    names_.Add({kLantern, "The Lantern Academy", "Otherton", "Othershire", 700, {kGorse, kBeacon}});
  }
  SchoolHeard Hear(base::Urn urn) const { return names_.Resolve(urn, SmallRoll()); }
  using SchoolsHeard::Hear;

  const base::Urn kGorse{100010}, kBeacon{100011}, kLantern{100012};
};

TEST_F(FormerSchools, MeanThoseThatFollowedThem) {
  EXPECT_THAT(Hear("Gorse Hill", "Wetherby").may_be, ElementsAre(kGorse, kBeacon, kLantern));
  EXPECT_FALSE(Hear("Gorse Hill", "Wetherby").name_alone);
  EXPECT_TRUE(Hear("Gorse Hill").name_alone);
  EXPECT_THAT(Hear("Beacon").may_be, ElementsAre(kBeacon, kLantern));
  EXPECT_THAT(Hear("Lantern").may_be, ElementsAre(kLantern)) << "a new name is no former school's";
  EXPECT_THAT(Hear(kGorse).may_be, ElementsAre(kGorse, kBeacon, kLantern));
}

TEST_F(FormerSchools, CountWithThePupilsOfAll) {
  EXPECT_EQ(Hear("Gorse Hill").share, Hear("Lantern").share);
  EXPECT_EQ(Hear(kGorse).share, Hear(kLantern).share);
  names_.Add({base::Urn(100013), "Gorse Hill Annexe", "Wetherby", "Leeds", 300, {kGorse}});
  EXPECT_GT(Hear("Gorse Hill").share, Hear("Lantern").share);
}

TEST_F(FormerSchools, NeedNotBeOfTheRegister) {
  const base::Urn gone(100098);
  names_.Add({base::Urn(100014), "Ember School", "Wetherby", "Leeds", 100, {gone}});
  EXPECT_THAT(Hear(gone).may_be, ElementsAre(base::Urn(100014)));
}

TEST_F(FormerSchools, ThatFollowedEachOtherMeanBoth) {
  const base::Urn one(100015), other(100016);
  names_.Add({one, "Ember School", "Wetherby", "Leeds", 100, {other}});
  names_.Add({other, "Cinder School", "Wetherby", "Leeds", 100, {one}});
  EXPECT_THAT(Hear("Ember").may_be, ElementsAre(one, other));
  EXPECT_THAT(Hear(other).may_be, ElementsAre(one, other));
}

TEST_F(SchoolsHeard, ANameOfHalfTheCountryIsNone) {
  for (std::uint32_t i = 0; i <= SchoolNames::kMost; ++i) {
    names_.Add({base::Urn(200000 + i), "Holy Trinity School", "Town", "Shire", 100});
  }
  EXPECT_THAT(Hear("Holy Trinity", "Shire").may_be, IsEmpty());
}

}  // namespace
}  // namespace firstbell::matching
