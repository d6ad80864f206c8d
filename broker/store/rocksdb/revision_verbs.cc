// Later revisions of incidents.

#include "broker/store/rocksdb/commit_group.h"
#include "broker/store/rocksdb/incident_rows.h"
#include "broker/store/rules.h"

namespace firstbell::store {

using namespace rocks;  // NOLINT: the driver's own parts

namespace {

Status CheckStood(const Reader& reader, const NewRevision& given,
                  const std::vector<AlertRow>& alerts) {
  std::vector<model::Alert> stored;
  for (const AlertRow& row : alerts) stored.push_back(row.alert);
  FB_RETURN_IF_ERROR(CheckUnchanged(stored, given));
  for (const CaseChange& change : given.cases) {
    FB_ASSIGN_OR_RETURN(const auto row,
                        CaseThere(reader, given.incident.id, change.after.child_ref));
    FB_RETURN_IF_ERROR(CheckUnchanged(row ? &row->value : nullptr, change));
  }
  return base::OkStatus();
}

void PutChange(Batch& batch, const std::vector<AlertRow>& alerts, const AlertChange& change) {
  for (const AlertRow& before : alerts) {
    if (before.alert.id != change.after.id) continue;
    AlertRow after = before;
    after.alert = change.after;
    ReplaceAlert(batch, before, std::move(after));
  }
}

Result<Accepted> ReviseStep(Batch& batch, const NewRevision& given) {
  const Incident& incident = given.incident;
  FB_ASSIGN_OR_RETURN(const auto stood, batch.Read<Incident>(IncidentKey(incident.id)));
  if (!stood) return NoSuchIncident();
  if (stood->revision == incident.revision) {
    FB_RETURN_IF_ERROR(CheckSameContent(*stood, incident));
    return Accepted{*stood, true};
  }
  FB_RETURN_IF_ERROR(CheckFollows(*stood, given));
  FB_ASSIGN_OR_RETURN(const auto alerts, AlertsThere(batch, incident.id));
  FB_RETURN_IF_ERROR(CheckStood(batch, given, alerts));
  batch.Insert(EarlierRow{*stood});
  batch.Replace(*stood, incident);
  for (const AlertChange& change : given.changed) PutChange(batch, alerts, change);
  FB_RETURN_IF_ERROR(PutAlerts(batch, incident.id, given.alerts));
  for (const CaseChange& change : given.cases) FB_RETURN_IF_ERROR(PutCase(batch, change.after));
  batch.Append(given.events);
  return Accepted{incident, false};
}

}  // namespace

Result<Accepted> RocksDbStore::ReviseIncident(const NewRevision& revision) {
  Accepted accepted;
  FB_RETURN_IF_ERROR(commits_->Run([&](Batch& batch) -> Status {
    FB_ASSIGN_OR_RETURN(accepted, ReviseStep(batch, revision));
    return base::OkStatus();
  }));
  return accepted;
}

Result<Incident> RocksDbStore::GetRevision(const base::IncidentId& id, std::uint32_t revision) {
  const Snapshot snapshot(*db_);
  FB_ASSIGN_OR_RETURN(auto newest, snapshot.Read<Incident>(IncidentKey(id)));
  if (!newest) return NoSuchIncident();
  if (newest->revision == revision) return *std::move(newest);
  FB_ASSIGN_OR_RETURN(auto earlier, snapshot.Read<EarlierRow>(EarlierKey(id, revision)));
  if (!earlier) return NoSuchIncident();
  return std::move(earlier->incident);
}

}  // namespace firstbell::store
