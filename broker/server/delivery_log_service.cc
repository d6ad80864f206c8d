#include "broker/server/delivery_log_service.h"

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

DeliveryLogService::Unary DeliveryLogService::ListDeliveries(Context* context, const Bytes* in,
                                                             Bytes* out) {
  return server::Unary<v1::ListDeliveriesRequest>(
      edge_, Method::kListDeliveries, context, in, out,
      [this](const registry::Identity& caller,
             v1::ListDeliveriesRequest& request) -> base::Result<v1::ListDeliveriesResponse> {
        FB_ASSIGN_OR_RETURN(const Auditor auditor, Of(caller));
        return deliveries_.List(auditor, request, edge_.clock.Now());
      });
}

DeliveryLogService::Unary DeliveryLogService::GetDelivery(Context* context, const Bytes* in,
                                                          Bytes* out) {
  return server::Unary<v1::GetDeliveryRequest>(
      edge_, Method::kGetDelivery, context, in, out,
      [this](const registry::Identity& caller,
             v1::GetDeliveryRequest& request) -> base::Result<v1::GetDeliveryResponse> {
        FB_ASSIGN_OR_RETURN(const Auditor auditor, Of(caller));
        return deliveries_.Get(auditor, request.alert_id(), edge_.clock.Now());
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
  return server::Unary<v1::GetStatisticsRequest>(
      edge_, Method::kGetStatistics, context, in, out,
      [this](const registry::Identity& caller,
             v1::GetStatisticsRequest& request) -> base::Result<v1::GetStatisticsResponse> {
        FB_ASSIGN_OR_RETURN(const Auditor auditor, Of(caller));
        return statistics_.Get(auditor, request, edge_.clock.Now());
      });
}

DeliveryLogService::Unary DeliveryLogService::ListSchoolsWithoutLink(Context* context,
                                                                     const Bytes* in, Bytes* out) {
  return server::Unary<v1::ListSchoolsWithoutLinkRequest>(
      edge_, Method::kListSchoolsWithoutLink, context, in, out,
      [this](const registry::Identity& caller, v1::ListSchoolsWithoutLinkRequest& request)
          -> base::Result<v1::ListSchoolsWithoutLinkResponse> {
        FB_ASSIGN_OR_RETURN(const Auditor auditor, Of(caller));
        return statistics_.ListWithoutLink(auditor, request, edge_.clock.Now());
      });
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
