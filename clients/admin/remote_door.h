#pragma once

// The operator's desk of a running broker, over gRPC with an operator's certificate.

#include <memory>

#include "clients/admin/operator_door.h"
#include "clients/console/call.h"
#include "firstbell/v1/operator_service.grpc.pb.h"

namespace firstbell::admin {

// Not thread-safe. Errors: as the broker answers; Unavailable where it cannot be reached.
class RemoteDoor final : public OperatorDoor {
 public:
  static Result<std::unique_ptr<OperatorDoor>> Open(const console::BrokerOptions& options);

  Result<v1::ImportSchoolsResponse> ImportSchools(const v1::ImportSchoolsRequest& r) override {
    return console::Call(*stub_, &Stub::ImportSchools, r);
  }
  Result<v1::ImportRollResponse> ImportRoll(const v1::ImportRollRequest& r) override {
    return console::Call(*stub_, &Stub::ImportRoll, r);
  }
  Result<v1::ImportRollResponse> ImportFirstRolls(const registry::RollSource&) override {
    return base::FailedPrecondition("a running broker takes each school's roll by itself");
  }
  Result<v1::ImportBankHolidaysResponse> ImportBankHolidays(
      const v1::ImportBankHolidaysRequest& r) override {
    return console::Call(*stub_, &Stub::ImportBankHolidays, r);
  }
  Result<v1::ImportCalendarsResponse> ImportCalendars(
      const v1::ImportCalendarsRequest& r) override {
    return console::Call(*stub_, &Stub::ImportCalendars, r);
  }
  Result<v1::GetCalendarResponse> GetCalendar(const v1::GetCalendarRequest& r) override {
    return console::Call(*stub_, &Stub::GetCalendar, r);
  }
  Result<v1::CheckCalendarsResponse> CheckCalendars(const v1::CheckCalendarsRequest& r) override {
    return console::Call(*stub_, &Stub::CheckCalendars, r);
  }
  Result<v1::SetLadderResponse> SetLadder(const v1::SetLadderRequest& r) override {
    return console::Call(*stub_, &Stub::SetLadder, r);
  }
  Result<v1::GetLadderResponse> GetLadder(const v1::GetLadderRequest& r) override {
    return console::Call(*stub_, &Stub::GetLadder, r);
  }
  Result<v1::SetPolicyResponse> SetPolicy(const v1::SetPolicyRequest& r) override {
    return console::Call(*stub_, &Stub::SetPolicy, r);
  }
  Result<v1::GetPolicyResponse> GetPolicy(const v1::GetPolicyRequest& r) override {
    return console::Call(*stub_, &Stub::GetPolicy, r);
  }
  Result<v1::SetWakeUpsResponse> SetWakeUps(const v1::SetWakeUpsRequest& r) override {
    return console::Call(*stub_, &Stub::SetWakeUps, r);
  }
  Result<v1::SchoolWakeUps> GetWakeUps(const v1::GetWakeUpsRequest& r) override {
    return console::Call(*stub_, &Stub::GetWakeUps, r);
  }
  Result<v1::ListWakeUpsResponse> ListWakeUps(const v1::ListWakeUpsRequest& r) override {
    return console::Call(*stub_, &Stub::ListWakeUps, r);
  }
  Result<v1::TestWakeUpsResponse> TestWakeUps(const v1::TestWakeUpsRequest& r) override {
    return console::Call(*stub_, &Stub::TestWakeUps, r);
  }
  Result<v1::GetSchoolResponse> GetSchool(const v1::GetSchoolRequest& r) override {
    return console::Call(*stub_, &Stub::GetSchool, r);
  }
  Result<v1::GetSchoolResponse> SetSchoolHours(const v1::SetSchoolHoursRequest& r) override {
    return console::Call(*stub_, &Stub::SetSchoolHours, r);
  }
  Result<v1::GetSchoolResponse> SetDirectLines(const v1::SetDirectLinesRequest& r) override {
    return console::Call(*stub_, &Stub::SetDirectLines, r);
  }
  Result<v1::CreateEnrolmentCodeResponse> CreateEnrolmentCode(
      const v1::CreateEnrolmentCodeRequest& r) override {
    return console::Call(*stub_, &Stub::CreateEnrolmentCode, r);
  }
  Result<v1::ListRecipientsResponse> ListRecipients(const v1::ListRecipientsRequest& r) override {
    return console::Call(*stub_, &Stub::ListRecipients, r);
  }
  Result<v1::RevokeRecipientResponse> RevokeRecipient(
      const v1::RevokeRecipientRequest& r) override {
    return console::Call(*stub_, &Stub::RevokeRecipient, r);
  }
  Result<v1::Recipient> SetDuty(const v1::SetDutyRequest& r) override {
    return console::Call(*stub_, &Stub::SetDuty, r);
  }
  Result<v1::IssueCertificateResponse> IssueCertificate(
      const v1::IssueCertificateRequest& r) override {
    return console::Call(*stub_, &Stub::IssueCertificate, r);
  }
  Result<v1::GetStatusResponse> GetStatus() override {
    return console::Call(*stub_, &Stub::GetStatus, v1::GetStatusRequest());
  }
  Result<v1::AdvanceClockResponse> AdvanceClock(const v1::AdvanceClockRequest& r) override {
    // Not repeated: "by" twice would be twice as far.
    return console::Call(*stub_, &Stub::AdvanceClock, r, {.attempts = 1});
  }

 private:
  using Stub = v1::OperatorService::Stub;
  explicit RemoteDoor(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(v1::OperatorService::NewStub(channel)) {}

  const std::unique_ptr<Stub> stub_;
};

}  // namespace firstbell::admin
