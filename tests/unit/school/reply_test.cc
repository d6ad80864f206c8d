// What a person says back to the force's desk, and where it is kept: nowhere but sealed.

#include "clients/school/reply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "broker/base/limits.h"
#include "broker/sealing/receipt.h"
#include "broker/sealing/reply.h"
#include "clients/school/inbox.h"
#include "clients/school/show.h"
#include "tests/unit/link/invented_school.h"

namespace firstbell::school {
namespace {

using base::Code;
using link::kBell;
using link::kNight;
using link::kWindow;
using testing::HasSubstr;
using testing::SizeIs;

constexpr char kText[] = "Robin is here and has had breakfast.";

class ReplyTest : public testing::Test {
 protected:
  void SetUp() override { Push(desk_certificate_); }

  void Push(const std::string& reply_certificate, std::uint32_t revision = 1,
            std::uint32_t number = 1) {
    link::Session session(school_.Identity(), *store_);
    session.Start(kNight);
    ASSERT_TRUE(session.OnFrame(link::WelcomeFrame(), kNight).ok());
    model::Recipient lead;
    lead.id = school_.lead.id;
    lead.opening_certificate = school_.lead.opening_certificate;
    const model::Alert alert = school_.Alert(id_, revision, number);
    const auto people = sealing::People::Of({&lead, 1}).value();
    const auto sealing = sealing::SealAlert(alert, school_.Content(alert), people,
                                            school_.envelope_key, kNight, reply_certificate);
    v1::SealedEnvelope envelope;
    ASSERT_TRUE(sealing.ok() && envelope.ParseFromString(sealing->envelope));
    ASSERT_TRUE(session.OnFrame(link::PushFrame(envelope), kNight).ok());
    ASSERT_TRUE(ShowDue(*store_, school_.device, kWindow).ok());
  }
  HeldAlert Shown() { return FindShown(*store_, id_.value()).value(); }
  static UnlockedPerson Unlocked(const link::Colleague& person) {
    return {{person.id, v1::RECIPIENT_ROLE_LEAD, "Ada Example", person.opening_certificate},
            {person.id, person.signing_key},
            person.opening_key};
  }
  void Open() {
    ASSERT_TRUE(OpenAlert(*store_, Shown(), lead_, school_.envelope_key.PublicKey(), kWindow).ok());
  }
  base::Result<Queued> Send(absl::Time at = kBell) {
    return SendReply(*store_, Shown(), lead_, v1::REPLY_ABOUT_ATTENDANCE, kText,
                     school_.envelope_key.PublicKey(), at);
  }
  std::vector<link::QueuedReceipt> Replies() {
    auto receipts = store_->UnansweredReceipts(100).value();
    std::erase_if(receipts,
                  [](const auto& receipt) { return receipt.kind != v1::RECEIPT_KIND_REPLIED; });
    return receipts;
  }

  link::InventedSchool school_;
  const crypto::PrivateKey desk_ = crypto::PrivateKey::Generate();
  const std::string desk_certificate_ =
      crypto::MakeSelfSigned(desk_, "A force",
                             {.common_name = "a desk",
                              .public_key = {},
                              .usage = crypto::Usage::kOpening,
                              .not_before = kNight,
                              .not_after = kNight + absl::Hours(24)})
          .value();
  const UnlockedPerson lead_ = Unlocked(school_.lead);
  std::unique_ptr<LocalStore> store_ = LocalStore::Open(":memory:").value();
  const base::AlertId id_ = link::NewAlertId();
};

TEST_F(ReplyTest, IsSealedToTheDeskAloneAndSigned) {
  Open();
  ASSERT_EQ(*Send(), Queued::kNow);
  ASSERT_THAT(Replies(), SizeIs(1));
  v1::Receipt receipt;
  ASSERT_TRUE(receipt.ParseFromString(Replies()[0].wire));
  EXPECT_EQ(receipt.statement().find("breakfast"), std::string::npos) << "kept in the clear";
  const auto statement = sealing::PeekStatement(receipt).value();
  const auto reply = sealing::OpenReply(statement.reply(), id_, desk_, desk_certificate_);
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->text(), kText);
  EXPECT_EQ(reply->about(), v1::REPLY_ABOUT_ATTENDANCE);
  EXPECT_EQ(reply->from(), "Ada Example");
  EXPECT_EQ(statement.signer_id(), lead_.identity.id.value());
  EXPECT_TRUE(store_->Verify().ok());
}

TEST_F(ReplyTest, MayBeSentAgainAndOnceItIsAcknowledged) {
  Open();
  ASSERT_TRUE(Send().ok());
  ASSERT_TRUE(AcknowledgeAlert(*store_, Shown(), lead_, {}, kBell).ok());
  EXPECT_EQ(*Send(kBell + absl::Minutes(1)), Queued::kNow);
  EXPECT_THAT(Replies(), SizeIs(2));
}

TEST_F(ReplyTest, WhoHasNotOpenedItSaysNothing) {
  EXPECT_EQ(Send().status().code(), Code::kFailedPrecondition);
  EXPECT_THAT(std::string(base::Message(Send().status())), HasSubstr("open the alert first"));
  Open();
  Push(desk_certificate_, 2, 2);
  EXPECT_EQ(Send().status().code(), Code::kFailedPrecondition) << "it was corrected since";
  EXPECT_THAT(Replies(), SizeIs(0));
}

TEST_F(ReplyTest, WhereTheForceTakesNoneItIsToBeTelephoned) {
  Push("", 1, 2);
  Open();
  EXPECT_EQ(Send().status().code(), Code::kFailedPrecondition);
  EXPECT_THAT(std::string(base::Message(Send().status())), HasSubstr("telephone"));
}

TEST_F(ReplyTest, AColleagueToWhomItIsNotSealedSaysNothing) {
  Open();
  const UnlockedPerson other = Unlocked(school_.Enrol());
  EXPECT_EQ(SendReply(*store_, Shown(), other, v1::REPLY_ABOUT_CALL, kText,
                      school_.envelope_key.PublicKey(), kBell)
                .status()
                .code(),
            Code::kPermissionDenied);
}

TEST_F(ReplyTest, AnEnvelopeOfAnotherBrokerNamesNoDesk) {
  Open();
  const crypto::PrivateKey other = crypto::PrivateKey::Generate();
  EXPECT_FALSE(
      SendReply(*store_, Shown(), lead_, v1::REPLY_ABOUT_CALL, kText, other.PublicKey(), kBell)
          .ok());
  EXPECT_THAT(Replies(), SizeIs(0));
}

TEST(ReplyText, IsOneLineOfSoManyCharacters) {
  EXPECT_EQ(*CheckReplyText("Here since 8:40.\r\nAll well.\n"), "Here since 8:40. All well.");
  std::string most;
  for (std::size_t i = 0; i < limits::kReplyCharacters; ++i) most += "é";
  EXPECT_TRUE(CheckReplyText(most).ok()) << "characters, not bytes";
  EXPECT_EQ(CheckReplyText(most + "x").status().code(), Code::kInvalidArgument);
  for (const std::string bad : {"", " \n ", "a\x01", "a\x1b[2J", "a\xff"}) {
    EXPECT_EQ(CheckReplyText(bad).status().code(), Code::kInvalidArgument);
  }
  EXPECT_EQ(ParseReplyAbout("call"), v1::REPLY_ABOUT_CALL);
  EXPECT_EQ(ParseReplyAbout("else"), v1::REPLY_ABOUT_UNSPECIFIED);
}

}  // namespace
}  // namespace firstbell::school
