#include "broker/inquiry/delivery_inquiry.h"

#include <algorithm>

#include "broker/base/limits.h"
#include "broker/crypto/hash.h"
#include "broker/model/text.h"

namespace firstbell::inquiry {
namespace {

constexpr std::string_view kNational = "national";
constexpr std::string_view kForcePrefix = "force-";

bool InScope(const Auditor& auditor, const base::ForceCode& force) {
  return !auditor.force || *auditor.force == force;
}

v1::Delivery DeliveryOf(const model::Alert& alert, absl::Time now) {
  v1::Delivery delivery;
  delivery.set_alert_id(alert.id.value());
  delivery.set_force(alert.force.value());
  delivery.set_urn(alert.urn.value());
  delivery.set_state(alert.state);
  *delivery.mutable_accepted_at() = model::ToWire(alert.accepted_at);
  *delivery.mutable_show_from() = model::ToWire(alert.show_from);
  *delivery.mutable_deadline() = model::ToWire(alert.deadline);
  *delivery.mutable_changed_at() = model::ToWire(alert.changed_at);
  if (alert.acknowledged_at) {
    *delivery.mutable_acknowledged_at() = model::ToWire(*alert.acknowledged_at);
  }
  delivery.set_late(model::Late(alert, now));
  delivery.set_revision(alert.revision);
  delivery.set_refused(alert.refused);
  delivery.set_arrival(alert.arrival.said);
  if (alert.arrival.due) *delivery.mutable_arrival_due() = model::ToWire(*alert.arrival.due);
  if (alert.breach_at) *delivery.mutable_breach_since() = model::ToWire(*alert.breach_at);
  return delivery;
}

v1::LogEntry EntryOf(const Auditor& auditor, const store::LogEntry& stored) {
  v1::LogEntry entry;
  entry.set_position(stored.position);
  entry.set_entry(stored.entry);
  // An event of no force (a roll, a key, a question) is the operator's: national scope alone sees
  // it.
  if (InScope(auditor, stored.force)) {
    entry.set_event(stored.event);
    entry.set_salt(stored.salt);
  }
  return entry;
}

// The scope wins over what was asked for.
base::Result<store::AlertFilter> FilterOf(const Auditor& auditor,
                                          const v1::ListDeliveriesRequest& request,
                                          absl::Time now) {
  store::AlertFilter filter;
  filter.urn = base::Urn(request.urn());
  filter.force = base::ForceCode(request.force());
  if (auditor.force) {
    if (!filter.force.empty() && !InScope(auditor, filter.force)) {
      return base::PermissionDenied("this force is outside the scope of your certificate");
    }
    filter.force = *auditor.force;
  }
  if (request.state() != v1::ALERT_STATE_UNSPECIFIED) filter.state = request.state();
  if (request.has_accepted_from()) filter.accepted_from = model::FromWire(request.accepted_from());
  if (request.has_accepted_before()) {
    filter.accepted_before = model::FromWire(request.accepted_before());
  }
  if (request.late_only()) filter.late_at = now;
  return filter;
}

}  // namespace

base::Result<Auditor> AuditorOf(std::string_view identity, std::string_view scope) {
  if (scope == kNational) return Auditor{std::string(identity), std::nullopt};
  if (scope.starts_with(kForcePrefix) && scope.size() > kForcePrefix.size()) {
    return Auditor{std::string(identity),
                   base::ForceCode(std::string(scope.substr(kForcePrefix.size())))};
  }
  return base::PermissionDenied(
      "the scope in your certificate is neither national nor force-<code>");
}

base::Result<v1::ListDeliveriesResponse> DeliveryInquiry::List(
    const Auditor& auditor, const v1::ListDeliveriesRequest& request, absl::Time now) {
  FB_ASSIGN_OR_RETURN(const store::AlertFilter filter, FilterOf(auditor, request, now));
  FB_RETURN_IF_ERROR(LogQuestion(auditor, "list_deliveries", now));
  const std::uint32_t asked =
      request.page_size() == 0 ? limits::kDefaultPageSize : request.page_size();
  FB_ASSIGN_OR_RETURN(const auto page, store_.ListAlerts(filter, request.page_token(),
                                                         std::min(asked, limits::kMaxPageSize)));
  v1::ListDeliveriesResponse response;
  for (const model::Alert& alert : page.items) *response.add_deliveries() = DeliveryOf(alert, now);
  response.set_next_page_token(page.next);
  FB_ASSIGN_OR_RETURN(*response.mutable_checkpoint(), GetCheckpoint());
  return response;
}

base::Result<v1::GetDeliveryResponse> DeliveryInquiry::Get(const Auditor& auditor,
                                                           const base::AlertId& id,
                                                           absl::Time now) {
  FB_RETURN_IF_ERROR(LogQuestion(auditor, "get_delivery", now));
  const auto alert = store_.GetAlert(id);
  if (absl::IsNotFound(alert.status()) || (alert.ok() && !InScope(auditor, alert->force))) {
    return base::NotFound("no such alert within the scope of your certificate");
  }
  if (!alert.ok()) return alert.status();
  FB_ASSIGN_OR_RETURN(const auto history, store_.AlertHistory(id));
  v1::GetDeliveryResponse response;
  *response.mutable_delivery() = DeliveryOf(*alert, now);
  for (const store::LogEntry& entry : history) *response.add_history() = EntryOf(auditor, entry);
  return response;
}

base::Result<v1::Checkpoint> DeliveryInquiry::GetCheckpoint() {
  FB_ASSIGN_OR_RETURN(const store::LogHead head, store_.GetLogHead());
  FB_ASSIGN_OR_RETURN(const store::Identity identity, store_.GetIdentity());
  v1::Checkpoint checkpoint;
  checkpoint.set_origin(identity.origin);
  checkpoint.set_size(head.size);
  checkpoint.set_root_sha256(head.root);
  checkpoint.set_simulated_clock(identity.simulated);
  return checkpoint;
}

base::Result<EntryRange> DeliveryInquiry::OpenEntries(const Auditor& auditor,
                                                      const v1::ReadEntriesRequest& request,
                                                      absl::Time now) {
  FB_ASSIGN_OR_RETURN(const store::LogHead head, store_.GetLogHead());
  FB_RETURN_IF_ERROR(LogQuestion(auditor, "read_entries", now));
  const std::uint64_t all = request.first() < head.size ? head.size - request.first() : 0;
  const std::uint64_t count = request.count() == 0 ? all : std::min(request.count(), all);
  return EntryRange{request.first(), request.first() + count};
}

base::Result<std::vector<v1::LogEntry>> DeliveryInquiry::NextEntries(const Auditor& auditor,
                                                                     EntryRange& range) {
  std::vector<v1::LogEntry> page;
  if (range.empty()) return page;
  const auto limit = std::min<std::uint64_t>(range.end - range.next, limits::kMaxPageSize);
  FB_ASSIGN_OR_RETURN(const auto entries,
                      store_.ReadLog(range.next, static_cast<std::size_t>(limit)));
  if (entries.empty()) return base::DataLoss("the log is shorter than its head says");
  for (const store::LogEntry& entry : entries) page.push_back(EntryOf(auditor, entry));
  range.next += entries.size();
  return page;
}

base::Status DeliveryInquiry::LogQuestion(const Auditor& auditor, std::string_view question,
                                          absl::Time now) {
  return store_.AppendEvents({model::Event(model::EventKind::kLogQueried, now)
                                  .WithWord("question", question)
                                  .WithDigest("auditor_sha256", crypto::Sha256(auditor.identity))});
}

}  // namespace firstbell::inquiry
