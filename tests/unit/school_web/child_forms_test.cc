// What is written on a child's page: the passport and its wishes, who was told, corrections,
// filing, how long it is kept.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/crypto/random.h"
#include "tests/unit/school_web/records_fixture.h"

namespace firstbell::school::web {
namespace {

using testing::HasSubstr;
using testing::Not;

using ChildFormsTest = RecordsTest;

// Staff are not to know; the trusted adult is.
Fields Passport() {
  return {{"needs", "a place near the door\nwarning before a bell\n"},
          {"trusted_adult", "Ms Example"},
          {"wish_who_0", "  all STAFF "},
          {"wish_may_0", "no"},
          {"wish_who_1", "Ms Example"},
          {"wish_may_1", "yes"},
          {"wish_who_2", ""},
          {"wish_may_2", "no"}};
}

TEST_F(ChildFormsTest, ThePassportSaysWhatHelpsAndItsWishesHold) {
  const std::string child = ReadOne(Shown(Born));
  EXPECT_EQ(Send(child + "/passport", Passport()).location, child);
  EXPECT_THAT(Open(child).body, HasSubstr("warning before a bell"));
  const std::string form = Open(child + "/passport").body;
  EXPECT_THAT(form, HasSubstr("a place near the door\nwarning before a bell\n</textarea>"));
  EXPECT_EQ(After(form, "name=\"wish_who_2\" type=\"text\" value=\""), "")
      << "an empty one is none";

  // Whoever is told against a wish: not without a reason, whatever the case and the blanks.
  const Fields told = {
      {"told_who", "All staff"}, {"told_what", "a hard night"}, {"told_why", "tests"}};
  const Response refused = Send(child + "/told", told);
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("the child wishes “"));
  EXPECT_THAT(refused.body, HasSubstr(">a hard night</textarea>")) << "nothing typed is lost";
  EXPECT_THAT(refused.body, HasSubstr("<strong>The child wishes</strong>"));
  Fields another = told;
  another.find("told_who")->second = "Mr Oak";
  EXPECT_EQ(Send(child + "/told", another).status, 400) << "what is wished of all is the rule";
  Fields all_the_same = told;
  all_the_same.emplace("overridden", "the fire drill is at ten");
  EXPECT_EQ(Send(child + "/told", all_the_same).location, child);
  EXPECT_EQ(
      Send(child + "/told", {{"told_who", "ms example"}, {"told_what", "x"}, {"told_why", "y"}})
          .location,
      child);
  const std::string ledger = Open(child).body;
  const std::string entry = After(ledger, "href=\"" + child + "/correct/");
  EXPECT_EQ(Send(child + "/correct/" + entry,
                 {{"told_who", "all staff"}, {"told_what", "x"}, {"told_why", "y"}})
                .status,
            400)
      << "a correction is no way round it";
  EXPECT_THAT(ledger, HasSubstr("Told: All staff"));
  EXPECT_THAT(ledger, HasSubstr("the fire drill is at ten"));

