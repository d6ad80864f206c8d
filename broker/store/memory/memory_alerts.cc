// Alerts, their sealings and receipts.

#include <algorithm>

#include "broker/audit/event_encoding.h"
#include "broker/store/memory/memory_store.h"
#include "broker/store/page_token.h"
#include "broker/store/rules.h"

namespace firstbell::store {

void MemoryStore::PutAlert(const model::Alert& alert) {
  const std::int64_t accepted = absl::ToUnixNanos(alert.accepted_at);
  model::Alert& stored = alerts_[alert.id].alert;
  if (Climbs(stored)) due_alerts_.erase({absl::ToUnixNanos(*model::LookAt(stored)), stored.id});
  if (IsCalled(stored)) {
    called_alerts_[stored.force].erase({absl::ToUnixNanos(stored.deadline), stored.id});
  }
  stored = alert;
  if (Climbs(alert)) due_alerts_.emplace(absl::ToUnixNanos(*model::LookAt(alert)), alert.id);
  if (IsCalled(alert)) {
    called_alerts_[alert.force].emplace(absl::ToUnixNanos(alert.deadline), alert.id);
  }
  alerts_by_time_.emplace(-accepted, alert.id);
  alerts_of_[alert.urn].emplace(-accepted, alert.id);
  auto& open = open_alerts_[alert.urn];
  if (model::Ended(alert.state)) {
    open.erase({accepted, alert.id});
  } else {
    open.emplace(accepted, alert.id);
  }
  NoteHeld(alerts_.at(alert.id));
}

Result<model::Alert> MemoryStore::GetAlert(const base::AlertId& id) {
  base::MutexLock lock(mutex_);
  const auto row = alerts_.find(id);
  if (row == alerts_.end()) return NoSuchAlert();
  return row->second.alert;
}

Result<std::vector<model::Alert>> MemoryStore::AlertsBeginning(std::string_view prefix,
                                                               std::size_t limit) {
  base::MutexLock lock(mutex_);
  std::vector<model::Alert> alerts;
  auto row = alerts_.lower_bound(base::AlertId(std::string(prefix)));
  for (; row != alerts_.end() && alerts.size() < limit; ++row) {
    if (!std::string_view(row->first.value()).starts_with(prefix)) break;
    alerts.push_back(row->second.alert);
  }
  return alerts;
}

Result<model::Alert> MemoryStore::GetAlertByPseudonym(std::string_view pseudonym) {
  base::MutexLock lock(mutex_);
  for (const auto& [id, row] : alerts_) {
    if (audit::PseudonymOf(id.value()) == pseudonym) return row.alert;
  }
  return NoSuchAlert();
}

Result<Page<model::Alert>> MemoryStore::ListAlerts(const AlertFilter& filter,
                                                   std::string_view after, std::size_t limit) {
  base::MutexLock lock(mutex_);
  const auto& order = filter.urn.empty() ? alerts_by_time_ : alerts_of_[filter.urn];
  auto at = order.begin();
  if (!after.empty()) {
    FB_ASSIGN_OR_RETURN(const PageToken token, ParsePageToken(after));
    at = order.upper_bound({-token.number, base::AlertId(token.id)});
  }
  Page<model::Alert> page;
  for (; at != order.end(); ++at) {
    const AlertRow& row = alerts_.at(at->second);
    const model::Alert& alert = row.alert;
    const bool older = filter.accepted_from && alert.accepted_at < *filter.accepted_from;
    if (older) break;
    if (!Matches(filter, alert) || HasReceived(row, filter.unreceived_by)) continue;
    if (page.items.size() >= limit) {
      const model::Alert& last = page.items.back();
      page.next = FormatPageToken({absl::ToUnixNanos(last.accepted_at), last.id.value()});
      break;
    }
    page.items.push_back(alert);
  }
  return page;
}

Result<Page<OpenAlert>> MemoryStore::OpenAlerts(base::Urn urn, std::string_view after,
                                                std::size_t limit) {
  PageToken token;
  if (!after.empty()) {
    FB_ASSIGN_OR_RETURN(token, ParsePageToken(after));
  }
  base::MutexLock lock(mutex_);
  Page<OpenAlert> page;
  const auto open = open_alerts_.find(urn);
  if (open == open_alerts_.end()) return page;
  auto at = after.empty() ? open->second.begin()
                          : open->second.upper_bound({token.number, base::AlertId(token.id)});
  for (; at != open->second.end(); ++at) {
    if (page.items.size() >= limit) {
      const model::Alert& last = page.items.back().alert;
      page.next = FormatPageToken({absl::ToUnixNanos(last.accepted_at), last.id.value()});
      break;
    }
    page.items.push_back(ToOpenAlert(alerts_.at(at->second)));
  }
  return page;
}

bool MemoryStore::HasReceived(const AlertRow& row, const base::RecipientId& device) {
  return !device.empty() &&
         std::any_of(row.receipts.begin(), row.receipts.end(), [&](const model::Receipt& receipt) {
           return receipt.kind == v1::RECEIPT_KIND_RECEIVED &&
                  receipt.sealing == row.alert.sealing && receipt.signer == device;
         });
}

OpenAlert MemoryStore::ToOpenAlert(const AlertRow& row) {
  OpenAlert open;
  open.alert = row.alert;
  if (row.sealings.empty()) return open;
  open.sealed_to = row.sealings.back().people;
  open.sealed = AsSealed(row.sealings.back());
  for (const model::Receipt& receipt : row.receipts) {
    if (receipt.kind == v1::RECEIPT_KIND_RECEIVED && receipt.sealing == row.alert.sealing) {
      open.received_by.insert(receipt.signer);
    }
  }
  return open;
}

std::vector<Status> MemoryStore::RecordSealings(absl::Span<const NewSealing> sealings) {
  base::MutexLock lock(mutex_);
  std::vector<Status> results;
  for (const NewSealing& sealing : sealings) results.push_back(RecordSealing(sealing));
  return results;
}

Status MemoryStore::RecordSealing(const NewSealing& given) {
  const model::Sealing& sealing = given.sealing;
  const auto row = alerts_.find(sealing.alert_id);
  if (row == alerts_.end()) return NoSuchAlert();
  auto& [alert, sealings, receipts] = row->second;
  if (std::find(sealings.begin(), sealings.end(), sealing) != sealings.end()) {
    return base::OkStatus();
  }
  FB_RETURN_IF_ERROR(CheckNextSealing(alert, sealing));
  sealings.push_back(sealing);
  alert.sealing = sealing.number;
  Append(given.events);
  return base::OkStatus();
}

Result<model::Sealing> MemoryStore::GetSealing(const base::AlertId& id, std::uint32_t number) {
  base::MutexLock lock(mutex_);
  const auto row = alerts_.find(id);
  if (row == alerts_.end()) return NoSuchSealing();
  const auto& sealings = row->second.sealings;
  if (number == 0 || number > sealings.size()) return NoSuchSealing();
  return sealings[number - 1];
}

std::vector<Result<Recorded>> MemoryStore::RecordSent(absl::Span<const SentAlert> sent,
                                                      absl::Time now) {
  base::MutexLock lock(mutex_);
  std::vector<Result<Recorded>> results;
  for (const SentAlert& one : sent) results.push_back(RecordSentOne(one, now));
  return results;
}

Result<Recorded> MemoryStore::RecordSentOne(const SentAlert& sent, absl::Time now) {
  const auto row = alerts_.find(sent.id);
  if (row == alerts_.end()) return NoSuchAlert();
  model::Alert& alert = row->second.alert;
  if (alert.state != v1::ALERT_STATE_ACCEPTED) return Recorded{alert, true};
  model::Enter(v1::ALERT_STATE_SENT, now, alert);
  Append(sent.events);
  return Recorded{alert, false};
}

Result<std::vector<base::Urn>> MemoryStore::SchoolsWithOpenAlerts() {
  base::MutexLock lock(mutex_);
  std::vector<base::Urn> urns;
  for (const auto& [urn, open] : open_alerts_) {
    if (!open.empty()) urns.push_back(urn);
  }
  return urns;
}

Status MemoryStore::Reschedule(const base::AlertId& id, absl::Time show_from, absl::Time deadline,
                               const Events& events) {
  base::MutexLock lock(mutex_);
  const auto row = alerts_.find(id);
  if (row == alerts_.end()) return NoSuchAlert();
  const model::Alert alert = row->second.alert;
  if (alert.show_from == show_from && alert.deadline == deadline) return base::OkStatus();
  FB_RETURN_IF_ERROR(CheckReschedule(alert, show_from, deadline));
  PutAlert(AfterReschedule(alert, show_from, deadline));
  Append(events);
  return base::OkStatus();
}

std::vector<Result<Recorded>> MemoryStore::RecordReceipts(absl::Span<const NewReceipt> receipts) {
  base::MutexLock lock(mutex_);
  std::vector<Result<Recorded>> results;
  for (const NewReceipt& receipt : receipts) results.push_back(RecordReceipt(receipt));
  return results;
}

Result<Recorded> MemoryStore::RecordReceipt(const NewReceipt& given) {
  const model::Receipt& receipt = given.receipt;
  const auto row = alerts_.find(receipt.alert_id);
  FB_RETURN_IF_ERROR(
      CheckReceiptAlert(row == alerts_.end() ? nullptr : &row->second.alert, receipt));
  auto& [alert, sealings, receipts] = row->second;
  SealingSaid said;
  if (receipt.sealing != 0 && receipt.sealing <= sealings.size()) {
    const model::Sealing& sealing = sealings[receipt.sealing - 1];
    said = {sealing.ciphertext_sha256, sealing.revision, sealing.part};
  }
  FB_RETURN_IF_ERROR(CheckReceiptSealing(said.ciphertext_sha256, receipt));
  const bool was_there = std::any_of(
      receipts.begin(), receipts.end(),
      [&](const model::Receipt& before) { return model::SameStatement(before, receipt); });
  if (was_there) return Recorded{alert, true};
  const auto signer = recipients_.find(receipt.signer);
  FB_RETURN_IF_ERROR(
      CheckReceiptSigner(signer == recipients_.end() ? nullptr : &signer->second, receipt));
  FB_RETURN_IF_ERROR(CheckRepeated(HoldersOf(row->second), receipt));
  const model::Alert before = alert;
  PutAlert(AfterReceipt(alert, receipt, said));
  const Events events = given.events ? given.events(before, alert) : Events();
  if (RefusedNow(before, alert)) PutRefusal(alert, receipt.recorded_at);
  receipts.push_back(receipt);
  NoteHeld(row->second);
  Append(events);
  return Recorded{alert, false};
}

void MemoryStore::PutRefusal(const model::Alert& refused, absl::Time at) {
  const auto place = FindCase(refused.incident_id, refused.child_ref);
  std::optional<model::Case> stood;
  if (place) stood = incidents_.at(refused.incident_id).cases[place->ordinal];
  PutCase(CaseAfterRefusal(refused, stood, at));
  if (!DisputesRoll(refused, stood)) return;
  const auto school = schools_.find(refused.urn);
  if (school == schools_.end()) return;
  const auto pupil = school->second.pupils.find(refused.local_id);
  if (pupil != school->second.pupils.end()) pupil->second.disputed = true;
}

Holders MemoryStore::HoldersOf(const AlertRow& row) {
  Holders holders;
  for (const model::Receipt& receipt : row.receipts) Note(receipt, holders);
  return holders;
}

void MemoryStore::NoteHeld(const AlertRow& row) {
  const model::Alert& alert = row.alert;
  const bool held = model::TakenBack(alert.state) && !StillHolding(alert, HoldersOf(row)).empty();
  auto& of_school = held_alerts_[alert.urn];
  held ? void(of_school.insert(alert.id)) : void(of_school.erase(alert.id));
}

Result<Page<LeftBehind>> MemoryStore::StillHeld(base::Urn urn, std::string_view after,
                                                std::size_t limit) {
  PageToken token;
  if (!after.empty()) {
    FB_ASSIGN_OR_RETURN(token, ParsePageToken(after));
  }
  base::MutexLock lock(mutex_);
  Page<LeftBehind> page;
  const auto& held = held_alerts_[urn];
  for (auto id = held.upper_bound(base::AlertId(token.id)); id != held.end(); ++id) {
    if (page.items.size() >= limit) {
      page.next = FormatPageToken({0, page.items.back().alert.id.value()});
      break;
    }
    const AlertRow& row = alerts_.at(*id);
    page.items.push_back({row.alert, StillHolding(row.alert, HoldersOf(row))});
  }
  return page;
}

Result<std::vector<model::Receipt>> MemoryStore::ReceiptsOf(const base::AlertId& id) {
  base::MutexLock lock(mutex_);
  const auto row = alerts_.find(id);
  if (row == alerts_.end()) return std::vector<model::Receipt>();
  return row->second.receipts;
}

}  // namespace firstbell::store
