// What the school writes down after an alert, and who reads it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "broker/base/file.h"
#include "broker/crypto/random.h"
#include "tests/unit/school_web/records_fixture.h"

namespace firstbell::school::web {
namespace {

using testing::HasSubstr;
using testing::Not;

using ChronologyTest = RecordsTest;

TEST_F(ChronologyTest, HoldsWhatThePoliceSaidAndWhatWeDid) {
  const std::string child = ReadOne(Shown(Born));
  Response page = Open(child);
  EXPECT_EQ(page.status, 200) << page.body;
  EXPECT_THAT(page.body, HasSubstr("a door was broken"));
  EXPECT_THAT(page.body, HasSubstr(": read, Ada Example"));
  EXPECT_EQ(Send(child + "/action", {{"what", "breakfast"}, {"note", "porridge"}}).location, child);
  EXPECT_EQ(Send(child + "/concern", {{"text", "quiet all morning"}}).location, child);
  page = Open(child);
  EXPECT_THAT(page.body, HasSubstr("Done: Breakfast"));
  EXPECT_THAT(page.body, HasSubstr("porridge"));
  EXPECT_LT(page.body.find("quiet all morning"), page.body.find("Done: Breakfast"));
  EXPECT_LT(page.body.find("Done: Breakfast"), page.body.find(">From the police</h3>"));
  EXPECT_THAT(Open("/children").body, HasSubstr("Robin Example"));
}

TEST_F(ChronologyTest, TheNextAlertOfTheSameChildStandsInTheSamePlace) {
  const std::string first = ReadOne(Shown(Born)), second = ReadOne(Shown(Born));
  EXPECT_EQ(first, second);
  const std::string other = ReadOne(Shown([](v1::AlertContent& content) {
    Born(content);
    content.mutable_child()->mutable_name()->set_given_names("Alex");
  }));
  EXPECT_NE(other, first);
  const std::string unknown = ReadOne(Shown()), another = ReadOne(Shown());
  EXPECT_NE(unknown, another) << "without a birth date nobody is taken for somebody else";
}

TEST_F(ChronologyTest, ReadingTwiceWritesOnce) {
  const base::AlertId id = Shown(Born);
  const std::string child = ReadOne(id);
  for (int i = 0; i < 3; ++i) Open(PathOf(id));
  const std::string body = Open(child).body;
  EXPECT_EQ(body.find("From the police</h3>"), body.rfind("From the police</h3>"));
}

TEST_F(ChronologyTest, WhatIsMissingIsSaidBesideItsField) {
  const std::string child = ReadOne(Shown(Born));
  const Response page = Send(child + "/action", {{"what", ""}});
  EXPECT_EQ(page.status, 400);
  EXPECT_THAT(page.body, HasSubstr("What was done is to be chosen"));
  EXPECT_EQ(Send(child + "/concern", {{"text", std::string(20'000, 'x')}}).status, 400);
  EXPECT_EQ(Send(child + "/pause", {{"speak_to", "Ms Example"}, {"until", "soon"}}).status, 400);
}

TEST_F(ChronologyTest, APauseStandsUntilItIsLifted) {
  const std::string child = ReadOne(Shown(Born));
  EXPECT_EQ(Send(child + "/pause", {{"speak_to", "Ms Example"}}).location, child);
  EXPECT_THAT(Open(child).body, HasSubstr("Lift this"));
  EXPECT_EQ(Send(child + "/lift-pause", {}).location, child);
  EXPECT_THAT(Open(child).body, Not(HasSubstr("Lift this")));
  EXPECT_THAT(Open(child).body, HasSubstr("was lifted"));
  EXPECT_EQ(Send(child + "/pause", {{"speak_to", "Ms Example"}, {"until", "2020-01-01"}}).location,
            child);
  EXPECT_THAT(Open(child).body, Not(HasSubstr("Lift this"))) << "its time is over";
}

TEST_F(ChronologyTest, WhatIsToBeLookedAtAgainStandsOnTodaysPageUntilItWas) {
  const std::string child = ReadOne(Shown(Born));
  Send(child + "/action", {{"what", "referral"}, {"stage", "plan"}, {"follow_up", "2026-01-05"}});
  EXPECT_THAT(Open("/").body, HasSubstr("To look at again"));
  EXPECT_THAT(Open("/").body, Not(HasSubstr("These wait longest")));
  const std::string body = Open(child).body;
  const std::string mark = "name=\"reviews\" value=\"";
  const std::size_t at = body.find(mark) + mark.size();
  Send(child + "/reviewed", {{"reviews", body.substr(at, body.find('"', at) - at)},
                             {"review_outcome", "they have come"}});
  EXPECT_THAT(Open("/").body, Not(HasSubstr("To look at again")));
  EXPECT_THAT(Open(child).body, HasSubstr("Looked at again: Referral made"));
  EXPECT_THAT(Open(child).body, HasSubstr("they have come"));
}

TEST_F(ChronologyTest, WhereMoreIsToBeLookedAtThanStandsThereItIsSaid) {
  const std::string child = ReadOne(Shown(Born));
  for (int i = 0; i < 21; ++i) {
    Open(child);
    Send(child + "/action", {{"what", "referral"}, {"stage", "plan"}, {"follow_up", "2026-01-05"}});
  }
  EXPECT_THAT(Open("/").body, HasSubstr("These wait longest; others follow them."));
}

TEST_F(ChronologyTest, AColleagueReadsItOnceTheyAreLetIn) {
  const std::string child = ReadOne(Shown(Born));
  const PersonIdentity lead = Lead();
  const std::string leads = cookie_;
  cookie_.clear();
  Open("/first");
  Send("/first/enrol", {{"code", CodeText(broker_.Code(v1::RECIPIENT_ROLE_DEPUTY))},
                        {"passphrase", kPassphrase},
                        {"again", kPassphrase}});
  const Response refused = Open(child);
  EXPECT_EQ(refused.status, 403);
  EXPECT_THAT(refused.body, Not(HasSubstr("Robin")));
  const std::string deputys = cookie_;
  cookie_ = leads;
  const Response people = Open("/people");
  EXPECT_THAT(people.body, HasSubstr("Let in"));
  std::string deputy;
  const auto here = ListPeople(StateDirectory::Open(state_).value()).value();
  for (const PersonIdentity& one : here) {
    if (one.id != lead.id) deputy = one.id.value();
  }
  EXPECT_EQ(Send("/people/let-in", {{"person", deputy}}).location, "/people");
  EXPECT_THAT(Open("/people").body, Not(HasSubstr("Let in")));
  cookie_ = deputys;
  EXPECT_THAT(Open(child).body, HasSubstr("Robin"));
}

TEST_F(ChronologyTest, AScriptInWhatWasWrittenIsText) {
  const std::string child = ReadOne(Shown(Born));
  constexpr char kScript[] = "<script>alert(1)</script>\"'>{{form}}";
  Send(child + "/action", {{"what", "other"},
                           {"other", kScript},
                           {"who", kScript},
                           {"note", kScript},
                           {"outcome", kScript}});
  Send(child + "/concern", {{"text", kScript}, {"where", kScript}});
  Send(child + "/pause", {{"speak_to", kScript}, {"pause_note", kScript}});
  for (const Response& page : {Open(child), Open("/children"), Open("/")}) {
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.body, Not(HasSubstr("<script>alert")));
  }
  EXPECT_THAT(Open(child).body, HasSubstr("&lt;script&gt;alert(1)"));
}

TEST_F(ChronologyTest, AFormThatIsSentTwiceIsWrittenOnce) {
  const std::string child = ReadOne(Shown(Born));
  const std::string draft = crypto::RandomId();
  const Fields form = {{"draft", draft}, {"text", "quiet all morning"}};
  EXPECT_EQ(Send(child + "/concern", form).location, child);
  EXPECT_EQ(Send(child + "/concern", form).location, child);
  const std::string body = Open(child).body;
  EXPECT_EQ(body.find("quiet all morning"), body.rfind("quiet all morning"));
  const Response other = Send(child + "/concern", {{"draft", draft}, {"text", "something else"}});
  EXPECT_EQ(other.status, 409) << "and it does not take the place of what was said";
  EXPECT_THAT(Open(child).body, Not(HasSubstr("something else")));
}

TEST_F(ChronologyTest, EveryFormOfThePageSaysADraft) {
  const std::string body = Open(ReadOne(Shown(Born))).body;
  std::set<std::string> drafts;
  const std::string mark = "name=\"draft\" value=\"";
  for (std::size_t at = body.find(mark); at != std::string::npos; at = body.find(mark, at + 1)) {
    drafts.insert(body.substr(at + mark.size(), 26));
  }
  EXPECT_EQ(drafts.size(), 7u)
      << "action, concern, told, sheet, pause, the alert's filing, retention";
  for (const std::string& draft : drafts) EXPECT_TRUE(base::IsRandomId(draft)) << draft;
}

TEST_F(ChronologyTest, ASecondReaderOfAnAlertWritesItDownOnceToo) {
  const base::AlertId id = Shown(Born);
  const std::string child = ReadOne(id);
  const auto records =
      school_records::RecordStore::Open(StateDirectory::Open(state_)->Records()).value();
  const std::int64_t rows = records->ChainTip()->number;
  // The same keys, as another session reads it.
  cookie_.clear();
  SignIn();
  EXPECT_EQ(ReadOne(id), child);
  EXPECT_EQ(records->ChainTip()->number, rows);
}

TEST_F(ChronologyTest, WhatWasErasedIsNotBegunAnewByALookAtTheAlert) {
  const base::AlertId id = Shown(Born);
  const std::string child = ReadOne(id);
  EXPECT_EQ(Send(child + "/erase", {{"confirm", "yes"}}).location, "/children");
  const auto records =
      school_records::RecordStore::Open(StateDirectory::Open(state_)->Records()).value();
  const std::int64_t rows = records->ChainTip()->number;
  testing::internal::CaptureStderr();
  const Response alert = Open(PathOf(id));
  EXPECT_THAT(testing::internal::GetCapturedStderr(), Not(HasSubstr("error")));
  EXPECT_THAT(alert.body, HasSubstr("a door was broken"));
  EXPECT_THAT(alert.body, Not(HasSubstr("/child/")));
  EXPECT_EQ(records->ChainTip()->number, rows);
  EXPECT_THAT(Open("/children").body, Not(HasSubstr("Robin")));
  EXPECT_NE(ReadOne(Shown(Born)), child) << "what comes later is of a file of its own";
}

// What the school wrote down is damaged: alerts are read and taken as ever.
TEST_F(ChronologyTest, RecordsThatCannotBeOpenedKeepNoAlertBack) {
  const base::AlertId id = Shown(Born);
  DamageRecords();
  const Response today = Open("/");
  EXPECT_THAT(today.body, HasSubstr("Robin Example"));
  EXPECT_THAT(today.body, HasSubstr("cannot be opened"));
  EXPECT_EQ(Send(PathOf(id) + "/read", {}).status, 303);
  EXPECT_THAT(Open(PathOf(id)).body, HasSubstr("a door was broken"));
  EXPECT_EQ(Send(PathOf(id) + "/take", {{"how", "here"}}).status, 303);
  EXPECT_EQ(Signed(v1::RECEIPT_KIND_ACKNOWLEDGED), 1u);
  EXPECT_EQ(Open("/people").status, 200);
  EXPECT_EQ(Open("/children").status, 500);
}

TEST_F(ChronologyTest, NobodyReachesItWithoutSigningIn) {
  const std::string child = ReadOne(Shown(Born));
  Send("/lock", {});
  EXPECT_EQ(Open(child).location, "/");
  EXPECT_EQ(Open("/children").location, "/");
  EXPECT_EQ(Send(child + "/concern", {{"text", "x"}}).status, 403);
}

}  // namespace
}  // namespace firstbell::school::web
