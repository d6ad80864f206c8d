#include "clients/school/show.h"

#include <algorithm>

#include "broker/base/limits.h"

namespace firstbell::school {

ShowPlan DecideShow(const std::vector<HeldAlert>& waiting, absl::Time now) {
  ShowPlan plan;
  for (const HeldAlert& alert : waiting) {
    if (alert.shown_at.has_value()) continue;
    if (alert.show_from <= now) {
      plan.due.push_back(alert);
    } else {
      plan.next = std::min(plan.next.value_or(alert.show_from), alert.show_from);
    }
  }
  return plan;
}

base::Result<std::vector<HeldAlert>> ShowDue(LocalStore& store, const link::Signer& device,
                                             absl::Time now) {
  FB_ASSIGN_OR_RETURN(const std::vector<HeldAlert> waiting, store.WaitingAlerts());
  std::vector<HeldAlert> shown;
  for (const HeldAlert& alert : DecideShow(waiting, now).due) {
    const auto receipt = link::SignToQueue(alert.newest, v1::RECEIPT_KIND_SHOWN, device, now);
    FB_ASSIGN_OR_RETURN(const Queued queued, store.QueueReceipt(receipt));
    if (queued == Queued::kNow) shown.push_back(alert);
  }
  return shown;
}

std::optional<absl::Time> OverAt(const HeldAlert& alert) {
  return alert.ended ? std::optional(alert.ended->at) : alert.acknowledged_at;
}

bool IsLate(const HeldAlert& alert, absl::Time now) {
  return OverAt(alert).value_or(now) >= alert.deadline;
}

bool IsAsked(const HeldAlert& alert) {
  return alert.part == v1::PART_IDENTITY && !alert.ours_at && !alert.refused_at && !OverAt(alert);
}

std::optional<absl::Time> ArrivalDue(const HeldAlert& alert) {
  const bool asked =
      StateOf(alert) == v1::ALERT_STATE_ACKNOWLEDGED && alert.arrival == v1::ARRIVAL_UNSPECIFIED;
  if (!asked) return std::nullopt;
  return std::max(alert.deadline, *OverAt(alert)) + limits::kRegistration;
}

bool IsExpired(const HeldAlert& alert, absl::Time now) {
  return now >= alert.expires_at;
}

model::AlertState StateOf(const HeldAlert& alert) {
  if (alert.ended) return alert.ended->state;
  if (alert.acknowledged_at) return v1::ALERT_STATE_ACKNOWLEDGED;
  if (alert.opened_at) return v1::ALERT_STATE_OPENED;
  return alert.shown_at ? v1::ALERT_STATE_SHOWN : v1::ALERT_STATE_RECEIVED;
}

}  // namespace firstbell::school
