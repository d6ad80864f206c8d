// The review desk: cases in their order, decisions, looks; and who is placed again.

#include "broker/store/memory/memory_store.h"
#include "broker/store/page_token.h"
#include "broker/store/rules.h"

namespace firstbell::store {

std::int64_t MemoryStore::CaseOrder(const model::Case& value) {
  const std::int64_t nanos = absl::ToUnixNanos(OrderOf(value));
  return value.decision ? -nanos : nanos;
}

std::optional<CasePlace> MemoryStore::FindCase(const base::IncidentId& id,
                                               const base::ChildRef& child_ref) {
  const auto row = incidents_.find(id);
  if (row == incidents_.end()) return std::nullopt;
  const auto& cases = row->second.cases;
  for (std::uint32_t ordinal = 0; ordinal < cases.size(); ++ordinal) {
    if (cases[ordinal].child_ref == child_ref) return CasePlace{id, ordinal};
  }
  return std::nullopt;
}

Result<std::vector<base::IncidentId>> MemoryStore::IncidentsWithOpenCases() {
  base::MutexLock lock(mutex_);
  std::set<base::IncidentId> ids;
  for (const auto& [force, order] : open_cases_) {
    for (const auto& [at, place] : order) ids.insert(place.incident_id);
  }
  return std::vector<base::IncidentId>(ids.begin(), ids.end());
}

Result<Page<model::Case>> MemoryStore::ListCases(const base::ForceCode& force,
                                                 CaseStanding standing, std::string_view after,
                                                 std::size_t limit) {
  PageToken token;
  CasePlace place;
  if (!after.empty()) {
    FB_ASSIGN_OR_RETURN(token, ParsePageToken(after));
    FB_ASSIGN_OR_RETURN(place, ParseCasePlace(token.id));
  }
  base::MutexLock lock(mutex_);
  Page<model::Case> page;
  const ByTime<CasePlace>& order = CaseOrders(standing)[force];
  const std::int64_t number = standing == CaseStanding::kOpen ? token.number : -token.number;
  std::string last;
  for (auto at = after.empty() ? order.begin() : order.upper_bound({number, place});
       at != order.end(); ++at) {
    if (page.items.size() >= limit) {
      page.next = last;
      break;
    }
    page.items.push_back(incidents_.at(at->second.incident_id).cases[at->second.ordinal]);
    last = FormatPageToken(
        {absl::ToUnixNanos(OrderOf(page.items.back())), FormatCasePlace(at->second)});
  }
  return page;
}

Result<model::Case> MemoryStore::GetCase(const base::IncidentId& id,
                                         const base::ChildRef& child_ref) {
  base::MutexLock lock(mutex_);
  const auto place = FindCase(id, child_ref);
  if (!place) return NoSuchCase();
  return incidents_.at(id).cases[place->ordinal];
}

Status MemoryStore::CheckDecision(const NewDecision& given) {
  std::vector<model::Alert> alerts = given.alerts;
  for (const base::AlertId& id : incidents_.at(given.incident_id).alerts) {
    alerts.push_back(alerts_.at(id).alert);
  }
  for (const base::AlertId& id : given.ended) {
    const auto row = alerts_.find(id);
    if (row == alerts_.end()) return NoSuchAlert();
    FB_RETURN_IF_ERROR(CheckRedirect(row->second.alert, given.incident_id, given.child_ref));
    std::erase_if(alerts, [&](const model::Alert& alert) { return alert.id == id; });
  }
  return CheckToldOnce(given, alerts);
}

Result<Decided> MemoryStore::DecideCase(const NewDecision& given) {
  base::MutexLock lock(mutex_);
  const auto place = FindCase(given.incident_id, given.child_ref);
  if (!place) return NoSuchCase();
  IncidentRow& row = incidents_.at(given.incident_id);
  model::Case& value = row.cases[place->ordinal];
  if (value.decision) {
    FB_RETURN_IF_ERROR(CheckSameDecision(*value.decision, given.decision));
    return Decided{value, true};
  }
  FB_RETURN_IF_ERROR(CheckDecision(given));
  for (const base::AlertId& id : given.ended) {
    PutAlert(AfterRedirect(alerts_.at(id).alert, given.decision.decided_at));
  }
  model::Case decided = value;
  decided.decision = given.decision;
  PutCase(decided);
  for (const model::Alert& alert : given.alerts) {
    row.alerts.push_back(alert.id);
    PutAlert(alert);
  }
  officers_[{value.force, given.decision.officer}].decided_at = given.decision.decided_at;
  Append(given.events);
  return Decided{value, false};
}

Result<bool> MemoryStore::CheckReplacement(const Replacement& given) {
  const auto row = incidents_.find(given.incident_id);
  if (row == incidents_.end()) return NoSuchIncident();
  const auto place = FindCase(given.incident_id, given.child_ref);
  const model::Case* const stood = place ? &row->second.cases[place->ordinal] : nullptr;
  bool news = given.review && (stood == nullptr || *stood != *given.review);
  for (const model::Alert& alert : given.alerts) news |= !alerts_.contains(alert.id);
  for (const base::AlertId& id : given.ended) {
    const auto alert = alerts_.find(id);
    if (alert == alerts_.end()) return NoSuchAlert();
    news |= alert->second.alert.state != v1::ALERT_STATE_REDIRECTED;
  }
  if (!news) return false;
  for (const base::AlertId& id : given.ended) {
    FB_RETURN_IF_ERROR(CheckRedirect(alerts_.at(id).alert, given.incident_id, given.child_ref));
  }
  if (stood != nullptr) FB_RETURN_IF_ERROR(CheckReopen(*stood));
  return true;
}

void MemoryStore::PutCase(const model::Case& value) {
  IncidentRow& row = incidents_.at(value.incident_id);
  auto place = FindCase(value.incident_id, value.child_ref);
  const auto standing = [](const model::Case& one) {
    return one.decision ? CaseStanding::kDecided : CaseStanding::kOpen;
  };
  if (place) {
    model::Case& stood = row.cases[place->ordinal];
    CaseOrders(standing(stood))[stood.force].erase({CaseOrder(stood), *place});
    stood = value;
  } else {
    place = CasePlace{value.incident_id, static_cast<std::uint32_t>(row.cases.size())};
    row.cases.push_back(value);
  }
  CaseOrders(standing(value))[value.force].emplace(CaseOrder(value), *place);
}

Status MemoryStore::PlaceAgain(const Replacement& given) {
  base::MutexLock lock(mutex_);
  FB_ASSIGN_OR_RETURN(const bool news, CheckReplacement(given));
  if (!news) return base::OkStatus();
  for (const base::AlertId& id : given.ended) {
    PutAlert(AfterRedirect(alerts_.at(id).alert, given.at));
  }
  for (const model::Alert& alert : given.alerts) {
    incidents_.at(given.incident_id).alerts.push_back(alert.id);
    PutAlert(alert);
  }
  if (given.review) PutCase(*given.review);
  Append(given.events);
  return base::OkStatus();
}

Status MemoryStore::RecordLook(const NewLook& look) {
  base::MutexLock lock(mutex_);
  model::OfficerLooks looks = officers_[{look.force, look.officer}];
  const Events events = look.judge(looks);
  if (events.empty()) return base::OkStatus();
  officers_[{look.force, look.officer}] = std::move(looks);
  Append(events);
  return base::OkStatus();
}

}  // namespace firstbell::store
