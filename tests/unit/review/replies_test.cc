// Reading what schools have said back, at the desk.

#include "broker/review/replies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/base/limits.h"
#include "broker/model/text.h"
#include "broker/review/call_desk.h"
#include "broker/sealing/receipt.h"
#include "tests/support/members.h"
#include "tests/support/world.h"

namespace firstbell::review {
namespace {

using namespace support;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

const Officer kWren{kForce, base::OfficerId("wren")};
const Officer kTheirs{kOtherForce, base::OfficerId("wren")};

model::Receipt Replied(const std::string& ciphertext, absl::Time at) {
  v1::ReceiptStatement statement;
  statement.set_kind(v1::RECEIPT_KIND_REPLIED);
  statement.set_reply(ciphertext);
  v1::Receipt wire;
  wire.set_statement(statement.SerializeAsString());
  model::Receipt receipt;
  receipt.kind = v1::RECEIPT_KIND_REPLIED;
  receipt.signer = base::RecipientId("lead");
  receipt.at = at;
  receipt.wire = wire.SerializeAsString();
  return receipt;
}

TEST(RepliesOf, AreThoseReceiptsAloneInTheirOrder) {
  model::Receipt opened;
  opened.kind = v1::RECEIPT_KIND_OPENED;
  const auto replies = RepliesOf(
      {Replied("first", kNight), opened, Replied("second", kNight + absl::Minutes(1))}, 1);
  ASSERT_TRUE(replies.ok()) << replies.status();
  ASSERT_THAT(replies->replies(), SizeIs(2));
  EXPECT_EQ(replies->replies(0).ciphertext(), "first");
  EXPECT_EQ(replies->replies(0).by(), "lead");
  EXPECT_EQ(model::FromWire(replies->replies(1).at()), kNight + absl::Minutes(1));
}

TEST(RepliesOf, OfTooManyTheNewestAreAnsweredOrTheFirstThatWait) {
  std::vector<model::Receipt> receipts;
  for (std::size_t i = 0; i < limits::kRepliesRead + 3; ++i) {
    receipts.push_back(Replied(std::to_string(i), kNight));
  }
  auto replies = RepliesOf(receipts, 2).value();
  ASSERT_THAT(replies.replies(), SizeIs(limits::kRepliesRead));
  EXPECT_EQ(replies.replies(0).ciphertext(), "3");
  EXPECT_EQ(replies.earlier(), 3u);
  EXPECT_EQ(replies.later(), 0u);
  replies = RepliesOf(receipts, limits::kRepliesRead + 1).value();
  ASSERT_THAT(replies.replies(), SizeIs(limits::kRepliesRead));
  EXPECT_EQ(replies.replies(0).ciphertext(), "2") << "the first that waits";
  EXPECT_EQ(replies.earlier(), 2u);
  EXPECT_EQ(replies.later(), 1u);
}

TEST(RepliesOf, ADamagedOneIsSaid) {
  model::Receipt damaged = Replied("first", kNight);
  damaged.wire = "\xff";
  EXPECT_EQ(RepliesOf({damaged}, 1).status().code(), base::Code::kDataLoss);
}

class RepliesTest : public testing::Test {
 protected:
  base::Result<v1::GetRepliesResponse> Read(const std::string& alert,
                                            const Officer& officer = kWren) {
    v1::GetRepliesRequest request;
    request.set_alert_id(alert);
    return desk_.Replies(officer, request, kNight);
  }

  World world_;
  CallDesk desk_{world_.store, world_.calendar, world_.policies, {}};
};

TEST_F(RepliesTest, AReadingIsInTheLogInTheOfficersName) {
  const std::string alert = world_.AlertsOf(world_.Submit(IncidentOf("R1"))).at(0).id.value();
  EXPECT_THAT(Read(alert)->replies(), SizeIs(0));
  const std::string log = world_.LogText();
  EXPECT_THAT(log, HasSubstr("replies.read"));
  EXPECT_THAT(log, HasSubstr("\"replies\":0"));
  EXPECT_THAT(log, HasSubstr("wren"));
}

TEST_F(RepliesTest, WithoutItsTraceNothingIsAnswered) {
  const std::string alert = world_.AlertsOf(world_.Submit(IncidentOf("R1"))).at(0).id.value();
  world_.store.FailNext("AppendEvents", Fault::kNotDone, base::Unavailable("no disk"));
  EXPECT_FALSE(Read(alert).ok());
}

TEST_F(RepliesTest, AnotherForcesAlertReadsAsNone) {
  const std::string alert = world_.AlertsOf(world_.Submit(IncidentOf("R1"))).at(0).id.value();
  const auto theirs = Read(alert, kTheirs), nobodys = Read("nobody");
  EXPECT_EQ(theirs.status(), nobodys.status());
  EXPECT_EQ(theirs.status().code(), base::Code::kNotFound);
  EXPECT_THAT(world_.LogText(), Not(HasSubstr("replies.read")));
}

}  // namespace
}  // namespace firstbell::review
