// The pages, asked without a socket: first run, sign-in, a morning, and who is refused what.

#include "clients/school/web/site.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "broker/base/limits.h"
#include "clients/console/local_time.h"
#include "clients/school/web/today_page.h"
#include "tests/support/eventually.h"
#include "tests/unit/school_web/site_fixture.h"

namespace firstbell::school::web {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST_F(SiteTest, TheFirstRunEnrolsTheDeviceThenAPersonAndPractises) {
  EXPECT_THAT(Open("/").body, HasSubstr("Connect this computer"));
  EnrolDevice();
  const Response recovery = EnrolLead();
  EXPECT_EQ(recovery.status, 200);
  const base::Secret code =
      RecoveryOf(StateDirectory::Open(state_).value(), Lead(), base::Secret(kPassphrase)).value();
  EXPECT_THAT(recovery.body, HasSubstr(std::string(code.Reveal().substr(0, 4))));
  EXPECT_THAT(recovery.body, HasSubstr("action=\"/first/recovery\">"))
      << "the browser itself asks for the tick: the page is shown this once";
  const Response unticked = Send("/first/recovery", {});
  EXPECT_EQ(unticked.status, 400) << "not on paper yet";
  EXPECT_THAT(unticked.body, HasSubstr("firstbell-school keys recovery"));
  EXPECT_EQ(Send("/first/recovery", {{"printed", "yes"}}).location, "/first/scheme");
  EXPECT_THAT(Open("/first/scheme").body, HasSubstr("Tell nobody who need not know"));
  EXPECT_EQ(Send("/first/scheme", {}).location, "/practice");
  EXPECT_THAT(Open("/practice").body, HasSubstr("invented"));
  EXPECT_THAT(Send("/practice/take", {}).body, HasSubstr("You are ready"));
  EXPECT_THAT(Open("/").body, HasSubstr("Nothing waits"));
}

TEST_F(SiteTest, WhatPracticeOffersLeadsSomewhere) {
  SetUpLead();
  const std::string page = Open("/practice").body;
  std::set<std::string> posted;
  const std::string mark = "action=\"";
  for (std::size_t at = page.find(mark); at != std::string::npos; at = page.find(mark, at + 1)) {
    const std::size_t from = at + mark.size();
    posted.insert(page.substr(from, page.find('"', from) - from));
  }
  EXPECT_THAT(posted, testing::UnorderedElementsAre("/practice/take", "/lock"));
  EXPECT_THAT(page, HasSubstr("I have this"));
  EXPECT_THAT(page, Not(HasSubstr("Signed here"))) << "nothing is";
}

TEST_F(SiteTest, AMistypedCodeIsSaidAndNotRepeated) {
  Open("/");
  const Response answer = Send("/first/enrol", {{"code", "FB1-quokka<script>"}});
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, Not(HasSubstr("quokka")));
  EXPECT_THAT(answer.body, HasSubstr("There is a problem"));
}

TEST_F(SiteTest, PassphrasesThatDifferEnrolNobody) {
  EnrolDevice();
  Open("/first");
  const Response answer =
      Send("/first/enrol", {{"code", CodeText(broker_.Code(v1::RECIPIENT_ROLE_LEAD))},
                            {"passphrase", kPassphrase},
                            {"again", "correct horse batterz"}});
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, HasSubstr("differ"));
  EXPECT_EQ(broker_.seen.size(), 1u) << "the code was not spent";
}

TEST_F(SiteTest, AWrongPassphraseOpensNothingAndSoonHasToWait) {
  SetUpLead();
  Send("/lock", {});
  for (int i = 0; i < kFreeTries; ++i) EXPECT_EQ(SignIn("wrong words of hers").status, 403);
  EXPECT_EQ(SignIn("wrong words of hers").status, 429);
  const Response right = SignIn();
  EXPECT_EQ(right.status, 429) << "while it waits, the right one neither";
  EXPECT_THAT(right.body, HasSubstr("Too many tries"));
  EXPECT_THAT(Open("/").body, HasSubstr("Sign in"));
}

