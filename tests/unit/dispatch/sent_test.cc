// That an alert was sent is recorded behind the push, and never holds it up.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/dispatch/linked_school.h"

namespace firstbell::dispatch {
namespace {

using ::testing::SizeIs;

class SentTest : public SchoolLinksTest {
 protected:
  void RunOneHeld() {
    const auto task = std::move(held_.front());
    held_.pop_front();
    task();
  }
  std::size_t SentEvents(const model::Alert& alert) {
    const auto history = world_.memory.AlertHistory(alert.id).value();
    return static_cast<std::size_t>(
        std::count_if(history.begin(), history.end(), [](const store::LogEntry& entry) {
          return entry.event.find("alert.sent") != std::string::npos;
        }));
  }
};

TEST_F(SentTest, APushLeavesBeforeItIsRecordedAndIsRecordedOnce) {
  Hello("s1", office_);
  link_.Take("s1");
  hold_tasks_ = true;
  const model::Alert alert = Incident("R1");
  RunOneHeld();
  EXPECT_THAT(link_.TakePushed("s1"), SizeIs(1));
  EXPECT_EQ(StateOf(alert), v1::ALERT_STATE_ACCEPTED);
  // Looked at again meanwhile, it is not pushed twice.
  links_.Wake(kPrimary);
  RunHeld();
  EXPECT_THAT(link_.TakePushed("s1"), SizeIs(0));
  EXPECT_EQ(StateOf(alert), v1::ALERT_STATE_SENT);
  EXPECT_EQ(SentEvents(alert), 1u);
}

TEST_F(SentTest, AReceiptThatOvertakesItStands) {
  Hello("s1", office_);
  link_.Take("s1");
  hold_tasks_ = true;
  const model::Alert alert = Incident("R1");
  RunOneHeld();
  Received("s1", office_, link_.TakePushed("s1"));
  EXPECT_EQ(StateOf(alert), v1::ALERT_STATE_RECEIVED);
  RunHeld();
  EXPECT_EQ(StateOf(alert), v1::ALERT_STATE_RECEIVED);
  EXPECT_EQ(SentEvents(alert), 0u);
}

// What is pushed while the store has failed is recorded all the same.
TEST_F(SentTest, AFailureKeepsNoLaterOneFromBeingRecorded) {
  Hello("s1", office_);
  world_.store.FailNext("RecordSent", Fault::kNotDone, base::DataLoss("invented"));
  const model::Alert first = Incident("R1");
  EXPECT_EQ(StateOf(first), v1::ALERT_STATE_ACCEPTED);
  const model::Alert second = Incident("R2");
  EXPECT_EQ(StateOf(second), v1::ALERT_STATE_SENT);
  Received("s1", office_, link_.TakePushed("s1"));
  EXPECT_EQ(StateOf(first), v1::ALERT_STATE_RECEIVED);
}

}  // namespace
}  // namespace firstbell::dispatch
