#pragma once

// Everything an operator can ask, one method for each RPC of OperatorService, whether it comes over
// gRPC to a running broker or from firstbell-admin on a data directory that no broker has open.

#include "absl/time/time.h"
#include "broker/base/clock.h"
#include "broker/base/status.h"
#include "broker/placing/school_calendar.h"
#include "broker/registry/calendars.h"
#include "broker/registry/enrolment.h"
#include "broker/registry/imports.h"
#include "broker/registry/ladder_desk.h"
#include "broker/registry/policy_desk.h"
#include "broker/registry/wake_up_desk.h"
#include "broker/store/store.h"
#include "firstbell/v1/operator_service.pb.h"

namespace firstbell::registry {

// Told after the simulated clock moved. Must not block.
class ClockObserver {
 public:
  virtual ~ClockObserver() = default;
  virtual void ClockMoved() = 0;
};

// Threads: safe. All that it is given outlives it. Errors: as Imports and Enrolment say.
class OperatorDesk {
 public:
  struct Parts {
    store::Store& store;
    placing::SchoolCalendar& calendar;
    placing::Ladders& ladders;
    placing::Policies& policies;
    placing::RollIndex& index;
    Enrolment& enrolment;
    const Certificates& certificates;
    std::vector<std::string> chain;  // issuing certificate, then root: DER
    const base::Clock& clock;
    base::SimulatedClock* simulated;  // the same clock where it is one; else nullptr
    ClockObserver& clock_observer;
    std::string version;
    // Told of a school whose waiting alerts got other times. Must not block; empty: nobody.
    placing::Rescheduler::Moved alerts_moved = {};
    RollsChanged rolls_changed = {};
  };
  explicit OperatorDesk(Parts parts)
      : parts_(std::move(parts)),
        imports_(parts_.store, parts_.calendar, parts_.index, parts_.alerts_moved,
                 parts_.rolls_changed),
        calendars_(parts_.store, parts_.calendar, parts_.alerts_moved),
        ladders_(parts_.store, parts_.ladders),
        policies_(parts_.store, parts_.policies),
        wake_ups_(parts_.store) {}

  base::Result<v1::ImportSchoolsResponse> ImportSchools(const v1::ImportSchoolsRequest& request);
  base::Result<v1::ImportRollResponse> ImportRoll(const v1::ImportRollRequest& request);
  // Of no RPC: for a data directory at rest. As Imports::FirstRolls says.
  base::Result<v1::ImportRollResponse> ImportFirstRolls(const RollSource& source);
  base::Result<v1::ImportBankHolidaysResponse> ImportBankHolidays(
      const v1::ImportBankHolidaysRequest& request);
  base::Result<v1::ImportCalendarsResponse> ImportCalendars(
      const v1::ImportCalendarsRequest& request);
  base::Result<v1::GetCalendarResponse> GetCalendar(const v1::GetCalendarRequest& request);
  base::Result<v1::CheckCalendarsResponse> CheckCalendars(const v1::CheckCalendarsRequest& request);
  base::Result<v1::SetLadderResponse> SetLadder(const v1::SetLadderRequest& request);
  base::Result<v1::GetLadderResponse> GetLadder(const v1::GetLadderRequest& request);
  base::Result<v1::SetPolicyResponse> SetPolicy(const v1::SetPolicyRequest& request);
  base::Result<v1::GetPolicyResponse> GetPolicy(const v1::GetPolicyRequest& request);
  base::Result<v1::SetWakeUpsResponse> SetWakeUps(const v1::SetWakeUpsRequest& request);
  base::Result<v1::SchoolWakeUps> GetWakeUps(const v1::GetWakeUpsRequest& request);
  base::Result<v1::ListWakeUpsResponse> ListWakeUps(const v1::ListWakeUpsRequest& request);
  base::Result<v1::TestWakeUpsResponse> TestWakeUps(const v1::TestWakeUpsRequest& request);
  base::Result<v1::GetSchoolResponse> GetSchool(const v1::GetSchoolRequest& request);
  base::Result<v1::GetSchoolResponse> SetSchoolHours(const v1::SetSchoolHoursRequest& request);
  base::Result<v1::GetSchoolResponse> SetDirectLines(const v1::SetDirectLinesRequest& request);
  base::Result<v1::CreateEnrolmentCodeResponse> CreateEnrolmentCode(
      const v1::CreateEnrolmentCodeRequest& request);
  base::Result<v1::ListRecipientsResponse> ListRecipients(const v1::ListRecipientsRequest& request);
  base::Result<v1::RevokeRecipientResponse> RevokeRecipient(
      const v1::RevokeRecipientRequest& request);
  base::Result<v1::Recipient> SetDuty(const v1::SetDutyRequest& request);
  // InvalidArgument: not an identity that calls over gRPC, or a bad request.
  base::Result<v1::IssueCertificateResponse> IssueCertificate(
      const v1::IssueCertificateRequest& request);
  // `linked_devices` is left 0: only a running broker knows.
  base::Result<v1::GetStatusResponse> GetStatus();
  // FailedPrecondition: the clock is a real one. InvalidArgument: a time that is not later, or not
  // one.
  base::Result<v1::AdvanceClockResponse> AdvanceClock(const v1::AdvanceClockRequest& request);

 private:
  base::Result<absl::Time> Target(const v1::AdvanceClockRequest& request) const;

  Parts parts_;
  Imports imports_;
  Calendars calendars_;
  LadderDesk ladders_;
  PolicyDesk policies_;
  WakeUpDesk wake_ups_;
};

}  // namespace firstbell::registry
