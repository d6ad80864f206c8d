// The pages, asked without a socket: first run, sign-in, a morning, and who is refused what.

#include "clients/school/web/site.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/bytes.h"
#include "broker/base/file.h"
#include "clients/school/identity.h"
#include "clients/school/show.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/school/invented_broker.h"

namespace firstbell::school::web {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr char kHost[] = "127.0.0.1:7470";
constexpr uid_t kUser = 1000;
constexpr char kPassphrase[] = "correct horse battery";

class SiteTest : public testing::Test {
 protected:
  SiteTest() { site_ = Site::Open({.guard = {{kUser}, kHost}, .state = state_}, broker_).value(); }

  Request Get(const std::string& path) const {
    Request request;
    request.method = "GET";
    request.path = path;
    request.host = kHost;
    request.user = kUser;
    request.session = cookie_;
    return request;
  }
  Request Post(const std::string& path, Fields form) const {
    Request request = Get(path);
    request.method = "POST";
    request.origin = std::string("http://") + kHost;
    request.content_type = "application/x-www-form-urlencoded";
    request.form = std::move(form);
    return request;
  }
  // A page as a browser keeps it: its cookie, and the token of its forms.
  Response Ask(const Request& request) {
    Response response = site_->Answer(request);
    if (!response.set_cookie.empty()) {
      const std::size_t from = response.set_cookie.find('=') + 1;
      cookie_ = response.set_cookie.substr(from, response.set_cookie.find(';') - from);
    }
    const std::string mark = "name=\"form\" value=\"";
    const std::size_t at = response.body.find(mark);
    if (at != std::string::npos) {
      const std::size_t from = at + mark.size();
      token_ = response.body.substr(from, response.body.find('"', from) - from);
    }
    return response;
  }
  Response Open(const std::string& path) { return Ask(Get(path)); }
  Response Send(const std::string& path, Fields form) {
    form.emplace("form", token_);
    return Ask(Post(path, std::move(form)));
  }

  static std::string CodeText(const v1::EnrolmentCode& code) {
    return "FB1-" + base::Base64UrlEncode(code.SerializeAsString());
  }
  void EnrolDevice() {
    Open("/");
    const Response answer =
        Send("/first/enrol", {{"code", CodeText(broker_.Code(v1::RECIPIENT_ROLE_DEVICE))}});
    ASSERT_EQ(answer.status, 303) << answer.body;
  }
  Response EnrolLead() {
    Open("/first");
    return Send("/first/enrol", {{"code", CodeText(broker_.Code(v1::RECIPIENT_ROLE_LEAD))},
                                 {"passphrase", kPassphrase},
                                 {"again", kPassphrase}});
  }
  PersonIdentity Lead() const {
    return FindPerson(ListPeople(StateDirectory::Open(state_).value()).value(), "").value();
  }
  Response SignIn(const std::string& passphrase = kPassphrase) {
    Open("/");
    return Send("/sign-in", {{"person", Lead().id.value()}, {"passphrase", passphrase}});
  }
  // With the device, and its lead signed in.
  void SetUpLead() {
    EnrolDevice();
    ASSERT_THAT(EnrolLead().body, HasSubstr("recovery"));
    store_ = LocalStore::Open(StateDirectory::Open(state_)->Store()).value();
  }

  // An alert that was pushed and is shown, sealed to the lead.
  base::AlertId Shown(const std::function<void(v1::AlertContent&)>& with = {},
                      std::uint32_t revision = 1, base::AlertId id = link::NewAlertId()) {
    const absl::Time now = absl::Now();
    model::Alert alert;
    alert.id = id;
    alert.urn = link::kSchool;
    alert.revision = revision;
    alert.sealing = revision - 1;
    alert.show_from = now - absl::Minutes(1);
    alert.deadline = now + absl::Minutes(40);
    link::InventedSchool invented;
    v1::AlertContent content = invented.Content(alert);
    if (with) with(content);
    model::Recipient lead;
    lead.id = Lead().id;
    lead.role = v1::RECIPIENT_ROLE_LEAD;
    lead.opening_certificate = Lead().opening_certificate;
    const auto people = sealing::People::Of({&lead, 1}).value();
    const auto sealing =
        sealing::SealAlert(alert, content, people, broker_.envelope_key, now).value();
    const DeviceIdentity device = LoadDevice(StateDirectory::Open(state_).value()).value();
    link::Session session(SessionIdentityOf(device, "0.1.0"), *store_);
    session.Start(now);
    EXPECT_TRUE(session.OnFrame(link::WelcomeFrame({}, link::kSchool, false, now), now).ok());
    v1::SealedEnvelope envelope;
    EXPECT_TRUE(envelope.ParseFromString(sealing.envelope));
    EXPECT_TRUE(session.OnFrame(link::PushFrame(envelope), now).ok());
    EXPECT_TRUE(ShowDue(*store_, device.signer, now).ok());
    return id;
  }
  std::size_t Signed(v1::ReceiptKind kind) {
    const auto receipts = store_->UnansweredReceipts(100).value();
    return static_cast<std::size_t>(std::count_if(
        receipts.begin(), receipts.end(), [&](const auto& one) { return one.kind == kind; }));
  }
  static std::string PathOf(const base::AlertId& id) { return "/alert/" + id.value(); }

