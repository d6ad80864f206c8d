// The part of rules.h about receipts: what they say of an alert, its child's case and its copies.

#include <algorithm>

#include "broker/base/limits.h"
#include "broker/store/rules.h"

namespace firstbell::store {

SealedAs AsSealed(const model::Sealing& sealing) {
  return {sealing.show_from, sealing.deadline, sealing.sealed_at,
          sealing.revision,  sealing.part,     sealing.offered_to};
}

Status CheckReceiptAlert(const model::Alert* alert, const model::Receipt& receipt) {
  if (alert == nullptr || alert->urn != receipt.urn) return NoSuchAlert();
  return base::OkStatus();
}

Status CheckReceiptSealing(std::string_view ciphertext_sha256, const model::Receipt& receipt) {
  if (ciphertext_sha256.empty() || ciphertext_sha256 != receipt.ciphertext_sha256) {
    return base::FailedPrecondition("the receipt names no sealing of this alert with this digest");
  }
  return base::OkStatus();
}

Status CheckReceiptSigner(const model::Recipient* signer, const model::Receipt& receipt) {
  if (signer == nullptr || signer->urn != receipt.urn || !signer->in_force()) {
    return base::PermissionDenied(
        "the receipt's signer is not enrolled at this school, or revoked");
  }
  return base::OkStatus();
}

Status CheckRepeated(const Holders& holders, const model::Receipt& receipt) {
  const auto signer = holders.find(receipt.signer);
  if (!model::Repeats(receipt.kind) || signer == holders.end()) return base::OkStatus();
  // That a child is absent is heard from whoever has replied too often.
  const bool of_the_child = model::ArrivalOf(receipt.kind) != v1::ARRIVAL_UNSPECIFIED;
  const std::uint32_t most = (of_the_child ? 10 : 1) * limits::kRepeatedStatements;
  if (signer->second.repeated < most) return base::OkStatus();
  return base::Error(base::Code::kOutOfRange,
                     "the receipt's signer has said too much about this alert");
}

namespace {

bool Reads(v1::ReceiptKind kind) {
  return kind == v1::RECEIPT_KIND_OPENED || kind == v1::RECEIPT_KIND_ACKNOWLEDGED;
}

void Refuse(const model::Receipt& receipt, model::Alert& alert) {
  if (model::TakenBack(alert.state)) return;
  const bool read = model::Opened(alert) || alert.opened_revision > 0;
  if (read && !alert.breach_at) alert.breach_at = receipt.recorded_at;
  alert.refused = receipt.refusal;
  alert.state = v1::ALERT_STATE_REDIRECTED;
  alert.changed_at = receipt.recorded_at;
  alert.acknowledged_at.reset();
}

}  // namespace

model::Alert AfterReceipt(model::Alert alert, const model::Receipt& receipt,
                          const SealingSaid& sealing) {
  const bool read = Reads(receipt.kind) && sealing.part == v1::PART_WHOLE;
  if (read && model::TakenBack(alert.state) && !alert.breach_at) {
    alert.breach_at = receipt.recorded_at;
  }
  // Also of an earlier revision: what the school has to say is for the desk to read.
  if (receipt.kind == v1::RECEIPT_KIND_REPLIED) {
    ++alert.replies;
    return alert;
  }
  if (sealing.revision < alert.revision) {
    if (read) alert.opened_revision = std::max(alert.opened_revision, sealing.revision);
    return alert;
  }
  if (receipt.kind == v1::RECEIPT_KIND_REFUSED) {
    Refuse(receipt, alert);
    return alert;
  }
  if (const v1::Arrival said = model::ArrivalOf(receipt.kind)) {
    // By a clock that is ahead, nothing later could be said for long.
    const absl::Time at = std::min(receipt.at, receipt.recorded_at);
    if (!model::TakenBack(alert.state)) model::Say(said, at, alert);
    return alert;
  }
  if (receipt.kind == v1::RECEIPT_KIND_OFFERED) {
    if (model::Ended(alert.state)) return alert;
    alert.offered_to = receipt.handed_to;
    alert.offered_by = receipt.signer;
    return alert;
  }
  if (receipt.kind == v1::RECEIPT_KIND_OURS && model::PartOf(alert) == v1::PART_IDENTITY) {
    alert.ours.at = receipt.recorded_at;
  }
  const bool of_identity = Reads(receipt.kind) && !read;
  const model::AlertState after =
      model::Advance(alert.state, of_identity ? v1::RECEIPT_KIND_SHOWN : receipt.kind);
  if (after == alert.state) return alert;
  model::Enter(after, receipt.recorded_at, alert);
  if (after == v1::ALERT_STATE_ACKNOWLEDGED) {
    alert.acknowledged_at = receipt.recorded_at;
    alert.offered_to = alert.offered_by = {};
    alert.arrival = model::AskArrival(alert, receipt.recorded_at);
  }
  return alert;
}

bool RefusedNow(const model::Alert& before, const model::Alert& after) {
  return before.refused == v1::REFUSAL_REASON_UNSPECIFIED &&
         after.refused != v1::REFUSAL_REASON_UNSPECIFIED;
}

bool DisputesRoll(const model::Alert& refused, const std::optional<model::Case>& stood) {
  if (refused.local_id.empty()) return false;
  if (refused.refused != v1::REFUSAL_REASON_NEVER_HERE) return true;
  if (!stood || stood->reason != v1::REASON_NOT_CORROBORATED) return true;
  if (!stood->decision || stood->decision->by_machine()) return true;
  const auto& urns = stood->decision->urns;
  return std::find(urns.begin(), urns.end(), refused.urn) == urns.end();
}

model::Case CaseAfterRefusal(const model::Alert& refused, const std::optional<model::Case>& stood,
                             absl::Time at) {
  const bool waits = stood && !stood->decision;
  model::Case value;
  value.incident_id = refused.incident_id;
  value.force = refused.force;
  value.child_ref = refused.child_ref;
  value.reason = v1::REASON_REFUSED;
  value.opened_at = waits ? stood->opened_at : at;
  value.deadline = waits ? std::min(stood->deadline, refused.deadline) : refused.deadline;
  if (!stood) return value;
  value.candidates = stood->candidates;
  value.roll_as_of = stood->roll_as_of;
  return value;
}

void Note(const model::Receipt& receipt, Holders& holders) {
  if (receipt.kind == v1::RECEIPT_KIND_RECEIVED) {
    Held& held = holders[receipt.signer];
    held.received = std::max(held.received, receipt.sealing);
  } else if (receipt.kind == v1::RECEIPT_KIND_ERASED) {
    Held& held = holders[receipt.signer];
    held.erased = std::max(held.erased, receipt.sealing);
  } else if (model::Repeats(receipt.kind)) {
    ++holders[receipt.signer].repeated;
  }
}

std::set<base::RecipientId> StillHolding(const model::Alert& alert, const Holders& holders) {
  std::set<base::RecipientId> devices;
  if (!model::TakenBack(alert.state)) return devices;
  for (const auto& [device, held] : holders) {
    if (held.still()) devices.insert(device);
  }
  return devices;
}

Status CheckAlertWhole(const model::Alert& alert, absl::Span<const model::Sealing> sealings,
                       absl::Span<const model::Receipt> receipts) {
  const std::string& id = alert.id.value();
  if (alert.sealing != sealings.size()) return Damaged("the number of sealings of alert", id);
  for (std::size_t i = 0; i < sealings.size(); ++i) {
    if (sealings[i].number != i + 1 || sealings[i].alert_id != alert.id) {
      return Damaged("a sealing's number in alert", id);
    }
  }
  model::AlertState furthest = v1::ALERT_STATE_ACCEPTED;
  for (const model::Receipt& receipt : receipts) {
    const bool is_sealed = receipt.sealing != 0 && receipt.sealing <= sealings.size();
    if (!is_sealed || !CheckReceiptAlert(&alert, receipt).ok() ||
        !CheckReceiptSealing(sealings[receipt.sealing - 1].ciphertext_sha256, receipt).ok()) {
      return Damaged("a receipt's sealing in alert", id);
    }
    const model::Sealing& sealing = sealings[receipt.sealing - 1];
    const bool of_identity = sealing.part == v1::PART_IDENTITY && Reads(receipt.kind);
    if (sealing.revision < alert.revision || receipt.kind == v1::RECEIPT_KIND_REFUSED) continue;
    furthest = model::Advance(furthest, of_identity ? v1::RECEIPT_KIND_SHOWN : receipt.kind);
  }
  const bool sent = furthest == v1::ALERT_STATE_ACCEPTED && alert.state == v1::ALERT_STATE_SENT;
  // What a machine that was not linked did with it since does not move it.
  const bool taken_back = model::TakenBack(alert.state);
  // A later call, about the child's arrival or a reply, has an outcome of its own.
  const model::Telephone& telephone = alert.telephone;
  const bool answered = telephone.last == v1::CALL_OUTCOME_ACKNOWLEDGED || telephone.calls > 1;
  const bool by_telephone = alert.state == v1::ALERT_STATE_ACKNOWLEDGED && answered;
  if (alert.state != furthest && !sent && !taken_back && !by_telephone) {
    return Damaged("the state against the receipts of alert", id);
  }
  const bool acknowledged = alert.state == v1::ALERT_STATE_ACKNOWLEDGED;
  if (alert.acknowledged_at.has_value() != acknowledged) {
    return Damaged("the time of acknowledgement of alert", id);
  }
  return base::OkStatus();
}

}  // namespace firstbell::store