TEST_F(SiteTest, AMorning) {
  SetUpLead();
  const base::AlertId id = Shown();
  const Response list = Open("/");
  EXPECT_THAT(list.body, HasSubstr("Robin Example"));
  EXPECT_THAT(list.body, HasSubstr("<span>Not read yet</span>"));
  EXPECT_EQ(Signed(v1::RECEIPT_KIND_OPENED), 0u) << "a name in a list is not read yet";

  const Response who = Open(PathOf(id));
  EXPECT_THAT(who.body, HasSubstr("Do you know this family?"));
  EXPECT_THAT(who.body, Not(HasSubstr("What happened")));
  EXPECT_EQ(Signed(v1::RECEIPT_KIND_OPENED), 0u);

  EXPECT_EQ(Send(PathOf(id) + "/read", {}).location, PathOf(id));
  EXPECT_EQ(Signed(v1::RECEIPT_KIND_OPENED), 1u);
  const Response alert = Open(PathOf(id));
  EXPECT_THAT(Open("/").body, Not(HasSubstr("Not read yet")));
  EXPECT_THAT(alert.body, HasSubstr("Signed here"));
  EXPECT_THAT(alert.body, HasSubstr("Do not let the child sense that you know."));
  EXPECT_LT(alert.body.find("What to do, and what not to do"), alert.body.find("What happened"));

  EXPECT_EQ(Send(PathOf(id) + "/take", {{"how", "self"}}).location, PathOf(id));
  EXPECT_EQ(Signed(v1::RECEIPT_KIND_ACKNOWLEDGED), 1u);
  EXPECT_EQ(Send(PathOf(id) + "/take", {{"how", "self"}}).status, 303);
  EXPECT_EQ(Signed(v1::RECEIPT_KIND_ACKNOWLEDGED), 1u) << "a second press signs nothing twice";
  EXPECT_THAT(Open("/").body, HasSubstr("Has the child come to school?"));
  EXPECT_EQ(Send(PathOf(id) + "/arrival", {{"said", "seen"}}).status, 303);
  EXPECT_EQ(Signed(v1::RECEIPT_KIND_SEEN), 1u);
}

// Both are of the alerts, and neither is the school's own: the bell and its register may be later.
TEST_F(SiteTest, TheTwoClocksSayByWhenWhatIsToBeDone) {
  SetUpLead();
  const base::AlertId id = Shown();
  const auto london = console::LocalTime::London().value();
  const absl::Time deadline = store_->ShownAlert(id).value()->deadline;
  const std::string acknowledge = "To be acknowledged by " + ClockTime(deadline, london);
  const std::string say = "Say by " + ClockTime(deadline + limits::kRegistration, london) +
                          " whether the child has come";
  const std::string before = Open("/").body;
  EXPECT_THAT(before, HasSubstr(acknowledge + "</span>"));
  EXPECT_THAT(before, Not(HasSubstr(say)));
  Send(PathOf(id) + "/take", {{"how", "here"}});
  const std::string after = Open("/").body;
  EXPECT_THAT(after, Not(HasSubstr("To be acknowledged by")));
  EXPECT_THAT(after, HasSubstr(say + "</span>"));
}

TEST_F(SiteTest, TheSignInSaysByWhenWhatWaitsIsToBeAcknowledged) {
  SetUpLead();
  const base::AlertId id = Shown();
  const auto london = console::LocalTime::London().value();
  const absl::Time deadline = store_->ShownAlert(id).value()->deadline;
  cookie_.clear();
  const std::string page = Open("/").body;
  EXPECT_THAT(page, HasSubstr("1 alert waits."));
  EXPECT_THAT(page, HasSubstr("To be acknowledged by " + ClockTime(deadline, london) + ":"));
}

// Without a lock nothing would be safe that was read in a room that others enter.
TEST_F(SiteTest, AfterALockTheCookieOpensNothing) {
  SetUpLead();
  const base::AlertId id = Shown();
  Open("/");
  const std::string stolen = cookie_, form = token_;
  EXPECT_EQ(Send("/lock", {}).location, "/");
  EXPECT_EQ(cookie_, "");
  cookie_ = stolen;
  EXPECT_EQ(Open(PathOf(id)).location, "/");
  EXPECT_THAT(Open("/").body, HasSubstr("Sign in"));
  token_ = form;
  EXPECT_EQ(Send(PathOf(id) + "/take", {{"how", "self"}}).status, 403);
  EXPECT_EQ(Signed(v1::RECEIPT_KIND_ACKNOWLEDGED), 0u);
  EXPECT_FALSE(site_->Lives(stolen));
}

