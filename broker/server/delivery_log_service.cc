#include "broker/server/delivery_log_service.h"

#include "broker/server/entries_stream.h"

namespace firstbell::server {

grpc::ServerUnaryReactor* DeliveryLogService::ListDeliveries(grpc::CallbackServerContext* context,
                                                             const grpc::ByteBuffer* in,
                                                             grpc::ByteBuffer* out) {
  return Unary<v1::ListDeliveriesRequest>(
      edge_, Method::kListDeliveries, context, in, out,
      [this](const registry::Identity& caller,
             v1::ListDeliveriesRequest& request) -> base::Result<v1::ListDeliveriesResponse> {
        FB_ASSIGN_OR_RETURN(const inquiry::Auditor auditor,
                            inquiry::AuditorOf(caller.uri, caller.parts.front()));
        return inquiry_.List(auditor, request, edge_.clock.Now());
      });
}

grpc::ServerUnaryReactor* DeliveryLogService::GetDelivery(grpc::CallbackServerContext* context,
                                                          const grpc::ByteBuffer* in,
                                                          grpc::ByteBuffer* out) {
  return Unary<v1::GetDeliveryRequest>(
      edge_, Method::kGetDelivery, context, in, out,
      [this](const registry::Identity& caller,
             v1::GetDeliveryRequest& request) -> base::Result<v1::GetDeliveryResponse> {
        FB_ASSIGN_OR_RETURN(const inquiry::Auditor auditor,
                            inquiry::AuditorOf(caller.uri, caller.parts.front()));
        return inquiry_.Get(auditor, base::AlertId(request.alert_id()), edge_.clock.Now());
      });
}

grpc::ServerUnaryReactor* DeliveryLogService::GetCheckpoint(grpc::CallbackServerContext* context,
                                                            const grpc::ByteBuffer* in,
                                                            grpc::ByteBuffer* out) {
  return Unary<v1::GetCheckpointRequest>(
      edge_, Method::kGetCheckpoint, context, in, out,
      [this](const registry::Identity&, v1::GetCheckpointRequest&) {
        return inquiry_.GetCheckpoint();
      });
}

grpc::ServerWriteReactor<grpc::ByteBuffer>* DeliveryLogService::ReadEntries(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* in) {
  return new EntriesStream(edge_, inquiry_, reading_, Admit(*context, Method::kReadEntries), *in);
}

}  // namespace firstbell::server
