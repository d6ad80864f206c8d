// When an alert is shown, and by which clock.

#include "clients/school/show.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "broker/base/clock.h"
#include "clients/school/daemon.h"
#include "clients/school/school_clock.h"
#include "tests/unit/link/invented_school.h"

namespace firstbell::school {
namespace {

using link::kBell;
using link::kNight;
using link::kWindow;
using testing::IsEmpty;
using testing::SizeIs;

HeldAlert Waiting(absl::Time show_from) {
  HeldAlert alert;
  alert.newest.alert_id = link::NewAlertId();
  alert.show_from = show_from;
  alert.deadline = kBell;
  return alert;
}

TEST(DecideShow, ShowsFromTheWindowOnAndNotAMomentEarlier) {
  const std::vector<HeldAlert> waiting = {Waiting(kWindow), Waiting(kBell)};
  const ShowPlan early = DecideShow(waiting, kWindow - absl::Nanoseconds(1));
  EXPECT_THAT(early.due, IsEmpty());
  EXPECT_EQ(early.next, kWindow);
  const ShowPlan on_time = DecideShow(waiting, kWindow);
  ASSERT_THAT(on_time.due, SizeIs(1));
  EXPECT_EQ(on_time.due[0], waiting[0]);
  EXPECT_EQ(on_time.next, kBell);
  const ShowPlan late = DecideShow(waiting, kBell + absl::Hours(100));
  EXPECT_EQ(late.due, waiting);
  EXPECT_FALSE(late.next.has_value());
}

TEST(DecideShow, NeverShowsTwice) {
  HeldAlert shown = Waiting(kWindow);
  shown.shown_at = kWindow;
  EXPECT_THAT(DecideShow({shown}, kBell).due, IsEmpty());
  EXPECT_FALSE(DecideShow({shown}, kNight).next.has_value());
}

TEST(ShowDue, MarksOnceAndQueuesTheDevicesReceipt) {
  const link::InventedSchool school;
  auto store = LocalStore::Open(":memory:").value();
  const link::SealingRef ref{link::NewAlertId(), 1, 1, std::string(32, 'd')};
  ASSERT_TRUE(
      store
          ->KeepSealing({ref, kWindow, kBell, kBell, kNight, "sealed"},
                        link::SignToQueue(ref, v1::RECEIPT_KIND_RECEIVED, school.device, kNight))
          .ok());
  EXPECT_THAT(*ShowDue(*store, school.device, kWindow - absl::Seconds(1)), IsEmpty());
  EXPECT_THAT(*store->ShownAlerts(), IsEmpty());
  EXPECT_THAT(*ShowDue(*store, school.device, kWindow), SizeIs(1));
  EXPECT_THAT(*ShowDue(*store, school.device, kWindow), IsEmpty());
  EXPECT_EQ(store->ShownAlerts()->at(0).shown_at, kWindow);
  const auto receipts = store->UnansweredReceipts(10).value();
  ASSERT_THAT(receipts, SizeIs(2));
  EXPECT_EQ(receipts[1].kind, v1::RECEIPT_KIND_SHOWN);
  EXPECT_EQ(receipts[1].signer, school.device.id);
}

TEST(IsLate, FromTheDeadlineOnUnlessAcknowledgedBefore) {
  HeldAlert alert = Waiting(kWindow);
  EXPECT_FALSE(IsLate(alert, kBell - absl::Seconds(1)));
  EXPECT_TRUE(IsLate(alert, kBell));
  alert.acknowledged_at = kBell - absl::Seconds(1);
  EXPECT_FALSE(IsLate(alert, kBell + absl::Hours(1)));
  alert.acknowledged_at = kBell;
  EXPECT_TRUE(IsLate(alert, kBell + absl::Hours(1)));
}

TEST(SchoolClock, RunsOnTheBrokersTimeAndTheBootClockOnceWelcomed) {
  SchoolClock clock(false, std::nullopt);
  const MachineTime machine{kNight, absl::Hours(5)};
  EXPECT_EQ(clock.At(machine), kNight);
  clock.Learn({kNight + absl::Minutes(3), false}, machine);
  // The wall clock jumps a day ahead; an hour has passed.
  const MachineTime jumped{kNight + absl::Hours(24), absl::Hours(6)};
  EXPECT_EQ(clock.At(jumped), kNight + absl::Minutes(63));
}

TEST(SchoolClock, KeepsASimulatedTimeThroughARestart) {
  const TimeAnchor kept{{kWindow, true}, kNight};
  const SchoolClock clock(true, kept);
  EXPECT_EQ(clock.At({kNight + absl::Minutes(2), absl::Seconds(1)}), kWindow + absl::Minutes(2));
  EXPECT_EQ(clock.At({kNight - absl::Hours(2), absl::Seconds(1)}), kWindow);  // never before it
  const SchoolClock real(false, kept);
  EXPECT_EQ(real.At({kNight, absl::Seconds(1)}), kNight);
}

TEST(SchoolClock, ASimulatedTimeThatNobodyToldIsBeforeEveryWindow) {
  EXPECT_LT(SchoolClock(true, std::nullopt).Now(), kNight);
  EXPECT_FALSE(SchoolClock(true, std::nullopt).known());
  EXPECT_TRUE(SchoolClock(false, std::nullopt).known());
}

TEST(DaemonVoice, SaysNothingOfWhatAnAlertContains) {
  const absl::TimeZone london = base::LondonTimeZone().value();
  std::ostringstream text;
  DaemonVoice(text, LineForm::kText, london).Shown(Waiting(kWindow), kWindow);
  EXPECT_EQ(text.str(), "07:30 An alert is waiting: firstbell-school inbox list\n");
  std::ostringstream json;
  HeldAlert alert = Waiting(kWindow);
  alert.newest.alert_id = base::AlertId("3f7kq2mz");
  DaemonVoice(json, LineForm::kJson, london).Shown(alert, kWindow);
  EXPECT_EQ(json.str(),
            "{\"event\":\"shown\",\"at\":\"2026-03-03T07:30:00+00:00\",\"alert_id\":\"3f7kq2mz\","
            "\"sentence\":\"An alert is waiting: firstbell-school inbox list\"}\n");
}

}  // namespace
}  // namespace firstbell::school
