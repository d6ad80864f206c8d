#include "broker/dispatch/ended_alerts.h"

#include <algorithm>

#include "broker/base/limits.h"
#include "broker/base/log.h"
#include "broker/model/text.h"

namespace firstbell::dispatch {
namespace {

base::Result<v1::EndedAlert> Describe(store::Store& store, const model::Alert& alert) {
  FB_ASSIGN_OR_RETURN(const auto receipts, store.ReceiptsOf(alert.id));
  v1::EndedAlert ended;
  ended.set_alert_id(alert.id.value());
  ended.set_revision(alert.revision);
  ended.set_state(alert.state);
  if (alert.acknowledged_at) *ended.mutable_at() = model::ToWire(*alert.acknowledged_at);
  const auto acknowledged = std::find_if(
      receipts.begin(), receipts.end(),
      [](const model::Receipt& receipt) { return receipt.kind == v1::RECEIPT_KIND_ACKNOWLEDGED; });
  if (acknowledged != receipts.end()) ended.set_acknowledged_by(acknowledged->signer.value());
  return ended;
}

base::Result<bool> Received(store::Store& store, const model::Alert& alert,
                            const base::RecipientId& device) {
  FB_ASSIGN_OR_RETURN(const auto receipts, store.ReceiptsOf(alert.id));
  return std::any_of(receipts.begin(), receipts.end(), [&](const model::Receipt& receipt) {
    return receipt.kind == v1::RECEIPT_KIND_RECEIVED && receipt.signer == device &&
           receipt.sealing == alert.sealing;
  });
}

}  // namespace

base::Result<v1::EndedAlerts> EndedAmong(store::Store& store, base::Urn urn,
                                         absl::Span<const base::AlertId> ids) {
  v1::EndedAlerts ended;
  std::size_t unknown = 0;
  for (const base::AlertId& id : ids) {
    const auto alert = store.GetAlert(id);
    if (absl::IsNotFound(alert.status()) || (alert.ok() && alert->urn != urn)) {
      ++unknown;
      continue;
    }
    FB_RETURN_IF_ERROR(alert.status());
    if (!model::Ended(alert->state)) continue;
    FB_ASSIGN_OR_RETURN(*ended.add_alerts(), Describe(store, *alert));
  }
  if (unknown > 0) {
    base::LogWarning("dispatch",
                     "a device holds alerts that are not known here as its school's; was an older "
                     "backup restored?",
                     {{"urn", urn.ToString()}, {"count", std::to_string(unknown)}});
  }
  return ended;
}

base::Result<std::vector<model::Sealing>> EndedUnseenBy(store::Store& store, const Device& device,
                                                        absl::Time now) {
  store::AlertFilter filter;
  filter.urn = device.urn;
  filter.state = v1::ALERT_STATE_ACKNOWLEDGED;
  // What was accepted before is expired, also where it was sealed before a long holiday.
  filter.accepted_from = now - 2 * limits::kSealingLife;
  std::vector<model::Sealing> unseen;
  std::string after;
  do {
    FB_ASSIGN_OR_RETURN(const auto page, store.ListAlerts(filter, after, limits::kEndedPushed));
    for (const model::Alert& alert : page.items) {
      FB_ASSIGN_OR_RETURN(const bool received, Received(store, alert, device.id));
      if (received || alert.sealing == 0) continue;
      FB_ASSIGN_OR_RETURN(model::Sealing sealing, store.GetSealing(alert.id, alert.sealing));
      if (now >= model::ExpiryOf(sealing.sealed_at, sealing.deadline)) continue;
      if (unseen.size() < limits::kEndedPushed) unseen.push_back(std::move(sealing));
    }
    after = page.next;
  } while (!after.empty() && unseen.size() < limits::kEndedPushed);
  return unseen;
}

}  // namespace firstbell::dispatch
