// Incidents and their cases.

#include "broker/store/memory/memory_store.h"
#include "broker/store/page_token.h"
#include "broker/store/rules.h"

namespace firstbell::store {

Result<Accepted> MemoryStore::AcceptIncident(const NewIncident& given) {
  base::MutexLock lock(mutex_);
  const Incident& incident = given.incident;
  const auto [by_reference, is_new] =
      incidents_by_reference_.try_emplace({incident.force, incident.reference}, incident.id);
  if (!is_new) {
    const Incident& stored = incidents_.at(by_reference->second).incident;
    FB_RETURN_IF_ERROR(CheckSameContent(stored, incident));
    return Accepted{stored, true};
  }
  IncidentRow& row = incidents_[incident.id];
  row.incident = incident;
  row.cases = given.cases;
  for (std::uint32_t ordinal = 0; ordinal < row.cases.size(); ++ordinal) {
    open_cases_[incident.force].emplace(CaseOrder(row.cases[ordinal]),
                                        CasePlace{incident.id, ordinal});
  }
  for (const model::Alert& alert : given.alerts) {
    row.alerts.push_back(alert.id);
    PutAlert(alert);
  }
  incidents_by_force_[incident.force].emplace(-absl::ToUnixNanos(incident.accepted_at),
                                              incident.id);
  Append(given.events);
  return Accepted{incident, false};
}

Status MemoryStore::CheckRevision(const IncidentRow& row, const NewRevision& given) {
  FB_RETURN_IF_ERROR(CheckFollows(row.incident, given));
  std::vector<model::Alert> alerts;
  for (const base::AlertId& id : row.alerts) alerts.push_back(alerts_.at(id).alert);
  FB_RETURN_IF_ERROR(CheckUnchanged(alerts, given));
  for (const CaseChange& change : given.cases) {
    const auto place = FindCase(given.incident.id, change.after.child_ref);
    FB_RETURN_IF_ERROR(CheckUnchanged(place ? &row.cases[place->ordinal] : nullptr, change));
  }
  return base::OkStatus();
}

Result<Accepted> MemoryStore::ReviseIncident(const NewRevision& given) {
  base::MutexLock lock(mutex_);
  const auto found = incidents_.find(given.incident.id);
  if (found == incidents_.end()) return NoSuchIncident();
  IncidentRow& row = found->second;
  if (row.incident.revision == given.incident.revision) {
    FB_RETURN_IF_ERROR(CheckSameContent(row.incident, given.incident));
    return Accepted{row.incident, true};
  }
  FB_RETURN_IF_ERROR(CheckRevision(row, given));
  row.earlier.emplace(row.incident.revision, row.incident);
  row.incident = given.incident;
  for (const AlertChange& change : given.changed) PutAlert(change.after);
  for (const model::Alert& alert : given.alerts) {
    row.alerts.push_back(alert.id);
    PutAlert(alert);
  }
  for (const CaseChange& change : given.cases) PutCase(change.after);
  Append(given.events);
  return Accepted{given.incident, false};
}

Result<Incident> MemoryStore::GetRevision(const base::IncidentId& id, std::uint32_t revision) {
  base::MutexLock lock(mutex_);
  const auto row = incidents_.find(id);
  if (row == incidents_.end()) return NoSuchIncident();
  if (row->second.incident.revision == revision) return row->second.incident;
  const auto earlier = row->second.earlier.find(revision);
  if (earlier == row->second.earlier.end()) return NoSuchIncident();
  return earlier->second;
}

Result<Incident> MemoryStore::GetIncident(const base::ForceCode& force,
                                          const base::Reference& reference) {
  base::MutexLock lock(mutex_);
  const auto found = incidents_by_reference_.find({force, reference});
  if (found == incidents_by_reference_.end()) return NoSuchIncident();
  return incidents_.at(found->second).incident;
}

Result<Incident> MemoryStore::GetIncident(const base::IncidentId& id) {
  base::MutexLock lock(mutex_);
  const auto row = incidents_.find(id);
  if (row == incidents_.end()) return NoSuchIncident();
  return row->second.incident;
}

Result<Page<Incident>> MemoryStore::ListIncidents(const base::ForceCode& force,
                                                  std::optional<absl::Time> from,
                                                  std::optional<absl::Time> before,
                                                  std::string_view after, std::size_t limit) {
  PageToken token;
  if (!after.empty()) {
    FB_ASSIGN_OR_RETURN(token, ParsePageToken(after));
  }
  base::MutexLock lock(mutex_);
  Page<Incident> page;
  const auto of_force = incidents_by_force_.find(force);
  if (of_force == incidents_by_force_.end()) return page;
  const auto& order = of_force->second;
  auto at = after.empty() ? order.begin()
                          : order.upper_bound({-token.number, base::IncidentId(token.id)});
  for (; at != order.end(); ++at) {
    const Incident& incident = incidents_.at(at->second).incident;
    if (before && incident.accepted_at >= *before) continue;
    if (from && incident.accepted_at < *from) break;
    if (page.items.size() >= limit) {
      const Incident& last = page.items.back();
      page.next = FormatPageToken({absl::ToUnixNanos(last.accepted_at), last.id.value()});
      break;
    }
    page.items.push_back(incident);
  }
  return page;
}

Result<std::vector<model::Alert>> MemoryStore::AlertsOf(const base::IncidentId& id) {
  base::MutexLock lock(mutex_);
  std::vector<model::Alert> alerts;
  const auto row = incidents_.find(id);
  if (row == incidents_.end()) return alerts;
  for (const base::AlertId& alert : row->second.alerts) alerts.push_back(alerts_.at(alert).alert);
  return alerts;
}

Result<std::vector<model::Case>> MemoryStore::CasesOf(const base::IncidentId& id) {
  base::MutexLock lock(mutex_);
  const auto row = incidents_.find(id);
  if (row == incidents_.end()) return std::vector<model::Case>();
  return row->second.cases;
}

}  // namespace firstbell::store
