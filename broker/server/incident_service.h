#pragma once

// IncidentService for forces and their officers. See proto/firstbell/v1/incident_service.proto.

#include "broker/base/limits.h"
#include "broker/inquiry/incident_inquiry.h"
#include "broker/intake/intake.h"
#include "broker/server/open_streams.h"
#include "broker/server/rate_limit.h"
#include "broker/server/rpc.h"
#include "broker/server/watch_hub.h"
#include "firstbell/v1/incident_service.grpc.pb.h"

namespace firstbell::server {

using RawIncidentService = v1::IncidentService::WithRawCallbackMethod_SubmitIncident<
    v1::IncidentService::WithRawCallbackMethod_SubmitIncidents<
        v1::IncidentService::WithRawCallbackMethod_WithdrawIncident<
            v1::IncidentService::WithRawCallbackMethod_GetIncident<
                v1::IncidentService::WithRawCallbackMethod_ListIncidents<
                    v1::IncidentService::WithRawCallbackMethod_WatchIncident<
                        v1::IncidentService::Service>>>>>>;

// Threads: safe. All that it is given outlives it.
class IncidentService final : public RawIncidentService {
 public:
  IncidentService(const Edge& edge, intake::Intake& intake, inquiry::IncidentInquiry& inquiry,
                  WatchHub& hub, const registry::IncidentLimits& limits)
      : edge_(edge), intake_(intake), inquiry_(inquiry), hub_(hub), limits_(limits) {}

  grpc::ServerUnaryReactor* SubmitIncident(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* in,
                                           grpc::ByteBuffer* out) override;
  grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* SubmitIncidents(
      grpc::CallbackServerContext* context) override;
  grpc::ServerUnaryReactor* WithdrawIncident(grpc::CallbackServerContext* context,
                                             const grpc::ByteBuffer* in,
                                             grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* GetIncident(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ListIncidents(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* in,
                                          grpc::ByteBuffer* out) override;
  grpc::ServerWriteReactor<grpc::ByteBuffer>* WatchIncident(grpc::CallbackServerContext* context,
                                                            const grpc::ByteBuffer* in) override;

 private:
  const Edge& edge_;
  intake::Intake& intake_;
  inquiry::IncidentInquiry& inquiry_;
  WatchHub& hub_;
  ForceLimits limits_;
  OpenStreams watching_{{limits::kWatchersPerCaller, limits::kWatchers}};
  OpenStreams submitting_{{limits::kSubmitStreamsPerCaller, limits::kSubmitStreams}};
};

}  // namespace firstbell::server
