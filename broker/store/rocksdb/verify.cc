// Verify: reads everything once and holds it against itself.
//
// Index rows are derived from rows (rows.h). So every row's index rows must be there, and an index
// may hold no more rows than that: then it holds exactly those.

#include <algorithm>
#include <map>

#include "broker/audit/event_encoding.h"
#include "broker/audit/proof.h"
#include "broker/audit/tile.h"
#include "broker/base/clock.h"
#include "broker/store/rocksdb/log_tree.h"
#include "broker/store/rocksdb/reader.h"
#include "broker/store/rocksdb/rocksdb_store.h"
#include "broker/store/rules.h"
#include "broker/store/tally.h"

namespace firstbell::store {

using namespace rocks;  // NOLINT: the driver's own parts

namespace {

// Rows from before holders were kept know less than their receipts say.
bool Within(const Holders& kept, const Holders& said) {
  return std::all_of(kept.begin(), kept.end(), [&](const auto& one) {
    const auto found = said.find(one.first);
    return found != said.end() && one.second.received <= found->second.received &&
           one.second.erased <= found->second.erased &&
           one.second.repeated <= found->second.repeated;
  });
}

class Verifier {
 public:
  Verifier(rocksdb::DB& db, absl::TimeZone london, const Store::Progress& progress)
      : rows_(db), progress_(progress), tally_(london) {}

  Status Run();

 private:
  template <typename Row, typename Check>
  Status Walk(Table table, const Check& check);
  template <typename Row>
  Status CheckIndexes(const Row& row);

  Status CheckRegistry();
  Status CheckWakeUps();
  Status CheckRecipients();
  Status CheckIncidents();
  Status CheckEarlier(const EarlierRow& row);
  Status CheckCase(const CaseRow& row);
  Status CheckAlert(const AlertRow& row);
  Status CheckStatistics();
  Status CheckLog();
  Status CheckTiles(audit::TileBuilder& builder);
  Status CheckCheckpoints(const audit::Frontier& tree);
  Status CheckIndexSizes();
  Status CheckCounts();

