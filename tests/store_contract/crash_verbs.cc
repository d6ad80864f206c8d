#include "tests/store_contract/crash_verbs.h"

#include <gtest/gtest.h>

namespace firstbell::store {

using base::Code;

void Prepare(Store& store) {
  AddSchools(store);
  ASSERT_TRUE(EnrolNow(store, kDevice).ok());
  ASSERT_TRUE(EnrolNow(store, kLead).ok());
  ASSERT_TRUE(store.AddEnrolmentGrant(GrantOf("open", kHythe, v1::RECIPIENT_ROLE_HEAD), {}).ok());
  ASSERT_TRUE(store.AcceptIncident(kNight).ok());
  ASSERT_TRUE(store.AcceptIncident(kOther).ok());
  ASSERT_TRUE(store.AcceptIncident(kThird).ok());
  ASSERT_TRUE(store.AcceptIncident(kFourth).ok());
  ASSERT_TRUE(store.RecordSealings(absl::MakeConstSpan(&kSealing, 1)).front().ok());
  ASSERT_TRUE(store.RecordSealings(absl::MakeConstSpan(&kFourthSealing, 1)).front().ok());
  const std::vector<RollEntry> roll = {PupilOf("1", "Quillfeather", {"q"})};
  ASSERT_TRUE(store.ImportRoll(kHythe, roll, RollMode::kReplace, At(1), {}).ok());
}

Status SealAgain(Store& store) {
  const NewSealing second = SealingOf(kNight.alerts[0], 2, {});
  return store.RecordSealings(absl::MakeConstSpan(&second, 1)).front();
}

Status Acknowledge(Store& store) {
  const NewReceipt receipt = ReceiptOf(kSealing, v1::RECEIPT_KIND_ACKNOWLEDGED, kLead, 9);
  return store.RecordReceipts(absl::MakeConstSpan(&receipt, 1)).front().status();
}

namespace {

// The alert is redirected, and its child waits at review, in one step.
Status Refuse(Store& store) {
  NewReceipt receipt = ReceiptOf(kFourthSealing, v1::RECEIPT_KIND_REFUSED, kLead, 9);
  receipt.receipt.refusal = v1::REFUSAL_REASON_LEFT;
  return store.RecordReceipts(absl::MakeConstSpan(&receipt, 1)).front().status();
}

}  // namespace

namespace {

std::vector<Verb> LogVerbs() {
  const Events one = OneEvent();
  return {
      {"IntegrateLog",
       [=](Store& s) {
         return s.IntegrateLog(1000, [](const LogHead&) { return "note"; }).status();
       }},
      {"SaveCheckpoint",
       [=](Store& s) {
         const SignedHead empty{{0, crypto::Sha256("")}, "note"};
         return s.SaveCheckpoint(CheckpointKind::kWitnessed, empty);
       }},
      {"RecordQuestion",
       [=](Store& s) {
         return s.RecordQuestion({crypto::Sha256("a"), absl::CivilDay(2026, 11, 9), 1, 10, one});
       }},
      {"EraseHistory", [=](Store& s) {
         return s.EraseHistory(kThird.alerts[0].id, [=](auto) { return one; }).status();
       }}};
}

std::vector<Verb> StateVerbs() {
  const auto head = RecipientOf("head", kHythe, v1::RECIPIENT_ROLE_HEAD);
  const std::vector<RollEntry> roll = {PupilOf("2", "Marrowby", {"m"})};
  const std::vector<model::School> schools = {SchoolOf(base::Urn(100789), "Lympne")};
  const std::vector<model::BankHoliday> days = {
      {v1::NATION_ENGLAND, model::Date(2026, 12, 25), "Christmas Day"}};
  const model::SchoolYear year = {.boarding = true};
  const std::vector<model::CalendarChange> years = {{kHythe, year, {}},
                                                    {model::AuthorityCode("886"), year, {}},
                                                    {model::TrustCode("2044"), year, {}}};
  const Events one = OneEvent();
  return {
      {"Initialise",
       [=](Store& s) {
         return s.Initialise({"origin", false}, one);
       },
       Code::kAlreadyExists},
      {"SaveClockOffset", [=](Store& s) { return s.SaveClockOffset(absl::Hours(1), one); }},
      {"AppendEvents", [=](Store& s) { return s.AppendEvents(one); }},
      {"ImportSchools", [=](Store& s) { return s.ImportSchools(schools, one).status(); }},
      {"SetSchoolHours", [=](Store& s) { return s.SetSchoolHours(kHythe, {}, one); }},
      {"SetDirectLines",
       [=](Store& s) {
         return s.SetDirectLines(kHythe, {{"A. Person", "01632 960123"}}, one);
       }},
      {"ImportRoll",
       [=](Store& s) {
         return s.ImportRoll(kHythe, roll, RollMode::kReplace, At(2), one).status();
       }},
      {"ImportBankHolidays", [=](Store& s) { return s.ImportBankHolidays(days, one); }},
      {"ImportCalendars", [=](Store& s) { return s.ImportCalendars(years, one).status(); }},
      {"AddEnrolmentGrant",
       [=](Store& s) {
         return s.AddEnrolmentGrant(GrantOf("new", kHythe, v1::RECIPIENT_ROLE_HEAD), one);
       },
       Code::kAlreadyExists},
      {"Enrol", [=](Store& s) { return s.Enrol(crypto::Sha256("open"), head, At(2), one); },
       Code::kNotFound},
      {"AcceptIncident",
       [=](Store& s) { return s.AcceptIncident(NightOf(kKent, "43", 3, {kHythe})).status(); }},
      {"DecideCase",
       [=](Store& s) { return s.DecideCase(DecisionOf(kNight, "wren", 4, {kHythe})).status(); }},
      {"RecordLook", [=](Store& s) { return s.RecordLook(LookOf(kNight, "wren", 3)); }},
      {"Reschedule",
       [=](Store& s) {
         const model::Alert& other = kNight.alerts[1];
         return s.Reschedule(other.id, other.show_from, other.deadline - absl::Minutes(1), one);
       }},
      {"PlaceAgain", [=](Store& s) { return s.PlaceAgain(ReplacementOf(kOther, 4, kHythe)); }},
      {"RecordSent", [=](Store& s) { return Send(s, kNight.alerts[0].id, At(3), one); }},
      {"RecordSealings", SealAgain},
      {"SetLadder", [=](Store& s) { return s.SetLadder(kHythe, model::ShippedLadder(), one); }},
      {"SetPolicy", [=](Store& s) { return s.SetPolicy(kHythe, v1::Policy(), one); }},
      {"RecordClimbs", [=](Store& s) { return ToTheCallList(s, kNight.alerts[1].id); }},
      {"RecordCall", [=](Store& s) { return NotReached(s, kKent, kNight.alerts[1].id); }},
      {"RecordReceipts", Acknowledge},
      {"RecordReceiptsRefused", Refuse},
      {"ReviseIncident",
       [=](Store& s) { return s.ReviseIncident(RevisionOf(kThird, 5)).status(); }},
      {"SetDuty",
       [=](Store& s) {
         const model::Duty monday{model::Weekdays(1), std::nullopt};
         return s.SetDuty({kLead.id, monday, At(2), true, one}).status();
       }},
      // Last: whoever goes through them one after the other needs the lead's receipt first.
      {"Revoke", [=](Store& s) { return s.Revoke(kLead.id, At(2), one).status(); }},
  };
}

}  // namespace

std::vector<Verb> Verbs() {
  std::vector<Verb> verbs = LogVerbs();
  const std::vector<Verb> others = StateVerbs();
  verbs.insert(verbs.end(), others.begin(), others.end());
  return verbs;
}

}  // namespace firstbell::store
