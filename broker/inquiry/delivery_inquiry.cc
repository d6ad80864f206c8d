#include "broker/inquiry/delivery_inquiry.h"

#include <algorithm>

#include "broker/audit/event_encoding.h"
#include "broker/base/limits.h"
#include "broker/inquiry/disclosure.h"
#include "broker/model/text.h"

namespace firstbell::inquiry {
namespace {

constexpr std::uint32_t kPageCost = 1;
constexpr std::uint32_t kExportCost = 20;
constexpr std::uint64_t kEntriesForOne = 50'000;  // of a day's budget
constexpr std::uint64_t kMostCost = 200;          // however long the log is
constexpr int kLooks = 5;  // of limits::kRowsLookedAt each, for the first few of a list

void AddTimes(const model::Alert& alert, v1::Delivery& delivery) {
  *delivery.mutable_accepted_at() = model::ToWire(alert.accepted_at);
  *delivery.mutable_show_from() = model::ToWire(alert.show_from);
  *delivery.mutable_deadline() = model::ToWire(alert.deadline);
  *delivery.mutable_changed_at() = model::ToWire(alert.changed_at);
  const auto set = [&](const std::optional<absl::Time>& time, auto field) {
    if (time) *(delivery.*field)() = model::ToWire(*time);
  };
  set(alert.acknowledged_at, &v1::Delivery::mutable_acknowledged_at);
  set(alert.arrival.due, &v1::Delivery::mutable_arrival_due);
  set(alert.breach_at, &v1::Delivery::mutable_breach_since);
  set(alert.steps.sent, &v1::Delivery::mutable_sent_at);
  set(alert.steps.received, &v1::Delivery::mutable_received_at);
  set(alert.steps.shown, &v1::Delivery::mutable_shown_at);
  set(alert.steps.opened, &v1::Delivery::mutable_opened_at);
}

v1::LogEntry EntryOf(const Auditor& auditor, const store::LogEntry& stored) {
  v1::LogEntry entry;
  entry.set_position(stored.position);
  entry.set_entry(stored.entry);
  if (stored.event.empty() || !auditor.Sees(stored.force, stored.authority)) return entry;
  if (auditor.names == Names::kNamed) {
    entry.set_event(stored.event);
    entry.set_salt(stored.salt);
    return entry;
  }
  auto opening = audit::WithoutNames(stored.entry, stored.event, stored.salt);
  if (!opening.ok()) return entry;
  entry.set_event(std::move(opening->event));
  entry.set_salt(std::move(opening->salt));
  entry.set_without_names(true);
  return entry;
}

// The scope wins over what was asked for.
template <typename Code>
base::Status Narrow(const std::optional<Code>& scope, const std::string& asked, Code& filter) {
  filter = Code(asked);
  if (!scope) return base::OkStatus();
  if (!asked.empty() && filter != *scope) {
    return base::PermissionDenied("this is outside the scope of your certificate");
  }
  filter = *scope;
  return base::OkStatus();
}

// To whoever asked, and what they asked for: pages may be of any size.
std::string ListOf(const Auditor& auditor, v1::ListDeliveriesRequest request) {
  request.clear_page_token();
  request.clear_page_size();
  return auditor.identity + '\n' + request.SerializeAsString();
}

void AddHashes(const std::vector<std::string>& hashes,
               google::protobuf::RepeatedPtrField<std::string>& field) {
  field.Add(hashes.begin(), hashes.end());
}

}  // namespace

v1::Checkpoint ToWire(const LogKeeper& keeper, const audit::SignedCheckpoint& checkpoint,
                      bool simulated) {
  v1::Checkpoint wire;
  wire.set_origin(checkpoint.checkpoint.origin);
  wire.set_size(checkpoint.checkpoint.size);
  wire.set_root_sha256(checkpoint.checkpoint.root);
  wire.set_simulated_clock(simulated);
  wire.set_note(audit::FormatNote(checkpoint.note));
  wire.set_cosignatures(static_cast<std::uint32_t>(keeper.Cosignatures(checkpoint)));
  wire.set_witnesses(static_cast<std::uint32_t>(keeper.policy().witnesses().size()));
  wire.set_log_key(keeper.VerifierKeys().back().ToString());
  for (const std::string& note : keeper.key_changes()) wire.add_log_key_changes(note);
  return wire;
}

DeliveryInquiry::DeliveryInquiry(Parts parts)
    : parts_(parts), seal_(parts.schools.KeyFor("firstbell/page-token/v1")) {}

base::Result<v1::ListDeliveriesResponse> DeliveryInquiry::List(
    const Auditor& auditor, const v1::ListDeliveriesRequest& request, absl::Time now) {
  FB_RETURN_IF_ERROR(parts_.questions.Ask(auditor, "list_deliveries", kPageCost, now));
  FB_ASSIGN_OR_RETURN(DeliveryRange range, Open(auditor, request, now));
  const std::uint32_t asked =
      request.page_size() == 0 ? limits::kDefaultPageSize : request.page_size();
  return Page(auditor, range, std::min(asked, limits::kMaxPageSize), now);
}

// Whoever goes on with a list has been shown its first page.
base::Result<DeliveryRange> DeliveryInquiry::Open(const Auditor& auditor,
                                                  const v1::ListDeliveriesRequest& request,
                                                  absl::Time now) {
  DeliveryRange range;
  FB_ASSIGN_OR_RETURN(range.filter, FilterOf(auditor, request, now));
  range.list = ListOf(auditor, request);
  FB_ASSIGN_OR_RETURN(range.after, seal_.Open(request.page_token(), range.list));
  if (!range.after.empty()) return range;
  FB_ASSIGN_OR_RETURN(range.withheld, TooFew(auditor, range.filter));
  return range;
}

base::Result<v1::ListDeliveriesResponse> DeliveryInquiry::Page(const Auditor& auditor,
                                                               DeliveryRange& range,
                                                               std::size_t limit, absl::Time now) {
  v1::ListDeliveriesResponse response;
  FB_ASSIGN_OR_RETURN(*response.mutable_checkpoint(), Newest());
  response.set_withheld(range.withheld);
  range.over = range.withheld;
  if (range.over) return response;
  FB_ASSIGN_OR_RETURN(const auto page, parts_.store.ListAlerts(range.filter, range.after, limit));
  for (const model::Alert& alert : page.items) {
    *response.add_deliveries() = DeliveryOf(auditor, alert, now);
  }
  response.set_next_page_token(seal_.Seal(page.next, range.list));
  range.after = page.next;
  range.over = page.next.empty();
  return response;
}

base::Result<bool> DeliveryInquiry::TooFew(const Auditor& auditor,
                                           const store::AlertFilter& filter) {
  if (auditor.names == Names::kNamed) return false;
  std::uint64_t found = 0;
  std::string after;
  for (int look = 0; look < kLooks && found < kLeastOnList; ++look) {
    FB_ASSIGN_OR_RETURN(const auto page, parts_.store.ListAlerts(filter, after, kLeastOnList));
    found += page.items.size();
    after = page.next;
    if (after.empty()) return !CheckList(found).ok();
  }
  return found < kLeastOnList;
}

base::Result<DeliveryRange> DeliveryInquiry::OpenExport(const Auditor& auditor,
                                                        const v1::ListDeliveriesRequest& request,
                                                        absl::Time now) {
  FB_RETURN_IF_ERROR(parts_.questions.Ask(auditor, "export_deliveries", kExportCost, now));
  return Open(auditor, request, now);
}

base::Result<v1::ListDeliveriesResponse> DeliveryInquiry::NextDeliveries(const Auditor& auditor,
                                                                         DeliveryRange& range,
                                                                         absl::Time now) {
  return Page(auditor, range, limits::kMaxPageSize, now);
}

base::Result<v1::GetDeliveryResponse> DeliveryInquiry::Get(const Auditor& auditor,
                                                           const std::string& id, absl::Time now) {
  FB_RETURN_IF_ERROR(parts_.questions.Ask(auditor, "get_delivery", kPageCost, now));
  FB_ASSIGN_OR_RETURN(const model::Alert alert, Find(auditor, id));
  FB_ASSIGN_OR_RETURN(const auto history, parts_.store.AlertHistory(alert.id));
  v1::GetDeliveryResponse response;
  *response.mutable_delivery() = DeliveryOf(auditor, alert, now);
  FB_ASSIGN_OR_RETURN(*response.mutable_checkpoint(), Newest());
  const std::uint64_t size = response.checkpoint().size();
  for (const store::LogEntry& entry : history) {
    *response.add_history() = EntryOf(auditor, entry);
    if (entry.position >= size) continue;
    FB_ASSIGN_OR_RETURN(const auto hashes, parts_.keeper.InclusionProof(entry.position, size));
    v1::InclusionProof& proof = *response.add_proofs();
    proof.set_position(entry.position);
    AddHashes(hashes, *proof.mutable_hashes());
  }
  return response;
}

base::Result<model::Alert> DeliveryInquiry::Find(const Auditor& auditor, const std::string& id) {
  const bool pseudonym = id.starts_with("p-");
  // Whoever is told pseudonyms learns nothing of an id that they may have heard elsewhere.
  const bool known = pseudonym || auditor.names == Names::kNamed;
  auto alert = !known      ? base::Result<model::Alert>(base::NotFound(""))
               : pseudonym ? parts_.store.GetAlertByPseudonym(id)
                           : parts_.store.GetAlert(base::AlertId(id));
  if (absl::IsNotFound(alert.status()) ||
      (alert.ok() && !auditor.Sees(alert->force, alert->authority))) {
    return base::NotFound("no such alert within the scope of your certificate");
  }
  return alert;
}

v1::Delivery DeliveryInquiry::DeliveryOf(const Auditor& auditor, const model::Alert& alert,
                                         absl::Time now) const {
  v1::Delivery delivery;
  delivery.set_alert(audit::PseudonymOf(alert.id.value()));
  delivery.set_school(parts_.schools.Of(alert.urn));
  delivery.set_force(alert.force.value());
  if (auditor.names == Names::kNamed) {
    delivery.set_alert_id(alert.id.value());
    delivery.set_urn(alert.urn.value());
    delivery.set_authority(alert.authority.value());
  }
  delivery.set_state(alert.state);
  delivery.set_late(model::Late(alert, now));
  delivery.set_revision(alert.revision);
  delivery.set_refused(alert.refused);
  delivery.set_arrival(alert.arrival.said);
  delivery.set_rung(alert.rung);
  AddTimes(alert, delivery);
  return delivery;
}

base::Result<store::AlertFilter> DeliveryInquiry::FilterOf(const Auditor& auditor,
                                                           const v1::ListDeliveriesRequest& request,
                                                           absl::Time now) {
  store::AlertFilter filter;
  FB_RETURN_IF_ERROR(Narrow(auditor.force, request.force(), filter.force));
  FB_RETURN_IF_ERROR(Narrow(auditor.authority, request.authority(), filter.authority));
  if (request.urn() != 0 && auditor.names != Names::kNamed) {
    return base::PermissionDenied("urn: your certificate's scope names schools by pseudonyms");
  }
  filter.urn = base::Urn(request.urn());
  if (!request.school().empty()) {
    FB_ASSIGN_OR_RETURN(filter.urn, parts_.schools.Find(request.school(), now));
  }
  if (request.late_only() && request.in_time_only()) {
    return base::InvalidArgument("late_only, in_time_only: one of them");
  }
  if (request.state() != v1::ALERT_STATE_UNSPECIFIED) filter.state = request.state();
  if (request.in_time_only()) filter.standing = store::Standing::kInTime;
  if (request.late_only()) filter.late_at = now;
  if (request.has_rung()) filter.rung = request.rung();
  if (request.has_accepted_from()) filter.accepted_from = model::FromWire(request.accepted_from());
  if (request.has_accepted_before()) {
    filter.accepted_before = model::FromWire(request.accepted_before());
  }
  return filter;
}

base::Result<v1::Checkpoint> DeliveryInquiry::Newest() {
  return GetCheckpoint({});
}

base::Result<v1::Checkpoint> DeliveryInquiry::GetCheckpoint(
    const v1::GetCheckpointRequest& request) {
  if (!request.remembered().empty()) {
    FB_RETURN_IF_ERROR(parts_.keeper.Compare(request.remembered()));
  }
  FB_ASSIGN_OR_RETURN(const store::Identity identity, parts_.store.GetIdentity());
  return ToWire(parts_.keeper,
                request.to_witness() ? parts_.keeper.ToWitness() : parts_.keeper.Published(),
                identity.simulated);
}

base::Result<v1::GetProofsResponse> DeliveryInquiry::GetProofs(
    const v1::GetProofsRequest& request) {
  if (static_cast<std::size_t>(request.positions_size()) > limits::kProofsPerCall) {
    return base::InvalidArgument("positions: at most " + std::to_string(limits::kProofsPerCall));
  }
  v1::GetProofsResponse response;
  v1::GetCheckpointRequest which;
  FB_ASSIGN_OR_RETURN(v1::Checkpoint checkpoint, GetCheckpoint(which));
  which.set_to_witness(true);
  FB_ASSIGN_OR_RETURN(v1::Checkpoint waiting, GetCheckpoint(which));
  const std::uint64_t size = request.size() == 0 ? checkpoint.size() : request.size();
  if (size > std::max(checkpoint.size(), waiting.size())) {
    return base::InvalidArgument("size: the log has signed no tree as large as that");
  }
  if (size == checkpoint.size()) *response.mutable_checkpoint() = std::move(checkpoint);
  if (size == waiting.size()) *response.mutable_checkpoint() = std::move(waiting);
  for (const std::uint64_t position : request.positions()) {
    FB_ASSIGN_OR_RETURN(const auto hashes, parts_.keeper.InclusionProof(position, size));
    v1::InclusionProof& proof = *response.add_inclusion();
    proof.set_position(position);
    AddHashes(hashes, *proof.mutable_hashes());
  }
  if (request.has_old_size()) {
    FB_ASSIGN_OR_RETURN(const auto hashes,
                        parts_.keeper.ConsistencyProof(request.old_size(), size));
    AddHashes(hashes, *response.mutable_consistency());
  }
  return response;
}

base::Result<v1::AddCosignatureResponse> DeliveryInquiry::AddCosignature(
    const v1::AddCosignatureRequest& request) {
  v1::AddCosignatureResponse response;
  FB_ASSIGN_OR_RETURN(const bool quorum,
                      parts_.keeper.AddCosignature(request.size(), request.signature_line()));
  response.set_quorum(quorum);
  return response;
}

base::Result<EntryRange> DeliveryInquiry::OpenEntries(const Auditor& auditor,
                                                      const v1::ReadEntriesRequest& request,
                                                      absl::Time now) {
  const std::uint64_t size = parts_.keeper.Published().checkpoint.size;
  const std::uint64_t all = request.first() < size ? size - request.first() : 0;
  const std::uint64_t count = request.count() == 0 ? all : std::min(request.count(), all);
  const auto cost = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(kPageCost + count / kEntriesForOne, kMostCost));
  FB_RETURN_IF_ERROR(parts_.questions.Ask(auditor, "read_entries", cost, now));
  return EntryRange{request.first(), request.first() + count};
}

base::Result<std::vector<v1::LogEntry>> DeliveryInquiry::NextEntries(const Auditor& auditor,
                                                                     EntryRange& range) {
  std::vector<v1::LogEntry> page;
  if (range.empty()) return page;
  const auto limit = std::min<std::uint64_t>(range.end - range.next, limits::kMaxPageSize);
  FB_ASSIGN_OR_RETURN(const auto entries,
                      parts_.store.ReadLog(range.next, static_cast<std::size_t>(limit)));
  if (entries.empty()) return base::DataLoss("the log is shorter than its head says");
  for (const store::LogEntry& entry : entries) page.push_back(EntryOf(auditor, entry));
  range.next += entries.size();
  return page;
}

}  // namespace firstbell::inquiry
