#pragma once

// What hangs on one incident, its alerts and cases, as steps read and put them. Threads: those of
// the reader or batch.

#include <optional>
#include <vector>

#include "broker/store/rocksdb/batch.h"
#include "broker/store/rocksdb/rows.h"

namespace firstbell::store::rocks {

// In the order in which they came. DataLoss.
Result<std::vector<AlertRow>> AlertsThere(const Reader& reader, const base::IncidentId& id);
Result<std::vector<CaseRow>> CasesThere(const Reader& reader, const base::IncidentId& id);
// Nothing: the child has none.
Result<std::optional<CaseRow>> CaseThere(const Reader& reader, const base::IncidentId& id,
                                         const base::ChildRef& child_ref);

// Further alerts of an incident, counted.
Status PutAlerts(Batch& batch, const base::IncidentId& id, const std::vector<model::Alert>& alerts);
// The alert as it stands from now on, counted where it ends or opens again.
void ReplaceAlert(Batch& batch, const AlertRow& before, AlertRow after);
// In place of the child's case, or its first; counted.
Status PutCase(Batch& batch, const model::Case& value);

// NotFound: no such alert.
Result<AlertRow> ReadAlert(const Reader& reader, const base::AlertId& id);
// The row that an index names. DataLoss: there is none.
Result<AlertRow> ReadIndexedAlert(const Reader& reader, std::string_view id);

}  // namespace firstbell::store::rocks
