// Incidents, alerts, sealings and receipts.

#include <algorithm>

#include "broker/store/rocksdb/codec.h"
#include "broker/store/rocksdb/codec_parts.h"

namespace firstbell::store::rocks {
namespace {

void Put(const model::Telephone& telephone, records::Telephone& record) {
  record.set_wanted(telephone.wanted);
  record.set_unready(telephone.unready);
  record.set_calls(telephone.calls);
  record.set_last(telephone.last);
  record.set_last_by(telephone.last_by.value());
  if (telephone.last_at) record.set_last_at(Nanos(*telephone.last_at));
  if (telephone.again_at) record.set_again_at(Nanos(*telephone.again_at));
}

model::Telephone TelephoneOf(const records::Telephone& record) {
  model::Telephone telephone{record.wanted(),
                             record.unready(),
                             record.calls(),
                             record.last(),
                             base::OfficerId(record.last_by()),
                             {},
                             {}};
  if (record.has_last_at()) telephone.last_at = Instant(record.last_at());
  if (record.has_again_at()) telephone.again_at = Instant(record.again_at());
  return telephone;
}

void Put(const model::SafeArrival& arrival, records::SafeArrival& record) {
  if (arrival.due) record.set_due(Nanos(*arrival.due));
  record.set_said(arrival.said);
  if (arrival.at) record.set_at(Nanos(*arrival.at));
  record.set_overdue(arrival.overdue);
  record.set_decided(arrival.decided);
}

model::SafeArrival ArrivalOf(const records::SafeArrival& record) {
  model::SafeArrival arrival{{}, record.said(), {}, record.overdue(), record.decided()};
  if (record.has_due()) arrival.due = Instant(record.due());
  if (record.has_at()) arrival.at = Instant(record.at());
  return arrival;
}

void Put(const model::Steps& steps, records::Steps& record) {
  if (steps.sent) record.set_sent(Nanos(*steps.sent));
  if (steps.received) record.set_received(Nanos(*steps.received));
  if (steps.shown) record.set_shown(Nanos(*steps.shown));
  if (steps.opened) record.set_opened(Nanos(*steps.opened));
}

model::Steps StepsOf(const records::Steps& record) {
  model::Steps steps;
  if (record.has_sent()) steps.sent = Instant(record.sent());
  if (record.has_received()) steps.received = Instant(record.received());
  if (record.has_shown()) steps.shown = Instant(record.shown());
  if (record.has_opened()) steps.opened = Instant(record.opened());
  return steps;
}

// Of a row from before parts were told apart.
v1::Part PartOf(v1::Part stored) {
  return stored == v1::PART_UNSPECIFIED ? v1::PART_WHOLE : stored;
}

// What its school has seen and said of an alert, and which devices hold it.
void PutAnswers(const AlertRow& row, records::Alert& record) {
  const model::Alert& alert = row.alert;
  record.set_seen_before(alert.seen_before);
  record.set_opened_revision(alert.opened_revision);
  record.set_local_id(alert.local_id.value());
  record.set_asked_first(alert.ours.asked);
  if (alert.ours.at) record.set_ours_at(Nanos(*alert.ours.at));
  record.set_refused(alert.refused);
  if (alert.breach_at) record.set_breach_at(Nanos(*alert.breach_at));
  for (const std::uint64_t name : alert.excluded) record.add_excluded(name);
  if (alert.arrival != model::SafeArrival()) Put(alert.arrival, *record.mutable_arrival());
  record.set_offered_to(alert.offered_to.value());
  record.set_offered_by(alert.offered_by.value());
  record.set_replies(alert.replies);
  for (const auto& [device, held] : row.holders) {
    records::Holder& holder = *record.add_holders();
    holder.set_device(device.value());
    holder.set_received(held.received);
    holder.set_erased(held.erased);
    holder.set_repeated(held.repeated);
  }
}

void ReadAnswers(const records::Alert& record, AlertRow& row) {
  model::Alert& alert = row.alert;
  alert.seen_before = record.seen_before();
  alert.opened_revision = record.opened_revision();
  alert.local_id = base::LocalId(record.local_id());
  alert.ours.asked = record.asked_first();
  if (record.has_ours_at()) alert.ours.at = Instant(record.ours_at());
  alert.refused = record.refused();
  if (record.has_breach_at()) alert.breach_at = Instant(record.breach_at());
  alert.excluded.assign(record.excluded().begin(), record.excluded().end());
  alert.arrival = ArrivalOf(record.arrival());
  alert.offered_to = base::RecipientId(record.offered_to());
  alert.offered_by = base::RecipientId(record.offered_by());
  alert.replies = record.replies();
  for (const records::Holder& holder : record.holders()) {
    row.holders[base::RecipientId(holder.device())] = {holder.received(), holder.erased(),
                                                       holder.repeated()};
  }
}

}  // namespace

std::string Encode(const Incident& row) {
  records::Incident record;
  record.set_id(row.id.value());
  record.set_force(row.force.value());
  record.set_reference(row.reference.value());
  record.set_revision(row.revision);
  record.set_digest(row.digest);
  record.set_content(row.content);
  record.set_accepted_at(Nanos(row.accepted_at));
  for (const ChildAnswer& answer : row.children) {
    records::ChildAnswer& child = *record.add_children();
    child.set_child_ref(answer.child_ref.value());
    child.set_outcome(answer.outcome);
    child.set_reason(answer.reason);
    if (answer.show_from) child.set_show_from(Nanos(*answer.show_from));
    if (answer.deadline) child.set_deadline(Nanos(*answer.deadline));
  }
  if (row.revised_at) record.set_revised_at(Nanos(*row.revised_at));
  record.set_withdrawn(row.withdrawn);
  return record.SerializeAsString();
}

Status Decode(std::string_view bytes, Incident& row) {
  records::Incident record;
  FB_RETURN_IF_ERROR(Parse(bytes, record));
  row = {base::IncidentId(record.id()),
         base::ForceCode(record.force()),
         base::Reference(record.reference()),
         record.revision(),
         record.digest(),
         record.content(),
         Instant(record.accepted_at()),
         {}};
  if (record.has_revised_at()) row.revised_at = Instant(record.revised_at());
  row.withdrawn = record.withdrawn();
  for (const records::ChildAnswer& child : record.children()) {
    ChildAnswer& answer = row.children.emplace_back();
    answer.child_ref = base::ChildRef(child.child_ref());
    answer.outcome = child.outcome();
    answer.reason = child.reason();
    if (child.has_show_from()) answer.show_from = Instant(child.show_from());
    if (child.has_deadline()) answer.deadline = Instant(child.deadline());
  }
  return base::OkStatus();
}

std::string Encode(const EarlierRow& row) {
  return Encode(row.incident);
}

Status Decode(std::string_view bytes, EarlierRow& row) {
  return Decode(bytes, row.incident);
}

std::string Encode(const AlertRow& row) {
  const model::Alert& alert = row.alert;
  records::Alert record;
  record.set_id(alert.id.value());
  record.set_incident_id(alert.incident_id.value());
  record.set_force(alert.force.value());
  record.set_child_ref(alert.child_ref.value());
  record.set_urn(alert.urn.value());
  record.set_revision(alert.revision);
  record.set_sealing(alert.sealing);
  record.set_state(alert.state);
  record.set_accepted_at(Nanos(alert.accepted_at));
  record.set_changed_at(Nanos(alert.changed_at));
  record.set_show_from(Nanos(alert.show_from));
  record.set_deadline(Nanos(alert.deadline));
  if (alert.acknowledged_at) record.set_acknowledged_at(Nanos(*alert.acknowledged_at));
  record.set_urgent(alert.urgent);
  record.set_ordinal(row.ordinal);
  for (const base::RecipientId& id : row.sealed_to) record.add_sealed_to(id.value());
  for (const base::RecipientId& id : row.received_by) record.add_received_by(id.value());
  record.set_receipts(row.receipts);
  if (row.sealed) {
    record.set_sealed_show_from(Nanos(row.sealed->show_from));
    record.set_sealed_deadline(Nanos(row.sealed->deadline));
    record.set_sealed_at(Nanos(row.sealed->at));
    record.set_sealed_revision(row.sealed->revision);
    record.set_sealed_part(row.sealed->part);
    record.set_sealed_offered_to(row.sealed->offered_to.value());
  }
  record.set_sealed_sha256(row.sealed_sha256);
  if (alert.roll_as_of) record.set_roll_as_of(Nanos(*alert.roll_as_of));
  record.set_rung(alert.rung);
  if (alert.climb_at) record.set_climb_at(Nanos(*alert.climb_at));
  if (alert.telephone != model::Telephone()) Put(alert.telephone, *record.mutable_telephone());
  record.set_authority(alert.authority.value());
  if (alert.steps != model::Steps()) Put(alert.steps, *record.mutable_steps());
  PutAnswers(row, record);
  return record.SerializeAsString();
}

Status Decode(std::string_view bytes, AlertRow& row) {
  records::Alert record;
  FB_RETURN_IF_ERROR(Parse(bytes, record));
  row = AlertRow();
  model::Alert& alert = row.alert;
  alert.id = base::AlertId(record.id());
  alert.incident_id = base::IncidentId(record.incident_id());
  alert.force = base::ForceCode(record.force());
  alert.child_ref = base::ChildRef(record.child_ref());
  alert.urn = base::Urn(record.urn());
  alert.revision = record.revision();
  alert.sealing = record.sealing();
  alert.state = record.state();
  alert.accepted_at = Instant(record.accepted_at());
  alert.changed_at = Instant(record.changed_at());
  alert.show_from = Instant(record.show_from());
  alert.deadline = Instant(record.deadline());
  if (record.has_acknowledged_at()) alert.acknowledged_at = Instant(record.acknowledged_at());
  alert.urgent = record.urgent();
  row.ordinal = record.ordinal();
  for (const std::string& id : record.sealed_to()) row.sealed_to.emplace_back(id);
  for (const std::string& id : record.received_by()) row.received_by.emplace(id);
  row.receipts = record.receipts();
  if (record.has_sealed_at()) {
    row.sealed =
        SealedAs{Instant(record.sealed_show_from()), Instant(record.sealed_deadline()),
                 Instant(record.sealed_at()),        std::max(record.sealed_revision(), 1U),
                 PartOf(record.sealed_part()),       base::RecipientId(record.sealed_offered_to())};
  }
  row.sealed_sha256 = record.sealed_sha256();
  if (record.has_roll_as_of()) alert.roll_as_of = Instant(record.roll_as_of());
  alert.rung = record.rung();
  if (record.has_climb_at()) alert.climb_at = Instant(record.climb_at());
  alert.telephone = TelephoneOf(record.telephone());
  alert.authority = base::AuthorityCode(record.authority());
  alert.steps = StepsOf(record.steps());
  ReadAnswers(record, row);
  return base::OkStatus();
}

std::string Encode(const model::Sealing& row) {
  records::Sealing record;
  record.set_alert_id(row.alert_id.value());
  record.set_number(row.number);
  record.set_revision(row.revision);
  for (const base::RecipientId& id : row.people) record.add_people(id.value());
  record.set_ciphertext_sha256(row.ciphertext_sha256);
  record.set_envelope(row.envelope);
  record.set_sealed_at(Nanos(row.sealed_at));
  record.set_show_from(Nanos(row.show_from));
  record.set_deadline(Nanos(row.deadline));
  record.set_part(row.part);
  record.set_offered_to(row.offered_to.value());
  return record.SerializeAsString();
}

Status Decode(std::string_view bytes, model::Sealing& row) {
  records::Sealing record;
  FB_RETURN_IF_ERROR(Parse(bytes, record));
  row = {base::AlertId(record.alert_id()),
         record.number(),
         record.revision(),
         {},
         record.ciphertext_sha256(),
         record.envelope(),
         Instant(record.sealed_at()),
         Instant(record.show_from()),
         Instant(record.deadline()),
         PartOf(record.part()),
         base::RecipientId(record.offered_to())};
  for (const std::string& id : record.people()) row.people.emplace_back(id);
  return base::OkStatus();
}

std::string Encode(const ReceiptRow& row) {
  const model::Receipt& receipt = row.receipt;
  records::Receipt record;
  record.set_alert_id(receipt.alert_id.value());
  record.set_sealing(receipt.sealing);
  record.set_ciphertext_sha256(receipt.ciphertext_sha256);
  record.set_kind(receipt.kind);
  record.set_signer(receipt.signer.value());
  record.set_urn(receipt.urn.value());
  record.set_handed_to(receipt.handed_to.value());
  record.set_refusal(receipt.refusal);
  record.set_at(Nanos(receipt.at));
  record.set_recorded_at(Nanos(receipt.recorded_at));
  record.set_wire(receipt.wire);
  record.set_ordinal(row.ordinal);
  return record.SerializeAsString();
}

Status Decode(std::string_view bytes, ReceiptRow& row) {
  records::Receipt record;
  FB_RETURN_IF_ERROR(Parse(bytes, record));
  row.receipt = {base::AlertId(record.alert_id()),
                 record.sealing(),
                 record.ciphertext_sha256(),
                 record.kind(),
                 base::RecipientId(record.signer()),
                 base::Urn(record.urn()),
                 base::RecipientId(record.handed_to()),
                 record.refusal(),
                 Instant(record.at()),
                 Instant(record.recorded_at()),
                 record.wire()};
  row.ordinal = record.ordinal();
  return base::OkStatus();
}

}  // namespace firstbell::store::rocks