  Snapshot rows_;
  const Store::Progress& progress_;
  std::uint64_t done_ = 0, total_ = 0;
  Counts stored_, counted_;
  Tally tally_;
  std::set<audit::TilePlace> tiles_;        // that were seen to be kept
  std::map<char, std::uint64_t> expected_;  // rows of each table that follow from others
};

Status Verifier::Run() {
  FB_ASSIGN_OR_RETURN(const std::optional<Counts> stored, rows_.Read<Counts>(CountsKey()));
  stored_ = stored.value_or(Counts());
  FB_ASSIGN_OR_RETURN(const std::uint64_t log_size, ReadLogSize(rows_));
  total_ = stored_.schools + stored_.pupils + stored_.incidents + stored_.alerts + log_size;
  FB_RETURN_IF_ERROR(CheckRegistry());
  FB_RETURN_IF_ERROR(CheckRecipients());
  FB_RETURN_IF_ERROR(CheckIncidents());
  FB_RETURN_IF_ERROR(CheckStatistics());
  FB_RETURN_IF_ERROR(CheckLog());
  FB_RETURN_IF_ERROR(CheckIndexSizes());
  return CheckCounts();
}

template <typename Row, typename Check>
Status Verifier::Walk(Table table, const Check& check) {
  const std::string prefix = Key(table).Take();
  return rows_.Scan(prefix, "", [&](std::string_view key, std::string_view value) -> Result<Next> {
    Row row;
    FB_RETURN_IF_ERROR(Decode(value, row));
    if (KeyOf(row) != key) return Damaged("the key of a row in table", prefix);
    FB_RETURN_IF_ERROR(CheckIndexes(row));
    FB_RETURN_IF_ERROR(check(row));
    if (progress_) progress_(std::min(++done_, total_), total_);
    return Next::kMore;
  });
}

template <typename Row>
Status Verifier::CheckIndexes(const Row& row) {
  for (const IndexRow& index : IndexOf(row)) {
    ++expected_[index.key.front()];
    FB_ASSIGN_OR_RETURN(const std::optional<std::string> stored, rows_.Get(index.key));
    if (stored != index.value) {
      return Damaged("what should follow from another row in table", index.key.substr(0, 1));
    }
  }
  return base::OkStatus();
}

Status Verifier::CheckRegistry() {
  FB_RETURN_IF_ERROR(Walk<model::CalendarDefault>(
      Table::kCalendar, [](const model::CalendarDefault&) { return base::OkStatus(); }));
  FB_RETURN_IF_ERROR(Walk<model::OwnLadder>(
      Table::kLadder, [](const model::OwnLadder&) { return base::OkStatus(); }));
  FB_RETURN_IF_ERROR(Walk<model::OwnPolicy>(
      Table::kPolicy, [](const model::OwnPolicy&) { return base::OkStatus(); }));
  FB_RETURN_IF_ERROR(CheckWakeUps());
  std::map<base::Urn, std::uint32_t> pupils;
  FB_RETURN_IF_ERROR(Walk<PupilRow>(Table::kPupil, [&](const PupilRow& row) {
    ++pupils[row.urn];
    ++counted_.pupils;
    return base::OkStatus();
  }));
  FB_RETURN_IF_ERROR(Walk<SchoolRow>(Table::kSchool, [&](const SchoolRow& row) {
    ++counted_.schools;
    const auto node = pupils.extract(row.school.urn);
    const std::uint32_t on_roll = node.empty() ? 0 : node.mapped();
    if (on_roll == row.pupils) return base::OkStatus();
    return Damaged("the number of pupils of", row.school.urn.ToString());
  }));
  if (pupils.empty()) return base::OkStatus();
  return Damaged("a roll without a school, of", pupils.begin()->first.ToString());
}

Status Verifier::CheckWakeUps() {
  std::map<base::Urn, SchoolWakeUps> schools;
  FB_RETURN_IF_ERROR(Walk<SchoolWakeUps>(Table::kSchoolWakeUps, [&](const SchoolWakeUps& row) {
    schools.emplace(row.urn, row);
    return base::OkStatus();
  }));
  return Walk<WakeUp>(Table::kWakeUp, [&](const WakeUp& row) {
    const auto school = schools.find(row.urn);
    const bool known = school != schools.end() && school->second.Find(row.key().address) != nullptr;
    return known ? base::OkStatus() : Damaged("a wake-up without address of", row.urn.ToString());
  });
}

Status Verifier::CheckRecipients() {
  FB_RETURN_IF_ERROR(Walk<model::EnrolmentGrant>(
      Table::kGrant, [](const model::EnrolmentGrant&) { return base::OkStatus(); }));
  return Walk<model::Recipient>(Table::kRecipient, [&](const model::Recipient& recipient) {
    if (recipient.in_force()) ++(recipient.is_device() ? counted_.devices : counted_.people);
    return base::OkStatus();
  });
}

Status Verifier::CheckIncidents() {
  FB_RETURN_IF_ERROR(Walk<Incident>(Table::kIncident, [&](const Incident& incident) {
    tally_.Add(incident);
    ++counted_.incidents;
    return base::OkStatus();
  }));
  FB_RETURN_IF_ERROR(Walk<EarlierRow>(Table::kIncidentEarlier,
                                      [&](const EarlierRow& row) { return CheckEarlier(row); }));
  FB_RETURN_IF_ERROR(
      Walk<CaseRow>(Table::kCase, [&](const CaseRow& row) -> Status { return CheckCase(row); }));
  FB_RETURN_IF_ERROR(Walk<AlertRow>(
      Table::kAlert, [&](const AlertRow& row) -> Status { return CheckAlert(row); }));
  const auto nothing = [](const auto&) { return base::OkStatus(); };
  FB_RETURN_IF_ERROR(Walk<OfficerRow>(Table::kOfficer, nothing));
  FB_RETURN_IF_ERROR(Walk<model::Sealing>(Table::kSealing, nothing));
  return Walk<ReceiptRow>(Table::kReceipt, nothing);
}

Status Verifier::CheckEarlier(const EarlierRow& row) {
  const std::string& id = row.incident.id.value();
  FB_ASSIGN_OR_RETURN(const auto stands, rows_.Read<Incident>(IncidentKey(row.incident.id)));
  const bool whole = stands && row.incident.revision < stands->revision &&
                     row.incident.reference == stands->reference;
  return whole ? base::OkStatus() : Damaged("an earlier revision of incident", id);
}

Status Verifier::CheckCase(const CaseRow& row) {
  const base::IncidentId& id = row.value.incident_id;
  tally_.Add(row.value);
  ++counted_.cases;
  if (!row.value.decision) ++counted_.cases_open;
  FB_ASSIGN_OR_RETURN(const auto incident, rows_.Get(IncidentKey(id)));
  if (!incident) return Damaged("a case without incident", id.value());
  std::vector<model::Alert> alerts;
  FB_RETURN_IF_ERROR(rows_.Scan(Key(Table::kAlertOfIncident).Text(id.value()).Take(), "",
                                [&](std::string_view, std::string_view alert) -> Result<Next> {
                                  const base::AlertId alert_id{std::string(alert)};
                                  FB_ASSIGN_OR_RETURN(const auto found,
                                                      rows_.Read<AlertRow>(AlertKey(alert_id)));
                                  if (!found) return Damaged("an alert of incident", id.value());
                                  alerts.push_back(found->alert);
                                  return Next::kMore;
                                }));
  return CheckCaseWhole(row.value, alerts);
}

Status Verifier::CheckAlert(const AlertRow& row) {
  const model::Alert& alert = row.alert;
  const std::string& id = alert.id.value();
  tally_.Add(alert);
  ++counted_.alerts;
  if (!model::Ended(alert.state)) ++counted_.alerts_open;
  FB_ASSIGN_OR_RETURN(const auto incident, rows_.Get(IncidentKey(alert.incident_id)));
  if (!incident) return Damaged("the incident of alert", id);
  FB_ASSIGN_OR_RETURN(const auto sealings,
                      rows_.ReadAll<model::Sealing>(Key(Table::kSealing).Text(id).Take()));
  FB_ASSIGN_OR_RETURN(const auto receipt_rows,
                      rows_.ReadAll<ReceiptRow>(Key(Table::kReceipt).Text(id).Take()));
  std::vector<model::Receipt> receipts;
  std::set<base::RecipientId> received_by;
  Holders holders;
  for (const ReceiptRow& receipt : receipt_rows) {
    receipts.push_back(receipt.receipt);
    Note(receipt.receipt, holders);
    const bool newest = receipt.receipt.sealing == alert.sealing;
    if (newest && receipt.receipt.kind == v1::RECEIPT_KIND_RECEIVED) {
      received_by.insert(receipt.receipt.signer);
    }
  }
  FB_RETURN_IF_ERROR(CheckAlertWhole(alert, sealings, receipts));
  const auto sealed_to =
      sealings.empty() ? std::vector<base::RecipientId>() : sealings.back().people;
  const auto sealed = sealings.empty() ? std::optional<SealedAs>() : AsSealed(sealings.back());
  const auto digest = sealings.empty() ? std::string() : sealings.back().ciphertext_sha256;
  if (row.receipts != receipts.size() || row.received_by != received_by ||
      row.sealed_to != sealed_to || row.sealed != sealed || row.sealed_sha256 != digest ||
      !Within(row.holders, holders)) {
    return Damaged("what is kept of the receipts and recipients of alert", id);
  }
  expected_[static_cast<char>(Table::kSealing)] += sealings.size();
  expected_[static_cast<char>(Table::kReceipt)] += receipts.size();
  return base::OkStatus();
}

Status Verifier::CheckStatistics() {
  std::uint64_t cells = 0;
  for (const auto& [key, cell] : tally_.cells()) {
    if (cell.empty()) continue;
    ++cells;
    FB_ASSIGN_OR_RETURN(const auto kept, rows_.Read<StatCell>(StatisticsKey(key)));
    if (kept != cell) return Damaged("the statistics of a day", absl::FormatCivilTime(key.day));
  }
  expected_[static_cast<char>(Table::kStatistics)] = cells;
  return base::OkStatus();
}

Status Verifier::CheckLog() {
  FB_ASSIGN_OR_RETURN(const std::uint64_t size, ReadLogSize(rows_));
  FB_ASSIGN_OR_RETURN(const audit::Frontier tree, ReadTree(rows_));
  audit::TileBuilder builder(
      {}, [](const audit::TilePlace&) -> Result<std::string> { return NoSuchTile(); });
  std::uint64_t next = 0;
  FB_RETURN_IF_ERROR(Walk<LogRow>(Table::kLog, [&](const LogRow& row) -> Status {
    const std::string position = std::to_string(next);
    if (row.entry.position != next++) return Damaged("the position of log entry", position);
    if (!row.entry.event.empty()) {
      const Status checked = audit::CheckEntry(row.entry.entry, row.entry.event, row.entry.salt);
      if (!checked.ok()) return base::Annotate(checked, "log entry " + position);
    }
    if (next > tree.size()) return base::OkStatus();
    FB_RETURN_IF_ERROR(builder.Append(row.entry.entry));
    return next % audit::kTileWidth == 0 ? CheckTiles(builder) : base::OkStatus();
  }));
  FB_RETURN_IF_ERROR(CheckTiles(builder));
  if (next != size) return Damaged("the log's size", "");
  return builder.tree() == tree ? CheckCheckpoints(tree) : Damaged("the log's tree head", "");
}

Status Verifier::CheckTiles(audit::TileBuilder& builder) {
  for (const auto& [place, hashes] : builder.tiles()) {
    if (!IsKept(place, hashes)) continue;
    FB_ASSIGN_OR_RETURN(const std::optional<std::string> kept, rows_.Get(TileKey(place)));
    if (!kept || !std::string_view(*kept).starts_with(hashes)) {
      return Damaged("a tile of the log", std::to_string(place.index));
    }
    tiles_.insert(place);
  }
  builder.ForgetFull();
  return base::OkStatus();
}

// A checkpoint is of the tree, or of one that it grew from: its head is then recomputed by tiles.
Status Verifier::CheckCheckpoints(const audit::Frontier& tree) {
  for (const CheckpointKind kind : {CheckpointKind::kSigned, CheckpointKind::kWitnessed}) {
    FB_ASSIGN_OR_RETURN(const auto kept, rows_.Read<SignedHead>(CheckpointKey(kind)));
    if (!kept) continue;
    if (kept->head.size > tree.size()) return Damaged("a checkpoint of the log", "");
    audit::TileNodes nodes(kept->head.size, [&](const audit::TileId& tile) {
      return ReadTileAt(rows_, {tile.level, tile.index}, kept->head.size);
    });
    FB_ASSIGN_OR_RETURN(const std::string root,
                        audit::RootAt(kept->head.size, [&](int level, std::uint64_t index) {
                          return nodes(level, index);
                        }));
    if (root != kept->head.root) return Damaged("a checkpoint of the log", "");
  }
  expected_[static_cast<char>(Table::kTile)] += tiles_.size();
  return base::OkStatus();
}

Status Verifier::CheckIndexSizes() {
  constexpr Table kDerived[] = {Table::kPupilByBlock,
                                Table::kRecipientUrn,
                                Table::kCurveKey,
                                Table::kIncidentByReference,
                                Table::kIncidentByTime,
                                Table::kSealing,
                                Table::kReceipt,
                                Table::kReceiptSeen,
                                Table::kAlertOfIncident,
                                Table::kAlertByTime,
                                Table::kAlertBySchool,
                                Table::kAlertByForce,
                                Table::kAlertOpen,
                                Table::kAlertDue,
                                Table::kAlertCalled,
                                Table::kAlertHeld,
                                Table::kAlertByStanding,
                                Table::kTile,
                                Table::kStatistics,
                                Table::kLogOfRecipient,
                                Table::kAlertByPseudonym,
                                Table::kLogOfAlert,
                                Table::kCaseOpen,
                                Table::kCaseDecided,
                                Table::kSchoolWakeUpsInOrder,
                                Table::kWakeUpDue};
  for (const Table table : kDerived) {
    const std::string prefix = Key(table).Take();
    std::uint64_t rows = 0;
    FB_RETURN_IF_ERROR(
        rows_.Scan(prefix, "", [&](std::string_view, std::string_view) -> Result<Next> {
          ++rows;
          return Next::kMore;
        }));
    if (rows != expected_[prefix.front()]) return Damaged("the number of rows in table", prefix);
  }
  return base::OkStatus();
}

Status Verifier::CheckCounts() {
  if (Encode(stored_) == Encode(counted_)) return base::OkStatus();
  return Damaged("the count of schools, pupils, recipients, incidents, alerts or cases", "");
}

}  // namespace

Status RocksDbStore::Verify(const Progress& progress) {
  FB_ASSIGN_OR_RETURN(const absl::TimeZone london, base::LondonTimeZone());
  return Verifier(*db_, london, progress).Run();
}

}  // namespace firstbell::store
