// What is answered to an alert on its page, and what was wrong with an answer.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "broker/base/limits.h"
#include "broker/crypto/random.h"
#include "tests/unit/school_web/site_fixture.h"

namespace firstbell::school::web {
namespace {

using testing::HasSubstr;
using testing::Not;

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
  EXPECT_EQ(Signed(v1::RECEIPT_KIND_REFUSED), 0u);
  EXPECT_EQ(Send(PathOf(id) + "/refuse", {{"reason", "left"}, {"new_town", "Elsewhere"}}).location,
            "/");
  EXPECT_EQ(Signed(v1::RECEIPT_KIND_REFUSED), 1u);
  EXPECT_EQ(Send(PathOf(id) + "/read", {}).status, 409);
}

TEST_F(SiteTest, WhoIsPassedOnToNobodyIsAskedAgainToWhomAndReadsNothing) {
  SetUpLead();
  const base::AlertId id = Shown();
  const link::Person deputy{base::RecipientId(crypto::RandomId()), v1::RECIPIENT_ROLE_DEPUTY,
                            "Bo Example", ""};
  ASSERT_TRUE(store_->ReplacePeople({&deputy, 1}, {}).ok());
  Open("/");
  const Response asked = Send(PathOf(id) + "/pass-on", {});
  EXPECT_EQ(asked.status, 400);
  EXPECT_THAT(asked.body, HasSubstr("href=\"#colleague\">Choose a colleague"));
  EXPECT_THAT(asked.body, HasSubstr("id=\"colleague\""));
  EXPECT_THAT(asked.body, HasSubstr("Do you know this family?"));
  EXPECT_EQ(Signed(v1::RECEIPT_KIND_OFFERED), 0u);
  EXPECT_EQ(Signed(v1::RECEIPT_KIND_OPENED), 0u);
  EXPECT_EQ(Send(PathOf(id) + "/pass-on", {{"colleague", deputy.id.value()}}).location, "/");
  EXPECT_EQ(Signed(v1::RECEIPT_KIND_OFFERED), 1u);
}

TEST_F(SiteTest, AReplyThatIsTooLongStandsInItsFormAgain) {
  SetUpLead();
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
}

}  // namespace
}  // namespace firstbell::school::web
