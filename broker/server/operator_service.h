#pragma once

// OperatorService: each method is the same of registry::OperatorDesk. See
// proto/firstbell/v1/operator_service.proto.

#include <functional>

#include "broker/registry/operator_desk.h"
#include "broker/server/rpc.h"
#include "firstbell/v1/operator_service.grpc.pb.h"

namespace firstbell::server {

// In parts, for the eye.
using RawRunning = v1::OperatorService::WithRawCallbackMethod_GetSchool<
    v1::OperatorService::WithRawCallbackMethod_SetSchoolHours<
        v1::OperatorService::WithRawCallbackMethod_CreateEnrolmentCode<
            v1::OperatorService::WithRawCallbackMethod_ListRecipients<
                v1::OperatorService::WithRawCallbackMethod_RevokeRecipient<
                    v1::OperatorService::WithRawCallbackMethod_IssueCertificate<
                        v1::OperatorService::WithRawCallbackMethod_GetStatus<
                            v1::OperatorService::WithRawCallbackMethod_AdvanceClock<
                                v1::OperatorService::Service>>>>>>>>;
using RawPeople = v1::OperatorService::WithRawCallbackMethod_SetDirectLines<RawRunning>;
using RawWaking = v1::OperatorService::WithRawCallbackMethod_SetWakeUps<
    v1::OperatorService::WithRawCallbackMethod_GetWakeUps<
        v1::OperatorService::WithRawCallbackMethod_ListWakeUps<
            v1::OperatorService::WithRawCallbackMethod_TestWakeUps<
                v1::OperatorService::WithRawCallbackMethod_SetDuty<RawPeople>>>>>;
using RawOperatorService = v1::OperatorService::WithRawCallbackMethod_SetPolicy<
    v1::OperatorService::WithRawCallbackMethod_GetPolicy<
        v1::OperatorService::WithRawCallbackMethod_SetLadder<
            v1::OperatorService::WithRawCallbackMethod_GetLadder<
                v1::OperatorService::WithRawCallbackMethod_ImportSchools<
                    v1::OperatorService::WithRawCallbackMethod_ImportRoll<
                        v1::OperatorService::WithRawCallbackMethod_ImportBankHolidays<
                            v1::OperatorService::WithRawCallbackMethod_ImportCalendars<
                                v1::OperatorService::WithRawCallbackMethod_GetCalendar<
                                    v1::OperatorService::WithRawCallbackMethod_CheckCalendars<
                                        RawWaking>>>>>>>>>>;

// Threads: safe. All that it is given outlives it.
class OperatorService final : public RawOperatorService {
 public:
  // `linked` tells how many devices have a session now.
  OperatorService(const Edge& edge, registry::OperatorDesk& desk,
                  std::function<std::size_t()> linked)
      : edge_(edge), desk_(desk), linked_(std::move(linked)) {}

  grpc::ServerUnaryReactor* ImportSchools(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* in,
                                          grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ImportRoll(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ImportBankHolidays(grpc::CallbackServerContext* context,
                                               const grpc::ByteBuffer* in,
                                               grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ImportCalendars(grpc::CallbackServerContext* context,
                                            const grpc::ByteBuffer* in,
                                            grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* GetCalendar(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* CheckCalendars(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* in,
                                           grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* SetPolicy(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* GetPolicy(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* SetLadder(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* GetLadder(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* SetWakeUps(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* GetWakeUps(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ListWakeUps(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* TestWakeUps(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* GetSchool(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* SetSchoolHours(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* in,
                                           grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* SetDirectLines(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* in,
                                           grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* CreateEnrolmentCode(grpc::CallbackServerContext* context,
                                                const grpc::ByteBuffer* in,
                                                grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ListRecipients(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* in,
                                           grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* RevokeRecipient(grpc::CallbackServerContext* context,
                                            const grpc::ByteBuffer* in,
                                            grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* SetDuty(grpc::CallbackServerContext* context,
                                    const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* IssueCertificate(grpc::CallbackServerContext* context,
                                             const grpc::ByteBuffer* in,
                                             grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* GetStatus(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* AdvanceClock(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* in,
                                         grpc::ByteBuffer* out) override;

 private:
  const Edge& edge_;
  registry::OperatorDesk& desk_;
  const std::function<std::size_t()> linked_;
};

}  // namespace firstbell::server
