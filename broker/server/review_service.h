#pragma once

// ReviewService for a force's named officers. See proto/firstbell/v1/review_service.proto.

#include "broker/review/call_desk.h"
#include "broker/review/review_desk.h"
#include "broker/server/rpc.h"
#include "firstbell/v1/review_service.grpc.pb.h"

namespace firstbell::server {

using RawReviewService = v1::ReviewService::WithRawCallbackMethod_ListCases<
    v1::ReviewService::WithRawCallbackMethod_GetCase<
        v1::ReviewService::WithRawCallbackMethod_DecideCase<
            v1::ReviewService::WithRawCallbackMethod_ListCalls<
                v1::ReviewService::WithRawCallbackMethod_RecordCall<
                    v1::ReviewService::WithRawCallbackMethod_GetReplies<
                        v1::ReviewService::Service>>>>>>;

// Threads: safe. All that it is given outlives it.
class ReviewService final : public RawReviewService {
 public:
  ReviewService(const Edge& edge, review::ReviewDesk& desk, review::CallDesk& calls)
      : edge_(edge), desk_(desk), calls_(calls) {}

  grpc::ServerUnaryReactor* ListCases(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* GetCase(grpc::CallbackServerContext* context,
                                    const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* DecideCase(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ListCalls(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* RecordCall(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* GetReplies(grpc::CallbackServerContext* context,
                                       const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override;

 private:
  const Edge& edge_;
  review::ReviewDesk& desk_;
  review::CallDesk& calls_;
};

}  // namespace firstbell::server
