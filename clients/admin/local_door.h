#pragma once

// The operator's desk on a data directory that no broker has open.

#include <memory>

#include "broker/registry/broker_clock.h"
#include "broker/registry/data_directory.h"
#include "broker/registry/operator_desk.h"
#include "clients/admin/operator_door.h"

namespace firstbell::admin {

// A resource: holds the database's lock while it lives. Not thread-safe.
class LocalDoor final : public OperatorDoor,
                        private registry::RecipientObserver,
                        private registry::ClockObserver {
 public:
  // NotFound: not initialised. FailedPrecondition: a broker has it open.
  static Result<std::unique_ptr<OperatorDoor>> Open(const registry::DataDirectory& directory);

  Result<v1::ImportSchoolsResponse> ImportSchools(const v1::ImportSchoolsRequest& r) override {
    return desk_.ImportSchools(r);
  }
  Result<v1::ImportRollResponse> ImportRoll(const v1::ImportRollRequest& r) override {
    return desk_.ImportRoll(r);
  }
  Result<v1::ImportRollResponse> ImportFirstRolls(const registry::RollSource& s) override {
    return desk_.ImportFirstRolls(s);
  }
  Result<v1::ImportBankHolidaysResponse> ImportBankHolidays(
      const v1::ImportBankHolidaysRequest& r) override {
    return desk_.ImportBankHolidays(r);
  }
  Result<v1::ImportCalendarsResponse> ImportCalendars(
      const v1::ImportCalendarsRequest& r) override {
    return desk_.ImportCalendars(r);
  }
  Result<v1::GetCalendarResponse> GetCalendar(const v1::GetCalendarRequest& r) override {
    return desk_.GetCalendar(r);
  }
  Result<v1::CheckCalendarsResponse> CheckCalendars(const v1::CheckCalendarsRequest& r) override {
    return desk_.CheckCalendars(r);
  }
  Result<v1::SetLadderResponse> SetLadder(const v1::SetLadderRequest& r) override {
    return desk_.SetLadder(r);
  }
  Result<v1::GetLadderResponse> GetLadder(const v1::GetLadderRequest& r) override {
    return desk_.GetLadder(r);
  }
  Result<v1::SetPolicyResponse> SetPolicy(const v1::SetPolicyRequest& r) override {
    return desk_.SetPolicy(r);
  }
  Result<v1::GetPolicyResponse> GetPolicy(const v1::GetPolicyRequest& r) override {
    return desk_.GetPolicy(r);
  }
  Result<v1::SetWakeUpsResponse> SetWakeUps(const v1::SetWakeUpsRequest& r) override {
    return desk_.SetWakeUps(r);
  }
  Result<v1::SchoolWakeUps> GetWakeUps(const v1::GetWakeUpsRequest& r) override {
    return desk_.GetWakeUps(r);
  }
  Result<v1::ListWakeUpsResponse> ListWakeUps(const v1::ListWakeUpsRequest& r) override {
    return desk_.ListWakeUps(r);
  }
  Result<v1::TestWakeUpsResponse> TestWakeUps(const v1::TestWakeUpsRequest& r) override {
    return desk_.TestWakeUps(r);
  }
  Result<v1::GetSchoolResponse> GetSchool(const v1::GetSchoolRequest& r) override {
    return desk_.GetSchool(r);
  }
  Result<v1::GetSchoolResponse> SetSchoolHours(const v1::SetSchoolHoursRequest& r) override {
    return desk_.SetSchoolHours(r);
  }
  Result<v1::GetSchoolResponse> SetDirectLines(const v1::SetDirectLinesRequest& r) override {
    return desk_.SetDirectLines(r);
  }
  Result<v1::CreateEnrolmentCodeResponse> CreateEnrolmentCode(
      const v1::CreateEnrolmentCodeRequest& r) override {
    return desk_.CreateEnrolmentCode(r);
  }
  Result<v1::ListRecipientsResponse> ListRecipients(const v1::ListRecipientsRequest& r) override {
    return desk_.ListRecipients(r);
  }
  Result<v1::RevokeRecipientResponse> RevokeRecipient(
      const v1::RevokeRecipientRequest& r) override {
    return desk_.RevokeRecipient(r);
  }
  Result<v1::Recipient> SetDuty(const v1::SetDutyRequest& r) override { return desk_.SetDuty(r); }
  Result<v1::IssueCertificateResponse> IssueCertificate(
      const v1::IssueCertificateRequest& r) override {
    return desk_.IssueCertificate(r);
  }
  Result<v1::GetStatusResponse> GetStatus() override { return desk_.GetStatus(); }
  Result<v1::AdvanceClockResponse> AdvanceClock(const v1::AdvanceClockRequest& r) override {
    return desk_.AdvanceClock(r);
  }

 private:
  struct Opened {
    std::unique_ptr<store::Store> store;
    registry::BrokerClock clock;
    registry::Keyring keys;
    registry::BrokerFacts facts;
    absl::TimeZone zone;
  };
  explicit LocalDoor(Opened opened);

  // Nobody is linked to a directory at rest; the broker reads everything when it starts.
  void RecipientChanged(const model::Recipient&) override {}
  void ClockMoved() override {}

  const Opened opened_;
  placing::SchoolCalendar calendar_;
  placing::Ladders ladders_;
  placing::Policies policies_;
  placing::RollIndex index_;
  const registry::Certificates certificates_;
  registry::Enrolment enrolment_;
  registry::OperatorDesk desk_;
};

// The store of a data directory. NotFound: not initialised. FailedPrecondition: in use.
Result<std::unique_ptr<store::Store>> OpenStore(const registry::DataDirectory& directory);

}  // namespace firstbell::admin
