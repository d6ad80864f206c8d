#include "broker/server/enrolment_service.h"

namespace firstbell::server {

grpc::ServerUnaryReactor* EnrolmentService::Enrol(grpc::CallbackServerContext* context,
                                                  const grpc::ByteBuffer* in,
                                                  grpc::ByteBuffer* out) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const CallTimer timer(edge_, "Enrol");
  const bool taken =
      edge_.pool.TryPost([this, reactor, in, out, timer, network = NetworkOf(context->peer())] {
        const auto answer = Answer(network, *in);
        if (answer.ok()) *out = ToBytes(*answer);
        reactor->Finish(timer.End(answer.status()));
      });
  if (!taken) reactor->Finish(timer.End(TooBusy()));
  return reactor;
}

base::Result<v1::EnrolResponse> EnrolmentService::Answer(const std::string& network,
                                                         const grpc::ByteBuffer& in) {
  v1::EnrolRequest request;
  FB_RETURN_IF_ERROR(ParseMessage(in, request));
  const absl::Time now = edge_.clock.Now();
  FB_RETURN_IF_ERROR(guesses_.Attempt(network, now));
  auto answer = enrolment_.Enrol(request, now);
  if (!absl::IsPermissionDenied(answer.status())) guesses_.Forgive(network);
  return answer;
}

}  // namespace firstbell::server
