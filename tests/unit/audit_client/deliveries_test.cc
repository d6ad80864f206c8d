#include "clients/audit/deliveries.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/audit_client/fake_log.h"

namespace firstbell::audit_client {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

base::Status AnyPage(const v1::Checkpoint&) {
  return base::OkStatus();
}

TEST(ListAll, GoesPageAfterPageUpToTheLimit) {
  ServedLog log;
  log->deliveries.resize(1500);
  std::uint64_t seen = 0;
  const auto count = [&](const v1::Delivery&) { ++seen; };
  const auto all = ListAll(log.stub(), v1::ListDeliveriesRequest(), 0, AnyPage, count);
  ASSERT_TRUE(all.ok());
  EXPECT_EQ(seen, 1500u);
  EXPECT_FALSE(all->more);
  const auto some = ListAll(log.stub(), v1::ListDeliveriesRequest(), 10, AnyPage, count);
  ASSERT_TRUE(some.ok());
  EXPECT_EQ(some->count, 10u);
  EXPECT_TRUE(some->more);
}

TEST(ListAll, TooFewAreAnError) {
  ServedLog log;
  log->withheld = true;
  const auto all =
      ListAll(log.stub(), v1::ListDeliveriesRequest(), 0, AnyPage, [](const v1::Delivery&) {});
  EXPECT_EQ(all.status().code(), base::Code::kFailedPrecondition);
}

TEST(ListAll, OfAPageThatDoesNotPassNothingIsTold) {
  ServedLog log;
  log->deliveries.resize(1500);
  std::uint64_t seen = 0;
  int pages = 0;
  const CheckPage second = [&](const v1::Checkpoint&) {
    return ++pages == 2 ? base::DataLoss("forked") : base::OkStatus();
  };
  const auto all = ListAll(log.stub(), v1::ListDeliveriesRequest(), 0, second,
                           [&](const v1::Delivery&) { ++seen; });
  EXPECT_EQ(all.status().code(), base::Code::kDataLoss);
  EXPECT_EQ(seen, 500u);
}

class DescribeTest : public ::testing::Test {
 protected:
  std::string Text() { return Describe(delivery_, console::LocalTime::London().value()); }
  FakeLog log_{21};
  v1::GetDeliveryResponse delivery_ = log_.Delivery({0});
};

TEST_F(DescribeTest, AHistoryTellsItsEventsAndWhatTheyRestOn) {
  EXPECT_THAT(Text(), HasSubstr("alert.sent"));
  EXPECT_THAT(Text(), HasSubstr("number=0"));
  EXPECT_THAT(Text(), HasSubstr("its checkpoint of 21 entries"));
  EXPECT_THAT(Text(), Not(HasSubstr("not signed yet")));
}

TEST_F(DescribeTest, AnEventThatDoesNotFitIsNotPrinted) {
  delivery_.mutable_history(0)->set_event("[[[[");
  EXPECT_THAT(Text(), HasSubstr("DOES NOT FIT ITS COMMITMENT"));
  EXPECT_THAT(Text(), Not(HasSubstr("[[[[")));
}

TEST_F(DescribeTest, AnEventThatNoCheckpointCoversYetIsMarked) {
  *delivery_.add_history() = log_.MadeUp(21);
  EXPECT_THAT(Text(), HasSubstr("21 (not signed yet)"));
}

TEST_F(DescribeTest, OfAnEventWithoutNamesItsDigestIsShown) {
  log_.TakeNamesOut(0);
  *delivery_.mutable_history(0) = log_.entries[0];
  EXPECT_THAT(Text(), HasSubstr("names_sha256="));
}

TEST_F(DescribeTest, WhereAllWasErasedThatIsSaidAndNothingIsClaimedToFit) {
  delivery_.clear_history();
  EXPECT_THAT(Text(), HasSubstr("was erased"));
  EXPECT_THAT(Text(), Not(HasSubstr("fit the log")));
}

TEST_F(DescribeTest, AnErasedEventIsSaidToBeGone) {
  delivery_.mutable_history(0)->clear_event();
  EXPECT_THAT(Text(), HasSubstr("erased, or out of scope"));
}

TEST(StateOf, KnowsTheWordsOfTheLog) {
  EXPECT_EQ(*StateOf("acknowledged"), v1::ALERT_STATE_ACKNOWLEDGED);
  EXPECT_FALSE(StateOf("ACKNOWLEDGED").ok());
  EXPECT_FALSE(StateOf("").ok());
}

}  // namespace
}  // namespace firstbell::audit_client
