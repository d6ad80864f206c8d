// That an alert was sent is recorded where no *received* came soon, and never holds a push up.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/dispatch/linked_school.h"

namespace firstbell::dispatch {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class SentTest : public SchoolLinksTest {
 protected:
  void SetUp() override {
    SchoolLinksTest::SetUp();
    Hello("s1", office_);
    link_.Take("s1");
  }
  std::vector<std::string> SentEvents(const model::Alert& alert) {
    const auto history = world_.memory.AlertHistory(alert.id).value();
    std::vector<std::string> sent;
    for (const store::LogEntry& entry : history) {
      if (entry.event.find("alert.sent") != std::string::npos) sent.push_back(entry.event);
    }
    return sent;
  }
};

TEST_F(SentTest, APushThatNobodyAnswersIsRecordedOnceWithTheTimeOfTheFirst) {
  const model::Alert alert = Incident("R1");
  EXPECT_THAT(link_.TakePushed("s1"), SizeIs(1));
  After(limits::kSentAfter - absl::Milliseconds(1));
  EXPECT_EQ(StateOf(alert), v1::ALERT_STATE_ACCEPTED);
  After(absl::Milliseconds(1));
  EXPECT_EQ(StateOf(alert), v1::ALERT_STATE_SENT);
  EXPECT_THAT(SentEvents(alert),
              ElementsAre(HasSubstr(absl::FormatTime("%H:%M:%E6SZ", kNight, absl::UTCTimeZone()))));
  After(limits::kResendAfter);
  EXPECT_THAT(link_.TakePushed("s1"), SizeIs(1));
  After(limits::kSentAfter);
  EXPECT_THAT(SentEvents(alert), SizeIs(1));
}

TEST_F(SentTest, WhatWasReceivedIsNotRecordedAsSent) {
  const model::Alert alert = Incident("R1");
  Received("s1", office_, link_.TakePushed("s1"));
  After(limits::kSentAfter);
  EXPECT_EQ(StateOf(alert), v1::ALERT_STATE_RECEIVED);
  EXPECT_THAT(SentEvents(alert), IsEmpty());
}

TEST_F(SentTest, AReceiptThatOvertakesTheRecordStands) {
  const model::Alert alert = Incident("R1");
  hold_tasks_ = true;
  After(limits::kSentAfter);
  Received("s1", office_, link_.TakePushed("s1"));
  RunHeld();
  EXPECT_EQ(StateOf(alert), v1::ALERT_STATE_RECEIVED);
  EXPECT_THAT(SentEvents(alert), IsEmpty());
}

// A statement that moves no state leaves it to be recorded.
TEST_F(SentTest, AReceiptThatMovesNothingIsNoAnswer) {
  const model::Alert alert = Incident("R1");
  const auto pushed = link_.TakePushed("s1");
  Receipts("s1", office_, {ReceiptOf(office_, SealingOf(pushed.at(0)), v1::RECEIPT_KIND_ERASED)});
  EXPECT_EQ(StateOf(alert), v1::ALERT_STATE_ACCEPTED);
  After(limits::kSentAfter);
  EXPECT_EQ(StateOf(alert), v1::ALERT_STATE_SENT);
}

// What comes due while others are recorded waits for the next look.
TEST_F(SentTest, OneTaskRecordsAtATime) {
  const model::Alert first = Incident("R1");
  hold_tasks_ = true;
  After(limits::kSentAfter);
  const model::Alert second = Incident("R2");
  EXPECT_THAT(held_, SizeIs(2));  // one that records, one that pushes
  held_.back()();
  held_.pop_back();
  After(limits::kSentAfter);
  EXPECT_THAT(held_, SizeIs(1));
  RunHeld();
  EXPECT_EQ(StateOf(first), v1::ALERT_STATE_SENT);
  EXPECT_EQ(StateOf(second), v1::ALERT_STATE_ACCEPTED);
  After(absl::Seconds(1));
  RunHeld();
  EXPECT_EQ(StateOf(second), v1::ALERT_STATE_SENT);
}

// What is pushed while the store has failed is recorded all the same.
TEST_F(SentTest, AFailureKeepsNoLaterOneFromBeingRecorded) {
  world_.store.FailNext("RecordSent", Fault::kNotDone, base::DataLoss("invented"));
  const model::Alert first = Incident("R1");
  After(limits::kSentAfter);
  EXPECT_EQ(StateOf(first), v1::ALERT_STATE_ACCEPTED);
  const model::Alert second = Incident("R2");
  After(limits::kSentAfter);
  EXPECT_EQ(StateOf(second), v1::ALERT_STATE_SENT);
  Received("s1", office_, link_.TakePushed("s1"));
  EXPECT_EQ(StateOf(first), v1::ALERT_STATE_RECEIVED);
}

}  // namespace
}  // namespace firstbell::dispatch
