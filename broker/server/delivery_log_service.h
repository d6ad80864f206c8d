#pragma once

// DeliveryLogService for auditors. See proto/firstbell/v1/delivery_log_service.proto.

#include "broker/base/limits.h"
#include "broker/inquiry/delivery_inquiry.h"
#include "broker/inquiry/statistics_inquiry.h"
#include "broker/server/open_streams.h"
#include "broker/server/rpc.h"
#include "firstbell/v1/delivery_log_service.grpc.pb.h"

namespace firstbell::server {

// Of each method, the bytes: they are parsed here.
template <typename Service>
using WithRawLists = v1::DeliveryLogService::WithRawCallbackMethod_ListDeliveries<
    v1::DeliveryLogService::WithRawCallbackMethod_GetDelivery<
        v1::DeliveryLogService::WithRawCallbackMethod_ExportDeliveries<
            v1::DeliveryLogService::WithRawCallbackMethod_GetStatistics<
                v1::DeliveryLogService::WithRawCallbackMethod_ListSchoolsWithoutLink<Service>>>>>;
template <typename Service>
using WithRawLog = v1::DeliveryLogService::WithRawCallbackMethod_GetCheckpoint<
    v1::DeliveryLogService::WithRawCallbackMethod_GetProofs<
        v1::DeliveryLogService::WithRawCallbackMethod_AddCosignature<
            v1::DeliveryLogService::WithRawCallbackMethod_ReadEntries<Service>>>>;
using RawDeliveryLogService = WithRawLists<WithRawLog<v1::DeliveryLogService::Service>>;

// Threads: safe. All that it is given outlives it.
class DeliveryLogService final : public RawDeliveryLogService {
 public:
  DeliveryLogService(const Edge& edge, inquiry::DeliveryInquiry& deliveries,
                     inquiry::StatisticsInquiry& statistics)
      : edge_(edge), deliveries_(deliveries), statistics_(statistics) {}

  using Context = grpc::CallbackServerContext;
  using Bytes = grpc::ByteBuffer;
  using Unary = grpc::ServerUnaryReactor*;
  using Stream = grpc::ServerWriteReactor<grpc::ByteBuffer>*;

  Unary ListDeliveries(Context* context, const Bytes* in, Bytes* out) override;
  Unary GetDelivery(Context* context, const Bytes* in, Bytes* out) override;
  Stream ExportDeliveries(Context* context, const Bytes* in) override;
  Unary GetStatistics(Context* context, const Bytes* in, Bytes* out) override;
  Unary ListSchoolsWithoutLink(Context* context, const Bytes* in, Bytes* out) override;
  Unary GetCheckpoint(Context* context, const Bytes* in, Bytes* out) override;
  Unary GetProofs(Context* context, const Bytes* in, Bytes* out) override;
  Unary AddCosignature(Context* context, const Bytes* in, Bytes* out) override;
  Stream ReadEntries(Context* context, const Bytes* in) override;

 private:
  const Edge& edge_;
  inquiry::DeliveryInquiry& deliveries_;
  inquiry::StatisticsInquiry& statistics_;
  // Auditors' questions at once: they share the workers with those who submit incidents.
  static constexpr OpenStreams::Bounds kAsking{.of_one = 4, .of_all = 16};

  // `handle(auditor, request, now)`.
  template <typename Request, typename Handle>
  Unary Ask(Method method, Context* context, const Bytes* in, Bytes* out, Handle handle);

  OpenStreams reading_{{limits::kEntriesReadersPerCaller, limits::kEntriesReaders}};
  OpenStreams asking_{kAsking};
};

}  // namespace firstbell::server