  const Fields line = {{"sheet_name", "Robin Example"},
                       {"sheet_class", "3B"},
                       {"impact", "tired"},
                       {"adjustment", "let them rest"}};
  EXPECT_EQ(Send(child + "/sheet", line).status, 400);
  EXPECT_THAT(Open("/sheet").body, HasSubstr("Nobody is on the sheet"));
  Fields with_reason = line;
  with_reason.emplace("sheet_overridden", "there is nobody else");
  EXPECT_EQ(Send(child + "/sheet", with_reason).location, child);
  EXPECT_THAT(Open("/sheet").body, HasSubstr("let them rest"));
  EXPECT_THAT(Open(child).body, HasSubstr("there is nobody else"));
}

TEST_F(ChildFormsTest, ACorrectionStandsBesideWhatItCorrects) {
  const std::string child = ReadOne(Shown(Born));
  Send(child + "/concern", {{"text", "seen near the gaet"}, {"where", "at the gate"}});
  const std::string form = After(Open(child).body, "href=\"" + child + "/correct/");
  const std::string path = child + "/correct/" + form;
  EXPECT_THAT(Open(path).body, HasSubstr(">seen near the gaet</textarea>"));
  EXPECT_EQ(Send(path, {{"text", ""}}).status, 400);
  EXPECT_EQ(Send(path, {{"text", "seen near the gate"}, {"where", "at the gate"}}).location, child);
  const std::string body = Open(child).body;
  EXPECT_THAT(body, HasSubstr("seen near the gaet"));
  EXPECT_THAT(body, HasSubstr("Corrected above. Both are kept."));
  EXPECT_LT(body.find("seen near the gate"), body.find("seen near the gaet"));
  EXPECT_EQ(Send(path, {{"text", "once more"}}).status, 409) << "somebody else came first";

  // Of another child nothing is corrected, and what the police said never.
  const std::string other = ReadOne(Shown([](v1::AlertContent& content) {
    Born(content);
    content.mutable_child()->mutable_name()->set_given_names("Alex");
  }));
  EXPECT_EQ(Open(other + "/correct/" + form).status, 404);
  EXPECT_THAT(Open(other).body, Not(HasSubstr(other + "/correct/")));
}

// As after a crash: the answer was lost, and not what was written.
TEST_F(ChildFormsTest, AFormThatTakesAnothersPlaceCanBeSentAgain) {
  const std::string child = ReadOne(Shown(Born));
  const auto twice = [&](const std::string& path, Fields form) {
    form.emplace("draft", crypto::RandomId());
    for (int i = 0; i < 2; ++i) EXPECT_EQ(Send(path, form).status, 303) << path;
  };
  twice(child + "/passport", Passport());
  twice(child + "/passport", {{"needs", "less noise"}});
  twice(child + "/kept", {{"review", "2099-09-01"}});
  Send(child + "/concern", {{"text", "seen near the gaet"}});
  const std::string id = After(Open(child).body, "href=\"" + child + "/correct/");
  twice(child + "/correct/" + id, {{"text", "seen near the gate"}});
  twice("/sheet/add",
        {{"sheet_name", "Kim Other"}, {"sheet_class", "2A"}, {"adjustment", "no stairs"}});
  twice("/sheet/take-off", {{"line", After(Open("/sheet").body, "name=\"line\" value=\"")}});
  const std::string body = Open(child).body;
  EXPECT_EQ(body.find("seen near the gate"), body.rfind("seen near the gate"));
  EXPECT_THAT(Open("/sheet").body, HasSubstr("Nobody is on the sheet"));
}

TEST_F(ChildFormsTest, AChildWithAFileIsNotPutOnTheSheetByItsName) {
  ReadOne(Shown(Born));
  const Response refused = Send(
      "/sheet/add",
      {{"sheet_name", " robin  EXAMPLE"}, {"sheet_class", "3B"}, {"adjustment", "let them rest"}});
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("which keeps to its wishes"));
  EXPECT_THAT(Open("/sheet").body, HasSubstr("Nobody is on the sheet"));
  EXPECT_EQ(Send("/sheet/add",
                 {{"sheet_name", "Example"}, {"sheet_class", "2B"}, {"adjustment", "no stairs"}})
                .location,
            "/sheet")
      << "a family name alone is nobody's";
  const Fields another = {{"sheet_name", "Robin Example of 2B"},
                          {"sheet_class", "2B"},
                          {"adjustment", "let them rest"}};
  EXPECT_EQ(Send("/sheet/add", another).location, "/sheet");
}

// A line in full, or without a class, would say that this child is another than the others on it.
TEST_F(ChildFormsTest, EveryLineOfTheSheetIsAlike) {
  const std::string child = ReadOne(Shown([](v1::AlertContent& content) {
    Born(content);
    content.mutable_child()->mutable_name()->set_given_names("Robin Alex");
  }));
  for (const char* const name : {"robin example", "Robin Alex Example"}) {
    EXPECT_EQ(Send("/sheet/add",
                   {{"sheet_name", name}, {"sheet_class", "3B"}, {"adjustment", "let them rest"}})
                  .status,
              400)
        << name;
  }
  EXPECT_THAT(Open(child).body,
              HasSubstr("name=\"sheet_name\" type=\"text\" value=\"Robin Example\""));
  const Fields line = {{"sheet_name", "Robin E."}, {"adjustment", "let them rest"}};
  const Response refused = Send(child + "/sheet", line);
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("id=\"sheet_class-error\""));
  EXPECT_THAT(refused.body, HasSubstr("value=\"Robin E.\"")) << "what was typed stays";
  EXPECT_EQ(Send("/sheet/add", line).status, 400) << "for whatever reason";
  Fields whole = line;
  whole.emplace("sheet_class", "3B");
  EXPECT_EQ(Send(child + "/sheet", whole).location, child);
  EXPECT_THAT(Open("/sheet").body, HasSubstr("Robin E.</th>"));
}

