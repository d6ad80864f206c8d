// Ladders and policies, the alerts that climb, and the calls that follow.

#include "broker/store/memory/memory_store.h"
#include "broker/store/page_token.h"
#include "broker/store/rules.h"

namespace firstbell::store {

Status MemoryStore::SetLadder(const model::LadderScope& scope,
                              const std::optional<model::Ladder>& ladder, const Events& events) {
  base::MutexLock lock(mutex_);
  if (const auto* urn = std::get_if<base::Urn>(&scope)) {
    if (!schools_.contains(*urn)) return NoSuchSchool(*urn);
  }
  if (ladder) {
    ladders_[scope] = *ladder;
  } else {
    ladders_.erase(scope);
  }
  Append(events);
  return base::OkStatus();
}

Result<std::vector<model::OwnLadder>> MemoryStore::OwnLadders() {
  base::MutexLock lock(mutex_);
  std::vector<model::OwnLadder> ladders;
  for (const auto& [scope, ladder] : ladders_) ladders.push_back({scope, ladder});
  return ladders;
}

Status MemoryStore::SetPolicy(const model::Scope& scope, const std::optional<v1::Policy>& policy,
                              const Events& events) {
  base::MutexLock lock(mutex_);
  if (const auto* urn = std::get_if<base::Urn>(&scope)) {
    if (!schools_.contains(*urn)) return NoSuchSchool(*urn);
  }
  if (policy) {
    policies_[scope] = *policy;
  } else {
    policies_.erase(scope);
  }
  Append(events);
  return base::OkStatus();
}

Result<std::vector<model::OwnPolicy>> MemoryStore::OwnPolicies() {
  base::MutexLock lock(mutex_);
  std::vector<model::OwnPolicy> policies;
  for (const auto& [scope, policy] : policies_) policies.push_back({scope, policy});
  return policies;
}

Result<Page<model::Alert>> MemoryStore::ReadByTime(const ByTime<base::AlertId>& order,
                                                   absl::Time until, std::string_view after,
                                                   std::size_t limit) {
  auto at = order.begin();
  if (!after.empty()) {
    FB_ASSIGN_OR_RETURN(const PageToken token, ParsePageToken(after));
    at = order.upper_bound({token.number, base::AlertId(token.id)});
  }
  Page<model::Alert> page;
  std::int64_t last = 0;
  for (; at != order.end() && absl::FromUnixNanos(at->first) <= until; ++at) {
    if (page.items.size() >= limit) {
      page.next = FormatPageToken({last, page.items.back().id.value()});
      break;
    }
    page.items.push_back(alerts_.at(at->second).alert);
    last = at->first;
  }
  return page;
}

Result<Page<model::Alert>> MemoryStore::DueAlerts(absl::Time now, std::string_view after,
                                                  std::size_t limit) {
  base::MutexLock lock(mutex_);
  return ReadByTime(due_alerts_, now, after, limit);
}

Result<Page<model::Alert>> MemoryStore::Calls(const base::ForceCode& force, std::string_view after,
                                              std::size_t limit) {
  base::MutexLock lock(mutex_);
  return ReadByTime(called_alerts_[force], absl::InfiniteFuture(), after, limit);
}

std::vector<Result<Recorded>> MemoryStore::RecordClimbs(absl::Span<const NewClimb> climbs) {
  base::MutexLock lock(mutex_);
  std::vector<Result<Recorded>> results;
  for (const NewClimb& climb : climbs) results.push_back(RecordClimb(climb));
  return results;
}

Result<Recorded> MemoryStore::RecordClimb(const NewClimb& climb) {
  const auto row = alerts_.find(climb.id);
  if (row == alerts_.end()) return NoSuchAlert();
  const model::Alert before = row->second.alert;
  const model::Alert after = AfterClimb(before, climb);
  if (after == before) return Recorded{before, true};
  FB_RETURN_IF_ERROR(CheckClimb(before, climb));
  PutAlert(after);
  if (climb.wake) Wake(after.urn, *climb.wake);
  Append(climb.events);
  return Recorded{after, false};
}

Result<Recorded> MemoryStore::RecordCall(const NewCall& call) {
  base::MutexLock lock(mutex_);
  const auto row = alerts_.find(call.id);
  const model::Alert* before = row == alerts_.end() ? nullptr : &row->second.alert;
  if (before != nullptr && SameCall(*before, call)) return Recorded{*before, true};
  FB_RETURN_IF_ERROR(CheckCall(before, call));
  const model::Alert after = AfterCall(*before, call);
  PutAlert(after);
  Append(call.events);
  return Recorded{after, false};
}

}  // namespace firstbell::store
