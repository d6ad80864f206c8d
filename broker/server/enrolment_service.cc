#include "broker/server/enrolment_service.h"

namespace firstbell::server {

grpc::ServerUnaryReactor* EnrolmentService::Enrol(grpc::CallbackServerContext* context,
                                                  const grpc::ByteBuffer* in,
                                                  grpc::ByteBuffer* out) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const bool taken = edge_.pool.TryPost([this, reactor, in, out] {
    v1::EnrolRequest request;
    base::Status status = ParseMessage(*in, request);
    if (status.ok()) {
      const auto answer = enrolment_.Enrol(request, edge_.clock.Now());
      if (answer.ok()) *out = ToBytes(*answer);
      status = answer.status();
    }
    LogFailure("Enrol", status);
    reactor->Finish(ToRpc(status));
  });
  if (!taken) reactor->Finish(ToRpc(TooBusy()));
  return reactor;
}

}  // namespace firstbell::server
