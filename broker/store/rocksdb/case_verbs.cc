// The review desk: cases, decisions, looks.

#include "broker/base/bytes.h"
#include "broker/store/rocksdb/commit_group.h"
#include "broker/store/rocksdb/paging.h"
#include "broker/store/rules.h"

namespace firstbell::store {

using namespace rocks;  // NOLINT: the driver's own parts

namespace {

Result<CaseRow> ReadCase(const Reader& reader, const base::IncidentId& id,
                         const base::ChildRef& child_ref) {
  FB_ASSIGN_OR_RETURN(std::vector<CaseRow> rows,
                      reader.ReadAll<CaseRow>(Key(Table::kCase).Text(id.value()).Take()));
  for (CaseRow& row : rows) {
    if (row.value.child_ref == child_ref) return std::move(row);
  }
  return NoSuchCase();
}

// The case that an index row names: an incident's id, then the case's place there.
Result<CaseRow> ReadIndexed(const Reader& reader, std::string_view place) {
  if (place.size() < 4) return Damaged("the index of cases", "");
  const base::IncidentId id{std::string(place.substr(0, place.size() - 4))};
  const std::uint32_t ordinal = base::ReadU32(place.substr(place.size() - 4));
  FB_ASSIGN_OR_RETURN(std::optional<CaseRow> row, reader.Read<CaseRow>(CaseKey(id, ordinal)));
  if (!row) return Damaged("the index of cases of incident", id.value());
  return *std::move(row);
}

Result<OfficerRow> ReadOfficer(const Reader& reader, const base::ForceCode& force,
                               const base::OfficerId& officer) {
  FB_ASSIGN_OR_RETURN(std::optional<OfficerRow> row,
                      reader.Read<OfficerRow>(OfficerKey(force, officer)));
  return row ? *std::move(row) : OfficerRow{force, officer, {}};
}

Result<std::uint32_t> AlertsThere(const Reader& reader, const base::IncidentId& id) {
  std::uint32_t there = 0;
  FB_RETURN_IF_ERROR(reader.Scan(Key(Table::kAlertOfIncident).Text(id.value()).Take(), "",
                                 [&](std::string_view, std::string_view) -> Result<Next> {
                                   ++there;
                                   return Next::kMore;
                                 }));
  return there;
}

// Of two officers at once, one decides here and the other is told so.
Result<Decided> DecideStep(Batch& batch, const NewDecision& given) {
  FB_ASSIGN_OR_RETURN(const CaseRow before, ReadCase(batch, given.incident_id, given.child_ref));
  if (before.value.decision) {
    FB_RETURN_IF_ERROR(CheckSameDecision(*before.value.decision, given.decision));
    return Decided{before.value, true};
  }
  CaseRow after = before;
  after.value.decision = given.decision;
  batch.Replace(before, after);
  AlertRow alert_row;
  FB_ASSIGN_OR_RETURN(alert_row.ordinal, AlertsThere(batch, given.incident_id));
  for (const model::Alert& alert : given.alerts) {
    alert_row.alert = alert;
    batch.Insert(alert_row);
    ++alert_row.ordinal;
  }
  FB_ASSIGN_OR_RETURN(OfficerRow officer,
                      ReadOfficer(batch, before.value.force, given.decision.officer));
  officer.looks.decided_at = given.decision.decided_at;
  batch.Insert(officer);
  Counts& counts = batch.counts();
  counts.cases_open -= 1;
  counts.alerts += given.alerts.size();
  counts.alerts_open += given.alerts.size();
  batch.Append(given.events);
  return Decided{std::move(after.value), false};
}

Status LookStep(Batch& batch, const NewLook& look) {
  FB_ASSIGN_OR_RETURN(OfficerRow officer, ReadOfficer(batch, look.force, look.officer));
  Events events = look.judge(officer.looks);
  if (events.empty()) return base::OkStatus();
  batch.Insert(officer);
  batch.Append(std::move(events));
  return base::OkStatus();
}

}  // namespace

Result<Page<model::Case>> RocksDbStore::ListCases(const base::ForceCode& force,
                                                  CaseStanding standing, std::string_view after,
                                                  std::size_t limit) {
  const bool open = standing == CaseStanding::kOpen;
  Key start = Key(open ? Table::kCaseOpen : Table::kCaseDecided).Text(force.value());
  const std::string prefix = Key(start).Take();
  std::string first;
  if (!after.empty()) {
    FB_ASSIGN_OR_RETURN(const PageToken token, ParsePageToken(after));
    FB_ASSIGN_OR_RETURN(const CasePlace place, ParseCasePlace(token.id));
    open ? start.OldestFirst(token.number) : start.NewestFirst(token.number);
    first = After(start.Tail(place.incident_id.value()).U32(place.ordinal).Take());
  }
  const Snapshot snapshot(*db_);
  const auto load = [&](std::string_view key, std::string_view) -> Result<std::optional<CaseRow>> {
    FB_ASSIGN_OR_RETURN(CaseRow row, ReadIndexed(snapshot, IdOf(key, prefix)));
    return std::optional(std::move(row));
  };
  FB_ASSIGN_OR_RETURN(
      Page<CaseRow> rows,
      ReadPage<CaseRow>(
          snapshot, prefix, first, limit, load, [](const CaseRow&) { return false; },
          [](const CaseRow& last) {
            return TokenOf(OrderOf(last.value),
                           FormatCasePlace({last.value.incident_id, last.ordinal}));
          }));
  Page<model::Case> page;
  for (CaseRow& row : rows.items) page.items.push_back(std::move(row.value));
  page.next = std::move(rows.next);
  return page;
}

Result<model::Case> RocksDbStore::GetCase(const base::IncidentId& id,
                                          const base::ChildRef& child_ref) {
  FB_ASSIGN_OR_RETURN(CaseRow row, ReadCase(Latest(*db_), id, child_ref));
  return std::move(row.value);
}

Result<Decided> RocksDbStore::DecideCase(const NewDecision& decision) {
  Decided decided;
  FB_RETURN_IF_ERROR(commits_->Run([&](Batch& batch) -> Status {
    FB_ASSIGN_OR_RETURN(decided, DecideStep(batch, decision));
    return base::OkStatus();
  }));
  return decided;
}

Status RocksDbStore::RecordLook(const NewLook& look) {
  return commits_->Run([&](Batch& batch) { return LookStep(batch, look); });
}

}  // namespace firstbell::store
