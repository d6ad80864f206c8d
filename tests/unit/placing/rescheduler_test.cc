#include "broker/placing/rescheduler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/world.h"

namespace firstbell::placing {
namespace {

using namespace support;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const model::SchoolHours kAnHourEarlier{absl::Hours(6.5), absl::Hours(7.75), absl::Hours(14.5)};
const model::SchoolHours kAnHourLater{absl::Hours(8.5), absl::Hours(9.75), absl::Hours(16.5)};

class ReschedulerTest : public testing::Test {
 protected:
  ReschedulerTest() { answer_ = world_.Submit(IncidentOf("R1")); }

  void SetHours(const model::SchoolHours& hours) {
    ASSERT_TRUE(world_.memory.SetSchoolHours(kPrimary, hours, {}).ok());
  }
  void SetHolidays(std::vector<model::Date> days) {
    std::vector<model::BankHoliday> list;
    for (const model::Date day : days) list.push_back({v1::NATION_ENGLAND, day, "invented"});
    ASSERT_TRUE(world_.memory.ImportBankHolidays(list, {}).ok());
    ASSERT_TRUE(world_.calendar.Reload().ok());
  }
  std::size_t Moved(absl::Time now = kNight) { return rescheduler_.Everywhere(now).value(); }
  model::Alert Alert() { return world_.AlertsOf(answer_).at(0); }
  std::vector<absl::Time> Times() { return {Alert().show_from, Alert().deadline}; }

  World world_;
  v1::IncidentAnswer answer_;
  std::vector<base::Urn> told_;
  Rescheduler rescheduler_{world_.store, world_.calendar,
                           [this](base::Urn urn) { told_.push_back(urn); }};
};

TEST_F(ReschedulerTest, NothingMovesWhereNothingChanged) {
  EXPECT_EQ(Moved(), 0u);
  EXPECT_THAT(told_, IsEmpty());
}

TEST_F(ReschedulerTest, AnEarlierBellMovesWhatWaitsOnceAndSaysSo) {
  SetHours(kAnHourEarlier);
  EXPECT_EQ(Moved(), 1u);
  EXPECT_THAT(Times(), ElementsAre(kWindow - absl::Hours(1), kBell - absl::Hours(1)));
  EXPECT_THAT(told_, ElementsAre(kPrimary));
  EXPECT_THAT(world_.LogText(), HasSubstr("\"kind\":\"alert.rescheduled\""));
  EXPECT_EQ(Moved(), 0u);
}

// What the force was promised stands: a mistaken list must not hide a child for a day.
TEST_F(ReschedulerTest, NothingMovesToLater) {
  SetHours(kAnHourLater);
  EXPECT_EQ(Moved(), 0u);
  SetHolidays({model::Date(2026, 3, 3)});
  EXPECT_EQ(Moved(), 0u);
  EXPECT_THAT(Times(), ElementsAre(kWindow, kBell));
}

TEST_F(ReschedulerTest, ADayThatIsASchoolDayAfterAllMovesToIt) {
  SetHolidays({model::Date(2026, 3, 3)});
  answer_ = world_.Submit(IncidentOf("R2"));
  EXPECT_THAT(Times(), ElementsAre(kWindow + absl::Hours(24), kBell + absl::Hours(24)));
  SetHolidays({model::Date(2026, 12, 25)});
  EXPECT_EQ(Moved(), 1u);
  EXPECT_THAT(Times(), ElementsAre(kWindow, kBell));
}

// At 08:00 the bell becomes a quarter to eight: nobody can meet that, and an hour is left.
TEST_F(ReschedulerTest, ADeadlineThatHasPassedIsTimedFromNow) {
  SetHolidays({model::Date(2026, 3, 3)});
  answer_ = world_.Submit(IncidentOf("R2"));
  SetHolidays({model::Date(2026, 12, 25)});
  SetHours(kAnHourEarlier);
  const absl::Time eight = kWindow + absl::Minutes(30);
  EXPECT_EQ(Moved(eight), 1u);  // R1 has 08:45, which is earlier than an hour from now
  EXPECT_THAT(Times(), ElementsAre(eight, eight + absl::Hours(1)));
}

TEST_F(ReschedulerTest, WhatWasShownStays) {
  model::Alert shown = Alert();
  SetHours(kAnHourEarlier);
  world_.store.FailNext("Reschedule", Fault::kNotDone,
                        base::FailedPrecondition("shown in this very moment"));
  EXPECT_EQ(Moved(), 0u);
  EXPECT_EQ(Alert(), shown);
}

// The store fails once, done or not done: the next walk, at the latest the next start's, finishes.
TEST_F(ReschedulerTest, AWalkThatWasCutShortIsFinishedByTheNext) {
  for (const Fault fault : {Fault::kNotDone, Fault::kDone}) {
    SetHours(fault == Fault::kNotDone
                 ? kAnHourEarlier
                 : model::SchoolHours{absl::Hours(5), absl::Hours(6), absl::Hours(14)});
    world_.store.FailNext("Reschedule", fault, base::Unknown("no answer"));
    EXPECT_TRUE(absl::IsUnknown(rescheduler_.Everywhere(kNight).status()));
    EXPECT_EQ(Moved(), fault == Fault::kNotDone ? 1u : 0u);
  }
  EXPECT_EQ(Alert().deadline, kNight + absl::Minutes(3 * 60 + 50));  // six in the morning
}

}  // namespace
}  // namespace firstbell::placing