TEST_F(ChildFormsTest, AConcernWithTheWrongChildIsMovedToTheRightOne) {
  const std::string child = ReadOne(Shown(Born));
  const std::string other = ReadOne(Shown([](v1::AlertContent& content) {
    Born(content);
    content.mutable_child()->mutable_name()->set_given_names("Alex");
  }));
  Send(child + "/concern", {{"text", "seen near the gaet"}});
  std::string id = After(Open(child).body, "href=\"" + child + "/correct/");
  Send(child + "/correct/" + id, {{"text", "seen near the gate"}});
  id = After(Open(child).body, "href=\"" + child + "/correct/");
  const Fields moved = {{"text", "seen near the gate"},
                        {"child", other.substr(std::string("/child/").size())},
                        {"draft", crypto::RandomId()}};
  EXPECT_EQ(Send(child + "/correct/" + id, moved).location, other);
  EXPECT_EQ(Send(child + "/correct/" + id, moved).location, other) << "the answer was lost";
  const std::string there = Open(other).body;
  EXPECT_NE(there.find("seen near the gate"), std::string::npos);
  EXPECT_EQ(there.find("seen near the gate"), there.rfind("seen near the gate"));
  const std::string here = Open(child).body;
  EXPECT_THAT(here, Not(HasSubstr("seen near")));
  EXPECT_THAT(here, HasSubstr("it was about another child"));
}

TEST_F(ChildFormsTest, AWrongTickIsCorrectedAndWhatWasPlannedIsDone) {
  const std::string child = ReadOne(Shown(Born));
  Send(child + "/action", {{"what", "referral"}, {"stage", "plan"}, {"note", "before nine"}});
  const std::string path =
      child + "/correct/" + After(Open(child).body, "href=\"" + child + "/correct/");
  const std::string form = Open(path).body;
  EXPECT_THAT(form, HasSubstr("<option value=\"referral\" selected>Referral made"));
  EXPECT_THAT(form, HasSubstr("<option value=\"plan\" selected>Planned"));
  EXPECT_EQ(
      Send(path, {{"what", "breakfast"}, {"stage", "done"}, {"note", "before nine"}}).location,
      child);
  EXPECT_THAT(Open(child).body, HasSubstr("Done: Breakfast"));
}

TEST_F(ChildFormsTest, WhatIsChosenStaysWhereSomethingElseIsWrong) {
  const std::string child = ReadOne(Shown(Born));
  const Response refused =
      Send(child + "/action",
           {{"what", "breakfast"}, {"stage", "plan"}, {"offer", "yes"}, {"follow_up", "tomorrow"}});
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("value=\"breakfast\" checked"));
  EXPECT_THAT(refused.body, HasSubstr("<option value=\"plan\" selected>"));
  EXPECT_THAT(refused.body, HasSubstr("name=\"offer\" type=\"checkbox\" value=\"yes\" checked"));
}

