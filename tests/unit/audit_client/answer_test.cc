// Whether what a broker answers rests on its log.

#include "clients/audit/answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/audit/event_encoding.h"
#include "tests/unit/audit_client/fake_log.h"
#include "tests/unit/audit_client/verifying.h"

namespace firstbell::audit_client {
namespace {

using base::Code;
using ::testing::HasSubstr;

constexpr char kOther[] = "16f1h9t2m4qzv8c3k7w5x0y1rb";

class AnswerTest : public ::testing::Test {
 protected:
  AnswerTest() { log_->GrowOfAnother(kOther, 3); }

  base::Status Check(const v1::GetDeliveryResponse& answer, const std::string& asked = kAlert) {
    AnswerChecker checker(log_.source(), Trust(), known_);
    return checker.CheckHistory(answer, asked).status();
  }
  std::string Fault(const v1::GetDeliveryResponse& answer, const std::string& asked = kAlert) {
    const base::Status status = Check(answer, asked);
    EXPECT_EQ(status.code(), Code::kDataLoss) << status;
    return std::string(base::Message(status));
  }

  ServedLog log_{21};
  std::optional<Trusted> known_;
};

TEST_F(AnswerTest, ATrueHistoryPassesByIdAndByPseudonymWholeAndWithoutNames) {
  log_->TakeNamesOut(5);
  const auto answer = log_->Delivery({0, 5, 20});
  EXPECT_TRUE(Check(answer).ok()) << Check(answer);
  EXPECT_TRUE(Check(answer, audit::PseudonymOf(kAlert)).ok());
}

// It commits to its event, and has a proof of something.
TEST_F(AnswerTest, AnEntryThatWasMadeUpIsNotInTheLog) {
  auto answer = log_->Delivery({0, 5});
  *answer.mutable_history(1) = log_->MadeUp(5);
  EXPECT_THAT(Fault(answer), HasSubstr("entry 5 is not in the log that was signed"));
  answer.mutable_proofs()->RemoveLast();
  EXPECT_THAT(Fault(answer), HasSubstr("entry 5 comes without the proof"));
}

TEST_F(AnswerTest, AnEntryThatWasMadeUpIsNotHiddenByTakingItsEventAway) {
  auto answer = log_->Delivery({0, 5});
  *answer.mutable_history(1) = log_->MadeUp(5);
  answer.mutable_history(1)->clear_event();
  EXPECT_THAT(Fault(answer), HasSubstr("entry 5 is not in the log"));
  answer = log_->Delivery({0, 5});
  answer.mutable_history(1)->clear_event();
  EXPECT_TRUE(Check(answer).ok());  // erased
}

TEST_F(AnswerTest, AnEventThatItsEntryDoesNotCommitToIsNamed) {
  auto answer = log_->Delivery({0, 5});
  answer.mutable_history(1)->set_salt(log_->entries[4].salt());
  EXPECT_THAT(Fault(answer), HasSubstr("entry 5 does not commit"));
  answer.mutable_history(1)->set_event("no event");
  EXPECT_THAT(Fault(answer), HasSubstr("entry 5 does not commit"));
}

TEST_F(AnswerTest, AnotherAlertsEventsAreNotThoseThatWereAskedFor) {
  EXPECT_THAT(Fault(log_->Delivery({0, 22})), HasSubstr("entry 22 is about another alert"));
  log_->TakeNamesOut(22);
  EXPECT_THAT(Fault(log_->Delivery({0, 22})), HasSubstr("entry 22 is about another alert"));
  EXPECT_THAT(Fault(log_->Delivery({0}), kOther), HasSubstr("answers about another alert"));
  auto answer = log_->Delivery({0});
  answer.mutable_delivery()->set_alert(audit::PseudonymOf(kOther));
  EXPECT_THAT(Fault(answer), HasSubstr("answers about another alert"));
  EXPECT_THAT(Fault(answer, kOther), HasSubstr("entry 0 is about another alert"));
}

TEST_F(AnswerTest, EventsStandInTheirOrderAndOnce) {
  EXPECT_THAT(Fault(log_->Delivery({5, 0})), HasSubstr("entry 0 stands out of its order"));
  EXPECT_THAT(Fault(log_->Delivery({5, 5})), HasSubstr("entry 5 stands out of its order"));
}

TEST_F(AnswerTest, TheCheckpointHasToBeSigned) {
  known_ = KnownOf(log_.source());
  auto answer = log_->Delivery({0});
  log_->ChangeKey(Signing::kNotAtAll);
  EXPECT_TRUE(Check(answer).ok());
  *answer.mutable_checkpoint() = log_->checkpoint;
  EXPECT_EQ(Check(answer).code(), Code::kPermissionDenied);
}

TEST_F(AnswerTest, EachCheckpointContinuesTheOneBefore) {
  known_ = KnownOf(log_.source());
  const v1::Checkpoint early = log_->checkpoint;
  log_->Grow(10);
  const v1::Checkpoint late = log_->checkpoint;
  AnswerChecker checker(log_.source(), Trust(), known_);
  EXPECT_TRUE(checker.CheckCheckpoint(late).ok());
  EXPECT_TRUE(checker.CheckCheckpoint(early).ok());
  EXPECT_EQ(checker.newest()->size, 34u);
  log_->Fork(30);
  EXPECT_EQ(checker.CheckCheckpoint(log_->checkpoint).status().code(), Code::kDataLoss);
  log_->Grow(10);
  EXPECT_EQ(checker.CheckCheckpoint(log_->checkpoint).status().code(), Code::kDataLoss);
  EXPECT_EQ(checker.newest()->size, 34u);
  // What is known is enough to see it at the first answer.
  log_->Fork(3);
  AnswerChecker fresh(log_.source(), Trust(), known_);
  EXPECT_EQ(fresh.CheckCheckpoint(log_->checkpoint).status().code(), Code::kDataLoss);
}

TEST_F(AnswerTest, WhereNothingIsKnownTheFirstAnswerIsWhatTheOthersContinue) {
  AnswerChecker checker(log_.source(), Trust(), std::nullopt);
  EXPECT_TRUE(checker.CheckCheckpoint(log_->checkpoint).value().first_seen);
  log_->Fork(3);
  EXPECT_EQ(checker.CheckCheckpoint(log_->checkpoint).status().code(), Code::kDataLoss);
}

// Of a list: by one checker for all pages, which is made for the first.
TEST_F(AnswerTest, EachPageContinuesTheOneBefore) {
  int made = 0;
  const CheckPage check = PagesBy([&](const v1::Checkpoint&) -> base::Result<AnswerChecker> {
    ++made;
    return AnswerChecker(log_.source(), Trust(), std::nullopt);
  });
  EXPECT_TRUE(check(log_->checkpoint).ok());
  EXPECT_TRUE(check(log_->checkpoint).ok());
  log_->Grow(4);
  EXPECT_TRUE(check(log_->checkpoint).ok());
  log_->Fork(3);
  EXPECT_EQ(check(log_->checkpoint).code(), Code::kDataLoss);
  EXPECT_EQ(made, 1);
}

}  // namespace
}  // namespace firstbell::audit_client
