// The language itself: what is no verb, what an error says, and that the README teaches all of it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/clock.h"
#include "broker/base/file.h"
#include "tests/scenarios/make_world.h"
#include "tests/scenarios/script.h"
#include "tests/scenarios/verbs.h"
#include "tests/support/temp_directory.h"

namespace firstbell::scenarios {
namespace {

using testing::HasSubstr;

const std::filesystem::path kFolder = FIRSTBELL_SOURCE "/tests/scenarios";

std::string MessageOf(const base::Status& status) {
  return std::string(base::Message(status));
}

TEST(Grammar, TheReadmeNamesEveryVerbAndWhatItMeans) {
  const std::string readme = base::ReadFile(kFolder / "README.md").value();
  for (const Verb& verb : Verbs()) {
    EXPECT_THAT(readme, HasSubstr("\n- `" + std::string(verb.form) + "`\n  " +
                                  std::string(verb.meaning) + "\n"));
  }
}

TEST(Grammar, EveryLineOfEveryStoryIsExactlyOneVerb) {
  for (const auto& file : ScenarioFiles(kFolder / "stories")) {
    const auto script = Script::Load(file);
    ASSERT_TRUE(script.ok()) << MessageOf(script.status());
    EXPECT_FALSE(script->steps.empty()) << file;
    for (const Step& step : script->steps) {
      int verbs = 0;
      for (const Verb& verb : Verbs()) verbs += Fit(verb.form, step.text).has_value() ? 1 : 0;
      EXPECT_EQ(verbs, 1) << script->Place(step) << ": " << step.text;
    }
  }
}

TEST(Grammar, EveryVerbIsSpokenSomewhere) {
  std::vector<std::string> lines;
  for (const auto& file : ScenarioFiles(kFolder / "stories")) {
    const Script script = Script::Load(file).value();
    for (const Step& step : script.steps) lines.push_back(step.text);
  }
  for (const Verb& verb : Verbs()) {
    bool spoken = false;
    for (const std::string& line : lines) spoken |= Fit(verb.form, line).has_value();
    EXPECT_TRUE(spoken) << verb.form << " stands in no story: nothing shows that it works";
  }
}

TEST(Grammar, WhatIsLeftOutIsEmpty) {
  EXPECT_THAT(Fit("it is[ {date}] {time}", "it is 07:31"),
              testing::Optional(testing::ElementsAre("", "07:31")));
  EXPECT_THAT(Fit("{person} at {school} acknowledges[ the alert about {child}]",
                  "Alex at Elm Park acknowledges the alert about Mia"),
              testing::Optional(testing::ElementsAre("Alex", "Elm Park", "Mia")));
  EXPECT_EQ(Fit("it is[ {date}] {time}", "it is late"), std::nullopt);
}

TEST(Script, NumbersLinesAsAnEditorDoes) {
  const auto script = Script::Parse("a.scenario", "# a comment\n\nit is 07:31\r\n  it is 07:32\n");
  ASSERT_TRUE(script.ok());
  ASSERT_EQ(script->steps.size(), 2u);
  EXPECT_EQ(script->Place(script->steps[0]), "a.scenario:3");
  EXPECT_EQ(script->steps[0].text, "it is 07:31");
  EXPECT_EQ(script->Place(script->steps[1]), "a.scenario:4");
}

TEST(Script, OnlyWantsAWorldAndAReason) {
  const auto script = Script::Parse("a.scenario", "only: simulated, because the wall is wet\n");
  ASSERT_TRUE(script.ok());
  EXPECT_EQ(script->only, WorldKind::kSimulated);
  EXPECT_EQ(script->because, "the wall is wet");
  const auto without = Script::Parse("a.scenario", "\nonly: simulated\n");
  EXPECT_THAT(MessageOf(without.status()), HasSubstr("a.scenario:2"));
}

TEST(Children, AreReadWithAllThatIsSaidOfThem) {
  const auto children = ReadChildren(
      "Mia Sandwell born 2017-05-04 postcode LS1 4AP, UPN H801200001001, protected, who \"woke\" "
      "and about Noah Sandwell born 2019-01-02");
  ASSERT_TRUE(children.ok()) << MessageOf(children.status());
  ASSERT_EQ(children->size(), 2u);
  EXPECT_EQ(children->at(0).given(), "Mia");
  EXPECT_EQ(children->at(0).family(), "Sandwell");
  EXPECT_EQ(children->at(0).upn, "H801200001001");
  EXPECT_TRUE(children->at(0).is_protected);
  EXPECT_EQ(children->at(0).account, "woke");
  EXPECT_EQ(children->at(1).given(), "Noah");
  EXPECT_FALSE(ReadChildren("mia born yesterday").ok());
  EXPECT_FALSE(ReadChildren("Mia Sandwell born 2017-05-04 or so").ok());
}

class Failing : public testing::Test {
 protected:
  base::Status Say(const std::string& line) { return Perform(story_, line); }

  const support::TempDirectory directory_;
  const std::unique_ptr<World> world_ = MakeWorld(directory_.path()).value();
  Story story_{*world_, base::LondonTimeZone().value()};
};

TEST_F(Failing, AnUnknownLineIsAnError) {
  EXPECT_THAT(MessageOf(Say("Elm Park sings")), HasSubstr("no verb reads so"));
}

TEST_F(Failing, AnExpectationSaysWhatWasExpectedAndWhatIsThere) {
  ASSERT_TRUE(Say("a school Elm Park in England").ok());
  EXPECT_EQ(MessageOf(Say("Elm Park sees 2 alerts")), "expected 2 alerts; there is 0");
  EXPECT_THAT(MessageOf(Say("Oak Vale sees nothing")), HasSubstr("no school \"Oak Vale\""));
  EXPECT_THAT(MessageOf(Say("Alex at Elm Park reads nothing of \"x\"")),
              HasSubstr("nobody called Alex"));
}

TEST_F(Failing, TheAnswerIsHeldAgainstWhatTheStorySays) {
  ASSERT_TRUE(Say("it is 2026-03-03 02:10").ok());
  ASSERT_TRUE(
      Say("the force examplebury reports incident A1 about Mia Sandwell born 2017-05-04").ok());
  EXPECT_EQ(MessageOf(Say("the answer for Mia is at review, not unique")),
            "expected at review, not unique; there is at review, not confident");
  EXPECT_THAT(MessageOf(Say("the answer for Mia is accepted, shown from 07:30, deadline 08:45")),
              HasSubstr("there is at review, not confident"));
  EXPECT_THAT(MessageOf(Say("the alert about Mia is shown")),
              HasSubstr("expected one alert about Mia; there is 0"));
  EXPECT_THAT(MessageOf(Say("it is 2026-03-02 08:00")), HasSubstr("forward only"));
}

}  // namespace
}  // namespace firstbell::scenarios
