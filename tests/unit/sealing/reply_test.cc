#include "broker/sealing/reply.h"

#include <gtest/gtest.h>

#include "broker/base/limits.h"
#include "tests/unit/sealing/people.h"

namespace firstbell::sealing {
namespace {

using base::Code;

class ReplyTest : public ::testing::Test {
 protected:
  ReplyTest() {
    reply_.set_alert_id(alert_.value());
    reply_.set_about(v1::REPLY_ABOUT_CONCERN);
    reply_.set_text("An invented worry.");
    reply_.set_from("A. Larch");
  }
  Code OpenedBy(const Person& who, std::string_view cms) const {
    return OpenReply(cms, alert_, who.key, who.certificate).status().code();
  }

  const Person desk_;
  const Person stranger_;
  const base::AlertId alert_{crypto::RandomId()};
  v1::Reply reply_;
};

TEST_F(ReplyTest, TheDeskOpensItAndNobodyElse) {
  const std::string sealed = SealReply(reply_, desk_.certificate).value();
  EXPECT_EQ(sealed.find("invented worry"), std::string::npos);
  EXPECT_EQ(OpenReply(sealed, alert_, desk_.key, desk_.certificate)->SerializeAsString(),
            reply_.SerializeAsString());
  EXPECT_EQ(OpenedBy(stranger_, sealed), Code::kPermissionDenied);
}

TEST_F(ReplyTest, AnAlteredOneIsNotOpened) {
  std::string sealed = SealReply(reply_, desk_.certificate).value();
  sealed.back() = static_cast<char>(sealed.back() ^ 1);
  EXPECT_NE(OpenedBy(desk_, sealed), Code::kOk);
}

TEST_F(ReplyTest, OneAboutAnotherAlertIsNotThisOnes) {
  const std::string sealed = SealReply(reply_, desk_.certificate).value();
  const base::AlertId other(crypto::RandomId());
  EXPECT_EQ(OpenReply(sealed, other, desk_.key, desk_.certificate).status().code(),
            Code::kDataLoss);
}

TEST_F(ReplyTest, AsMuchAsMayBeSaidFits) {
  std::string widest;
  for (std::size_t i = 0; i < limits::kReplyCharacters; ++i) widest += "\xf0\x9f\x8e\x92";
  reply_.set_text(widest);
  reply_.set_from(std::string(limits::kNameBytes, 'x'));
  EXPECT_TRUE(SealReply(reply_, desk_.certificate).ok());
  reply_.set_text(std::string(limits::kReplyBytes, 'x'));
  EXPECT_EQ(SealReply(reply_, desk_.certificate).status().code(), Code::kResourceExhausted);
}

TEST_F(ReplyTest, WhatIsNoCertificateIsNotSealedTo) {
  EXPECT_EQ(SealReply(reply_, "no certificate").status().code(), Code::kInvalidArgument);
  EXPECT_EQ(SealReply(reply_, "").status().code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace firstbell::sealing
