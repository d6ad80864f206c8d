#include "broker/dispatch/decide.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/invented.h"

namespace firstbell::dispatch {
namespace {

using base::RecipientId;
using support::kNight;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr absl::Duration kResend = absl::Seconds(30);
const RecipientId kAnna("anna"), kBen("ben"), kOffice("office"), kStaffRoom("staffroom");

// One row: what stands, and what is to be done at kNight.
struct Row {
  std::string what;
  v1::AlertState state;
  std::vector<RecipientId> sealed_to, on_duty;
  std::set<RecipientId> received_by;
  std::vector<LinkedDevice> linked;
  bool seal;
  std::vector<RecipientId> push;
  std::optional<absl::Time> again_at;
};

const LinkedDevice kFreshOffice{kOffice, std::nullopt};
const LinkedDevice kFreshStaffRoom{kStaffRoom, std::nullopt};

LinkedDevice PushedAgo(const RecipientId& id, absl::Duration ago) {
  return {id, kNight - ago};
}

const std::vector<Row> kTable = {
    {"nobody linked: it waits in the outbox",
     v1::ALERT_STATE_ACCEPTED,
     {},
     {kAnna},
     {},
     {},
     false,
     {},
     {}},
    {"nobody to seal to: it waits",
     v1::ALERT_STATE_ACCEPTED,
     {},
     {},
     {},
     {kFreshOffice},
     false,
     {},
     {}},
    {"the last person left: what is sealed stays where it is",
     v1::ALERT_STATE_SENT,
     {kAnna},
     {},
     {},
     {kFreshOffice},
     false,
     {},
     {}},
    {"the first time",
     v1::ALERT_STATE_ACCEPTED,
     {},
     {kAnna},
     {},
     {kFreshOffice},
     true,
     {kOffice},
     kNight + kResend},
    {"two devices get each alert",
     v1::ALERT_STATE_ACCEPTED,
     {},
     {kAnna},
     {},
     {kFreshOffice, kFreshStaffRoom},
     true,
     {kOffice, kStaffRoom},
     kNight + kResend},
    {"sealed before a crash, not sent",
     v1::ALERT_STATE_ACCEPTED,
     {kAnna},
     {kAnna},
     {},
     {kFreshOffice},
     false,
     {kOffice},
     kNight + kResend},
    {"pushed just now: no second time",
     v1::ALERT_STATE_SENT,
     {kAnna},
     {kAnna},
     {},
     {PushedAgo(kOffice, absl::Seconds(1))},
     false,
     {},
     kNight + absl::Seconds(29)},
    {"pushed 30 seconds ago less a nanosecond",
     v1::ALERT_STATE_SENT,
     {kAnna},
     {kAnna},
     {},
     {PushedAgo(kOffice, kResend - absl::Nanoseconds(1))},
     false,
     {},
     kNight + absl::Nanoseconds(1)},
    {"pushed 30 seconds ago",
     v1::ALERT_STATE_SENT,
     {kAnna},
     {kAnna},
     {},
     {PushedAgo(kOffice, kResend)},
     false,
     {kOffice},
     kNight + kResend},
    {"it holds it: left alone",
     v1::ALERT_STATE_RECEIVED,
     {kAnna},
     {kAnna},
     {kOffice},
     {kFreshOffice},
     false,
     {},
     {}},
    {"it held it and has lost it: again",
     v1::ALERT_STATE_RECEIVED,
     {kAnna},
     {kAnna},
     {kOffice},
     {{kOffice, std::nullopt, true}},
     false,
     {kOffice},
     kNight + kResend},
    {"one holds it, the other does not",
     v1::ALERT_STATE_RECEIVED,
     {kAnna},
     {kAnna},
     {kOffice},
     {kFreshOffice, kFreshStaffRoom},
     false,
     {kStaffRoom},
     kNight + kResend},
    {"the earliest of two waits counts",
     v1::ALERT_STATE_SENT,
     {kAnna},
     {kAnna},
     {},
     {PushedAgo(kOffice, absl::Seconds(10)), PushedAgo(kStaffRoom, absl::Seconds(20))},
     false,
     {},
     kNight + absl::Seconds(10)},
    {"someone joined: sealed anew, to who holds the old one too",
     v1::ALERT_STATE_RECEIVED,
     {kAnna},
     {kAnna, kBen},
     {kOffice},
     {kFreshOffice},
     true,
     {kOffice},
     kNight + kResend},
    {"someone left: sealed anew though just pushed",
     v1::ALERT_STATE_SENT,
     {kAnna, kBen},
     {kAnna},
     {},
     {PushedAgo(kOffice, absl::Seconds(1))},
     true,
     {kOffice},
     kNight + kResend},
    {"opened, not acknowledged, and someone joined",
     v1::ALERT_STATE_OPENED,
     {kAnna},
     {kAnna, kBen},
     {kOffice},
     {kFreshOffice},
     true,
     {kOffice},
     kNight + kResend},
    {"acknowledged",
     v1::ALERT_STATE_ACKNOWLEDGED,
     {kAnna},
     {kAnna, kBen},
     {},
     {kFreshOffice},
     false,
     {},
     {}},
    {"redirected", v1::ALERT_STATE_REDIRECTED, {}, {kAnna}, {}, {kFreshOffice}, false, {}, {}},
    {"withdrawn", v1::ALERT_STATE_WITHDRAWN, {}, {kAnna}, {}, {kFreshOffice}, false, {}, {}},
};

TEST(DecideTest, EveryRowOfTheTable) {
  for (const Row& row : kTable) {
    SCOPED_TRACE(row.what);
    store::OpenAlert open;
    open.alert.state = row.state;
    open.alert.sealing = row.sealed_to.empty() ? 0 : 1;
    open.sealed_to = row.sealed_to;
    open.received_by = row.received_by;
    const Decision decision = Decide(open, row.on_duty, row.linked, kNight, {kResend});
    EXPECT_EQ(decision.seal, row.seal);
    EXPECT_EQ(decision.push, row.push);
    EXPECT_EQ(decision.again_at, row.again_at);
  }
}

// An alert that the office's device holds, sealed at 02:10 with the times that it has.
store::OpenAlert Held() {
  store::OpenAlert open;
  open.alert.state = v1::ALERT_STATE_RECEIVED;
  open.alert.sealing = 1;
  open.alert.show_from = support::kWindow;
  open.alert.deadline = support::kBell;
  open.sealed_to = {kAnna};
  open.received_by = {kOffice};
  open.sealed = {support::kWindow, support::kBell, kNight};
  return open;
}

TEST(DecideTest, OtherTimesMakeANewSealing) {
  EXPECT_FALSE(Decide(Held(), {kAnna}, {kFreshOffice}, kNight, {kResend}).seal);
  store::OpenAlert earlier = Held();
  earlier.alert.show_from -= absl::Minutes(30);
  const Decision decision = Decide(earlier, {kAnna}, {kFreshOffice}, kNight, {kResend});
  EXPECT_TRUE(decision.seal);
  EXPECT_THAT(decision.push, ElementsAre(kOffice));
  store::OpenAlert sooner = Held();
  sooner.alert.deadline -= absl::Minutes(15);
  EXPECT_TRUE(Decide(sooner, {kAnna}, {kFreshOffice}, kNight, {kResend}).seal);
}

TEST(DecideTest, ALaterRevisionOrTheWholeAfterIdentityMakesANewSealing) {
  store::OpenAlert revised = Held();
  revised.alert.revision = 2;
  EXPECT_TRUE(Decide(revised, {kAnna}, {kFreshOffice}, kNight, {kResend}).seal);
  store::OpenAlert asked = Held();
  asked.alert.ours.asked = true;
  asked.sealed->part = v1::PART_IDENTITY;
  EXPECT_FALSE(Decide(asked, {kAnna}, {kFreshOffice}, kNight, {kResend}).seal);
  asked.alert.ours.at = kNight;
  EXPECT_TRUE(Decide(asked, {kAnna}, {kFreshOffice}, kNight, {kResend}).seal);
}

TEST(DecideTest, PushedAtTheWindowNothingIsSealedBefore) {
  store::OpenAlert open;
  open.alert.show_from = support::kWindow;
  open.alert.deadline = support::kBell;
  const Policy policy{kResend, v1::PUSH_AT_WINDOW};
  const Decision early =
      Decide(open, {kAnna}, {kFreshOffice}, support::kWindow - absl::Seconds(1), policy);
  EXPECT_FALSE(early.seal);
  EXPECT_THAT(early.push, IsEmpty());
  EXPECT_EQ(early.again_at, support::kWindow);
  EXPECT_TRUE(Decide(open, {kAnna}, {kFreshOffice}, support::kWindow, policy).seal);
}

TEST(DecideTest, AnExpiredSealingIsMadeAnew) {
  const absl::Time expiry = model::ExpiryOf(kNight, support::kBell);
  const absl::Time before = expiry - absl::Seconds(1);
  const Decision holds = Decide(Held(), {kAnna}, {kFreshOffice}, before, {kResend});
  EXPECT_FALSE(holds.seal);
  EXPECT_THAT(holds.push, IsEmpty());
  EXPECT_EQ(holds.again_at, expiry);
  EXPECT_TRUE(Decide(Held(), {kAnna}, {kFreshOffice}, expiry, {kResend}).seal);
}

// A mistaken time in the future must not silence an alert for longer than a resend.
TEST(DecideTest, NeverAsksToWaitForThePast) {
  for (const Row& row : kTable) {
    store::OpenAlert open;
    open.alert.state = row.state;
    open.sealed_to = row.sealed_to;
    open.received_by = row.received_by;
    const Decision decision = Decide(open, row.on_duty, row.linked, kNight, {kResend});
    EXPECT_GT(decision.again_at.value_or(absl::InfiniteFuture()), kNight) << row.what;
    EXPECT_TRUE(decision.push.empty() || decision.again_at.has_value()) << row.what;
  }
}

}  // namespace
}  // namespace firstbell::dispatch