TEST_F(SiteTest, AFormWhoseSessionHasEndedIsSaidToBeUndone) {
  SetUpLead();
  const base::AlertId id = Shown();
  Open("/");
  const std::string ended = cookie_, form = token_;
  EXPECT_THAT(Open("/").body, Not(HasSubstr("was not done")));
  Send("/lock", {});
  EXPECT_THAT(Open("/").body, Not(HasSubstr("was not done"))) << "nothing was sent";
  cookie_ = ended;
  token_ = form;
  const Response answer = Send(PathOf(id) + "/take", {{"how", "here"}});
  EXPECT_EQ(answer.status, 403);
  EXPECT_THAT(answer.body, HasSubstr("What you just sent was not done."));
  EXPECT_THAT(answer.body, HasSubstr("action=\"/sign-in\""));
  EXPECT_EQ(Signed(v1::RECEIPT_KIND_ACKNOWLEDGED), 0u);
  const Response wrong = SignIn("wrong words of hers");
  EXPECT_THAT(wrong.body, Not(HasSubstr("What you just sent"))) << "a try is no such form";
}

// Another may sit there by then, whom nobody signed out.
TEST_F(SiteTest, WhyAPageHasLockedIsSaidOfWhoeverWasThere) {
  SetUpLead();
  site_.reset();
  site_ = Site::Open({.guard = {{kUser}, kHost}, .state = state_, .idle = absl::Milliseconds(500)},
                     broker_)
              .value();
  SignIn();
  ASSERT_TRUE(support::Eventually(absl::Seconds(10), [&] { return !site_->Lives(cookie_); }));
  const std::string page = Open("/").body;
  EXPECT_THAT(page,
              HasSubstr("Whoever was signed in here was signed out because nothing was done"));
  EXPECT_THAT(page, Not(HasSubstr("You were")));
  EXPECT_THAT(SignIn("wrong words of hers").body, Not(HasSubstr("signed out")));
}

TEST_F(SiteTest, AForgedFormSignsNothing) {
  SetUpLead();
  const base::AlertId id = Shown();
  Open("/");
  const Fields have = {{"how", "self"}};
  EXPECT_EQ(Ask(Post(PathOf(id) + "/take", have)).status, 403) << "without the form's token";
  token_ = std::string(43, 'A');
  EXPECT_EQ(Send(PathOf(id) + "/take", have).status, 403);
  Open("/");
  Request elsewhere = Post(PathOf(id) + "/take", {{"how", "self"}, {"form", token_}});
  elsewhere.origin = "http://evil.example";
  EXPECT_EQ(Ask(elsewhere).status, 403);
  Request other_user = Post(PathOf(id) + "/take", {{"how", "self"}, {"form", token_}});
  other_user.user = kUser + 1;
  EXPECT_EQ(Ask(other_user).status, 403) << "also with the right cookie and token";
  EXPECT_EQ(Signed(v1::RECEIPT_KIND_ACKNOWLEDGED), 0u);
  EXPECT_EQ(Send(PathOf(id) + "/take", have).status, 303);
}

