#include "broker/store/rocksdb/incident_rows.h"

#include <utility>

#include "broker/store/rocksdb/codec.h"
#include "broker/store/rocksdb/keys.h"

namespace firstbell::store::rocks {

Result<std::vector<AlertRow>> AlertsThere(const Reader& reader, const base::IncidentId& id) {
  std::vector<AlertRow> rows;
  FB_RETURN_IF_ERROR(reader.Scan(
      Key(Table::kAlertOfIncident).Text(id.value()).Take(), "",
      [&](std::string_view, std::string_view alert) -> Result<Next> {
        FB_ASSIGN_OR_RETURN(auto row,
                            reader.Read<AlertRow>(AlertKey(base::AlertId(std::string(alert)))));
        if (!row) return Damaged("the index of alert", alert);
        rows.push_back(*std::move(row));
        return Next::kMore;
      }));
  return rows;
}

Result<std::vector<CaseRow>> CasesThere(const Reader& reader, const base::IncidentId& id) {
  return reader.ReadAll<CaseRow>(Key(Table::kCase).Text(id.value()).Take());
}

Result<std::optional<CaseRow>> CaseThere(const Reader& reader, const base::IncidentId& id,
                                         const base::ChildRef& child_ref) {
  FB_ASSIGN_OR_RETURN(std::vector<CaseRow> rows, CasesThere(reader, id));
  for (CaseRow& row : rows) {
    if (row.value.child_ref == child_ref) return std::optional(std::move(row));
  }
  return std::optional<CaseRow>();
}

Status PutAlerts(Batch& batch, const base::IncidentId& id,
                 const std::vector<model::Alert>& alerts) {
  if (alerts.empty()) return base::OkStatus();
  AlertRow row;
  FB_ASSIGN_OR_RETURN(const auto there, AlertsThere(batch, id));
  row.ordinal = static_cast<std::uint32_t>(there.size());
  for (const model::Alert& alert : alerts) {
    row.alert = alert;
    batch.Insert(row);
    ++row.ordinal;
  }
  batch.counts().alerts += alerts.size();
  batch.counts().alerts_open += alerts.size();
  return base::OkStatus();
}

void ReplaceAlert(Batch& batch, const AlertRow& before, AlertRow after) {
  batch.Replace(before, after);
  const bool was_open = !model::Ended(before.alert.state);
  const bool is_open = !model::Ended(after.alert.state);
  if (was_open && !is_open) --batch.counts().alerts_open;
  if (!was_open && is_open) ++batch.counts().alerts_open;
}

Status PutCase(Batch& batch, const model::Case& value) {
  FB_ASSIGN_OR_RETURN(const auto cases, CasesThere(batch, value.incident_id));
  const CaseRow* stood = nullptr;
  for (const CaseRow& row : cases) {
    if (row.value.child_ref == value.child_ref && stood == nullptr) stood = &row;
  }
  Counts& counts = batch.counts();
  if (stood != nullptr) {
    batch.Replace(*stood, CaseRow{value, stood->ordinal});
    counts.cases_open -= stood->value.decision ? 0 : 1;
  } else {
    batch.Insert(CaseRow{value, static_cast<std::uint32_t>(cases.size())});
    ++counts.cases;
  }
  counts.cases_open += value.decision ? 0 : 1;
  return base::OkStatus();
}

Result<AlertRow> ReadAlert(const Reader& reader, const base::AlertId& id) {
  FB_ASSIGN_OR_RETURN(std::optional<AlertRow> row, reader.Read<AlertRow>(AlertKey(id)));
  if (!row) return NoSuchAlert();
  return *std::move(row);
}

Result<AlertRow> ReadIndexedAlert(const Reader& reader, std::string_view id) {
  Result<AlertRow> row = ReadAlert(reader, base::AlertId(std::string(id)));
  return row.status().code() == base::Code::kNotFound ? Damaged("the index of alert", id) : row;
}

}  // namespace firstbell::store::rocks
