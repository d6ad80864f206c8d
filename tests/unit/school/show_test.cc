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
  ASSERT_TRUE(store
                  ->KeepSealing(
                      {ref, kWindow, kBell, kBell, kNight, "sealed"},
                      link::SignToQueue(ref, v1::RECEIPT_KIND_RECEIVED, school.device, kNight), {})
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

// The broker's clock judges, also of what was acknowledged here.
TEST(IsLate, NotOnceItIsOverForTheSchoolByTheBrokersWord) {
  HeldAlert alert = Waiting(kWindow);
  alert.ended.emplace();
  alert.ended->state = v1::ALERT_STATE_ACKNOWLEDGED;
  alert.ended->at = kBell - absl::Seconds(1);
  EXPECT_FALSE(IsLate(alert, kBell + absl::Hours(1)));
  EXPECT_EQ(StateOf(alert), v1::ALERT_STATE_ACKNOWLEDGED);
  alert.acknowledged_at = kBell - absl::Minutes(1);
  alert.ended->at = kBell;
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

// What the broker said at 02:10, when this machine had run for five hours and its wall clock was
// three minutes fast.
TimeAnchor Kept() {
  return {{kNight, false}, {kNight + absl::Minutes(3), absl::Hours(5), "monday"}};
}

TEST(SchoolClock, GoesOnByTheBootClockThroughARestartOfTheProgram) {
  const SchoolClock clock(false, Kept());
  for (const absl::Duration jump : {absl::Hours(-900), absl::ZeroDuration(), absl::Hours(6)}) {
    const TimeReading read = clock.Read({kNight + jump, absl::Hours(7), "monday"});
    EXPECT_EQ(read.now, kNight + absl::Hours(2)) << jump;
    EXPECT_EQ(read.certainty, Certainty::kTold);
  }
}

TEST(SchoolClock, InAnotherRunCountsByTheWallClocksDifference) {
  const SchoolClock clock(false, Kept());
  const TimeReading read =
      clock.Read({kWindow + absl::Minutes(3), kNetworkGrace, "tuesday"});  // still three fast
  EXPECT_EQ(read.now, kWindow);
  EXPECT_EQ(read.certainty, Certainty::kWall);
}

// The welcome that puts a fast clock right is seconds away: nothing is shown by the clock alone.
TEST(SchoolClock, WaitsForTheNetworkAfterBootingBeforeItBelievesTheWallClock) {
  const SchoolClock clock(false, Kept());
  const absl::Duration soon = kNetworkGrace - absl::Milliseconds(1);
  const TimeReading early = clock.Read({kWindow + absl::Hours(2), soon, "tuesday"});
  EXPECT_EQ(early.now, kNight + soon);
  EXPECT_EQ(early.certainty, Certainty::kTooSoon);
  EXPECT_GE(clock.At({kWindow + absl::Hours(2), kNetworkGrace, "tuesday"}), kWindow);
}

TEST(SchoolClock, AClockBehindWhatHasSurelyPassedIsWrongAndShowsNothingEarly) {
  const SchoolClock clock(false, Kept());
  const TimeReading dead = clock.Read({absl::UnixEpoch(), absl::Hours(1), "tuesday"});
  EXPECT_EQ(dead.now, kNight + absl::Hours(1));
  EXPECT_EQ(dead.certainty, Certainty::kWrong);
  // Set right by hand, it counts.
  EXPECT_EQ(clock.Read({kWindow + absl::Minutes(3), absl::Hours(1), "tuesday"}).certainty,
            Certainty::kWall);
  // A little behind is a cheap clock, and right.
  const absl::Time slow = kNight + absl::Minutes(3) + absl::Hours(1) - kClockSlack;
  const TimeReading little = clock.Read({slow, absl::Hours(1), "tuesday"});
  EXPECT_EQ(little.certainty, Certainty::kWall);
  EXPECT_EQ(little.now, kNight + absl::Hours(1));
}

TEST(SchoolClock, AMachineThatDoesNotNameItsRunsIsAlwaysInAnother) {
  TimeAnchor kept = Kept();
  kept.learnt.boot_id.clear();
  EXPECT_EQ(SchoolClock(false, kept).Read({kWindow, absl::Hours(5)}).certainty, Certainty::kWall);
  SchoolClock learnt(false, kept);
  learnt.Learn({kNight, false}, {kNight, absl::Hours(8)});
  EXPECT_EQ(learnt.Read({kWindow, absl::Hours(9)}).now, kNight + absl::Hours(1));
  // A machine that was restored from an image counts less than it had: another run.
  EXPECT_EQ(SchoolClock(false, Kept()).Read({kWindow, absl::Hours(4), "monday"}).certainty,
            Certainty::kWall);
}

TEST(SchoolClock, ThisMachineNamesItsRun) {
  EXPECT_EQ(ReadMachineTime().boot_id.size(), 36u);
  EXPECT_GT(ReadMachineTime().since_boot, absl::ZeroDuration());
}

TEST(SchoolClock, KeepsASimulatedTimeThroughARestart) {
  const TimeAnchor kept{{kWindow, true}, {kNight, absl::ZeroDuration(), "monday"}};
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
