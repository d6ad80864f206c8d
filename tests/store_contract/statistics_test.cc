// What rows contribute to the statistics, and that cells which are kept step by step are those that
// a scan would count.

#include "broker/store/statistics.h"

#include <gtest/gtest.h>

#include <random>

#include "broker/base/clock.h"
#include "tests/store_contract/invented.h"

namespace firstbell::store {
namespace {

absl::TimeZone London() {
  return *base::LondonTimeZone();
}

model::Alert AlertAt(model::AlertState state) {
  model::Alert alert;
  alert.force = kKent;
  alert.authority = base::AuthorityCode("886");
  alert.urn = kSaltwood;
  alert.state = state;
  alert.accepted_at = At(0);
  alert.deadline = At(400);
  return alert;
}

model::Alert AcknowledgedAt(absl::Time at) {
  model::Alert alert = AlertAt(v1::ALERT_STATE_ACKNOWLEDGED);
  alert.acknowledged_at = at;
  return alert;
}

std::int64_t Ends(const StatCell& cell) {
  return cell[Stat::kAcknowledgedBeforeBell] + cell[Stat::kAcknowledgedLate] +
         cell[Stat::kRedirected] + cell[Stat::kWithdrawn] + cell[Stat::kOpen];
}

// --- Alerts -------------------------------------------------------------------------------------

TEST(Statistics, EachAlertHasOneEnd) {
  const auto only = [](const model::Alert& alert, Stat end) {
    const StatCell cell = Contribution(alert, London());
    EXPECT_EQ(cell[Stat::kAlerts], 1);
    EXPECT_EQ(cell[end], 1);
    EXPECT_EQ(Ends(cell), 1);
  };
  only(AlertAt(v1::ALERT_STATE_ACCEPTED), Stat::kOpen);
  only(AlertAt(v1::ALERT_STATE_OPENED), Stat::kOpen);
  only(AlertAt(v1::ALERT_STATE_REDIRECTED), Stat::kRedirected);
  only(AlertAt(v1::ALERT_STATE_WITHDRAWN), Stat::kWithdrawn);
  only(AcknowledgedAt(At(400) - absl::Nanoseconds(1)), Stat::kAcknowledgedBeforeBell);
  only(AcknowledgedAt(At(400)), Stat::kAcknowledgedLate);
}

TEST(Statistics, WhatIsOpenedHasBeenShownReceivedAndSent) {
  const StatCell cell = Contribution(AlertAt(v1::ALERT_STATE_OPENED), London());
  for (const Stat stat :
       {Stat::kReachedSent, Stat::kReachedReceived, Stat::kReachedShown, Stat::kReachedOpened}) {
    EXPECT_EQ(cell[stat], 1) << static_cast<int>(stat);
  }
  EXPECT_EQ(cell[Stat::kReachedAcknowledged], 0);
  const StatCell sent = Contribution(AlertAt(v1::ALERT_STATE_SENT), London());
  EXPECT_EQ(sent[Stat::kReachedSent], 1);
  EXPECT_EQ(sent[Stat::kReachedReceived], 0);
  EXPECT_EQ(Contribution(AlertAt(v1::ALERT_STATE_ACCEPTED), London())[Stat::kReachedSent], 0);
  EXPECT_EQ(Contribution(AcknowledgedAt(At(1)), London())[Stat::kReachedAcknowledged], 1);
  EXPECT_EQ(Contribution(AcknowledgedAt(At(1)), London())[Stat::kReachedOpened], 1);
}

TEST(Statistics, WhatWasTakenBackCameAsFarAsItsStepsSay) {
  model::Alert alert = AlertAt(v1::ALERT_STATE_WITHDRAWN);
  EXPECT_EQ(Contribution(alert, London())[Stat::kReachedSent], 0);
  alert.steps.shown = At(3);
  const StatCell cell = Contribution(alert, London());
  EXPECT_EQ(cell[Stat::kReachedReceived], 1);
  EXPECT_EQ(cell[Stat::kReachedShown], 1);
  EXPECT_EQ(cell[Stat::kReachedOpened], 0);
}

TEST(Statistics, ACallAcknowledgesWithoutAnythingOpened) {
  model::Alert alert = AcknowledgedAt(At(9));
  alert.steps.sent = At(1);
  alert.telephone.last = v1::CALL_OUTCOME_ACKNOWLEDGED;
  alert.telephone.last_at = At(9);
  const StatCell cell = Contribution(alert, London());
  EXPECT_EQ(cell[Stat::kAcknowledgedByTelephone], 1);
  EXPECT_EQ(cell[Stat::kAcknowledgedBeforeBell], 1);
  EXPECT_EQ(cell[Stat::kReachedSent], 1);
  EXPECT_EQ(cell[Stat::kReachedReceived], 0);
  EXPECT_EQ(cell[Stat::kReachedAcknowledged], 0);
  // A later call, about the child's arrival.
  alert.telephone.last_at = At(60);
  EXPECT_EQ(Contribution(alert, London())[Stat::kAcknowledgedByTelephone], 0);
  alert.telephone.last_at = At(9);
  alert.telephone.last = v1::CALL_OUTCOME_NOT_REACHED;
  EXPECT_EQ(Contribution(alert, London())[Stat::kAcknowledgedByTelephone], 0);
}

TEST(Statistics, ArrivalsAreThoseOfAlertsThatStand) {
  model::Alert alert = AcknowledgedAt(At(9));
  alert.arrival.due = At(430);
  EXPECT_EQ(Contribution(alert, London())[Stat::kArrivalAsked], 1);
  EXPECT_EQ(Contribution(alert, London())[Stat::kArrivalByRegistration], 0);
  alert.arrival.said = v1::ARRIVAL_LATE;
  alert.arrival.at = At(430);
  alert.arrival.overdue = true;
  StatCell cell = Contribution(alert, London());
  EXPECT_EQ(cell[Stat::kArrivalLate], 1);
  EXPECT_EQ(cell[Stat::kArrivalOverdue], 1);
  EXPECT_EQ(cell[Stat::kArrivalByRegistration], 1);
  alert.arrival.at = At(430) + absl::Nanoseconds(1);
  EXPECT_EQ(Contribution(alert, London())[Stat::kArrivalByRegistration], 0);
  alert.arrival.said = v1::ARRIVAL_SEEN;
  EXPECT_EQ(Contribution(alert, London())[Stat::kArrivalSeen], 1);
  alert.arrival.said = v1::ARRIVAL_ABSENT;
  alert.arrival.at = At(420);
  cell = Contribution(alert, London());
  EXPECT_EQ(cell[Stat::kArrivalAbsent], 1);
  EXPECT_EQ(cell[Stat::kArrivalByRegistration], 0);
  alert.state = v1::ALERT_STATE_REDIRECTED;
  EXPECT_EQ(Contribution(alert, London())[Stat::kArrivalAsked], 0);
  EXPECT_EQ(Contribution(alert, London())[Stat::kArrivalAbsent], 0);
}

TEST(Statistics, RungsRefusalsAndBreaches) {
  model::Alert alert = AlertAt(v1::ALERT_STATE_REDIRECTED);
  EXPECT_EQ(Contribution(alert, London())[Of(Stat::kRung, 0)], 1);
  EXPECT_EQ(Contribution(alert, London())[Of(Stat::kRefused, 0)], 0);
  alert.rung = static_cast<std::uint32_t>(limits::kRungs);
  alert.refused = v1::REFUSAL_REASON_LEFT;
  alert.breach_at = At(5);
  const StatCell cell = Contribution(alert, London());
  EXPECT_EQ(cell[Of(Stat::kRung, static_cast<int>(limits::kRungs))], 1);
  EXPECT_EQ(cell[Of(Stat::kRefused, v1::REFUSAL_REASON_LEFT)], 1);
  EXPECT_EQ(cell[Stat::kBreachKnown], 1);
  alert.rung = 4'000'000'000;
  EXPECT_EQ(Contribution(alert, London())[Of(Stat::kRung, static_cast<int>(limits::kRungs))], 1);
}

TEST(Statistics, StepsAreMeasuredFromAcceptance) {
  model::Alert alert = AcknowledgedAt(At(60));
  alert.steps = {At(0) + absl::Seconds(1), At(1), At(10), At(30)};
  const StatCell cell = Contribution(alert, London());
  const auto one = [&](Span span, absl::Duration duration) {
    const Histogram histogram = cell.of(span);
    EXPECT_EQ(histogram.total(), 1);
    EXPECT_EQ(histogram.counts[BucketOf(duration)], 1);
  };
  one(Span::kSent, absl::Seconds(1));
  one(Span::kReceived, absl::Minutes(1));
  one(Span::kShown, absl::Minutes(10));
  one(Span::kOpened, absl::Minutes(30));
  one(Span::kAcknowledged, absl::Hours(1));
}

// --- Cases and incidents ------------------------------------------------------------------------

TEST(Statistics, ACaseWaitsOrIsDecidedByAnOfficerOrByMachine) {
  model::Case value;
  value.reason = v1::REASON_CONFLICT;
  StatCell cell = Contribution(value);
  EXPECT_EQ(cell[Of(Stat::kReviewFor, v1::REASON_CONFLICT)], 1);
  EXPECT_EQ(cell[Stat::kCaseWaits], 1);
  value.decision.emplace();
  value.decision->outcome = v1::CHILD_OUTCOME_WITHHELD;
  value.decision->reason = v1::DECISION_REASON_UNSAFE_TO_TELL;
  value.decision->officer = base::OfficerId("b.bailey");
  cell = Contribution(value);
  EXPECT_EQ(cell[Stat::kCaseWaits], 0);
  EXPECT_EQ(cell[Stat::kDecidedByOfficer], 1);
  EXPECT_EQ(cell[Of(Stat::kDecidedOutcome, v1::CHILD_OUTCOME_WITHHELD)], 1);
  EXPECT_EQ(cell[Of(Stat::kDecidedFor, v1::DECISION_REASON_UNSAFE_TO_TELL)], 1);
  value.decision->officer = {};
  cell = Contribution(value);
  EXPECT_EQ(cell[Stat::kDecidedByOfficer], 0);
  EXPECT_EQ(cell[Stat::kDecidedByMachine], 1);
}

TEST(Statistics, AnIncidentCountsItsChildren) {
  Incident incident;
  incident.children.resize(4);
  incident.children[0].outcome = v1::CHILD_OUTCOME_ACCEPTED;
  incident.children[1].outcome = v1::CHILD_OUTCOME_WITHHELD;
  incident.children[1].reason = v1::REASON_OUT_OF_SCOPE_AGE;
  incident.children[2].outcome = v1::CHILD_OUTCOME_UNPLACEABLE;
  incident.children[2].reason = v1::REASON_NOT_AT_SCHOOL;
  incident.children[3].outcome = v1::CHILD_OUTCOME_AT_REVIEW;
  const StatCell cell = Contribution(incident);
  for (const ChildAnswer& child : incident.children) {
    EXPECT_EQ(cell[Of(Stat::kChildren, child.outcome)], 1);
  }
  EXPECT_EQ(cell[Of(Stat::kWithheld, v1::REASON_OUT_OF_SCOPE_AGE)], 1);
  EXPECT_EQ(cell[Of(Stat::kUnplaceable, v1::REASON_NOT_AT_SCHOOL)], 1);
  EXPECT_EQ(cell.entries().size(), 6u);
}

TEST(Statistics, EveryReasonOfTheProtocolHasANumberOfItsOwn) {
  const auto whole = [](Stat family, int most) {
    for (int i = 1; i <= most; ++i) EXPECT_NE(Of(family, i), Of(family, 0)) << i;
  };
  whole(Stat::kRefused, v1::RefusalReason_MAX);
  whole(Stat::kChildren, v1::ChildOutcome_MAX);
  whole(Stat::kWithheld, v1::Reason_MAX);
  whole(Stat::kUnplaceable, v1::Reason_MAX);
  whole(Stat::kReviewFor, v1::Reason_MAX);
  whole(Stat::kDecidedOutcome, v1::ChildOutcome_MAX);
  whole(Stat::kDecidedFor, v1::DecisionReason_MAX);
  whole(Stat::kRung, static_cast<int>(limits::kRungs));
  EXPECT_EQ(Of(Stat::kWithheld, 1000), Stat::kWithheld);
  EXPECT_EQ(Of(Stat::kWithheld, -1), Stat::kWithheld);
}

// --- Cells that are kept step by step ------------------------------------------------------------

std::optional<absl::Time> Sometimes(std::mt19937& random) {
  if (random() % 2 == 0) return std::nullopt;
  return At(static_cast<int>(random() % 900));
}

model::Alert SomeAlert(std::mt19937& random) {
  model::Alert alert = AlertAt(static_cast<model::AlertState>(1 + random() % 8));
  if (alert.state == v1::ALERT_STATE_ACKNOWLEDGED) {
    alert.acknowledged_at = At(static_cast<int>(random() % 900));
  }
  alert.telephone.last = static_cast<v1::CallOutcome>(random() % 4);
  if (random() % 2 == 0) alert.telephone.last_at = alert.acknowledged_at;
  alert.steps = {Sometimes(random), Sometimes(random), Sometimes(random), Sometimes(random)};
  alert.rung = static_cast<std::uint32_t>(random() % 15);
  alert.refused = static_cast<v1::RefusalReason>(random() % 5);
  alert.arrival.due = Sometimes(random);
  alert.arrival.at = Sometimes(random);
  alert.arrival.said = static_cast<v1::Arrival>(random() % 4);
  return alert;
}

TEST(Statistics, CellsKeptStepByStepAreThoseOfAScan) {
  std::mt19937 random(1);
  std::vector<model::Alert> rows;
  StatCell kept;
  for (int step = 0; step < 3000; ++step) {
    const model::Alert after = SomeAlert(random);
    if (rows.size() < 40) {
      rows.push_back(after);
    } else {
      model::Alert& row = rows[random() % rows.size()];
      kept -= Contribution(row, London());
      row = after;
    }
    kept += Contribution(after, London());
    StatCell scanned;
    for (const model::Alert& row : rows) scanned += Contribution(row, London());
    ASSERT_EQ(kept, scanned) << "step " << step;
    ASSERT_EQ(kept[Stat::kAlerts], Ends(kept));
    ASSERT_GE(kept[Stat::kReachedSent], kept[Stat::kReachedReceived]);
    ASSERT_GE(kept[Stat::kReachedReceived], kept[Stat::kReachedShown]);
    ASSERT_GE(kept[Stat::kReachedShown], kept[Stat::kReachedOpened]);
    ASSERT_GE(kept[Stat::kReachedOpened], kept[Stat::kReachedAcknowledged]);
  }
  for (const model::Alert& row : rows) kept -= Contribution(row, London());
  EXPECT_TRUE(kept.empty());
}

}  // namespace
}  // namespace firstbell::store
