#pragma once

// The operator's way in: over gRPC to a running broker (--broker), or into a data directory that no
// broker has open (--data). Both do the same: registry::OperatorDesk.

#include <filesystem>
#include <memory>

#include "broker/base/status.h"
#include "broker/registry/imports.h"
#include "broker/store/store.h"
#include "clients/console/app.h"
#include "clients/console/channel.h"
#include "firstbell/v1/operator_service.pb.h"

namespace firstbell::admin {

template <typename T>
using Result = base::Result<T>;

// One method for each RPC of OperatorService, with its errors, and one more. Not thread-safe.
class OperatorDoor {
 public:
  virtual ~OperatorDoor() = default;
  virtual Result<v1::ImportSchoolsResponse> ImportSchools(const v1::ImportSchoolsRequest& r) = 0;
  virtual Result<v1::ImportRollResponse> ImportRoll(const v1::ImportRollRequest& r) = 0;
  // Of no RPC. FailedPrecondition: a pupil stands there, or behind the door is a running broker.
  virtual Result<v1::ImportRollResponse> ImportFirstRolls(const registry::RollSource& source) = 0;
  virtual Result<v1::ImportBankHolidaysResponse> ImportBankHolidays(
      const v1::ImportBankHolidaysRequest& r) = 0;
  virtual Result<v1::ImportCalendarsResponse> ImportCalendars(
      const v1::ImportCalendarsRequest& r) = 0;
  virtual Result<v1::GetCalendarResponse> GetCalendar(const v1::GetCalendarRequest& r) = 0;
  virtual Result<v1::CheckCalendarsResponse> CheckCalendars(const v1::CheckCalendarsRequest& r) = 0;
  virtual Result<v1::SetLadderResponse> SetLadder(const v1::SetLadderRequest& r) = 0;
  virtual Result<v1::GetLadderResponse> GetLadder(const v1::GetLadderRequest& r) = 0;
  virtual Result<v1::SetPolicyResponse> SetPolicy(const v1::SetPolicyRequest& r) = 0;
  virtual Result<v1::GetPolicyResponse> GetPolicy(const v1::GetPolicyRequest& r) = 0;
  virtual Result<v1::SetWakeUpsResponse> SetWakeUps(const v1::SetWakeUpsRequest& r) = 0;
  virtual Result<v1::SchoolWakeUps> GetWakeUps(const v1::GetWakeUpsRequest& r) = 0;
  virtual Result<v1::ListWakeUpsResponse> ListWakeUps(const v1::ListWakeUpsRequest& r) = 0;
  virtual Result<v1::TestWakeUpsResponse> TestWakeUps(const v1::TestWakeUpsRequest& r) = 0;
  virtual Result<v1::GetSchoolResponse> GetSchool(const v1::GetSchoolRequest& r) = 0;
  virtual Result<v1::GetSchoolResponse> SetSchoolHours(const v1::SetSchoolHoursRequest& r) = 0;
  virtual Result<v1::GetSchoolResponse> SetDirectLines(const v1::SetDirectLinesRequest& r) = 0;
  virtual Result<v1::CreateEnrolmentCodeResponse> CreateEnrolmentCode(
      const v1::CreateEnrolmentCodeRequest& r) = 0;
  virtual Result<v1::ListRecipientsResponse> ListRecipients(const v1::ListRecipientsRequest& r) = 0;
  virtual Result<v1::RevokeRecipientResponse> RevokeRecipient(
      const v1::RevokeRecipientRequest& r) = 0;
  virtual Result<v1::Recipient> SetDuty(const v1::SetDutyRequest& r) = 0;
  virtual Result<v1::IssueCertificateResponse> IssueCertificate(
      const v1::IssueCertificateRequest& r) = 0;
  virtual Result<v1::GetStatusResponse> GetStatus() = 0;
  virtual Result<v1::AdvanceClockResponse> AdvanceClock(const v1::AdvanceClockRequest& r) = 0;
};

// Where the user said to work, and opening it.
struct Where {
  std::filesystem::path data;                    // --data
  std::filesystem::path keys;                    // --keys
  console::BrokerOptions broker{.address = ""};  // --broker, --identity …

  // A UsageError unless exactly one of --data and --broker is given. FailedPrecondition: another
  // process has the directory open.
  Result<std::unique_ptr<OperatorDoor>> Open() const;
};

// --data, --keys, --broker, --identity, --ca, --cert, --key.
void AddWhere(console::App& app, Where& where);

}  // namespace firstbell::admin
