#include "broker/dispatch/ended_alerts.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "broker/base/limits.h"
#include "broker/base/log.h"
#include "broker/model/text.h"

namespace firstbell::dispatch {
namespace {

base::Result<v1::EndedAlert> Describe(store::Store& store, const model::Alert& alert) {
  v1::EndedAlert ended;
  ended.set_alert_id(alert.id.value());
  ended.set_revision(alert.revision);
  ended.set_state(alert.state);
  *ended.mutable_at() = model::ToWire(alert.changed_at);
  if (alert.state != v1::ALERT_STATE_ACKNOWLEDGED || !alert.acknowledged_at) return ended;
  *ended.mutable_at() = model::ToWire(*alert.acknowledged_at);
  FB_ASSIGN_OR_RETURN(const auto receipts, store.ReceiptsOf(alert.id));
  const auto acknowledged =
      std::find_if(receipts.begin(), receipts.end(), [&](const model::Receipt& receipt) {
        return receipt.kind == v1::RECEIPT_KIND_ACKNOWLEDGED &&
               receipt.recorded_at == *alert.acknowledged_at;
      });
  if (acknowledged != receipts.end()) ended.set_acknowledged_by(acknowledged->signer.value());
  return ended;
}

// One alert that cannot be read must not keep the others back.
void LogUnreadable(const base::Status& status, const base::AlertId& id) {
  base::LogError("dispatch", base::Message(status), {{"alert", id.value()}});
}

// Nothing where it cannot be read any more.
base::Result<std::optional<model::Sealing>> Readable(store::Store& store, const model::Alert& alert,
                                                     absl::Time now) {
  if (alert.sealing == 0) return std::nullopt;
  FB_ASSIGN_OR_RETURN(model::Sealing sealing, store.GetSealing(alert.id, alert.sealing));
  if (now >= model::ExpiryOf(sealing.sealed_at, sealing.deadline)) return std::nullopt;
  return sealing;
}

}  // namespace

v1::EndedAlerts EndedAmong(store::Store& store, base::Urn urn,
                           absl::Span<const base::AlertId> ids) {
  v1::EndedAlerts ended;
  std::size_t unknown = 0;
  for (const base::AlertId& id : ids) {
    const auto alert = store.GetAlert(id);
    if (absl::IsNotFound(alert.status()) || (alert.ok() && alert->urn != urn)) {
      ++unknown;
      continue;
    }
    if (alert.ok() && !model::Ended(alert->state)) continue;
    auto described =
        alert.ok() ? Describe(store, *alert) : base::Result<v1::EndedAlert>(alert.status());
    described.ok() ? void(*ended.add_alerts() = *std::move(described))
                   : LogUnreadable(described.status(), id);
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
  filter.unreceived_by = device.id;
  std::vector<model::Sealing> unseen;
  std::string after;
  do {
    FB_ASSIGN_OR_RETURN(const auto page, store.ListAlerts(filter, after, limits::kEndedPushed));
    for (const model::Alert& alert : page.items) {
      if (unseen.size() == limits::kEndedPushed) break;
      auto sealing = Readable(store, alert, now);
      if (!sealing.ok()) LogUnreadable(sealing.status(), alert.id);
      if (sealing.ok() && *sealing) unseen.push_back(**std::move(sealing));
    }
    after = page.next;
  } while (!after.empty() && unseen.size() < limits::kEndedPushed);
  return unseen;
}

}  // namespace firstbell::dispatch