TEST_F(SiteTest, AScriptInAnyTextIsText) {
  SetUpLead();
  constexpr char kScript[] = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{form}}";
  const base::AlertId id = Shown([&](v1::AlertContent& content) {
    content.set_nature(kScript);
    content.set_reference(kScript);
    content.mutable_place()->add_lines(kScript);
    content.mutable_place()->set_postcode(kScript);
    content.mutable_risk()->set_scheme(kScript);
    content.mutable_risk()->set_level(kScript);
    content.mutable_contact()->set_name_or_role(kScript);
    content.mutable_contact()->set_telephone(kScript);
    content.mutable_contact()->set_email(kScript);
    v1::Party& party = *content.add_parties();
    party.set_party_ref("P1");
    party.set_role(kScript);
    party.mutable_name()->set_given_names(kScript);
    v1::Child& child = *content.mutable_child();
    child.mutable_name()->set_given_names(kScript);
    child.mutable_name()->set_family_name(kScript);
    child.mutable_name()->set_preferred_given_name(kScript);
    child.mutable_name()->set_former_family_name(kScript);
    child.set_date_of_birth(kScript);
    child.mutable_home_address()->add_lines(kScript);
    child.set_where_in_home(kScript);
    child.set_account(kScript);
    child.mutable_voice()->set_what_was_said(kScript);
    child.mutable_voice()->set_what_was_shown(kScript);
    child.mutable_voice()->set_who_else_was_there(kScript);
    child.mutable_voice()->set_how_the_child_communicates(kScript);
    child.mutable_handling()->add_further(kScript);
    child.mutable_collection()->add_may_collect(kScript);
    child.mutable_collection()->add_may_not_collect(kScript);
    child.mutable_collection()->add_orders_in_force(kScript);
    child.mutable_support()->set_social_worker(kScript);
    child.mutable_support()->set_in_place(kScript);
    child.mutable_needs()->set_send(kScript);
    child.mutable_needs()->set_culture(kScript);
    child.mutable_needs()->set_interpreter_language(kScript);
    content.add_changed(kScript);
  });
  Open("/");
  std::vector<Response> pages = {Open("/"), Open(PathOf(id))};
  Send(PathOf(id) + "/read", {});
  pages.push_back(Open(PathOf(id)));
  for (const Response& page : pages) {
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.body, HasSubstr("&lt;script&gt;alert(1)"));
    EXPECT_THAT(page.body, Not(HasSubstr("<script>")));
    EXPECT_THAT(page.body, Not(HasSubstr("<img src=x")));
    EXPECT_THAT(page.body, HasSubstr("{{form}}")) << "a text is no template";
  }
}

TEST_F(SiteTest, NoNameStandsInATitleAPathOrACookie) {
  SetUpLead();
  const base::AlertId id = Shown();
  Open("/");
  Send(PathOf(id) + "/read", {});
  for (const std::string& path : {std::string("/"), PathOf(id), std::string("/people")}) {
    const Response page = Open(path);
    const std::size_t from = page.body.find("<title>"), to = page.body.find("</title>");
    EXPECT_THAT(page.body.substr(from, to - from), Not(HasSubstr("Robin")));
    for (std::size_t at = page.body.find("href=\""); at != std::string::npos;
         at = page.body.find("href=\"", at + 1)) {
      EXPECT_THAT(page.body.substr(at, page.body.find('"', at + 6) - at), Not(HasSubstr("Robin")));
    }
    EXPECT_THAT(page.set_cookie, IsEmpty());
  }
}

TEST_F(SiteTest, WhatIsNotThereIsNotFoundWhateverThePathSays) {
  SetUpLead();
  Open("/");
  for (const char* const path :
       {"/assets/../../../etc/passwd", "/assets/..%2f..%2fetc%2fpasswd", "/assets/", "/alert/",
        "/alert/../people", "/alert/0", "/alert/%00", "//etc/passwd", "/nowhere",
        "/alert/00000000000000000000000000"}) {
    EXPECT_EQ(Open(path).status, 404) << path;
  }
}

// A form that was refused is shown at its own address, where the script links to "this page".
TEST_F(SiteTest, AnAddressThatIsOnlyPostedToLeadsToThePageOfItsForm) {
  SetUpLead();
  const std::string alert = PathOf(Shown());
  EXPECT_EQ(Send(alert + "/reply", {{"text", ""}}).status, 400);
  EXPECT_EQ(Open(alert + "/reply").location, alert);
  EXPECT_EQ(Send("/people/staff", {{"staff_name", ""}}).status, 400);
  EXPECT_EQ(Open("/people/staff").location, "/people");
  EXPECT_EQ(Open("/sheet/add").location, "/sheet");
  EXPECT_EQ(Open("/staff/concern").location, "/") << "which is a page, of others";
  EXPECT_EQ(Open("/people/none").status, 404);
  EXPECT_EQ(Open("/alert/other\r\nX-Y: z/reply").status, 404);
}

