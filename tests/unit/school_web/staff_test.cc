// Staff: a sign-in on this machine alone, the sheet, a concern that they cannot read again; and who
// lets them in and removes them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/crypto/random.h"
#include "clients/school/web/sheet_page.h"
#include "tests/unit/school_web/records_fixture.h"

namespace firstbell::school::web {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kStaffPassphrase[] = "blue kettle on the hill";

class StaffTest : public RecordsTest {
 protected:
  void SetUp() override {
    RecordsTest::SetUp();
    child_ = ReadOne(Shown(Born));
    const Response made = Send("/people/staff", {{"staff_name", "Sam Teacher"}});
    code_ = After(made.body, "id=\"staff-code\">", '<');
    lead_ = cookie_;
  }
  Response SignInAsStaff(const std::string& passphrase) {
    cookie_.clear();
    const std::string staff = After(Open("/staff").body, "name=\"person\" type=\"radio\" value=\"");
    return Send("/staff/sign-in", {{"person", staff}, {"passphrase", passphrase}});
  }
  void BeLead() {
    cookie_ = lead_;
    Open("/");
  }
  // When and by whom, of the concern in that child's file.
  std::string FirstWritten(const std::string& child) {
    return After(Open(child).body, "<strong>First written down:</strong> ", '<');
  }

