// What rows say, written and read back; and what is refused, by the label of its field.

#include "clients/school/records/bodies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace firstbell::school {
namespace {

using base::Code;
using testing::HasSubstr;

TEST(Bodies, ReadBackWhatWasWritten) {
  const ActionBody action{"breakfast", Stage::kPlan, "Ms Example", "at 8:20", "", "2026-03-09"};
  EXPECT_EQ(Parse<ActionBody>(ToText(action)).value(), action);
  const ChildBody child{"Robin <b>Éxample</b>", "2017-05-04", "4B"};
  EXPECT_EQ(Parse<ChildBody>(ToText(child)).value(), child);
  const ConcernBody concern{"said nothing\nall morning", "the class teacher"};
  EXPECT_EQ(Parse<ConcernBody>(ToText(concern)).value(), concern);
  const PauseBody pause{"Ms Example", "", "2026-04-01", false};
  EXPECT_EQ(Parse<PauseBody>(ToText(pause)).value(), pause);
  const FiledBody filed{"the school's system", "A/17"};
  EXPECT_EQ(Parse<FiledBody>(ToText(filed)).value(), filed);
}

TEST(Bodies, WhatDoesNotReadIsDamage) {
  for (const char* const text :
       {"", "{}", "[]", "null", "\"what\"", "{\"what\":1}",
        "{\"what\":\"x\",\"stage\":\"none\",\"who\":\"\",\"note\":\"\",\"outcome\":\"\","
        "\"follow_up\":\"\"}"}) {
    EXPECT_EQ(Parse<ActionBody>(text).status().code(), Code::kDataLoss) << text;
    EXPECT_EQ(Parse<PauseBody>(text).status().code(), Code::kDataLoss) << text;
  }
}

TEST(Bodies, WhatIsMissingOrTooLongIsSaidByItsLabel) {
  const auto message = [](const base::Status& status) {
    return std::string(base::Message(status));
  };
  EXPECT_THAT(message(Check(ActionBody{})), HasSubstr("What was done"));
  EXPECT_THAT(message(Check(ActionBody{.what = "  \n"})), HasSubstr("What was done"));
  EXPECT_THAT(message(Check(ActionBody{.what = "x", .follow_up = "tomorrow"})),
              HasSubstr("Look again on"));
  EXPECT_THAT(message(Check(ConcernBody{})), HasSubstr("seen or heard"));
  EXPECT_THAT(message(Check(PauseBody{})), HasSubstr("speak to first"));
  EXPECT_TRUE(Check(PauseBody{.lifted = true}).ok());
  std::string longest;
  for (std::size_t i = 0; i < kMostTextCharacters; ++i) longest += "é";
  EXPECT_TRUE(Check(ConcernBody{.text = longest}).ok());
  EXPECT_EQ(Check(ConcernBody{.text = longest + "é"}).code(), Code::kInvalidArgument);
  const std::string name(kMostNameCharacters, 'x');
  EXPECT_TRUE(Check(ChildBody{.name = name}).ok());
  EXPECT_FALSE(Check(ChildBody{.name = name + "x"}).ok());
  EXPECT_FALSE(Check(FiledBody{.system = "x"}).ok());
}

TEST(Catalogue, HasWordsForEachCodeAndLeavesOthersAsTheyAre) {
  EXPECT_EQ(WordsOfAction("breakfast"), "Breakfast");
  EXPECT_EQ(WordsOfAction("a walk with the dog"), "a walk with the dog");
  EXPECT_GE(Catalogue().size(), 9u);
}

TEST(TagText, IsTheSameForOneChildHoweverItIsWritten) {
  v1::Child child;
  child.mutable_name()->set_given_names("Zoë Anne");
  child.mutable_name()->set_family_name("O'Brien");
  child.set_date_of_birth("2017-05-04");
  v1::Child same = child;
  same.mutable_name()->set_given_names("zoë");
  same.mutable_name()->set_family_name("o brien");
  EXPECT_EQ(TagText(child), TagText(same));
  v1::Child sister = child;
  sister.mutable_name()->set_given_names("Ada");
  EXPECT_NE(TagText(child), TagText(sister));
  v1::Child unknown = child;
  unknown.clear_date_of_birth();
  EXPECT_EQ(TagText(unknown), std::nullopt);
}

}  // namespace
}  // namespace firstbell::school