TEST_F(SiteTest, BrothersAndSistersStandTogether) {
  SetUpLead();
  std::vector<base::AlertId> ids = {link::NewAlertId(), link::NewAlertId(), link::NewAlertId()};
  std::sort(ids.begin(), ids.end());  // as alerts of one deadline stand
  const auto of = [](const std::string& given, const std::string& family) {
    return [given, family](v1::AlertContent& content) {
      content.mutable_occurred_at()->set_seconds(1'772'500'000);
      content.mutable_child()->mutable_name()->set_given_names(given);
      content.mutable_child()->mutable_name()->set_family_name(family);
      content.mutable_child()->mutable_home_address()->set_postcode(family == "Ash" ? "EX1 1AA"
                                                                                    : "EX2 2BB");
    };
  };
  Shown(of("Wren", "Ash"), 1, ids[0]);
  Shown(of("Kit", "Oak"), 1, ids[1]);
  Shown(of("Rowan", "Ash"), 1, ids[2]);
  const std::string page = Open("/").body;
  const std::size_t wren = page.find(">Wren Ash<"), kit = page.find(">Kit Oak<"),
                    rowan = page.rfind(">Rowan Ash<");
  ASSERT_NE(kit, std::string::npos);
  EXPECT_LT(wren, rowan);
  EXPECT_LT(rowan, kit);
}

TEST_F(SiteTest, AnAlertThatIsNotDueYetIsNotThere) {
  SetUpLead();
  const base::AlertId id = Shown();
  Open("/");
  EXPECT_EQ(Open(PathOf(id)).status, 200);
  EXPECT_EQ(Open(PathOf(link::NewAlertId())).status, 404);
}

TEST_F(SiteTest, WhatIsWrongIsSaidBesideItsField) {
  Open("/");
  const Response early =
      Send("/first/enrol", {{"code", CodeText(broker_.Code(v1::RECIPIENT_ROLE_LEAD))}});
  EXPECT_THAT(early.body, HasSubstr("code first"));
  EnrolDevice();
  Open("/first");
  const std::string code = CodeText(broker_.Code(v1::RECIPIENT_ROLE_LEAD));
  for (const char* const again : {"short", "correct horse batterz"}) {
    const std::string passphrase = again == std::string("short") ? "short" : kPassphrase;
    const Response page =
        Send("/first/enrol", {{"code", code}, {"passphrase", passphrase}, {"again", again}});
    EXPECT_THAT(page.body, HasSubstr("id=\"passphrase-error\"")) << again;
    EXPECT_THAT(page.body, Not(HasSubstr("id=\"code-error\""))) << again;
  }
  EnrolLead();
  Send("/lock", {});
  cookie_.clear();
  Open("/recover");
  const Response wrong = Send("/recover", {{"person", Lead().id.value()},
                                           {"recovery", "none"},
                                           {"passphrase", kPassphrase},
                                           {"again", kPassphrase}});
  EXPECT_THAT(wrong.body, HasSubstr("id=\"recovery-error\""));
  Open("/");
  const Response nobody = Send("/sign-in", {{"passphrase", kPassphrase}});
  EXPECT_THAT(nobody.body, HasSubstr("id=\"person-error\""));
}

TEST_F(SiteTest, AMachineThatTheBrokerRefusesEndsEverySession) {
  SetUpLead();
  Open("/");
  site_->EndSessions();
  EXPECT_TRUE(site_->Lives(cookie_));
  ASSERT_TRUE(
      store_->SaveLinkStanding({LinkState::kRefused, absl::Now(), "it does not know this key"})
          .ok());
  site_->EndSessions();
  EXPECT_FALSE(site_->Lives(cookie_));
  const Response page = SignIn();
  EXPECT_EQ(page.status, 403);
  EXPECT_THAT(page.body, HasSubstr("refuses this machine"));
}

TEST_F(SiteTest, WhoWasRemovedIsSignedOutAndNotSignedIn) {
  SetUpLead();
  Open("/");
  const link::Person lead{Lead().id, v1::RECIPIENT_ROLE_LEAD, "Ada Example", ""};
  const link::Notice removed{link::NoticeKind::kPersonRemoved, absl::Now(), lead};
  ASSERT_TRUE(store_->ReplacePeople({}, {&removed, 1}).ok());
  site_->EndSessions();
  EXPECT_FALSE(site_->Lives(cookie_));
  EXPECT_EQ(SignIn().status, 403);
}

TEST_F(SiteTest, AClockThatIsWrongIsSaid) {
  SetUpLead();
  EXPECT_THAT(Open("/").body, Not(HasSubstr("clock is wrong")));
  const absl::Time ahead = absl::Now() + absl::Hours(10);
  ASSERT_TRUE(store_->SaveTimeAnchor({{ahead, false}, {ahead, absl::Hours(1), "before"}}).ok());
  EXPECT_THAT(Open("/").body, HasSubstr("clock is wrong"));
}

TEST_F(SiteTest, BrothersAndSistersAreOfOneIncidentAndNobodyIsWhereNoTimeSaysSo) {
  SetUpLead();
  const auto named = [](const char* given, std::int64_t at) {
    return [=](v1::AlertContent& content) {
      content.mutable_child()->mutable_name()->set_given_names(given);
      if (at != 0) content.mutable_occurred_at()->set_seconds(at);
    };
  };
  Shown(named("Ada", 0));
  Shown(named("Ben", 0));
  const std::string untimed = Open("/").body;
  EXPECT_THAT(untimed, Not(HasSubstr("Brother or sister")));
  EXPECT_THAT(untimed, HasSubstr("Of the same family name, that morning: Ada"));
  Shown(named("Cleo", 1772503800));
  Shown(named("Dara", 1772503800));
  Shown(named("Eli", 1772503801));
  const std::string later = Open("/").body;
  std::size_t said = 0;
  for (std::size_t at = later.find("Brother or sister"); at != std::string::npos;
       at = later.find("Brother or sister", at + 1)) {
    ++said;
  }
  EXPECT_EQ(said, 2u) << "of Cleo and Dara alone";
}

TEST_F(SiteTest, ThePulseIsTwoNumbersForWhoeverMayOpenThePage) {
  EXPECT_THAT(Open("/pulse").body, HasSubstr("\"waiting\":0"));
  SetUpLead();
  const base::AlertId id = Shown();
  cookie_.clear();
  const Response pulse = Open("/pulse");
  EXPECT_THAT(pulse.body, HasSubstr("\"waiting\":1"));
  EXPECT_THAT(pulse.body, Not(HasSubstr("Robin")));
  EXPECT_THAT(pulse.body, Not(HasSubstr(id.value())));
  Request another = Get("/pulse");
  another.user = kUser + 1;
  EXPECT_EQ(Ask(another).status, 403);
}

TEST_F(SiteTest, ACorrectionIsToldAboveTheRest) {
  SetUpLead();
  const base::AlertId id = Shown();
  Open("/");
  Send(PathOf(id) + "/read", {});
  const std::uint64_t before = site_->Version();
  Shown([](v1::AlertContent& content) { content.add_changed("child.handling"); }, 2, id);
  EXPECT_NE(site_->Version(), before) << "an open page hears of it";
  Send(PathOf(id) + "/read", {});
  const Response page = Open(PathOf(id));
  EXPECT_THAT(page.body, HasSubstr("corrected this since"));
  EXPECT_EQ(Signed(v1::RECEIPT_KIND_OPENED), 2u) << "each revision is read anew";
}

TEST_F(SiteTest, AForgottenPassphraseIsReplacedByTheRecoveryCode) {
  SetUpLead();
  const std::string code(
      RecoveryOf(StateDirectory::Open(state_).value(), Lead(), base::Secret(kPassphrase))
          ->Reveal());
  const std::string before = cookie_;
  Send("/lock", {});
  SignIn();
  const std::string signed_in = cookie_;
  cookie_.clear();
  Open("/recover");
  const Fields wrong = {{"person", Lead().id.value()},
                        {"recovery", "AAAA-" + code.substr(5)},
                        {"passphrase", "words of the autumn"},
                        {"again", "words of the autumn"}};
  EXPECT_EQ(Send("/recover", wrong).status, 403);
  Fields right = wrong;
  right.erase("recovery");
  right.emplace("recovery", code);
  EXPECT_EQ(Send("/recover", right).location, "/");
  EXPECT_FALSE(site_->Lives(signed_in)) << "whoever knew the old one is out";
  EXPECT_FALSE(site_->Lives(before));
  Send("/lock", {});
  EXPECT_EQ(SignIn().status, 403);
  EXPECT_EQ(SignIn("words of the autumn").status, 303);
}

}  // namespace
}  // namespace firstbell::school::web
