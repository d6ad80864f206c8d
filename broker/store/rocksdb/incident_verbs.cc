// Incidents, their alerts and cases.

#include "broker/store/rocksdb/commit_group.h"
#include "broker/store/rocksdb/paging.h"
#include "broker/store/rules.h"

namespace firstbell::store {

using namespace rocks;  // NOLINT: the driver's own parts

namespace {

Result<std::optional<Incident>> FindIncident(const Reader& reader, const base::ForceCode& force,
                                             const base::Reference& reference) {
  FB_ASSIGN_OR_RETURN(const auto id, reader.Get(ReferenceKey(force, reference)));
  if (!id) return std::optional<Incident>();
  FB_ASSIGN_OR_RETURN(auto incident, reader.Read<Incident>(IncidentKey(base::IncidentId(*id))));
  if (!incident) return Damaged("the index of incident", *id);
  return incident;
}

void PutIncident(Batch& batch, const NewIncident& given) {
  batch.Insert(given.incident);
  AlertRow alert_row;
  for (const model::Alert& alert : given.alerts) {
    alert_row.alert = alert;
    batch.Insert(alert_row);
    ++alert_row.ordinal;
  }
  CaseRow case_row;
  for (const model::Case& value : given.cases) {
    case_row.value = value;
    batch.Insert(case_row);
    ++case_row.ordinal;
  }
  Counts& counts = batch.counts();
  counts.incidents += 1;
  counts.alerts += given.alerts.size();
  counts.alerts_open += given.alerts.size();
  counts.cases += given.cases.size();
  counts.cases_open += given.cases.size();
}

// Replays and conflicts are judged inside the step, so that of two callers with one reference
// exactly one writes and the other gets its answer.
Result<Accepted> AcceptStep(Batch& batch, const NewIncident& given) {
  const Incident& incident = given.incident;
  FB_ASSIGN_OR_RETURN(std::optional<Incident> stored,
                      FindIncident(batch, incident.force, incident.reference));
  if (stored) {
    FB_RETURN_IF_ERROR(CheckSameContent(*stored, incident));
    return Accepted{*std::move(stored), true};
  }
  PutIncident(batch, given);
  batch.Append(given.events);
  return Accepted{incident, false};
}

}  // namespace

Result<Accepted> RocksDbStore::AcceptIncident(const NewIncident& incident) {
  Accepted accepted;
  FB_RETURN_IF_ERROR(commits_->Run([&](Batch& batch) -> Status {
    FB_ASSIGN_OR_RETURN(accepted, AcceptStep(batch, incident));
    return base::OkStatus();
  }));
  return accepted;
}

Result<Incident> RocksDbStore::GetIncident(const base::ForceCode& force,
                                           const base::Reference& reference) {
  FB_ASSIGN_OR_RETURN(std::optional<Incident> incident,
                      FindIncident(Latest(*db_), force, reference));
  if (!incident) return NoSuchIncident();
  return *std::move(incident);
}

Result<Incident> RocksDbStore::GetIncident(const base::IncidentId& id) {
  FB_ASSIGN_OR_RETURN(std::optional<Incident> incident,
                      Latest(*db_).Read<Incident>(IncidentKey(id)));
  if (!incident) return NoSuchIncident();
  return *std::move(incident);
}

Result<Page<Incident>> RocksDbStore::ListIncidents(const base::ForceCode& force,
                                                   std::optional<absl::Time> from,
                                                   std::optional<absl::Time> before,
                                                   std::string_view after, std::size_t limit) {
  Key start = Key(Table::kIncidentByTime).Text(force.value());
  const std::string prefix = Key(start).Take();
  std::string first;
  if (!after.empty()) {
    FB_ASSIGN_OR_RETURN(const PageToken token, ParsePageToken(after));
    first = After(start.NewestFirst(token.number).Tail(token.id).Take());
  } else if (before) {
    first = start.NewestFirst(absl::ToUnixNanos(*before)).Take();
  }
  const Snapshot snapshot(*db_);
  const auto load = [&](std::string_view key, std::string_view) -> Result<std::optional<Incident>> {
    const base::IncidentId id{std::string(IdOf(key, prefix))};
    FB_ASSIGN_OR_RETURN(std::optional<Incident> incident, snapshot.Read<Incident>(IncidentKey(id)));
    if (!incident) return Damaged("the index of incident", id.value());
    if (before && incident->accepted_at >= *before) return std::optional<Incident>();
    return incident;
  };
  return ReadPage<Incident>(
      snapshot, prefix, first, limit, load,
      [&](const Incident& incident) { return from && incident.accepted_at < *from; },
      [](const Incident& last) { return TokenOf(last.accepted_at, last.id.value()); });
}

Result<std::vector<model::Alert>> RocksDbStore::AlertsOf(const base::IncidentId& id) {
  const Snapshot snapshot(*db_);
  std::vector<model::Alert> alerts;
  FB_RETURN_IF_ERROR(snapshot.Scan(Key(Table::kAlertOfIncident).Text(id.value()).Take(), "",
                                   [&](std::string_view, std::string_view alert) -> Result<Next> {
                                     const base::AlertId alert_id{std::string(alert)};
                                     FB_ASSIGN_OR_RETURN(
                                         std::optional<AlertRow> row,
                                         snapshot.Read<AlertRow>(AlertKey(alert_id)));
                                     if (!row) return Damaged("an alert of incident", id.value());
                                     alerts.push_back(std::move(row->alert));
                                     return Next::kMore;
                                   }));
  return alerts;
}

Result<std::vector<model::Case>> RocksDbStore::CasesOf(const base::IncidentId& id) {
  FB_ASSIGN_OR_RETURN(std::vector<CaseRow> rows,
                      Latest(*db_).ReadAll<CaseRow>(Key(Table::kCase).Text(id.value()).Take()));
  std::vector<model::Case> cases;
  for (CaseRow& row : rows) cases.push_back(std::move(row.value));
  return cases;
}

}  // namespace firstbell::store
