// The review desk: cases, decisions, looks; and who is placed again.

#include "broker/base/bytes.h"
#include "broker/store/rocksdb/commit_group.h"
#include "broker/store/rocksdb/incident_rows.h"
#include "broker/store/rocksdb/paging.h"
#include "broker/store/rules.h"

namespace firstbell::store {

using namespace rocks;  // NOLINT: the driver's own parts

namespace {

Result<CaseRow> ReadCase(const Reader& reader, const base::IncidentId& id,
                         const base::ChildRef& child_ref) {
  FB_ASSIGN_OR_RETURN(std::optional<CaseRow> row, CaseThere(reader, id, child_ref));
  if (!row) return NoSuchCase();
  return *std::move(row);
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

// A row of the index of open cases: the table, the force, eight bytes of time, the case's place.
Result<base::IncidentId> IncidentOfOpenCase(std::string_view key) {
  key.remove_prefix(1);
  const std::size_t before = key.size() < 4 ? key.size() : 4 + base::ReadU32(key) + 8;
  if (key.size() < before + 4 || before < 12) return Damaged("the index of cases", "");
  return base::IncidentId(std::string(key.substr(before, key.size() - before - 4)));
}

Result<OfficerRow> ReadOfficer(const Reader& reader, const base::ForceCode& force,
                               const base::OfficerId& officer) {
  FB_ASSIGN_OR_RETURN(std::optional<OfficerRow> row,
                      reader.Read<OfficerRow>(OfficerKey(force, officer)));
  return row ? *std::move(row) : OfficerRow{force, officer, {}};
}

void TakeBack(Batch& batch, const AlertRow& before, absl::Time at) {
  AlertRow after = before;
  after.alert = AfterRedirect(before.alert, at);
  ReplaceAlert(batch, before, std::move(after));
}

// What lies unseen at other schools than the decision's.
Status TakeBackOthers(Batch& batch, const NewDecision& given) {
  for (const base::AlertId& id : given.ended) {
    FB_ASSIGN_OR_RETURN(const auto row, batch.Read<AlertRow>(AlertKey(id)));
    if (!row) return NoSuchAlert();
    FB_RETURN_IF_ERROR(CheckRedirect(row->alert, given.incident_id, given.child_ref));
    TakeBack(batch, *row, given.decision.decided_at);
  }
  return base::OkStatus();
}

// Of two officers at once, one decides here and the other is told so.
Result<Decided> DecideStep(Batch& batch, const NewDecision& given) {
  FB_ASSIGN_OR_RETURN(const CaseRow before, ReadCase(batch, given.incident_id, given.child_ref));
  if (before.value.decision) {
    FB_RETURN_IF_ERROR(CheckSameDecision(*before.value.decision, given.decision));
    return Decided{before.value, true};
  }
  FB_RETURN_IF_ERROR(TakeBackOthers(batch, given));
  FB_RETURN_IF_ERROR(PutAlerts(batch, given.incident_id, given.alerts));
  FB_ASSIGN_OR_RETURN(const auto rows, AlertsThere(batch, given.incident_id));
  std::vector<model::Alert> alerts;
  for (const AlertRow& row : rows) alerts.push_back(row.alert);
  FB_RETURN_IF_ERROR(CheckToldOnce(given, alerts));
  CaseRow after = before;
  after.value.decision = given.decision;
  batch.Replace(before, after);
  FB_ASSIGN_OR_RETURN(OfficerRow officer,
                      ReadOfficer(batch, before.value.force, given.decision.officer));
  officer.looks.decided_at = given.decision.decided_at;
  batch.Insert(officer);
  --batch.counts().cases_open;
  batch.Append(given.events);
  return Decided{std::move(after.value), false};
}

// What a replacement changes, as it stood.
struct Stood {
  std::vector<AlertRow> ended;
  std::optional<CaseRow> child;  // its case
  bool news = false;             // not everything stands as the replacement says
};

Result<Stood> ReadStood(const Reader& reader, const Replacement& given) {
  FB_ASSIGN_OR_RETURN(const auto incident, reader.Get(IncidentKey(given.incident_id)));
  if (!incident) return NoSuchIncident();
  Stood stood;
  FB_ASSIGN_OR_RETURN(stood.child, CaseThere(reader, given.incident_id, given.child_ref));
  stood.news = given.review && (!stood.child || stood.child->value != *given.review);
  for (const model::Alert& alert : given.alerts) {
    FB_ASSIGN_OR_RETURN(const auto there, reader.Get(AlertKey(alert.id)));
    stood.news |= !there;
  }
  for (const base::AlertId& id : given.ended) {
    FB_ASSIGN_OR_RETURN(auto row, reader.Read<AlertRow>(AlertKey(id)));
    if (!row) return NoSuchAlert();
    stood.news |= row->alert.state != v1::ALERT_STATE_REDIRECTED;
    stood.ended.push_back(*std::move(row));
  }
  return stood;
}

Status PlaceAgainStep(Batch& batch, const Replacement& given) {
  FB_ASSIGN_OR_RETURN(const Stood stood, ReadStood(batch, given));
  if (!stood.news) return base::OkStatus();
  for (const AlertRow& row : stood.ended)
    FB_RETURN_IF_ERROR(CheckRedirect(row.alert, given.incident_id, given.child_ref));
  if (stood.child) FB_RETURN_IF_ERROR(CheckReopen(stood.child->value));
  for (const AlertRow& before : stood.ended) TakeBack(batch, before, given.at);
  FB_RETURN_IF_ERROR(PutAlerts(batch, given.incident_id, given.alerts));
  if (given.review) FB_RETURN_IF_ERROR(PutCase(batch, *given.review));
  batch.Append(given.events);
  return base::OkStatus();
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

Result<std::vector<base::IncidentId>> RocksDbStore::IncidentsWithOpenCases() {
  const Snapshot snapshot(*db_);
  std::set<base::IncidentId> ids;
  FB_RETURN_IF_ERROR(snapshot.Scan(Key(Table::kCaseOpen).Take(), "",
                                   [&](std::string_view key, std::string_view) -> Result<Next> {
                                     FB_ASSIGN_OR_RETURN(const base::IncidentId id,
                                                         IncidentOfOpenCase(key));
                                     ids.insert(id);
                                     return Next::kMore;
                                   }));
  return std::vector<base::IncidentId>(ids.begin(), ids.end());
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

Status RocksDbStore::PlaceAgain(const Replacement& replacement) {
  return commits_->Run([&](Batch& batch) { return PlaceAgainStep(batch, replacement); });
}

Status RocksDbStore::RecordLook(const NewLook& look) {
  return commits_->Run([&](Batch& batch) { return LookStep(batch, look); });
}

}  // namespace firstbell::store
