// Whether the child has come, whom a force is to telephone and why, and when a school is looked at.

#include <gtest/gtest.h>

#include "broker/base/clock.h"
#include "broker/base/limits.h"
#include "broker/model/alert.h"
#include "broker/model/ladder.h"
#include "broker/model/receipt.h"

namespace firstbell::model {
namespace {

const absl::TimeZone kLondon = base::LondonTimeZone().value();

absl::Time At(int day, int hour, int minute) {
  return absl::FromCivil(absl::CivilMinute(2026, 3, day, hour, minute), kLondon);
}

Alert Acknowledged() {
  Alert alert;
  alert.urn = base::Urn(100'001);
  alert.state = v1::ALERT_STATE_ACKNOWLEDGED;
  alert.deadline = At(3, 8, 45);
  alert.acknowledged_at = At(3, 7, 40);
  alert.arrival = AskArrival(alert, At(3, 7, 40));
  return alert;
}

TEST(SafeArrival, IsAskedUntilTheCloseOfRegistration) {
  Alert alert = Acknowledged();
  EXPECT_EQ(LookAt(alert), At(3, 8, 45) + limits::kRegistration);
  EXPECT_EQ(CallAboutOf(alert), v1::CALL_ABOUT_UNSPECIFIED);
  alert.arrival.overdue = true;
  EXPECT_EQ(LookAt(alert), std::nullopt) << "looked at once";
  EXPECT_EQ(CallAboutOf(alert), v1::CALL_ABOUT_ARRIVAL);
  Say(v1::ARRIVAL_SEEN, At(3, 9, 20), alert);
  EXPECT_EQ(CallAboutOf(alert), v1::CALL_ABOUT_UNSPECIFIED);
}

TEST(SafeArrival, OneAcknowledgedLateIsAskedHalfAnHourLater) {
  EXPECT_EQ(AskArrival(Acknowledged(), At(3, 10, 0)).due, At(3, 10, 0) + limits::kRegistration);
}

TEST(SafeArrival, AnAuthorityHasNoRegisters) {
  Alert alert = Acknowledged();
  alert.urn = UrnOfAuthority(383);
  alert.arrival = {};
  EXPECT_EQ(AskArrival(alert, At(3, 7, 40)).due, std::nullopt);
}

TEST(SafeArrival, AbsenceIsTheForcesAtOnceUntilItHasDecided) {
  Alert alert = Acknowledged();
  Say(v1::ARRIVAL_ABSENT, At(3, 8, 50), alert);
  EXPECT_EQ(CallAboutOf(alert), v1::CALL_ABOUT_ABSENCE);
  EXPECT_EQ(LookAt(alert), std::nullopt);
  alert.arrival.decided = true;
  EXPECT_EQ(CallAboutOf(alert), v1::CALL_ABOUT_UNSPECIFIED);
  Say(v1::ARRIVAL_LATE, At(3, 9, 30), alert);
  Say(v1::ARRIVAL_ABSENT, At(3, 11, 0), alert);
  EXPECT_EQ(CallAboutOf(alert), v1::CALL_ABOUT_ABSENCE) << "gone again: to be decided anew";
}

TEST(SafeArrival, WhatWasSaidLastStandsHoweverLateItComes) {
  Alert alert = Acknowledged();
  Say(v1::ARRIVAL_LATE, At(3, 9, 0), alert);
  Say(v1::ARRIVAL_ABSENT, At(3, 8, 50), alert);
  EXPECT_EQ(alert.arrival.said, v1::ARRIVAL_LATE);
}

TEST(SafeArrival, ACorrectionAsksAnew) {
  Alert alert = Acknowledged();
  Say(v1::ARRIVAL_SEEN, At(3, 8, 50), alert);
  alert = Revised(alert, {2, At(3, 11, 0), false, At(3, 11, 0), At(3, 12, 0)});
  EXPECT_EQ(alert.arrival, SafeArrival());
  EXPECT_EQ(CallAboutOf(alert), v1::CALL_ABOUT_UNSPECIFIED);
}

TEST(SafeArrival, AnAbsenceOutlivesACorrection) {
  Alert alert = Acknowledged();
  Say(v1::ARRIVAL_ABSENT, At(3, 8, 50), alert);
  alert = Revised(alert, {2, At(3, 11, 0), false, At(3, 11, 0), At(3, 12, 0)});
  EXPECT_EQ(CallAboutOf(alert), v1::CALL_ABOUT_ABSENCE) << "the child is still looked for";
  alert.arrival.decided = true;
  EXPECT_EQ(CallAboutOf(alert), v1::CALL_ABOUT_UNSPECIFIED);
}

TEST(Calls, AReplyOfTheSchoolIsReadWhateverElseHasEnded) {
  Alert alert = Acknowledged();
  alert.replies = 1;
  EXPECT_EQ(CallAboutOf(alert), v1::CALL_ABOUT_REPLY);
  alert.state = v1::ALERT_STATE_WITHDRAWN;
  EXPECT_EQ(CallAboutOf(alert), v1::CALL_ABOUT_REPLY);
  alert.state = v1::ALERT_STATE_SHOWN;
  alert.telephone.wanted = true;
  EXPECT_EQ(CallAboutOf(alert), v1::CALL_ABOUT_ALERT) << "first things first";
}

TEST(Calls, ASchoolThatIsNotReadyIsCalledUntilItIsShown) {
  Alert alert;
  alert.state = v1::ALERT_STATE_RECEIVED;
  alert.telephone.unready = true;
  EXPECT_EQ(CallAboutOf(alert), v1::CALL_ABOUT_UNREADY);
  alert.state = v1::ALERT_STATE_SHOWN;
  EXPECT_EQ(CallAboutOf(alert), v1::CALL_ABOUT_UNSPECIFIED);
}

TEST(Looks, TheEveningBeforeAndEarlyThatDay) {
  const Looks looks = LooksOf(At(3, 7, 30), kLondon);
  EXPECT_EQ(looks.evening, At(2, 0, 0) + limits::kEveningLook);
  EXPECT_EQ(looks.morning, At(3, 0, 0) + limits::kMorningLook);
  EXPECT_EQ(NextLook(looks, At(2, 12, 0)), looks.evening);
  EXPECT_EQ(NextLook(looks, looks.evening), looks.morning);
  EXPECT_EQ(NextLook(looks, looks.morning), std::nullopt);
  EXPECT_EQ(LooksOf(At(3, 6, 0), kLondon).morning, At(3, 6, 0)) << "a window before that";
}

TEST(Looks, OfTheNightWhenClocksChange) {
  // On 29 March 2026 London has no 01:30.
  const Looks looks =
      LooksOf(absl::FromCivil(absl::CivilMinute(2026, 3, 30, 7, 30), kLondon), kLondon);
  EXPECT_EQ(absl::FormatTime("%m-%d %H:%M", looks.evening, kLondon), "03-29 18:00");
  EXPECT_EQ(absl::FormatTime("%m-%d %H:%M", looks.morning, kLondon), "03-30 06:30");
}

TEST(Duty, ReadsWeekdaysAndAnAbsence) {
  v1::Duty wire;
  wire.add_weekdays(v1::WEEKDAY_MONDAY);
  wire.mutable_away()->set_first("2026-03-02");
  wire.mutable_away()->set_last("2026-03-04");
  const Duty duty = ParseDuty(wire, "duty").value();
  EXPECT_FALSE(duty.On(Date(2026, 3, 2))) << "away";
  EXPECT_TRUE(duty.On(Date(2026, 3, 9)));
  EXPECT_FALSE(duty.On(Date(2026, 3, 10))) << "a Tuesday";
  EXPECT_EQ(ParseDuty(ToWire(duty), "").value(), duty);
  EXPECT_TRUE(Duty().On(Date(2026, 3, 8))) << "a Sunday: every day unless said";
}

TEST(Duty, RefusesWhatIsNone) {
  v1::Duty wire;
  wire.mutable_away()->set_first("2026-03-02");
  wire.mutable_away()->set_last("2026-03-01");
  EXPECT_FALSE(ParseDuty(wire, "duty").ok());
  wire.mutable_away()->set_last("2026-02-30");
  EXPECT_FALSE(ParseDuty(wire, "duty").ok());
  wire.mutable_away()->set_last(FormatDate(Date(2026, 3, 2) + limits::kAwayDays - 1));
  EXPECT_TRUE(ParseDuty(wire, "duty").ok());
  wire.mutable_away()->set_last(FormatDate(Date(2026, 3, 2) + limits::kAwayDays));
  EXPECT_FALSE(ParseDuty(wire, "duty").ok());
  wire.clear_away();
  wire.add_weekdays(v1::WEEKDAY_UNSPECIFIED);
  EXPECT_FALSE(ParseDuty(wire, "duty").ok());
}

TEST(Receipts, WhatMayBeSaidAgainIsToldApartByItsInstant) {
  Receipt first;
  first.kind = v1::RECEIPT_KIND_ABSENT;
  first.at = At(3, 8, 50);
  Receipt second = first;
  EXPECT_TRUE(SameStatement(first, second));
  second.at = At(3, 9, 50);
  EXPECT_FALSE(SameStatement(first, second));
  first.kind = second.kind = v1::RECEIPT_KIND_ACKNOWLEDGED;
  EXPECT_TRUE(SameStatement(first, second));
}

TEST(Receipts, AReplyIsBoundedAndBelongsToAReply) {
  v1::ReceiptStatement statement;
  statement.set_alert_id(std::string(26, 'a'));
  statement.set_sealing(1);
  statement.set_ciphertext_sha256(std::string(32, 'x'));
  statement.set_signer_id(std::string(26, 'b'));
  statement.mutable_at()->set_seconds(1'794'209'400);
  statement.set_kind(v1::RECEIPT_KIND_REPLIED);
  const auto parses = [&] { return ParseReceipt(statement, "", At(3, 9, 0)).ok(); };
  EXPECT_FALSE(parses()) << "nothing is said";
  statement.set_reply(std::string(limits::kReplyBytes, 'x'));
  EXPECT_TRUE(parses());
  statement.set_reply(std::string(limits::kReplyBytes + 1, 'x'));
  EXPECT_FALSE(parses());
  statement.set_reply("x");
  statement.set_kind(v1::RECEIPT_KIND_OPENED);
  EXPECT_FALSE(parses());
  statement.clear_reply();
  EXPECT_TRUE(parses());
  statement.set_kind(v1::RECEIPT_KIND_OFFERED);
  EXPECT_FALSE(parses()) << "to whom?";
  statement.set_handed_to(std::string(26, 'c'));
  EXPECT_TRUE(parses());
}

}  // namespace
}  // namespace firstbell::model
