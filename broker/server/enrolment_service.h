#pragma once

// EnrolmentService, alone on a listener that authenticates the broker only. See
// proto/firstbell/v1/enrolment_service.proto.

#include "broker/base/limits.h"
#include "broker/registry/enrolment.h"
#include "broker/server/guess_limit.h"
#include "broker/server/rpc.h"
#include "firstbell/v1/enrolment_service.grpc.pb.h"

namespace firstbell::server {

// Threads: safe. All that it is given outlives it.
class EnrolmentService final
    : public v1::EnrolmentService::WithRawCallbackMethod_Enrol<v1::EnrolmentService::Service> {
 public:
  EnrolmentService(const Edge& edge, registry::Enrolment& enrolment)
      : edge_(edge), enrolment_(enrolment) {}

  grpc::ServerUnaryReactor* Enrol(grpc::CallbackServerContext* context, const grpc::ByteBuffer* in,
                                  grpc::ByteBuffer* out) override;

 private:
  base::Result<v1::EnrolResponse> Answer(const std::string& network, const grpc::ByteBuffer& in);

  const Edge& edge_;
  registry::Enrolment& enrolment_;
  GuessLimit guesses_{{limits::kEnrolFailuresPerMinute, limits::kEnrolFailuresPerMinuteOfAll}};
};

}  // namespace firstbell::server
