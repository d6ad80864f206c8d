#include "clients/school/records/wishes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firstbell::school_records {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

v1::ChildPassport Wishing(const std::vector<std::pair<std::string, v1::MayKnow>>& wishes) {
  v1::ChildPassport passport;
  for (const auto& [who, may] : wishes) {
    v1::ChildWish& wish = *passport.add_wishes();
    wish.set_who(who);
    wish.set_may_know(may);
  }
  return passport;
}

std::vector<std::string> Against(const v1::ChildPassport& passport, const std::string& who) {
  std::vector<std::string> names;
  for (const v1::ChildWish& wish : WishesAgainst(passport, who)) names.push_back(wish.who());
  return names;
}

TEST(WishesTest, WhoeverIsNamedIsToldAsWished) {
  const auto passport = Wishing({{"Mr Linden", v1::MAY_KNOW_NO},
                                 {"class teacher", v1::MAY_KNOW_ASK_ME},
                                 {"Ms Hazel", v1::MAY_KNOW_YES}});
  for (const char* who : {"Mr Linden", " mr  LINDEN", "linden", "Mr. Linden, 4B"}) {
    EXPECT_THAT(Against(passport, who), ElementsAre("Mr Linden")) << who;
  }
  EXPECT_THAT(Against(passport, "Mrs Linden"), IsEmpty()) << "may be another";
  EXPECT_THAT(Against(passport, "Ms Oak (class teacher)"), ElementsAre("class teacher"));
  EXPECT_THAT(Against(passport, "Ms Hazel"), IsEmpty());
  EXPECT_THAT(Against(passport, "Ms Hazel, class teacher"), ElementsAre("class teacher"))
      << "of two that name them, the one that is against it is heard";
  EXPECT_THAT(Against(passport, ""), IsEmpty());
}

TEST(WishesTest, WhatIsWishedOfEverybodyIsTheRuleForWhomNothingElseIs) {
  v1::ChildPassport passport =
      Wishing({{"All staff", v1::MAY_KNOW_NO}, {"Ms Hazel", v1::MAY_KNOW_YES}});
  for (const char* who : {"All staff", "staff", "everybody else", "Mr Linden"}) {
    EXPECT_THAT(Against(passport, who), ElementsAre("All staff")) << who;
  }
  EXPECT_THAT(Against(passport, "ms hazel"), IsEmpty());
  EXPECT_THAT(Against(passport, "Ms Hazel, 4B"), ElementsAre("All staff")) << "who is 4B?";
  passport.set_trusted_adult("Mrs Rowan, the librarian");
  EXPECT_THAT(Against(passport, "Mrs Rowan"), IsEmpty());
  EXPECT_THAT(Against(Wishing({{"Everybody", v1::MAY_KNOW_YES}}), "Mr Linden"), IsEmpty());
  EXPECT_THAT(Against(v1::ChildPassport(), "Mr Linden"), IsEmpty());
}

TEST(WishesTest, WhatSomebodyMayKnowLiftsTheRuleForNobodyElse) {
  v1::ChildPassport passport = Wishing({{"All staff", v1::MAY_KNOW_NO},
                                        {"All kitchen staff", v1::MAY_KNOW_YES},
                                        {"Ms Hazel", v1::MAY_KNOW_YES}});
  passport.set_trusted_adult("Ms Lee (support staff)");
  for (const char* who : {"All staff", "staff", "Ms Hazel and Mr Linden", "Ms Hazel & all staff",
                          "Ms Hazel, Mr Linden", "support staff", "every teacher", "nobody"}) {
    EXPECT_THAT(Against(passport, who), ElementsAre("All staff")) << who;
  }
  EXPECT_THAT(Against(passport, "Ms Lee"), IsEmpty());
  EXPECT_THAT(Against(passport, "Ms Hazel and Ms Lee"), IsEmpty());
  EXPECT_THAT(Against(passport, "all kitchen staff"), IsEmpty());
  passport.mutable_wishes(2)->set_about("that I am tired");
  EXPECT_THAT(Against(passport, "Ms Hazel"), ElementsAre("All staff"))
      << "nobody but a person can weigh what it is about";
}

TEST(WishesTest, WhatIsWishedOfTheTrustedAdultHoldsForThemToo) {
  v1::ChildPassport passport = Wishing({{"Mrs Rowan", v1::MAY_KNOW_ASK_ME}});
  passport.set_trusted_adult("Mrs Rowan");
  EXPECT_THAT(Against(passport, "Mrs Rowan"), ElementsAre("Mrs Rowan"));
}

TEST(WishesTest, NamesAreComparedAsTheyAreSaid) {
  EXPECT_THAT(Against(Wishing({{"Ms O’Brien", v1::MAY_KNOW_NO}}), "ms o'brien"),
              ElementsAre("Ms O’Brien"));
  EXPECT_THAT(Against(Wishing({{"Zoë", v1::MAY_KNOW_NO}}), "ZOË"), ElementsAre("Zoë"));
}

}  // namespace
}  // namespace firstbell::school_records
