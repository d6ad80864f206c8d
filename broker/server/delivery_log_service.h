#pragma once

// DeliveryLogService for auditors. See proto/firstbell/v1/delivery_log_service.proto.

#include "broker/base/limits.h"
#include "broker/inquiry/delivery_inquiry.h"
#include "broker/server/open_streams.h"
#include "broker/server/rpc.h"
#include "firstbell/v1/delivery_log_service.grpc.pb.h"

namespace firstbell::server {

using RawDeliveryLogService = v1::DeliveryLogService::WithRawCallbackMethod_ListDeliveries<
    v1::DeliveryLogService::WithRawCallbackMethod_GetDelivery<
        v1::DeliveryLogService::WithRawCallbackMethod_GetCheckpoint<
            v1::DeliveryLogService::WithRawCallbackMethod_ReadEntries<
                v1::DeliveryLogService::Service>>>>;

// Threads: safe. All that it is given outlives it.
class DeliveryLogService final : public RawDeliveryLogService {
 public:
  DeliveryLogService(const Edge& edge, inquiry::DeliveryInquiry& inquiry)
      : edge_(edge), inquiry_(inquiry) {}

  grpc::ServerUnaryReactor* ListDeliveries(grpc::CallbackServerContext* context,
                                           const grpc::ByteBuffer* in,
                                           grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* GetDelivery(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* GetCheckpoint(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* in,
                                          grpc::ByteBuffer* out) override;
  grpc::ServerWriteReactor<grpc::ByteBuffer>* ReadEntries(grpc::CallbackServerContext* context,
                                                          const grpc::ByteBuffer* in) override;

 private:
  const Edge& edge_;
  inquiry::DeliveryInquiry& inquiry_;
  OpenStreams reading_{{limits::kEntriesReadersPerCaller, limits::kEntriesReaders}};
};

}  // namespace firstbell::server
