#include "broker/registry/operator_desk.h"

#include <algorithm>

#include "broker/base/limits.h"
#include "broker/crypto/hash.h"
#include "broker/model/alert.h"
#include "broker/model/text.h"
#include "broker/model/violations.h"

namespace firstbell::registry {
namespace {

// Instants are kept in nanoseconds, which end in 2262, and dates of birth end before this.
constexpr absl::CivilYear kClockEnds(2200);

std::size_t PageSize(std::uint32_t asked) {
  return asked == 0 ? limits::kDefaultPageSize : std::min(asked, limits::kMaxPageSize);
}

// How many open alerts are past their deadline. Reads what is open, and no older alert.
base::Result<std::uint64_t> CountLate(store::Store& store, const std::vector<base::Urn>& schools,
                                      absl::Time now) {
  std::uint64_t late = 0;
  for (const base::Urn urn : schools) {
    std::string after;
    do {
      FB_ASSIGN_OR_RETURN(const auto page, store.OpenAlerts(urn, after, limits::kMaxPageSize));
      for (const auto& open : page.items) late += model::Late(open.alert, now) ? 1 : 0;
      after = page.next;
    } while (!after.empty());
  }
  return late;
}

// How many of them have nobody who can be told, or nobody who can answer.
base::Result<std::uint64_t> CountUnattended(store::Store& store,
                                            const std::vector<base::Urn>& schools) {
  std::uint64_t unattended = 0;
  for (const base::Urn urn : schools) {
    FB_ASSIGN_OR_RETURN(const InForce left, CountInForce(store, urn));
    unattended += left.people == 0 || left.devices == 0 ? 1 : 0;
  }
  return unattended;
}

}  // namespace

base::Result<v1::ImportSchoolsResponse> OperatorDesk::ImportSchools(
    const v1::ImportSchoolsRequest& request) {
  return imports_.Schools(request, parts_.clock.Now());
}

base::Result<v1::ImportRollResponse> OperatorDesk::ImportRoll(
    const v1::ImportRollRequest& request) {
  return imports_.Roll(request, parts_.clock.Now());
}

base::Result<v1::ImportRollResponse> OperatorDesk::ImportFirstRolls(const RollSource& source) {
  return imports_.FirstRolls(source, parts_.clock.Now());
}

base::Result<v1::ImportBankHolidaysResponse> OperatorDesk::ImportBankHolidays(
    const v1::ImportBankHolidaysRequest& request) {
  return imports_.BankHolidays(request, parts_.clock.Now());
}

base::Result<v1::ImportCalendarsResponse> OperatorDesk::ImportCalendars(
    const v1::ImportCalendarsRequest& request) {
  return calendars_.Import(request, parts_.clock.Now());
}

base::Result<v1::GetCalendarResponse> OperatorDesk::GetCalendar(
    const v1::GetCalendarRequest& request) {
  return calendars_.Days(request, parts_.clock.Now());
}

base::Result<v1::CheckCalendarsResponse> OperatorDesk::CheckCalendars(
    const v1::CheckCalendarsRequest& request) {
  return calendars_.Check(request, parts_.clock.Now());
}

base::Result<v1::SetLadderResponse> OperatorDesk::SetLadder(const v1::SetLadderRequest& request) {
  return ladders_.Set(request, parts_.clock.Now());
}

base::Result<v1::SetPolicyResponse> OperatorDesk::SetPolicy(const v1::SetPolicyRequest& request) {
  return policies_.Set(request, parts_.clock.Now());
}

base::Result<v1::GetPolicyResponse> OperatorDesk::GetPolicy(const v1::GetPolicyRequest& request) {
  return policies_.Get(request);
}

base::Result<v1::GetLadderResponse> OperatorDesk::GetLadder(const v1::GetLadderRequest& request) {
  return ladders_.Get(request);
}

base::Result<v1::SetWakeUpsResponse> OperatorDesk::SetWakeUps(
    const v1::SetWakeUpsRequest& request) {
  return wake_ups_.Set(request, parts_.clock.Now());
}

base::Result<v1::SchoolWakeUps> OperatorDesk::GetWakeUps(const v1::GetWakeUpsRequest& request) {
  return wake_ups_.Get(request);
}

base::Result<v1::ListWakeUpsResponse> OperatorDesk::ListWakeUps(
    const v1::ListWakeUpsRequest& request) {
  return wake_ups_.List(request);
}

base::Result<v1::TestWakeUpsResponse> OperatorDesk::TestWakeUps(
    const v1::TestWakeUpsRequest& request) {
  return wake_ups_.Test(request, parts_.clock.Now());
}

base::Result<v1::GetSchoolResponse> OperatorDesk::GetSchool(const v1::GetSchoolRequest& request) {
  return imports_.School(base::Urn(request.urn()), parts_.clock.Now());
}

base::Result<v1::GetSchoolResponse> OperatorDesk::SetSchoolHours(
    const v1::SetSchoolHoursRequest& request) {
  const absl::Time now = parts_.clock.Now();
  FB_RETURN_IF_ERROR(imports_.SetHours(request, now));
  return imports_.School(base::Urn(request.urn()), now);
}

base::Result<v1::GetSchoolResponse> OperatorDesk::SetDirectLines(
    const v1::SetDirectLinesRequest& request) {
  const absl::Time now = parts_.clock.Now();
  FB_RETURN_IF_ERROR(imports_.SetDirectLines(request, now));
  return imports_.School(base::Urn(request.urn()), now);
}

base::Result<v1::CreateEnrolmentCodeResponse> OperatorDesk::CreateEnrolmentCode(
    const v1::CreateEnrolmentCodeRequest& request) {
  return parts_.enrolment.CreateCode(request, parts_.clock.Now());
}

base::Result<v1::ListRecipientsResponse> OperatorDesk::ListRecipients(
    const v1::ListRecipientsRequest& request) {
  v1::ListRecipientsResponse response;
  if (request.urn() != 0) {
    FB_ASSIGN_OR_RETURN(const auto all, parts_.store.RecipientsOf(base::Urn(request.urn())));
    for (const model::Recipient& one : all) *response.add_recipients() = ToWire(one);
    return response;
  }
  FB_ASSIGN_OR_RETURN(const auto page, parts_.store.ListRecipients(request.page_token(),
                                                                   PageSize(request.page_size())));
  for (const model::Recipient& one : page.items) *response.add_recipients() = ToWire(one);
  response.set_next_page_token(page.next);
  return response;
}

base::Result<v1::RevokeRecipientResponse> OperatorDesk::RevokeRecipient(
    const v1::RevokeRecipientRequest& request) {
  return parts_.enrolment.Revoke(request, parts_.clock.Now());
}

base::Result<v1::Recipient> OperatorDesk::SetDuty(const v1::SetDutyRequest& request) {
  return parts_.enrolment.SetDuty(request, parts_.clock.Now());
}

base::Result<v1::IssueCertificateResponse> OperatorDesk::IssueCertificate(
    const v1::IssueCertificateRequest& request) {
  auto identity = ParseIdentity(request.identity());
  // Also those that could be read and never used.
  if (identity.ok()) identity = MakeIdentity(identity->role, identity->parts);
  if (!identity.ok() || identity->role == Role::kDevice || identity->role == Role::kPerson) {
    return model::FieldError("identity",
                             "urn:firstbell:force:<code>, officer:<force>:<id>, "
                             "auditor:<scope>:<name>, operator:<name> or authority:<la>");
  }
  const auto key = crypto::CheckSigningRequest(request.signing_request());
  if (!key.ok()) return model::FieldError("signing_request", base::Message(key.status()));
  v1::IssueCertificateResponse response;
  FB_ASSIGN_OR_RETURN(*response.mutable_certificate(),
                      parts_.certificates.IssueCaller(*identity, *key, base::SystemClock().Now()));
  FB_RETURN_IF_ERROR(parts_.store.AppendEvents(
      {model::Event(model::EventKind::kCertificateIssued, parts_.clock.Now())
           .WithWord("role", Word(identity->role))
           .WithDigest("identity_sha256", crypto::Sha256(identity->uri))
           .WithDigest("certificate_sha256", crypto::Sha256(response.certificate()))}));
  for (const std::string& certificate : parts_.chain) response.add_chain(certificate);
  return response;
}

base::Result<v1::GetStatusResponse> OperatorDesk::GetStatus() {
  const absl::Time now = parts_.clock.Now();
  FB_ASSIGN_OR_RETURN(const store::Counts counts, parts_.store.Count());
  FB_ASSIGN_OR_RETURN(const store::LogHead head, parts_.store.GetLogHead());
  FB_ASSIGN_OR_RETURN(const store::Identity identity, parts_.store.GetIdentity());
  FB_ASSIGN_OR_RETURN(const auto schools, parts_.store.SchoolsWithOpenAlerts());
  FB_ASSIGN_OR_RETURN(const std::uint64_t late, CountLate(parts_.store, schools, now));
  FB_ASSIGN_OR_RETURN(const std::uint64_t unattended, CountUnattended(parts_.store, schools));
  v1::GetStatusResponse response;
  response.set_schools_unattended(unattended);
  response.set_version(parts_.version);
  *response.mutable_now() = model::ToWire(now);
  response.set_simulated_clock(identity.simulated);
  if (const absl::Duration held_back = parts_.clock.HeldBack(); held_back != absl::ZeroDuration()) {
    response.mutable_clock_held_back()->set_seconds(absl::ToInt64Seconds(held_back));
  }
  response.set_schools(counts.schools);
  response.set_pupils(counts.pupils);
  response.set_devices(counts.devices);
  response.set_people(counts.people);
  response.set_incidents(counts.incidents);
  response.set_alerts_open(counts.alerts_open);
  response.set_alerts_late(late);
  response.set_cases_at_review(counts.cases_open);
  if (const auto until = parts_.calendar.HolidaysUntil()) {
    response.set_bank_holidays_until(model::FormatDate(*until));
  }
  v1::Checkpoint& checkpoint = *response.mutable_checkpoint();
  checkpoint.set_origin(identity.origin);
  checkpoint.set_size(head.size);
  checkpoint.set_root_sha256(head.root);
  checkpoint.set_simulated_clock(identity.simulated);
  return response;
}

base::Result<v1::AdvanceClockResponse> OperatorDesk::AdvanceClock(
    const v1::AdvanceClockRequest& request) {
  if (parts_.simulated == nullptr) {
    return base::FailedPrecondition(
        "this broker runs on the real clock; only one initialised and started with "
        "--simulated-clock "
        "can be advanced");
  }
  FB_ASSIGN_OR_RETURN(const absl::Time target, Target(request));
  if (target >= absl::FromCivil(kClockEnds, absl::UTCTimeZone())) {
    return base::InvalidArgument(
        "the simulated clock ends with the year 2199; name an earlier time");
  }
  FB_ASSIGN_OR_RETURN(const absl::Duration offset, parts_.simulated->OffsetFor(target));
  // If we die before the clock shows it, a restart shows the later time: never an earlier one.
  FB_RETURN_IF_ERROR(parts_.store.SaveClockOffset(
      offset,
      {model::Event(model::EventKind::kClockAdvanced, parts_.clock.Now()).WithTime("to", target)}));
  parts_.simulated->SetOffset(offset);
  parts_.clock_observer.ClockMoved();
  v1::AdvanceClockResponse response;
  *response.mutable_now() = model::ToWire(parts_.clock.Now());
  return response;
}

base::Result<absl::Time> OperatorDesk::Target(const v1::AdvanceClockRequest& request) const {
  const absl::Time now = parts_.clock.Now();
  if (request.has_until()) return model::FromWire(request.until());
  if (request.has_by()) {
    absl::Duration by;
    if (!absl::ParseDuration(request.by(), &by)) {
      return model::FieldError("by", "a duration like 90m or 7h30m");
    }
    return now + by;
  }
  absl::Time clock_time;
  std::string error;
  if (!absl::ParseTime("%H:%M", request.london_time(), absl::UTCTimeZone(), &clock_time, &error)) {
    return model::FieldError("london_time", "a time of day like 07:31");
  }
  const auto calendar = parts_.calendar.Current();
  const auto parts = absl::ToCivilSecond(clock_time, absl::UTCTimeZone());
  const absl::Duration time_of_day = absl::Hours(parts.hour()) + absl::Minutes(parts.minute());
  const model::Date today = calendar->LocalDate(now);
  const absl::Time target = calendar->At(today, time_of_day);
  return target > now ? target : calendar->At(today + 1, time_of_day);
}

}  // namespace firstbell::registry