  std::string child_, code_, lead_;
};

TEST_F(StaffTest, TheyReadTheSheetAndNothingElse) {
  Send(child_ + "/sheet", {{"sheet_name", "Robin Example"},
                           {"sheet_class", "3B"},
                           {"impact", "tired"},
                           {"adjustment", "let them rest"}});
  Send("/sheet/add",
       {{"sheet_name", "Kim Other"}, {"sheet_class", "2A"}, {"adjustment", "no stairs"}});
  ASSERT_EQ(SignInAsStaff(code_).location, "/staff/sheet");
  const Response sheet = Open("/staff/sheet");
  EXPECT_THAT(sheet.body, HasSubstr("Robin Example"));
  EXPECT_THAT(sheet.body, HasSubstr("let them rest"));
  EXPECT_THAT(sheet.body, HasSubstr("no stairs"));
  EXPECT_THAT(sheet.body, Not(HasSubstr("door was broken")));
  Open("/staff/sheet");
  const std::vector<std::string> pages = {
      "/",         "/children", "/people",          "/sheet",
      "/concerns", child_,      child_ + "/export", child_ + "/passport"};
  for (const std::string& path : pages) EXPECT_EQ(Open(path).location, "/staff/sheet") << path;
  const std::vector<std::string> acts = {"/people/staff",    "/people/remove",
                                         "/sheet/add",       child_ + "/concern",
                                         child_ + "/export", child_ + "/erase"};
  for (const std::string& path : acts) {
    const Response refused = Send(path, {{"text", "x"}, {"confirm", "yes"}});
    EXPECT_EQ(refused.status, 403) << path;
    EXPECT_THAT(refused.body, Not(HasSubstr("Robin"))) << path;
  }
  BeLead();
  const std::string read = Open("/sheet").body;
  EXPECT_THAT(read, HasSubstr("Sam Teacher (staff)"));
  EXPECT_EQ(read.find("Sam Teacher (staff)"), read.rfind("Sam Teacher (staff)"))
      << "who comes back has not read it anew";
  EXPECT_EQ(Open("/staff/sheet").location, "/") << "the lead has a page of their own";
  const std::string line = After(read, "name=\"line\" value=\"");
  EXPECT_EQ(Send("/sheet/take-off", {{"line", line}}).location, "/sheet");
  const std::string left = Open("/sheet").body;
  EXPECT_NE(left.find("let them rest") == std::string::npos,
            left.find("no stairs") == std::string::npos)
      << "one of the two is gone";
}

TEST_F(StaffTest, ALineIsErasedSomeTimeAfterItsDay) {
  const StateDirectory state = StateDirectory::Open(state_).value();
  const UnlockedPerson lead = Unlock(state, Lead(), base::Secret(kPassphrase)).value();
  const auto records = school_records::RecordStore::Open(state.Records()).value();
  const auto ring = school_records::KeyRing(*records).Open(lead).value();
  const auto add = [&](absl::Duration ago, const school_records::RecordId& corrects,
                       const school_records::ChildId& child) {
    school_records::Draft draft{.id = school_records::RecordId(crypto::RandomId()),
                                .child = child,
                                .at = absl::Now() - ago,
                                .due = absl::Now() - ago,
                                .corrects = corrects};
    draft.body.mutable_adjustment()->set_child_name("Kim Other");
    draft.body.mutable_adjustment()->set_adjustment("no stairs");
    EXPECT_TRUE(records->Add(ring, lead.signer, draft).ok());
    return draft.id;
  };
  const school_records::ChildId child(crypto::RandomId());
  const auto first = add(kLinesKept + absl::Hours(2), school_records::RecordId(), child);
  const auto taken_off = add(kLinesKept + absl::Hours(1), first, child);
  const auto lately = add(kLinesKept - absl::Hours(1), school_records::RecordId(), child);
  EXPECT_EQ(Open("/sheet").status, 200);
  EXPECT_TRUE(records->Get(ring, first)->erased) << "also what was taken off that day";
  EXPECT_TRUE(records->Get(ring, taken_off)->erased);
  EXPECT_FALSE(records->Get(ring, lately)->erased);
  EXPECT_EQ(Open("/sheet").status, 200) << "and it is erased once";
}

TEST_F(StaffTest, AConcernIsPlacedByALeadAndNotReadAgainByStaff) {
  SignInAsStaff(code_);
  Open("/staff/concern");
  EXPECT_EQ(Send("/staff/concern", {{"about", "Robin"}, {"text", ""}}).status, 400);
  const std::string draft = After(Open("/staff/concern").body, "name=\"draft\" value=\"");
  const Fields concern = {{"draft", draft}, {"about", "Robin, 4B"}, {"text", "cried at lunch"}};
  EXPECT_EQ(Send("/staff/concern", concern).location, "/staff/concern?done=1");
  EXPECT_EQ(Send("/staff/concern", concern).location, "/staff/concern?done=1") << "sent twice";
  EXPECT_THAT(Open("/staff/concern").body, Not(HasSubstr("cried at lunch")));
  BeLead();
  EXPECT_THAT(Open("/").body, HasSubstr("A colleague has reported a concern"));
  const std::string page = Open("/concerns").body;
  EXPECT_EQ(page.find("cried at lunch"), page.rfind("cried at lunch"));
  EXPECT_THAT(page, HasSubstr("Sam Teacher (staff)"));
  const std::string id = After(page, "name=\"concern\" value=\"");
  EXPECT_EQ(Send("/concerns/place", {{"concern", id}}).status, 400);
  EXPECT_EQ(Send("/concerns/place", {{"concern", id}, {"child", crypto::RandomId()}}).status, 400)
      << "it would be with nobody";
  EXPECT_EQ(Send("/concerns/place", {{"concern", id}, {"child", child_.substr(7)}}).location,
            child_);
  EXPECT_THAT(Open(child_).body, HasSubstr("cried at lunch"));
  EXPECT_THAT(FirstWritten(child_), HasSubstr(", Sam Teacher (staff)"));
  EXPECT_THAT(Open("/concerns").body, HasSubstr("None waits"));
  EXPECT_THAT(Open("/").body, Not(HasSubstr("has reported a concern")));

  // With the wrong child: it is moved, and does not wait to be placed again.
  const std::string other = ReadOne(Shown([](v1::AlertContent& content) {
    Born(content);
    content.mutable_child()->mutable_name()->set_given_names("Alex");
  }));
  const std::string correct =
      child_ + "/correct/" + After(Open(child_).body, "href=\"" + child_ + "/correct/");
  const std::string first = FirstWritten(child_);
  EXPECT_THAT(Open(correct).body, HasSubstr("<option value=\"\" selected>This child, as it is<"))
      << "also where the child is not in the list";
  EXPECT_EQ(Send(correct, {{"text", "cried at lunch"}, {"child", other.substr(7)}}).location,
            other);
  EXPECT_THAT(Open(other).body, HasSubstr("cried at lunch"));
  EXPECT_EQ(FirstWritten(other), first) << "whoever moves it was not there";
  EXPECT_THAT(Open(child_).body, Not(HasSubstr("cried at lunch")));
  EXPECT_THAT(Open("/concerns").body, HasSubstr("None waits"));
  const auto records = school_records::RecordStore::Open(StateDirectory::Open(state_)->Records());
  EXPECT_TRUE((*records)->Verify().ok()) << (*records)->Verify().status();
}

TEST_F(StaffTest, TheyChooseAPassphraseOfTheirOwn) {
  SignInAsStaff(code_);
  Open("/staff/passphrase");
  EXPECT_EQ(
      Send("/staff/passphrase",
           {{"before", "another"}, {"passphrase", kStaffPassphrase}, {"again", kStaffPassphrase}})
          .status,
      400);
  EXPECT_EQ(Send("/staff/passphrase",
                 {{"before", code_}, {"passphrase", kStaffPassphrase}, {"again", "x"}})
                .status,
            400);
  EXPECT_THAT(
      Send("/staff/passphrase",
           {{"before", code_}, {"passphrase", kStaffPassphrase}, {"again", kStaffPassphrase}})
          .body,
      HasSubstr("From now on"));
  EXPECT_EQ(SignInAsStaff(code_).status, 403);
  EXPECT_EQ(SignInAsStaff(kStaffPassphrase).location, "/staff/sheet");
}

TEST_F(StaffTest, TheyLockItAndAreWhereTheySignIn) {
  SignInAsStaff(code_);
  Open("/staff/sheet");
  const std::string role = After(Open("/staff/sheet").body, "name=\"role\" value=\"");
  EXPECT_EQ(Send("/lock", {{"role", role}}).location, "/staff");
  EXPECT_EQ(Open("/staff/sheet").location, "/staff");
  EXPECT_THAT(Open("/staff").body, Not(HasSubstr("signed out")));
  EXPECT_EQ(Send("/lock", {{"role", role}}).location, "/staff") << "also once it has ended";
  BeLead();
  const std::string leads = After(Open("/").body, "name=\"role\" value=\"");
  EXPECT_EQ(Send("/lock", {{"role", leads}}).location, "/");
}

TEST_F(StaffTest, AFormWhoseSessionHasEndedIsSaidToBeUndoneWhereTheySignIn) {
  SignInAsStaff(code_);
  const std::string draft = After(Open("/staff/concern").body, "name=\"draft\" value=\"");
  const std::string ended = cookie_, form = token_;
  Send("/lock", {});
  const auto undone = [&](const std::string& path, const Fields& fields) {
    cookie_ = ended;
    token_ = form;
    const Response answer = Send(path, fields);
    EXPECT_EQ(answer.status, 403) << path;
    EXPECT_THAT(answer.body, HasSubstr("What you just sent was not done.")) << path;
    EXPECT_THAT(answer.body, HasSubstr("action=\"/staff/sign-in\"")) << path;
    EXPECT_THAT(answer.body, Not(HasSubstr("cried at lunch"))) << "whoever sits there now";
  };
  undone("/staff/concern", {{"draft", draft}, {"about", "Robin"}, {"text", "cried at lunch"}});
  undone("/staff/passphrase",
         {{"before", code_}, {"passphrase", kStaffPassphrase}, {"again", kStaffPassphrase}});
  EXPECT_EQ(SignInAsStaff(code_).location, "/staff/sheet") << "the passphrase is as it was";
  BeLead();
  EXPECT_THAT(Open("/concerns").body, HasSubstr("None waits"));
}

TEST_F(StaffTest, WhoIsRemovedReadsNothingFromThenOn) {
  SignInAsStaff(code_);
  const std::string staff = cookie_;
  BeLead();
  const std::string body = Open("/people").body;
  const std::string id =
      After(body.substr(body.find("Staff who read the sheet")), "name=\"reader\" value=\"");
  EXPECT_EQ(Send("/people/remove", {{"reader", id}}).location, "/people");
  EXPECT_EQ(Open(child_).status, 200) << "who stays opens the records anew";
  cookie_ = staff;
  EXPECT_EQ(Open("/staff/sheet").location, "/staff");
  EXPECT_THAT(Open("/staff").body, HasSubstr("because they do not read the sheet any more"));
  const Response tried = Send("/staff/sign-in", {{"person", id}, {"passphrase", code_}});
  EXPECT_THAT(tried.body, HasSubstr("There is a problem"));
  EXPECT_THAT(tried.body, Not(HasSubstr("signed out"))) << "what was just tried counts";
  cookie_.clear();
  const std::string stranger = Open("/staff").body;
  EXPECT_THAT(stranger, HasSubstr("Nobody of the staff"));
  EXPECT_THAT(stranger, Not(HasSubstr("signed out")));
  const Response refused = Send("/staff/sign-in", {{"person", id}, {"passphrase", code_}});
  EXPECT_EQ(refused.status, 403);
  BeLead();
  const std::string self = Lead().id.value();
  EXPECT_EQ(Send("/people/remove", {{"reader", self}}).status, 409) << "nobody removes themselves";
}

// The keys are replaced under whoever stays: what they were typing is not lost for it.
TEST_F(StaffTest, WhoStaysGoesOnWhereSomebodyElseIsRemoved) {
  SignInAsStaff(code_);
  const std::string draft = After(Open("/staff/concern").body, "name=\"draft\" value=\"");
  const std::string staff = cookie_, form = token_;
  BeLead();
  Send("/people/staff", {{"staff_name", "Kit Helper"}});
  const std::string body = Open("/people").body;
  const std::size_t kit = body.find("Kit Helper, since");
  ASSERT_NE(kit, std::string::npos);
  const std::string id = After(body.substr(kit), "name=\"reader\" value=\"");
  EXPECT_EQ(Send("/people/remove", {{"reader", id}}).location, "/people");
  cookie_ = staff;
  token_ = form;
  Send("/staff/concern", {{"draft", draft}, {"about", "Robin"}, {"text", "cried at lunch"}});
  EXPECT_EQ(Open("/staff/sheet").status, 200);
  BeLead();
  EXPECT_THAT(Open("/concerns").body, HasSubstr("cried at lunch"));
}

TEST_F(StaffTest, AFormThatIsSentTwiceMakesOneSignIn) {
  const Fields form = {{"draft", After(Open("/people").body, "name=\"draft\" value=\"")},
                       {"staff_name", "Kit Helper"}};
  EXPECT_THAT(Send("/people/staff", form).body, HasSubstr("staff-code"));
  EXPECT_EQ(Send("/people/staff", form).status, 409);
  const std::string body = Open("/people").body;
  EXPECT_EQ(body.find("Kit Helper, since"), body.rfind("Kit Helper, since"));
}

TEST_F(StaffTest, WrongPassphrasesWaitAsThoseOfPeopleDo) {
  for (int i = 0; i < kFreeTries; ++i) EXPECT_EQ(SignInAsStaff("wrong").status, 403);
  EXPECT_EQ(SignInAsStaff(code_).status, 429);
}

}  // namespace
}  // namespace firstbell::school::web
