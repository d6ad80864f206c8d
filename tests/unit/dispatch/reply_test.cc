// What a school says back: to whom its people may seal it, and what the log learns of it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/limits.h"
#include "broker/crypto/x509.h"
#include "broker/dispatch/receipt_desk.h"
#include "broker/dispatch/sealer.h"
#include "broker/sealing/receipt.h"
#include "broker/sealing/reply.h"
#include "tests/support/members.h"
#include "tests/support/world.h"

namespace firstbell::dispatch {
namespace {

using namespace support;
using testing::HasSubstr;
using testing::Not;

class Unheard final : public AlertObserver {
 public:
  void AlertChanged(const model::Alert&) override {}
};

class ReplyTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(Enrol(world_.memory, device_).ok());
    ASSERT_TRUE(Enrol(world_.memory, lead_).ok());
    v1::Policy policy;
    policy.set_desk_certificate(certificate_);
    ASSERT_TRUE(world_.memory.SetPolicy(kForce, policy, {}).ok());
    ASSERT_TRUE(world_.policies.Reload().ok());
    alert_ = world_.AlertsOf(world_.Submit(IncidentOf("R1"))).at(0);
    sealing_ = Seal(alert_);
  }
  void TearDown() override { EXPECT_TRUE(world_.memory.Verify({}).ok()); }

  model::Sealing Seal(const model::Alert& alert) {
    const auto people = sealing::People::Of({&lead_.recipient, 1}).value();
    return sealer_.Seal({&alert, 1}, people, kNight).at(0).value();
  }
  static v1::EnvelopeHeader HeaderOf(const model::Sealing& sealing) {
    v1::SealedEnvelope envelope;
    v1::EnvelopeHeader header;
    FB_CHECK(envelope.ParseFromString(sealing.envelope) &&
             header.ParseFromString(envelope.header()));
    return header;
  }
  v1::ReceiptOutcome Take(const v1::ReceiptStatement& statement) {
    v1::ReceiptBatch batch;
    *batch.add_receipts() = sealing::SignReceipt(statement, lead_.signing);
    return desk_.Take({device_.id(), kPrimary}, batch, kNight + absl::Minutes(1))
        .answers.answers(0)
        .outcome();
  }
  v1::ReceiptStatement Replied() {
    v1::Reply reply;
    reply.set_alert_id(alert_.id.value());
    reply.set_text("An invented worry.");
    reply.set_from("Ms Invented");
    auto statement = StatementOf(lead_, sealing_, v1::RECEIPT_KIND_REPLIED);
    statement.set_reply(sealing::SealReply(reply, HeaderOf(sealing_).reply_certificate()).value());
    return statement;
  }

  World world_;
  const crypto::PrivateKey key_ = crypto::PrivateKey::Generate();
  const std::string certificate_ = crypto::MakeSelfSigned(key_, "A force",
                                                          {.common_name = "a desk",
                                                           .public_key = {},
                                                           .usage = crypto::Usage::kOpening,
                                                           .not_before = kNight,
                                                           .not_after = kNight + absl::Hours(24)})
                                       .value();
  const Member device_ = MakeDevice(kPrimary);
  const Member lead_ = MakePerson(kPrimary);
  const crypto::PrivateKey envelope_key_ = crypto::PrivateKey::Generate();
  Unheard unheard_;
  Sealer sealer_{world_.store, *world_.vault, world_.policies, envelope_key_};
  ReceiptDesk desk_{world_.store, unheard_};
  model::Alert alert_;
  model::Sealing sealing_;
};

TEST_F(ReplyTest, TheEnvelopeNamesTheDeskWhereItsForceTakesReplies) {
  EXPECT_EQ(HeaderOf(sealing_).reply_certificate(), certificate_);
  ASSERT_TRUE(world_.memory.SetPolicy(kForce, v1::Policy(), {}).ok());
  ASSERT_TRUE(world_.policies.Reload().ok());
  const model::Alert other = world_.AlertsOf(world_.Submit(IncidentOf("R2"))).at(0);
  EXPECT_TRUE(HeaderOf(Seal(other)).reply_certificate().empty());
}

TEST_F(ReplyTest, WhereTheSchoolIsAskedFirstNobodyHasReadAnythingToReplyTo) {
  model::Alert asked = world_.AlertsOf(world_.Submit(IncidentOf("R2"))).at(0);
  asked.ours.asked = true;
  const auto people = sealing::People::Of({&lead_.recipient, 1}).value();
  v1::AlertContent content;
  content.set_alert_id(asked.id.value());
  content.set_urn(asked.urn.value());
  content.set_revision(asked.revision);
  const auto sealed =
      sealing::SealAlert(asked, content, people, envelope_key_, kNight, certificate_);
  ASSERT_TRUE(sealed.ok()) << sealed.status();
  EXPECT_TRUE(HeaderOf(*sealed).reply_certificate().empty());
}

TEST_F(ReplyTest, TheDeskIsToDealWithItAndTheLogLearnsThatItCame) {
  EXPECT_EQ(Take(Replied()), v1::RECEIPT_OUTCOME_RECORDED);
  const model::Alert after = world_.memory.GetAlert(alert_.id).value();
  EXPECT_EQ(after.replies, 1u);
  EXPECT_EQ(model::CallAboutOf(after), v1::CALL_ABOUT_REPLY);
  const std::string log = world_.LogText();
  EXPECT_THAT(log, HasSubstr("\"receipt\":\"replied\""));
  for (const char* said : {"worry", "Ms Invented", "reply\""}) {
    EXPECT_THAT(log, Not(HasSubstr(said))) << said;
  }
}

TEST_F(ReplyTest, OneThatIsTooLongOrHasNothingInItIsRefused) {
  v1::ReceiptStatement statement = Replied();
  statement.set_reply(std::string(limits::kReplyBytes + 1, 'x'));
  EXPECT_EQ(Take(statement), v1::RECEIPT_OUTCOME_MALFORMED);
  statement.clear_reply();
  EXPECT_EQ(Take(statement), v1::RECEIPT_OUTCOME_MALFORMED);
  EXPECT_EQ(world_.memory.GetAlert(alert_.id)->replies, 0u);
}

}  // namespace
}  // namespace firstbell::dispatch