TEST_F(ChildFormsTest, WhatWasLookedAtIsLookedAtOnceMore) {
  const std::string child = ReadOne(Shown(Born));
  Send(child + "/action", {{"what", "breakfast"}, {"follow_up", "2099-09-01"}});
  const std::string id = After(Open(child).body, "name=\"reviews\" value=\"");
  // What is refused stands in the form that it was typed into, and in no other.
  const Response refused =
      Send(child + "/reviewed",
           {{"reviews", id}, {"review_outcome", "eats little"}, {"review_follow_up", "in a week"}});
  EXPECT_EQ(refused.status, 400);
  const std::size_t typed = refused.body.find(">eats little</textarea>");
  EXPECT_GT(typed, refused.body.find("name=\"reviews\""));
  EXPECT_EQ(typed, refused.body.rfind(">eats little</textarea>"));
  EXPECT_THAT(refused.body, HasSubstr("id=\"review_follow_up-error\""));
  const Response too_long =
      Send(child + "/reviewed", {{"reviews", id}, {"review_outcome", std::string(20'000, 'x')}});
  EXPECT_THAT(too_long.body, HasSubstr("id=\"review_outcome-error\""));
  EXPECT_THAT(too_long.body, Not(HasSubstr("id=\"outcome-error\"")));
  EXPECT_EQ(Send(child + "/reviewed",
                 {{"reviews", id}, {"review_outcome", "eats"}, {"review_follow_up", "2099-10-01"}})
                .location,
            child);
  EXPECT_THAT(Open(child).body, HasSubstr("Look again on 2099-10-01"));
}

TEST_F(ChildFormsTest, WhatHasNoPlaceInARowIsNotLost) {
  const std::string child = ReadOne(Shown(Born));
  const Response note =
      Send(child + "/action", {{"what", "other"}, {"other", "A walk"}, {"note", "with the dog"}});
  EXPECT_THAT(note.body, HasSubstr("The note goes into the same line"));
  EXPECT_THAT(note.body, HasSubstr("value=\"with the dog\""));
  const Response other = Send(child + "/action", {{"what", "breakfast"}, {"other", "A walk"}});
  EXPECT_THAT(other.body, HasSubstr("clear one"));
}

TEST_F(ChildFormsTest, WhatTheSchoolOffersGrowsAndIsRetired) {
  const std::string child = ReadOne(Shown(Born));
  Send(child + "/action", {{"what", "other"}, {"other", "A walk with the dog"}, {"offer", "yes"}});
  const std::string page = Open(child).body;
  EXPECT_THAT(page, HasSubstr("A walk with the dog</label>"));
  const std::string code =
      After(page.substr(page.find("A walk with the dog</label>") - 200), "for=\"what-");
  Send(child + "/action", {{"what", code}, {"note", "in the rain"}});
  EXPECT_THAT(Open(child).body, HasSubstr("in the rain"));
  const std::string item = After(Open("/catalogue").body, "name=\"item\" value=\"");
  EXPECT_EQ(Send("/catalogue/retire", {{"item", item}}).location, "/catalogue");
  const std::string after = Open(child).body;
  EXPECT_THAT(after, Not(HasSubstr("A walk with the dog</label>")));
  EXPECT_THAT(after, HasSubstr("Done: A walk with the dog")) << "what was done keeps its words";
  EXPECT_EQ(Send("/catalogue/add", {{"words", ""}}).status, 400);
}

constexpr char kAloneTicked[] = "aria-describedby=\"alone-hint\" checked";

TEST_F(ChildFormsTest, AlertsAreFiledInTheSystemThatWasNamedLast) {
  const base::AlertId id = Shown(Born);
  const std::string child = ReadOne(id);
  Send(child + "/filed",
       {{"alert", id.value()}, {"system", "Cabinet"}, {"reference", "SG-17"}, {"alone", "yes"}});
  ASSERT_EQ(ReadOne(Shown(Born)), child);
  const std::string next = Open(child).body;
  EXPECT_THAT(next, HasSubstr("name=\"system\" type=\"text\" value=\"Cabinet\""));
  EXPECT_THAT(next, HasSubstr("name=\"reference\" type=\"text\" value=\"\""));
  EXPECT_THAT(next, Not(HasSubstr(kAloneTicked))) << "what is erased is ticked anew";
}

TEST_F(ChildFormsTest, OfACorrectedAlertOneFormShowsWhatWasTyped) {
  const base::AlertId id = Shown(Born);
  const std::string child = ReadOne(id);
  Shown(Born, 2, id);
  ASSERT_EQ(ReadOne(id), child);
  const std::string entry = After(Open(child).body, "name=\"entry\" value=\"");
  const std::string refused =
      Send(child + "/filed", {{"alert", id.value()}, {"entry", entry}, {"system", "Cabinet"}}).body;
  for (const char* const once :
       {"id=\"reference\"", "id=\"reference-error\"", "value=\"Cabinet\""}) {
    EXPECT_NE(refused.find(once), std::string::npos) << once;
    EXPECT_EQ(refused.find(once), refused.rfind(once)) << once;
  }
}

TEST_F(ChildFormsTest, WhatIsFiledElsewhereAloneIsErasedHereAndStaysErased) {
  const base::AlertId id = Shown(Born);
  const std::string child = ReadOne(id);
  const Fields filed = {{"alert", id.value()}, {"system", "Cabinet"}, {"reference", "SG-17"}};
  const std::string entry = After(Open(child).body, "name=\"entry\" value=\"");
  const Response refused =
      Send(child + "/filed",
           {{"alert", id.value()}, {"entry", entry}, {"system", "Cabinet"}, {"alone", "yes"}});
  EXPECT_EQ(refused.status, 400);
  EXPECT_THAT(refused.body, HasSubstr("href=\"#reference\""));
  EXPECT_THAT(refused.body, HasSubstr("id=\"reference-error\""));
  EXPECT_THAT(refused.body, HasSubstr("name=\"system\" type=\"text\" value=\"Cabinet\""));
  EXPECT_THAT(refused.body, HasSubstr(kAloneTicked)) << "what was ticked stays";
  EXPECT_EQ(Send(child + "/filed", filed).location, child);
  EXPECT_THAT(Open(child).body, HasSubstr("a door was broken")) << "a copy is kept";
  Fields alone = filed;
  alone.emplace("alone", "yes");
  EXPECT_EQ(Send(child + "/filed", alone).location, child);
  EXPECT_THAT(Open(child).body, HasSubstr("kept in the school’s own system alone"));
  EXPECT_THAT(Open(PathOf(id)).body, HasSubstr("a door was broken")) << "the alert itself is open";
  EXPECT_THAT(Open(child).body, Not(HasSubstr("a door was broken")));
  EXPECT_THAT(Open(child).body, HasSubstr("Filed as SG-17"));
  const Fields of_another = {
      {"alert", link::NewAlertId().value()}, {"system", "x"}, {"reference", "y"}};
  EXPECT_EQ(Send(child + "/filed", of_another).status, 404);
}

TEST_F(ChildFormsTest, SomebodyLooksWhetherItIsKeptAndAllOfItCanGo) {
  const base::AlertId id = Shown(Born);
  const std::string child = ReadOne(id);
  EXPECT_THAT(Open(child).body, HasSubstr("It is kept until 2042-05-04"));
  EXPECT_EQ(Send(child + "/kept", {{"review", "2020-01-01"}}).status, 400);
  EXPECT_EQ(
      Send(child + "/kept", {{"review", "2099-09-01"}, {"keep_until", "2042-05-04"}}).location,
      child);
  EXPECT_THAT(Open(child).body, HasSubstr("Somebody looks at that on 2099-09-01"));
  Send(child + "/concern", {{"text", "quiet all morning"}});
  EXPECT_EQ(Send(child + "/erase", {}).status, 400);
  EXPECT_EQ(Send(child + "/erase", {{"confirm", "yes"}}).location, "/children");
  EXPECT_THAT(Open("/children").body, Not(HasSubstr("Robin")));
  const Response gone = Open(child);
  EXPECT_THAT(gone.body, Not(HasSubstr("quiet all morning")));
  EXPECT_THAT(gone.body, Not(HasSubstr("a door was broken")));
  EXPECT_THAT(gone.body, HasSubstr("was erased"));
  EXPECT_THAT(gone.body, Not(HasSubstr("/concern")));
  EXPECT_EQ(Send(child + "/concern", {{"text", "of nobody"}}).status, 409);
  EXPECT_EQ(Send(child + "/passport", Passport()).status, 409);
  EXPECT_EQ(Open(PathOf(id)).status, 200) << "the alert is the device's own";
}

TEST_F(ChildFormsTest, ChildrenAreFoundByNameWhichStandsInNoAddress) {
  ReadOne(Shown(Born));
  const std::string other = ReadOne(Shown([](v1::AlertContent& content) {
    Born(content);
    content.mutable_child()->mutable_name()->set_given_names("Zoë");
  }));
  const Response found = Send("/children/find", {{"name", "ZOË exa"}});
  EXPECT_THAT(found.body, HasSubstr(other));
  EXPECT_THAT(found.body, Not(HasSubstr("Robin")));
  EXPECT_THAT(Send("/children/find", {{"name", "nobody"}}).body, HasSubstr("Nobody of that name"));
  EXPECT_EQ(Send("/children/find", {{"name", " "}}).location, "/children");
}

}  // namespace
}  // namespace firstbell::school::web
