#include "broker/server/delivery_log_service.h"

#include <type_traits>

#include "broker/server/paged_stream.h"

namespace firstbell::server {
namespace {

using inquiry::Auditor;
using inquiry::AuditorOf;
using inquiry::DeliveryInquiry;

base::Result<Auditor> Of(const registry::Identity& caller) {
  return AuditorOf(caller.uri, caller.parts.front());
}

class Entries final : public PageSource {
 public:
  Entries(DeliveryInquiry& inquiry, Auditor auditor, inquiry::EntryRange range)
      : inquiry_(inquiry), auditor_(std::move(auditor)), range_(range) {}

  base::Result<std::vector<grpc::ByteBuffer>> Next() override {
    FB_ASSIGN_OR_RETURN(const auto page, inquiry_.NextEntries(auditor_, range_));
    std::vector<grpc::ByteBuffer> messages;
    for (const v1::LogEntry& entry : page) messages.push_back(ToBytes(entry));
    return messages;
  }
  bool over() const override { return range_.empty(); }

 private:
  DeliveryInquiry& inquiry_;
  const Auditor auditor_;
  inquiry::EntryRange range_;
};

class Deliveries final : public PageSource {
 public:
  Deliveries(DeliveryInquiry& inquiry, Auditor auditor, inquiry::DeliveryRange range,
             const base::Clock& clock)
      : inquiry_(inquiry), auditor_(std::move(auditor)), range_(std::move(range)), clock_(clock) {}

  base::Result<std::vector<grpc::ByteBuffer>> Next() override {
    FB_ASSIGN_OR_RETURN(const auto page, inquiry_.NextDeliveries(auditor_, range_, clock_.Now()));
    std::vector<grpc::ByteBuffer> messages;
    messages.push_back(ToBytes(page));
    return messages;
  }
  bool over() const override { return range_.over; }

 private:
  DeliveryInquiry& inquiry_;
  const Auditor auditor_;
  inquiry::DeliveryRange range_;
  const base::Clock& clock_;
};

}  // namespace

template <typename Request, typename Handle>
DeliveryLogService::Unary DeliveryLogService::Ask(Method method, Context* context, const Bytes* in,
                                                  Bytes* out, Handle handle) {
  using Answer = std::invoke_result_t<Handle, Auditor, Request, absl::Time>;
  return server::Unary<Request>(
      edge_, method, context, in, out,
      [this, handle](const registry::Identity& caller, Request& request) -> Answer {
        FB_ASSIGN_OR_RETURN(const auto room, asking_.Take(caller.uri));
        FB_ASSIGN_OR_RETURN(const Auditor auditor, Of(caller));
        return handle(auditor, request, edge_.clock.Now());
      });
}

DeliveryLogService::Unary DeliveryLogService::ListDeliveries(Context* context, const Bytes* in,
                                                             Bytes* out) {
  return Ask<v1::ListDeliveriesRequest>(
      Method::kListDeliveries, context, in, out,
      [this](const Auditor& auditor, const v1::ListDeliveriesRequest& request, absl::Time now) {
        return deliveries_.List(auditor, request, now);
      });
}

DeliveryLogService::Unary DeliveryLogService::GetDelivery(Context* context, const Bytes* in,
                                                          Bytes* out) {
  return Ask<v1::GetDeliveryRequest>(
      Method::kGetDelivery, context, in, out,
      [this](const Auditor& auditor, const v1::GetDeliveryRequest& request, absl::Time now) {
        return deliveries_.Get(auditor, request.alert_id(), now);
      });
}

DeliveryLogService::Stream DeliveryLogService::ExportDeliveries(Context* context, const Bytes* in) {
  return new PagedStream(
      edge_, Method::kExportDeliveries, reading_, Admit(*context, Method::kExportDeliveries), *in,
      [this](const registry::Identity& caller,
             const Bytes& bytes) -> base::Result<std::unique_ptr<PageSource>> {
        v1::ListDeliveriesRequest request;
        FB_RETURN_IF_ERROR(ParseMessage(bytes, request));
        FB_ASSIGN_OR_RETURN(const Auditor auditor, Of(caller));
        FB_ASSIGN_OR_RETURN(auto range,
                            deliveries_.OpenExport(auditor, request, edge_.clock.Now()));
        return std::make_unique<Deliveries>(deliveries_, auditor, std::move(range), edge_.clock);
      });
}

DeliveryLogService::Unary DeliveryLogService::GetStatistics(Context* context, const Bytes* in,
                                                            Bytes* out) {
  return Ask<v1::GetStatisticsRequest>(
      Method::kGetStatistics, context, in, out,
      [this](const Auditor& auditor, const v1::GetStatisticsRequest& request, absl::Time now) {
        return statistics_.Get(auditor, request, now);
      });
}

DeliveryLogService::Unary DeliveryLogService::ListSchoolsWithoutLink(Context* context,
                                                                     const Bytes* in, Bytes* out) {
  return Ask<v1::ListSchoolsWithoutLinkRequest>(
      Method::kListSchoolsWithoutLink, context, in, out,
      [this](const Auditor& auditor, const v1::ListSchoolsWithoutLinkRequest& request,
             absl::Time now) { return statistics_.ListWithoutLink(auditor, request, now); });
}

DeliveryLogService::Unary DeliveryLogService::GetCheckpoint(Context* context, const Bytes* in,
                                                            Bytes* out) {
  return server::Unary<v1::GetCheckpointRequest>(
      edge_, Method::kGetCheckpoint, context, in, out,
      [this](const registry::Identity&, v1::GetCheckpointRequest& request) {
        return deliveries_.GetCheckpoint(request);
      });
}

DeliveryLogService::Unary DeliveryLogService::GetProofs(Context* context, const Bytes* in,
                                                        Bytes* out) {
  return server::Unary<v1::GetProofsRequest>(
      edge_, Method::kGetProofs, context, in, out,
      [this](const registry::Identity&, v1::GetProofsRequest& request) {
        return deliveries_.GetProofs(request);
      });
}

DeliveryLogService::Unary DeliveryLogService::AddCosignature(Context* context, const Bytes* in,
                                                             Bytes* out) {
  return server::Unary<v1::AddCosignatureRequest>(
      edge_, Method::kAddCosignature, context, in, out,
      [this](const registry::Identity&, v1::AddCosignatureRequest& request) {
        return deliveries_.AddCosignature(request);
      });
}

DeliveryLogService::Stream DeliveryLogService::ReadEntries(Context* context, const Bytes* in) {
  return new PagedStream(
      edge_, Method::kReadEntries, reading_, Admit(*context, Method::kReadEntries), *in,
      [this](const registry::Identity& caller,
             const Bytes& bytes) -> base::Result<std::unique_ptr<PageSource>> {
        v1::ReadEntriesRequest request;
        FB_RETURN_IF_ERROR(ParseMessage(bytes, request));
        FB_ASSIGN_OR_RETURN(const Auditor auditor, Of(caller));
        FB_ASSIGN_OR_RETURN(const auto range,
                            deliveries_.OpenEntries(auditor, request, edge_.clock.Now()));
        return std::make_unique<Entries>(deliveries_, auditor, range);
      });
}

}  // namespace firstbell::server