  support::TempDirectory directory_;
  const std::filesystem::path state_ = directory_.path() / "state";
  InventedBroker broker_;
  std::unique_ptr<Site> site_;
  std::unique_ptr<LocalStore> store_;  // as the daemon has it open
  std::string cookie_, token_;
};

TEST_F(SiteTest, TheFirstRunEnrolsTheDeviceThenAPersonAndPractises) {
  EXPECT_THAT(Open("/").body, HasSubstr("Connect this computer"));
  EnrolDevice();
  const Response recovery = EnrolLead();
  EXPECT_EQ(recovery.status, 200);
  const base::Secret code =
      RecoveryOf(StateDirectory::Open(state_).value(), Lead(), base::Secret(kPassphrase)).value();
  EXPECT_THAT(recovery.body, HasSubstr(std::string(code.Reveal().substr(0, 4))));
  EXPECT_THAT(Send("/first/recovery", {}).status, 400) << "not on paper yet";
  EXPECT_EQ(Send("/first/recovery", {{"printed", "yes"}}).location, "/first/scheme");
  EXPECT_THAT(Open("/first/scheme").body, HasSubstr("Tell nobody who need not know"));
  EXPECT_EQ(Send("/first/scheme", {}).location, "/practice");
  EXPECT_THAT(Open("/practice").body, HasSubstr("invented"));
  EXPECT_THAT(Send("/practice/take", {}).body, HasSubstr("You are ready"));
  EXPECT_THAT(Open("/").body, HasSubstr("Nothing waits"));
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
  EXPECT_THAT(Open("/").body, HasSubstr("Robin Example"));
  EXPECT_EQ(Signed(v1::RECEIPT_KIND_OPENED), 0u) << "a name in a list is not read yet";

  const Response who = Open(PathOf(id));
  EXPECT_THAT(who.body, HasSubstr("Do you know this family?"));
  EXPECT_THAT(who.body, Not(HasSubstr("What happened")));
  EXPECT_EQ(Signed(v1::RECEIPT_KIND_OPENED), 0u);

  EXPECT_EQ(Send(PathOf(id) + "/read", {}).location, PathOf(id));
  EXPECT_EQ(Signed(v1::RECEIPT_KIND_OPENED), 1u);
  const Response alert = Open(PathOf(id));
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

TEST_F(SiteTest, NotOurPupilIsRefusedAndReadNoMore) {
  SetUpLead();
  const base::AlertId id = Shown();
  Open("/");
  EXPECT_EQ(Send(PathOf(id) + "/refuse", {}).status, 400) << "without a reason";
  EXPECT_EQ(Signed(v1::RECEIPT_KIND_REFUSED), 0u);
  EXPECT_EQ(Send(PathOf(id) + "/refuse", {{"reason", "left"}, {"new_town", "Elsewhere"}}).location,
            "/");
  EXPECT_EQ(Signed(v1::RECEIPT_KIND_REFUSED), 1u);
  EXPECT_EQ(Send(PathOf(id) + "/read", {}).status, 409);
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

TEST_F(SiteTest, AnAlertThatIsNotDueYetIsNotThere) {
  SetUpLead();
  const base::AlertId id = Shown();
  Open("/");
  EXPECT_EQ(Open(PathOf(id)).status, 200);
  EXPECT_EQ(Open(PathOf(link::NewAlertId())).status, 404);
}

// What the school does after an alert, as it stands a week later.
class ChronologyTest : public SiteTest {
 protected:
  void SetUp() override { SetUpLead(); }
  // The path of the child's page, once the alert was read.
  std::string ReadOne(const base::AlertId& id) {
    Open("/");
    Send(PathOf(id) + "/read", {});
    const Response alert = Open(PathOf(id));
    const std::size_t at = alert.body.find("/child/");
    EXPECT_NE(at, std::string::npos);
    return alert.body.substr(at, alert.body.find('"', at) - at);
  }
  static void Born(v1::AlertContent& content) {
    content.mutable_child()->set_date_of_birth("2017-05-04");
    content.mutable_child()->set_account("a door was broken");
  }
};

TEST_F(ChronologyTest, HoldsWhatThePoliceSaidAndWhatWeDid) {
  const std::string child = ReadOne(Shown(Born));
  Response page = Open(child);
  EXPECT_EQ(page.status, 200) << page.body;
  EXPECT_THAT(page.body, HasSubstr("a door was broken"));
  EXPECT_THAT(page.body, HasSubstr("opened"));
  EXPECT_EQ(Send(child + "/action", {{"what", "breakfast"}, {"note", "porridge"}}).location, child);
  EXPECT_EQ(Send(child + "/concern", {{"text", "quiet all morning"}}).location, child);
  page = Open(child);
  EXPECT_THAT(page.body, HasSubstr("Done: Breakfast"));
  EXPECT_THAT(page.body, HasSubstr("porridge"));
  EXPECT_LT(page.body.find("quiet all morning"), page.body.find("Done: Breakfast"));
  EXPECT_LT(page.body.find("Done: Breakfast"), page.body.find("From the police"));
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
  EXPECT_EQ(body.find("From the police"), body.rfind("From the police"));
}

TEST_F(ChronologyTest, WhatIsMissingIsSaidBesideItsField) {
  const std::string child = ReadOne(Shown(Born));
  const Response page = Send(child + "/action", {{"what", ""}});
  EXPECT_EQ(page.status, 400);
  EXPECT_THAT(page.body, HasSubstr("What was done: say something"));
  EXPECT_EQ(Send(child + "/concern", {{"text", std::string(20'000, 'x')}}).status, 400);
  EXPECT_EQ(Send(child + "/pause", {{"who", "Ms Example"}, {"until", "soon"}}).status, 400);
}

TEST_F(ChronologyTest, APauseStandsUntilItIsLifted) {
  const std::string child = ReadOne(Shown(Born));
  EXPECT_EQ(Send(child + "/pause", {{"who", "Ms Example"}}).location, child);
  EXPECT_THAT(Open(child).body, HasSubstr("Lift this"));
  EXPECT_EQ(Send(child + "/lift-pause", {}).location, child);
  EXPECT_THAT(Open(child).body, Not(HasSubstr("Lift this")));
  EXPECT_THAT(Open(child).body, HasSubstr("was lifted"));
  EXPECT_EQ(Send(child + "/pause", {{"who", "Ms Example"}, {"until", "2020-01-01"}}).location,
            child);
  EXPECT_THAT(Open(child).body, Not(HasSubstr("Lift this"))) << "its time is over";
}

TEST_F(ChronologyTest, WhatIsToBeLookedAtAgainStandsOnTodaysPageUntilItWas) {
  const std::string child = ReadOne(Shown(Born));
  Send(child + "/action", {{"what", "referral"}, {"stage", "plan"}, {"follow_up", "2026-01-05"}});
  EXPECT_THAT(Open("/").body, HasSubstr("To look at again"));
  const std::string body = Open(child).body;
  const std::string mark = "name=\"reviews\" value=\"";
  const std::size_t at = body.find(mark) + mark.size();
  Send(child + "/action", {{"what", "other"},
                           {"other", "Referral made"},
                           {"stage", "review"},
                           {"reviews", body.substr(at, body.find('"', at) - at)}});
  EXPECT_THAT(Open("/").body, Not(HasSubstr("To look at again")));
  EXPECT_THAT(Open(child).body, HasSubstr("Looked at again"));
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
  Send(child + "/concern", {{"text", kScript}, {"seen_by", kScript}});
  Send(child + "/pause", {{"who", kScript}, {"pause_note", kScript}});
  for (const Response& page : {Open(child), Open("/children"), Open("/")}) {
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.body, Not(HasSubstr("<script>alert")));
  }
  EXPECT_THAT(Open(child).body, HasSubstr("&lt;script&gt;alert(1)"));
}

TEST_F(ChronologyTest, NobodyReachesItWithoutSigningIn) {
  const std::string child = ReadOne(Shown(Born));
  Send("/lock", {});
  EXPECT_EQ(Open(child).location, "/");
  EXPECT_EQ(Open("/children").location, "/");
  EXPECT_EQ(Send(child + "/concern", {{"text", "x"}}).status, 403);
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
