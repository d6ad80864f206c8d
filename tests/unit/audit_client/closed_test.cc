#include "clients/audit/closed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/audit/event_encoding.h"
#include "broker/model/event.h"

namespace firstbell::audit_client {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ClosedEntriesTest : public ::testing::Test {
 protected:
  void Closed(std::uint64_t position) {
    v1::LogEntry entry;
    entry.set_position(position);
    closed_.Take(entry);
  }
  void Shown(std::uint64_t position, const model::Event& event) {
    v1::LogEntry entry;
    entry.set_position(position);
    entry.set_event(audit::Commit(event, std::string(audit::kSaltBytes, 's')).event);
    closed_.Take(entry);
  }
  static model::Event Erasure(const std::vector<std::uint64_t>& positions) {
    return model::Event(model::EventKind::kLogErased, absl::UnixEpoch())
        .WithPositions("positions", positions);
  }

  ClosedEntries closed_;
};

TEST_F(ClosedEntriesTest, WhatErasuresNameIsAccountedFor) {
  for (const std::uint64_t position : {2, 3, 4, 7, 9}) Closed(position);
  Shown(10, Erasure({3, 4}));
  Shown(11, Erasure({9}));
  Shown(12, Erasure({3, 4, 5}));
  EXPECT_EQ(closed_.count(), 5u);
  EXPECT_THAT(closed_.Unaccounted(), ElementsAre(EntryRun{2, 2}, EntryRun{7, 7}));
  EXPECT_EQ(Describe(closed_.Unaccounted()), "2, 7");
  Shown(13, Erasure({1, 2, 7, 8}));
  EXPECT_THAT(closed_.Unaccounted(), IsEmpty());
}

TEST_F(ClosedEntriesTest, AnErasureWithinARunLeavesBothItsEnds) {
  for (std::uint64_t position = 10; position < 20; ++position) Closed(position);
  Shown(20, Erasure({12, 13, 17}));
  EXPECT_THAT(closed_.Unaccounted(),
              ElementsAre(EntryRun{10, 11}, EntryRun{14, 16}, EntryRun{18, 19}));
  EXPECT_EQ(Describe(closed_.Unaccounted()), "10-11, 14-16, 18-19");
}

// A force's auditor is shown events of that force alone, and cannot tell what else there is.
TEST_F(ClosedEntriesTest, OnlyANationIsShownEventsOfNoForce) {
  Shown(
      0,
      model::Event(model::EventKind::kAlertSent, absl::UnixEpoch()).With(base::ForceCode("kent")));
  EXPECT_FALSE(closed_.of_nation());
  Shown(1, model::Event(model::EventKind::kRollImported, absl::UnixEpoch()));
  EXPECT_TRUE(closed_.of_nation());
}

TEST_F(ClosedEntriesTest, PositionsThatDoNotReadNameNothing) {
  Closed(0);
  for (const char* positions : {"", "-", "0-", "5-0", "x", "0,", "99999999999999999999"}) {
    v1::LogEntry entry;
    entry.set_position(1);
    entry.set_event(std::string(R"({"kind":"log.erased","positions":")") + positions + R"("})");
    closed_.Take(entry);
    EXPECT_THAT(closed_.Unaccounted(), ElementsAre(EntryRun{0, 0})) << positions;
  }
}

TEST_F(ClosedEntriesTest, OfManyRunsAFewAreNamed) {
  for (std::uint64_t position = 0; position < 40; position += 2) Closed(position);
  EXPECT_EQ(Describe(closed_.Unaccounted()), "0, 2, 4, 6, 8, 10, 12, 14 and 12 more");
}

}  // namespace
}  // namespace firstbell::audit_client
