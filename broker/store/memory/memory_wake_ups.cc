// Where schools are woken, and the wake-ups that are still to be sent.

#include "broker/store/memory/memory_store.h"
#include "broker/store/page_token.h"
#include "broker/store/rules.h"

namespace firstbell::store {

void MemoryStore::PutWakeUp(const WakeUp& wake_up) {
  DropWakeUp(wake_up.key());
  if (model::Waits(wake_up.outcome)) {
    due_wake_ups_.insert({absl::ToUnixNanos(wake_up.next_at), wake_up.key()});
  }
  queued_wake_ups_[wake_up.key()] = wake_up;
}

void MemoryStore::DropWakeUp(const WakeUpKey& key) {
  const auto found = queued_wake_ups_.find(key);
  if (found == queued_wake_ups_.end()) return;
  due_wake_ups_.erase({absl::ToUnixNanos(found->second.next_at), key});
  queued_wake_ups_.erase(found);
}

Status MemoryStore::SetWakeUps(base::Urn urn, const std::vector<model::WakeUpAddress>& addresses,
                               const base::Redacted<std::string>& secret, const Events& events) {
  base::MutexLock lock(mutex_);
  if (!schools_.contains(urn)) return NoSuchSchool(urn);
  const auto before = wake_ups_.find(urn);
  SchoolWakeUps after = AfterSet(
      before == wake_ups_.end() ? SchoolWakeUps{urn, {}, {}} : before->second, addresses, secret);
  std::vector<WakeUpKey> gone;
  for (const auto& [key, wake_up] : queued_wake_ups_) {
    if (key.urn == urn && after.Find(key.address) == nullptr) gone.push_back(key);
  }
  for (const WakeUpKey& key : gone) DropWakeUp(key);
  wake_ups_.erase(urn);
  if (!after.ways.empty()) wake_ups_[urn] = std::move(after);
  Append(events);
  return base::OkStatus();
}

Result<SchoolWakeUps> MemoryStore::WakeUpsOf(base::Urn urn) {
  base::MutexLock lock(mutex_);
  if (!schools_.contains(urn)) return NoSuchSchool(urn);
  const auto found = wake_ups_.find(urn);
  return found == wake_ups_.end() ? SchoolWakeUps{urn, {}, {}} : found->second;
}

Result<Page<SchoolWakeUps>> MemoryStore::ListWakeUps(WakeUpList which, std::string_view after,
                                                     std::size_t limit) {
  std::pair<int, base::Urn> last{-1, base::Urn()};
  if (!after.empty()) {
    FB_ASSIGN_OR_RETURN(const PageToken token, ParsePageToken(after));
    last = {token.id == "0" ? 0 : 1, base::Urn(static_cast<std::uint32_t>(token.number))};
  }
  base::MutexLock lock(mutex_);
  std::map<std::pair<int, base::Urn>, const SchoolWakeUps*> order;
  for (const auto& [urn, school] : wake_ups_) {
    const int place = school.failing() ? 0 : 1;
    if (which == WakeUpList::kAll || place == 0) order[{place, urn}] = &school;
  }
  Page<SchoolWakeUps> page;
  for (auto at = order.upper_bound(last); at != order.end(); ++at) {
    if (page.items.size() >= limit) {
      page.next = FormatPageToken({last.second.value(), std::to_string(last.first)});
      break;
    }
    page.items.push_back(*at->second);
    last = at->first;
  }
  return page;
}

std::size_t MemoryStore::Wake(base::Urn urn, const WakeCall& call) {
  const auto school = wake_ups_.find(urn);
  if (school == wake_ups_.end()) return 0;
  std::vector<WakeUpKey> forgotten;
  for (const auto& [key, wake_up] : queued_wake_ups_) {
    if (key.urn == urn && Forgotten(wake_up, call.now)) forgotten.push_back(key);
  }
  for (const WakeUpKey& key : forgotten) DropWakeUp(key);
  std::size_t fresh = 0;
  for (const WakeUpWay& way : school->second.ways) {
    const WakeUp wanted = NewWakeUp(urn, way.address, call);
    const auto stood = queued_wake_ups_.find(wanted.key());
    fresh += stood == queued_wake_ups_.end() ? 1 : 0;
    PutWakeUp(stood == queued_wake_ups_.end() ? wanted : AfterCall(stood->second, call));
  }
  return fresh;
}

Result<std::size_t> MemoryStore::QueueWakeUps(base::Urn urn, const WakeCall& call,
                                              const Events& events) {
  base::MutexLock lock(mutex_);
  if (!schools_.contains(urn)) return NoSuchSchool(urn);
  const std::size_t fresh = Wake(urn, call);
  Append(events);
  return fresh;
}

Result<std::vector<WakeUp>> MemoryStore::QueuedWakeUps(base::Urn urn) {
  base::MutexLock lock(mutex_);
  std::vector<WakeUp> queued;
  for (const auto& [key, wake_up] : queued_wake_ups_) {
    if (key.urn == urn) queued.push_back(wake_up);
  }
  return queued;
}

Result<Page<WakeUp>> MemoryStore::DueWakeUps(absl::Time now, std::string_view after,
                                             std::size_t limit) {
  base::MutexLock lock(mutex_);
  auto at = due_wake_ups_.begin();
  if (!after.empty()) {
    FB_ASSIGN_OR_RETURN(const PageToken token, ParsePageToken(after));
    FB_ASSIGN_OR_RETURN(const WakeUpKey key, ParseWakeUpKey(token.id));
    at = due_wake_ups_.upper_bound({token.number, key});
  }
  Page<WakeUp> page;
  for (; at != due_wake_ups_.end() && absl::FromUnixNanos(at->first) <= now; ++at) {
    if (page.items.size() >= limit) {
      const WakeUp& last = page.items.back();
      page.next = FormatPageToken({absl::ToUnixNanos(last.next_at), FormatWakeUpKey(last.key())});
      break;
    }
    page.items.push_back(queued_wake_ups_.at(at->second));
  }
  return page;
}

std::vector<Status> MemoryStore::RecordWakeUps(absl::Span<const WakeUpAttempt> attempts) {
  base::MutexLock lock(mutex_);
  std::vector<Status> results;
  for (const WakeUpAttempt& attempt : attempts) results.push_back(RecordWakeUp(attempt));
  return results;
}

Status MemoryStore::RecordWakeUp(const WakeUpAttempt& attempt) {
  const auto stood = queued_wake_ups_.find(attempt.key);
  if (stood == queued_wake_ups_.end()) return NoSuchWakeUp();
  const WakeUp after = AfterAttempt(stood->second, attempt);
  if (after == stood->second) return base::OkStatus();
  FB_RETURN_IF_ERROR(CheckAttempt(stood->second, attempt));
  PutWakeUp(after);
  NoteAttempt(attempt, wake_ups_.at(attempt.key.urn));
  Append(attempt.events);
  return base::OkStatus();
}

}  // namespace firstbell::store
