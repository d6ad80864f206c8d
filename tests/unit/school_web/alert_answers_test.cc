// What is answered to an alert on its page, and what was wrong with an answer.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "broker/base/limits.h"
#include "broker/crypto/random.h"
#include "broker/crypto/x509.h"
#include "tests/unit/school_web/site_fixture.h"

namespace firstbell::school::web {
namespace {

using testing::HasSubstr;
using testing::Not;

// Somebody who can be asked.
base::RecipientId WithDeputy(LocalStore& store) {
  const link::Person deputy{base::RecipientId(crypto::RandomId()), v1::RECIPIENT_ROLE_DEPUTY,
                            "Bo Example", ""};
  EXPECT_TRUE(store.ReplacePeople({&deputy, 1}, {}).ok());
  return deputy.id;
}

TEST_F(SiteTest, NotOurPupilIsRefusedAndReadNoMore) {
  SetUpLead();
  const base::AlertId id = Shown();
  Open("/");
  Send(PathOf(id) + "/read", {});
  const Response why = Send(PathOf(id) + "/refuse", {{"new_town", "Oak \"Vale\""}});
  EXPECT_EQ(why.status, 400) << "without a reason";
  EXPECT_THAT(why.body, HasSubstr("id=\"reason-error\""));
  EXPECT_THAT(why.body, HasSubstr("value=\"Oak &quot;Vale&quot;\"")) << "it is not typed twice";
  const Response long_name =
      Send(PathOf(id) + "/refuse", {{"reason", "left"}, {"new_school", std::string(201, 'x')}});
  EXPECT_EQ(long_name.status, 400) << "the broker would refuse what was signed";
  EXPECT_THAT(long_name.body, HasSubstr("id=\"new_school-error\""));
  EXPECT_THAT(long_name.body, HasSubstr("value=\"left\" checked")) << "what was chosen stays";
  EXPECT_EQ(Signed(v1::RECEIPT_KIND_REFUSED), 0u);
  EXPECT_EQ(Send(PathOf(id) + "/refuse", {{"reason", "left"}, {"new_town", "Elsewhere"}}).location,
            "/");
  EXPECT_EQ(Signed(v1::RECEIPT_KIND_REFUSED), 1u);
  EXPECT_EQ(Send(PathOf(id) + "/read", {}).status, 409);
}

TEST_F(SiteTest, WhoIsPassedOnToNobodyIsAskedAgainToWhomAndReadsNothing) {
  SetUpLead();
  const base::AlertId id = Shown();
  const base::RecipientId deputy = WithDeputy(*store_);
  Open("/");
  const Response asked = Send(PathOf(id) + "/pass-on", {});
  EXPECT_EQ(asked.status, 400);
  EXPECT_THAT(asked.body, HasSubstr("href=\"#colleague\">Choose a colleague"));
  EXPECT_THAT(asked.body, HasSubstr("id=\"colleague\""));
  EXPECT_THAT(asked.body, HasSubstr("Do you know this family?"));
  EXPECT_EQ(Signed(v1::RECEIPT_KIND_OFFERED), 0u);
  EXPECT_EQ(Signed(v1::RECEIPT_KIND_OPENED), 0u);
  EXPECT_EQ(Send(PathOf(id) + "/pass-on", {{"colleague", deputy.value()}}).location, "/");
  EXPECT_EQ(Signed(v1::RECEIPT_KIND_OFFERED), 1u);
}

TEST_F(SiteTest, AnAnswerThatIsSentTwiceIsSignedOnce) {
  SetUpLead();
  const base::AlertId id = Shown();
  const base::RecipientId deputy = WithDeputy(*store_);
  Open("/");
  Send(PathOf(id) + "/read", {});
  Fields ask = {{"colleague", deputy.value()}, {"draft", crypto::RandomId()}};
  EXPECT_EQ(Send(PathOf(id) + "/ask", ask).status, 303);
  EXPECT_EQ(Send(PathOf(id) + "/ask", ask).status, 303) << "a second click";
  cookie_.clear();
  ASSERT_EQ(SignIn().status, 303);
  Open("/");
  EXPECT_EQ(Send(PathOf(id) + "/ask", ask).status, 303) << "after it was cut off";
  EXPECT_EQ(Signed(v1::RECEIPT_KIND_OFFERED), 1u);
  Send(PathOf(id) + "/take", {{"how", "here"}});
  const std::string draft = crypto::RandomId();
  const auto say = [&](const char* said) {
    return Send(PathOf(id) + "/arrival", {{"said", said}, {"draft", draft}});
  };
  EXPECT_EQ(say("seen").status, 303);
  EXPECT_EQ(say("seen").status, 303);
  EXPECT_EQ(say("absent").status, 303) << "on the same page they thought better of it";
  const Response since = say("seen");
  EXPECT_EQ(since.status, 409);
  EXPECT_THAT(since.body, HasSubstr("something else was said since"));
  EXPECT_EQ(Signed(v1::RECEIPT_KIND_SEEN), 1u);
  EXPECT_EQ(Signed(v1::RECEIPT_KIND_ABSENT), 1u);
}

TEST_F(SiteTest, AFormFromBeforeTheySignedInAnewIsSaidToBeOld) {
  SetUpLead();
  const base::AlertId id = Shown();
  Open("/");
  const std::string before = token_;
  cookie_.clear();
  ASSERT_EQ(SignIn().status, 303);
  const Response old = Ask(Post(PathOf(id) + "/read", {{"form", before}}));
  EXPECT_EQ(old.status, 403);
  EXPECT_THAT(old.body, HasSubstr("That was not done"));
  EXPECT_THAT(old.body, HasSubstr("older than your sign-in"));
  EXPECT_EQ(Signed(v1::RECEIPT_KIND_OPENED), 0u);
}

// Whose key nobody here has: what is sealed to it is read by the force alone.
std::string DeskCertificate() {
  const crypto::PrivateKey desk = crypto::PrivateKey::Generate();
  return crypto::MakeSelfSigned(desk, "A force",
                                {.common_name = "a desk",
                                 .public_key = {},
                                 .usage = crypto::Usage::kOpening,
                                 .not_before = absl::Now(),
                                 .not_after = absl::Now() + absl::Hours(24)})
      .value();
}

TEST_F(SiteTest, AReplyIsOfferedWhereTheForceTakesOneAndSaidOnce) {
  SetUpLead();
  const base::AlertId without = Shown();
  desk_certificate_ = DeskCertificate();
  const base::AlertId id = Shown();
  Open("/");
  Send(PathOf(without) + "/read", {});
  Send(PathOf(id) + "/read", {});
  const std::string telephoned = Open(PathOf(without)).body, written = Open(PathOf(id)).body;
  EXPECT_THAT(telephoned, Not(HasSubstr("Tell the police something")));
  EXPECT_THAT(telephoned, HasSubstr("this force takes no message from here"));
  EXPECT_THAT(written, HasSubstr("Tell the police something"));
  EXPECT_THAT(written, Not(HasSubstr("takes no message from here")));
  Fields reply = {{"about", "call"}, {"text", "Ring us"}, {"draft", crypto::RandomId()}};
  EXPECT_EQ(Send(PathOf(without) + "/reply", reply).status, 409);
  EXPECT_EQ(Send(PathOf(id) + "/reply", reply).status, 303);
  EXPECT_EQ(Send(PathOf(id) + "/reply", reply).status, 303) << "a second click";
  EXPECT_EQ(Signed(v1::RECEIPT_KIND_REPLIED), 1u);
  reply.find("text")->second = "Ring us at nine";  // they went back, and say more
  EXPECT_EQ(Send(PathOf(id) + "/reply", reply).status, 303);
  EXPECT_EQ(Signed(v1::RECEIPT_KIND_REPLIED), 2u);
}

TEST_F(SiteTest, AReplyThatIsTooLongStandsInItsFormAgain) {
  SetUpLead();
  desk_certificate_ = DeskCertificate();
  const base::AlertId id = Shown();
  Open("/");
  const std::string text(limits::kReplyCharacters + 1, 'x');
  const Fields reply = {{"about", "concern"}, {"text", text}};
  EXPECT_THAT(Send(PathOf(id) + "/reply", reply).body, Not(HasSubstr("What happened")))
      << "what they have not asked for is not shown for it";
  EXPECT_EQ(Signed(v1::RECEIPT_KIND_OPENED), 0u);
  Send(PathOf(id) + "/read", {});
  const Response again = Send(PathOf(id) + "/reply", reply);
  EXPECT_EQ(again.status, 400);
  EXPECT_THAT(again.body, HasSubstr(">" + text + "</textarea>"));
  EXPECT_THAT(again.body, HasSubstr("value=\"concern\" selected"));
  EXPECT_THAT(again.body, HasSubstr(">Your message is at most 1000 characters; ask for a call"));
}

}  // namespace
}  // namespace firstbell::school::web
