#include "broker/server/operator_service.h"

namespace firstbell::server {

using grpc::ByteBuffer;
using grpc::CallbackServerContext;
using grpc::ServerUnaryReactor;
using registry::Identity;

ServerUnaryReactor* OperatorService::ImportSchools(CallbackServerContext* context,
                                                   const ByteBuffer* in, ByteBuffer* out) {
  return Unary<v1::ImportSchoolsRequest>(
      edge_, Method::kImportSchools, context, in, out,
      [this](const Identity&, v1::ImportSchoolsRequest& request) {
        return desk_.ImportSchools(request);
      });
}

ServerUnaryReactor* OperatorService::ImportRoll(CallbackServerContext* context,
                                                const ByteBuffer* in, ByteBuffer* out) {
  return Unary<v1::ImportRollRequest>(edge_, Method::kImportRoll, context, in, out,
                                      [this](const Identity&, v1::ImportRollRequest& request) {
                                        return desk_.ImportRoll(request);
                                      });
}

ServerUnaryReactor* OperatorService::ImportBankHolidays(CallbackServerContext* context,
                                                        const ByteBuffer* in, ByteBuffer* out) {
  return Unary<v1::ImportBankHolidaysRequest>(
      edge_, Method::kImportBankHolidays, context, in, out,
      [this](const Identity&, v1::ImportBankHolidaysRequest& request) {
        return desk_.ImportBankHolidays(request);
      });
}

ServerUnaryReactor* OperatorService::ImportCalendars(CallbackServerContext* context,
                                                     const ByteBuffer* in, ByteBuffer* out) {
  return Unary<v1::ImportCalendarsRequest>(
      edge_, Method::kImportCalendars, context, in, out,
      [this](const Identity&, v1::ImportCalendarsRequest& request) {
        return desk_.ImportCalendars(request);
      });
}

ServerUnaryReactor* OperatorService::GetCalendar(CallbackServerContext* context,
                                                 const ByteBuffer* in, ByteBuffer* out) {
  return Unary<v1::GetCalendarRequest>(edge_, Method::kGetCalendar, context, in, out,
                                       [this](const Identity&, v1::GetCalendarRequest& request) {
                                         return desk_.GetCalendar(request);
                                       });
}

ServerUnaryReactor* OperatorService::CheckCalendars(CallbackServerContext* context,
                                                    const ByteBuffer* in, ByteBuffer* out) {
  return Unary<v1::CheckCalendarsRequest>(
      edge_, Method::kCheckCalendars, context, in, out,
      [this](const Identity&, v1::CheckCalendarsRequest& request) {
        return desk_.CheckCalendars(request);
      });
}

ServerUnaryReactor* OperatorService::SetLadder(CallbackServerContext* context, const ByteBuffer* in,
                                               ByteBuffer* out) {
  return Unary<v1::SetLadderRequest>(
      edge_, Method::kSetLadder, context, in, out,
      [this](const Identity&, v1::SetLadderRequest& request) { return desk_.SetLadder(request); });
}

ServerUnaryReactor* OperatorService::SetPolicy(CallbackServerContext* context, const ByteBuffer* in,
                                               ByteBuffer* out) {
  return Unary<v1::SetPolicyRequest>(
      edge_, Method::kSetPolicy, context, in, out,
      [this](const Identity&, v1::SetPolicyRequest& request) { return desk_.SetPolicy(request); });
}

ServerUnaryReactor* OperatorService::GetPolicy(CallbackServerContext* context, const ByteBuffer* in,
                                               ByteBuffer* out) {
  return Unary<v1::GetPolicyRequest>(
      edge_, Method::kGetPolicy, context, in, out,
      [this](const Identity&, v1::GetPolicyRequest& request) { return desk_.GetPolicy(request); });
}

ServerUnaryReactor* OperatorService::GetLadder(CallbackServerContext* context, const ByteBuffer* in,
                                               ByteBuffer* out) {
  return Unary<v1::GetLadderRequest>(
      edge_, Method::kGetLadder, context, in, out,
      [this](const Identity&, v1::GetLadderRequest& request) { return desk_.GetLadder(request); });
}

ServerUnaryReactor* OperatorService::SetWakeUps(CallbackServerContext* context,
                                                const ByteBuffer* in, ByteBuffer* out) {
  return Unary<v1::SetWakeUpsRequest>(edge_, Method::kSetWakeUps, context, in, out,
                                      [this](const Identity&, v1::SetWakeUpsRequest& request) {
                                        return desk_.SetWakeUps(request);
                                      });
}

ServerUnaryReactor* OperatorService::GetWakeUps(CallbackServerContext* context,
                                                const ByteBuffer* in, ByteBuffer* out) {
  return Unary<v1::GetWakeUpsRequest>(edge_, Method::kGetWakeUps, context, in, out,
                                      [this](const Identity&, v1::GetWakeUpsRequest& request) {
                                        return desk_.GetWakeUps(request);
                                      });
}

ServerUnaryReactor* OperatorService::ListWakeUps(CallbackServerContext* context,
                                                 const ByteBuffer* in, ByteBuffer* out) {
  return Unary<v1::ListWakeUpsRequest>(edge_, Method::kListWakeUps, context, in, out,
                                       [this](const Identity&, v1::ListWakeUpsRequest& request) {
                                         return desk_.ListWakeUps(request);
                                       });
}

ServerUnaryReactor* OperatorService::TestWakeUps(CallbackServerContext* context,
                                                 const ByteBuffer* in, ByteBuffer* out) {
  return Unary<v1::TestWakeUpsRequest>(edge_, Method::kTestWakeUps, context, in, out,
                                       [this](const Identity&, v1::TestWakeUpsRequest& request) {
                                         return desk_.TestWakeUps(request);
                                       });
}

ServerUnaryReactor* OperatorService::GetSchool(CallbackServerContext* context, const ByteBuffer* in,
                                               ByteBuffer* out) {
  return Unary<v1::GetSchoolRequest>(
      edge_, Method::kGetSchool, context, in, out,
      [this](const Identity&, v1::GetSchoolRequest& request) { return desk_.GetSchool(request); });
}

ServerUnaryReactor* OperatorService::SetSchoolHours(CallbackServerContext* context,
                                                    const ByteBuffer* in, ByteBuffer* out) {
  return Unary<v1::SetSchoolHoursRequest>(
      edge_, Method::kSetSchoolHours, context, in, out,
      [this](const Identity&, v1::SetSchoolHoursRequest& request) {
        return desk_.SetSchoolHours(request);
      });
}

ServerUnaryReactor* OperatorService::SetDirectLines(CallbackServerContext* context,
                                                    const ByteBuffer* in, ByteBuffer* out) {
  return Unary<v1::SetDirectLinesRequest>(
      edge_, Method::kSetDirectLines, context, in, out,
      [this](const Identity&, v1::SetDirectLinesRequest& request) {
        return desk_.SetDirectLines(request);
      });
}

ServerUnaryReactor* OperatorService::CreateEnrolmentCode(CallbackServerContext* context,
                                                         const ByteBuffer* in, ByteBuffer* out) {
  return Unary<v1::CreateEnrolmentCodeRequest>(
      edge_, Method::kCreateEnrolmentCode, context, in, out,
      [this](const Identity&, v1::CreateEnrolmentCodeRequest& request) {
        return desk_.CreateEnrolmentCode(request);
      });
}

ServerUnaryReactor* OperatorService::ListRecipients(CallbackServerContext* context,
                                                    const ByteBuffer* in, ByteBuffer* out) {
  return Unary<v1::ListRecipientsRequest>(
      edge_, Method::kListRecipients, context, in, out,
      [this](const Identity&, v1::ListRecipientsRequest& request) {
        return desk_.ListRecipients(request);
      });
}

ServerUnaryReactor* OperatorService::RevokeRecipient(CallbackServerContext* context,
                                                     const ByteBuffer* in, ByteBuffer* out) {
  return Unary<v1::RevokeRecipientRequest>(
      edge_, Method::kRevokeRecipient, context, in, out,
      [this](const Identity&, v1::RevokeRecipientRequest& request) {
        return desk_.RevokeRecipient(request);
      });
}

ServerUnaryReactor* OperatorService::SetDuty(CallbackServerContext* context, const ByteBuffer* in,
                                             ByteBuffer* out) {
  return Unary<v1::SetDutyRequest>(
      edge_, Method::kSetDuty, context, in, out,
      [this](const Identity&, v1::SetDutyRequest& request) { return desk_.SetDuty(request); });
}

ServerUnaryReactor* OperatorService::IssueCertificate(CallbackServerContext* context,
                                                      const ByteBuffer* in, ByteBuffer* out) {
  return Unary<v1::IssueCertificateRequest>(
      edge_, Method::kIssueCertificate, context, in, out,
      [this](const Identity&, v1::IssueCertificateRequest& request) {
        return desk_.IssueCertificate(request);
      });
}

ServerUnaryReactor* OperatorService::GetStatus(CallbackServerContext* context, const ByteBuffer* in,
                                               ByteBuffer* out) {
  return Unary<v1::GetStatusRequest>(edge_, Method::kGetStatus, context, in, out,
                                     [this](const Identity&, v1::GetStatusRequest&) {
                                       auto status = desk_.GetStatus();
                                       if (status.ok()) status->set_linked_devices(linked_());
                                       return status;
                                     });
}

ServerUnaryReactor* OperatorService::AdvanceClock(CallbackServerContext* context,
                                                  const ByteBuffer* in, ByteBuffer* out) {
  return Unary<v1::AdvanceClockRequest>(edge_, Method::kAdvanceClock, context, in, out,
                                        [this](const Identity&, v1::AdvanceClockRequest& request) {
                                          return desk_.AdvanceClock(request);
                                        });
}

}  // namespace firstbell::server
