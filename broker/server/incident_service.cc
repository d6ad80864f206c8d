#include "broker/server/incident_service.h"

#include "broker/server/submit_stream.h"
#include "broker/server/watch_stream.h"

namespace firstbell::server {

grpc::ServerUnaryReactor* IncidentService::SubmitIncident(grpc::CallbackServerContext* context,
                                                          const grpc::ByteBuffer* in,
                                                          grpc::ByteBuffer* out) {
  return Unary<v1::SubmitIncidentRequest>(
      edge_, Method::kSubmitIncident, context, in, out,
      [this](const registry::Identity& caller,
             v1::SubmitIncidentRequest& request) -> base::Result<v1::SubmitIncidentResponse> {
        v1::SubmitIncidentResponse response;
        const absl::Time now = edge_.clock.Now();
        FB_RETURN_IF_ERROR(limits_.Take(caller.force(), now));
        FB_ASSIGN_OR_RETURN(
            *response.mutable_answer(),
            intake_.Submit(caller.force(), std::move(*request.mutable_incident()), now));
        return response;
      });
}

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* IncidentService::SubmitIncidents(
    grpc::CallbackServerContext* context) {
  return new SubmitStream(edge_, intake_, limits_, submitting_,
                          Admit(*context, Method::kSubmitIncidents));
}

grpc::ServerUnaryReactor* IncidentService::WithdrawIncident(grpc::CallbackServerContext* context,
                                                            const grpc::ByteBuffer* in,
                                                            grpc::ByteBuffer* out) {
  return Unary<v1::WithdrawIncidentRequest>(
      edge_, Method::kWithdrawIncident, context, in, out,
      [this](const registry::Identity& caller,
             v1::WithdrawIncidentRequest& request) -> base::Result<v1::WithdrawIncidentResponse> {
        v1::WithdrawIncidentResponse response;
        const absl::Time now = edge_.clock.Now();
        FB_RETURN_IF_ERROR(limits_.Take(caller.force(), now));
        FB_ASSIGN_OR_RETURN(*response.mutable_answer(),
                            intake_.Withdraw(caller.force(), request, now));
        return response;
      });
}

grpc::ServerUnaryReactor* IncidentService::GetIncident(grpc::CallbackServerContext* context,
                                                       const grpc::ByteBuffer* in,
                                                       grpc::ByteBuffer* out) {
  return Unary<v1::GetIncidentRequest>(
      edge_, Method::kGetIncident, context, in, out,
      [this](const registry::Identity& caller,
             v1::GetIncidentRequest& request) -> base::Result<v1::GetIncidentResponse> {
        v1::GetIncidentResponse response;
        const absl::Time now = edge_.clock.Now();
        FB_ASSIGN_OR_RETURN(
            *response.mutable_incident(),
            request.notice().empty()
                ? inquiry_.Get(caller.force(), base::Reference(request.reference()), now)
                : inquiry_.OfNotice(caller.force(), request.notice(), now));
        return response;
      });
}

grpc::ServerUnaryReactor* IncidentService::ListIncidents(grpc::CallbackServerContext* context,
                                                         const grpc::ByteBuffer* in,
                                                         grpc::ByteBuffer* out) {
  return Unary<v1::ListIncidentsRequest>(
      edge_, Method::kListIncidents, context, in, out,
      [this](const registry::Identity& caller, v1::ListIncidentsRequest& request) {
        return inquiry_.List(caller.force(), request, edge_.clock.Now());
      });
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* IncidentService::WatchIncident(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* in) {
  return new WatchStream(edge_, inquiry_, hub_, watching_, Admit(*context, Method::kWatchIncident),
                         *in);
}

}  // namespace firstbell::server
