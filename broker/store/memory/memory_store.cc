#include "broker/store/memory/memory_store.h"

#include <algorithm>

#include "broker/audit/event_encoding.h"
#include "broker/crypto/random.h"
#include "broker/store/rules.h"

namespace firstbell::store {

Status MemoryStore::Initialise(const Identity& identity, const Events& events) {
  base::MutexLock lock(mutex_);
  if (identity_) return HasIdentity();
  identity_ = identity;
  Append(events);
  return base::OkStatus();
}

Result<Identity> MemoryStore::GetIdentity() {
  base::MutexLock lock(mutex_);
  if (!identity_) return NotInitialised();
  return *identity_;
}

Result<Counts> MemoryStore::Count() {
  base::MutexLock lock(mutex_);
  Counts counts;
  counts.schools = schools_.size();
  for (const auto& [urn, row] : schools_) counts.pupils += row.pupils.size();
  for (const auto& [id, recipient] : recipients_) {
    if (!recipient.in_force()) continue;
    ++(recipient.is_device() ? counts.devices : counts.people);
  }
  counts.incidents = incidents_.size();
  counts.alerts = alerts_.size();
  for (const auto& [urn, open] : open_alerts_) counts.alerts_open += open.size();
  for (const auto& [force, open] : open_cases_) counts.cases_open += open.size();
  counts.cases = counts.cases_open;
  for (const auto& [force, decided] : decided_cases_) counts.cases += decided.size();
  return counts;
}

Status MemoryStore::SaveClockOffset(absl::Duration offset, const Events& events) {
  base::MutexLock lock(mutex_);
  clock_offset_ = offset;
  Append(events);
  return base::OkStatus();
}

Result<std::optional<absl::Duration>> MemoryStore::ClockOffset() {
  base::MutexLock lock(mutex_);
  return clock_offset_;
}

Status MemoryStore::AppendEvents(const Events& events) {
  base::MutexLock lock(mutex_);
  Append(events);
  return base::OkStatus();
}

void MemoryStore::Append(const Events& events) {
  for (const model::Event& event : events) {
    LogEntry entry;
    entry.position = log_.size();
    entry.salt = crypto::RandomBytes(audit::kSaltBytes);
    audit::Committed committed = audit::Commit(event, entry.salt);
    entry.event = std::move(committed.event);
    entry.entry = std::move(committed.entry);
    entry.force = event.force();
    entry.authority = event.authority();
    if (!event.alert_id().empty()) history_[event.alert_id()].push_back(entry.position);
    const base::RecipientId holder = event.key_holder();
    if (!holder.empty()) key_history_[holder].push_back(entry.position);
    log_.push_back(std::move(entry));
  }
}

}  // namespace firstbell::store
