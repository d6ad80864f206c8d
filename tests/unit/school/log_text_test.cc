#include "clients/school/log_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "broker/audit/key_digits.h"
#include "clients/school/inbox_text.h"
#include "clients/school/people_text.h"
#include "tests/unit/link/invented_log.h"

namespace firstbell::school {
namespace {

using link::InventedLog;
using link::kNight;
using testing::HasSubstr;
using testing::Not;

// On one line, as it was before it was broken at words.
std::string Unbroken(std::string text) {
  for (const std::string broken : {"\n    ", "\n  "}) {
    for (std::size_t at; (at = text.find(broken)) != std::string::npos;) {
      text.replace(at, broken.size(), " ");
    }
  }
  return text;
}

class LogTextTest : public testing::Test {
 protected:
  LogTextTest() {
    later_.name = "log.example/2027";
    before_.Add(4);
    later_.Add(9);
    view_.trust.log_key = before_.Key().ToString();
    view_.trust.checkpoint = before_.Checkpoint();
  }
  void Fork() {
    view_.trust.fork = link::Fork{kNight, "no known key signed it", "xyz", later_.Checkpoint()};
  }
  std::string Text() const { return Unbroken(LogText(view_, london_)); }

  const console::LocalTime london_ = console::LocalTime::London().value();
  InventedLog before_, later_;
  LogView view_;
};

TEST_F(LogTextTest, ALogThatIsAsItWasIsSaidWithItsDigits) {
  const std::string text = Text();
  EXPECT_THAT(text, HasSubstr("Name: log.example"));
  EXPECT_THAT(text, HasSubstr("Key: " + before_.Key().ToString()));
  EXPECT_THAT(text, HasSubstr("Digits of the key: " + audit::KeyDigits(before_.Key())));
  EXPECT_THAT(text, HasSubstr("Remembered: log.example, 4 entries"));
  EXPECT_THAT(text, HasSubstr("only grown"));
  EXPECT_THAT(text, Not(HasSubstr("Telephone")));
  EXPECT_EQ(nlohmann::json::parse(LogJson(view_))["state"], "as_it_was");
}

TEST_F(LogTextTest, BeforeAnythingWasShownThatIsSaid) {
  view_.trust.checkpoint.clear();
  EXPECT_THAT(Text(), HasSubstr("Remembered: nothing State: the broker has not shown it"));
  EXPECT_EQ(nlohmann::json::parse(LogJson(view_))["state"], "not_shown");
  view_.trust.log_key.clear();
  EXPECT_THAT(Text(), HasSubstr("Name: none yet"));
}

// Who could copy the key from here would have it from the one who may be lying.
TEST_F(LogTextTest, OfAForkItIsSaidWhatIsShownAndWhatToDoAndNotTheKey) {
  Fork();
  const std::string text = Text();
  EXPECT_THAT(text, HasSubstr("it forked: since Tue 3 Mar 2026 02:10"));
  EXPECT_THAT(text, HasSubstr("Shown in its place, then: something that is no log"));
  EXPECT_THAT(text, HasSubstr("Shown in its place, last: log.example/2027, 9 entries"));
  EXPECT_THAT(text, HasSubstr("on a number that you had before"));
  EXPECT_THAT(text, HasSubstr("firstbell-school log trust --log-key KEY"));
  EXPECT_THAT(text, Not(HasSubstr(later_.Key().ToString())));
  EXPECT_THAT(LogJson(view_), Not(HasSubstr(later_.Key().ToString())));
  const auto json = nlohmann::json::parse(LogJson(view_));
  EXPECT_EQ(json["state"], "forked");
  EXPECT_EQ(json["fork"]["alarming"]["note"], "xyz");
  EXPECT_EQ(json["fork"]["newest"]["size"], 9);
}

TEST_F(LogTextTest, WhatWasGivenUpStaysToBeSeen) {
  view_.past = {{before_.Key().ToString(), before_.Checkpoint(),
                 link::Fork{kNight, "no known key signed it", later_.Checkpoint(), ""},
                 later_.Key().ToString(), "Ms Example"},
                {later_.Key().ToString(), "", link::Fork{kNight, "why", "", ""}}};
  const std::string text = Text();
  EXPECT_THAT(text, HasSubstr("log.example forked. This machine knew log.example, 4 entries; the "
                              "broker showed log.example/2027, 9 entries, and last nothing"));
  EXPECT_THAT(text, HasSubstr("log.example/2027 was accepted in its place, as confirmed by Ms "
                              "Example."));
  EXPECT_THAT(text, HasSubstr("It followed again."));
  const auto json = nlohmann::json::parse(LogJson(view_))["past"];
  EXPECT_EQ(json[0]["remembered"]["note"], before_.Checkpoint());
  EXPECT_EQ(json[0]["confirmed_by"], "Ms Example");
  EXPECT_FALSE(json[1].contains("accepted_key"));
}

TEST_F(LogTextTest, WhoeverMayAcceptIsToldFirstWhatItMeans) {
  const std::string text = Unbroken(BeforeAcceptingText(view_.trust, later_.Key()));
  EXPECT_THAT(text, HasSubstr("Nothing has changed yet. This machine trusts log.example."));
  EXPECT_THAT(text, HasSubstr(audit::KeyDigits(later_.Key())));
  EXPECT_THAT(text, HasSubstr("--confirmed-by"));
  EXPECT_THAT(Unbroken(AcceptedText(later_.Key(), "Ms Example")),
              HasSubstr("trusts log.example/2027 from now on, by exactly that key, as Ms Example"));
}

TEST_F(LogTextTest, ThatAnotherLogWasAcceptedIsSaidByItsName) {
  Inbox inbox;
  inbox.now = kNight;
  inbox.notices = {{link::NoticeKind::kLogAccepted, kNight, {}, "log.example/2027"}};
  EXPECT_THAT(InboxText(inbox, london_), HasSubstr("takes log.example/2027 for"));
  const auto json = nlohmann::json::parse(InboxJson(inbox))["notices"];
  EXPECT_EQ(json[0]["notice"], "log_accepted");
  EXPECT_EQ(json[0]["log"], "log.example/2027");
}

// --- People -----------------------------------------------------------------------------------

TEST_F(LogTextTest, OfEachPersonItIsSaidWhetherTheLogBearsThemOut) {
  const auto person = [](const char* id, const char* name) {
    return link::Person{base::RecipientId(id), v1::RECIPIENT_ROLE_LEAD, name, "key"};
  };
  view_.people = {person("a", "Ada Example"), person("b", "Bo Example"), person("c", "Cy Example"),
                  person("d", "Di Example")};
  view_.trust.people = {{.id = base::RecipientId("a"), .standing = link::Standing::kProven},
                        {.id = base::RecipientId("b"), .standing = link::Standing::kWaiting},
                        {.id = base::RecipientId("c"), .standing = link::Standing::kStranger},
                        {.id = base::RecipientId("untold"), .standing = link::Standing::kStranger}};
  const std::string table =
      "ID  ROLE  IN THE LOG      NAME\n"
      "a   lead  yes             Ada Example\n"
      "b   lead  not yet         Bo Example\n"
      "c   lead  no: a stranger  Cy Example\n"
      "d   lead  -               Di Example\n";
  EXPECT_EQ(PeopleText(view_.people, view_.trust), table);
  EXPECT_THAT(LogText(view_, london_), HasSubstr(table));
  EXPECT_THAT(LogText(view_, london_), HasSubstr("untold, in the log: no: a stranger"));
  const auto json = nlohmann::json::parse(PeopleJson(view_.people, view_.trust))["people"];
  EXPECT_EQ(json[0]["in_log"], "yes");
  EXPECT_EQ(json[1]["in_log"], "not_yet");
  EXPECT_EQ(json[2]["in_log"], "stranger");
  EXPECT_EQ(json[3]["in_log"], "unknown");
  EXPECT_THAT(PeopleText({}, view_.trust), HasSubstr("named nobody"));
}

}  // namespace
}  // namespace firstbell::school
