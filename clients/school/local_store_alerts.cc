// LocalStore: the alerts that it keeps, as they are known without being opened. What waits and what
// is open is found by an index, however many there ever were.

#include "clients/school/local_rows.h"
#include "clients/school/local_store.h"

namespace firstbell::school {
namespace {

std::optional<link::AlertEnd> MaybeEnd(const Statement& row, const base::AlertId& alert) {
  if (row.IsNull(14)) return std::nullopt;
  return link::AlertEnd{alert, static_cast<std::uint32_t>(row.Int(14)),
                        static_cast<v1::AlertState>(row.Int(15)), At(row, 16),
                        base::RecipientId(row.Text(17))};
}

HeldAlert ReadAlert(const Statement& row) {
  HeldAlert alert;
  alert.newest = ReadRef(row);
  alert.show_from = At(row, 4);
  alert.deadline = At(row, 5);
  alert.expires_at = At(row, 6);
  alert.received_at = At(row, 7);
  alert.part = static_cast<v1::Part>(row.Int(8));
  alert.shown_at = MaybeAt(row, 9);
  alert.opened_at = MaybeAt(row, 10);
  alert.acknowledged_at = MaybeAt(row, 11);
  alert.ours_at = MaybeAt(row, 12);
  alert.refused_at = MaybeAt(row, 13);
  alert.ended = MaybeEnd(row, alert.newest.alert_id);
  alert.ended_by = row.Text(18);
  alert.arrival = model::ArrivalOf(static_cast<v1::ReceiptKind>(row.Int(19)));
  alert.offered_to = row.Text(20);
  alert.offered_by = row.Text(21);
  alert.offered_to_id = base::RecipientId(row.Text(22));
  return alert;
}

// The alerts of which `which` holds, told of in full, and of these those of which `and_these` does.
std::string HeldAlerts(std::string_view which, std::string_view and_these) {
  static constexpr char kSelect[] =
      "WITH held AS (SELECT a.alert_id, a.revision, a.sealing, ciphertext_sha256, show_from_us,"
      " deadline_us, expires_at_us, received_at_us, sealing.part,"
      " (SELECT MIN(at_us) FROM receipt r WHERE r.alert_id = a.alert_id"
      "   AND r.revision = a.revision AND r.kind = 2) AS shown_us,"
      " (SELECT MIN(at_us) FROM receipt r JOIN sealing o USING (alert_id, sealing)"
      "   WHERE r.alert_id = a.alert_id"
      "   AND r.revision = a.revision AND r.kind = 4 AND o.part = 1) AS opened_us,"
      " (SELECT MIN(at_us) FROM receipt r WHERE r.alert_id = a.alert_id"
      "   AND r.revision = a.revision AND r.kind = 5 AND r.outcome <= 1) AS acknowledged_us,"
      " (SELECT MIN(at_us) FROM receipt r WHERE r.alert_id = a.alert_id"
      "   AND r.revision = a.revision AND r.kind = 6 AND r.outcome <= 1) AS ours_us,"
      " (SELECT MIN(at_us) FROM receipt r WHERE r.alert_id = a.alert_id"
      "   AND r.revision = a.revision AND r.kind = 7 AND r.outcome <= 1) AS refused_us,"
      " e.revision AS ended_revision, e.state AS ended_state, e.at_us AS ended_us,"
      " e.acknowledged_by AS ended_by, p.display_name AS ended_by_name,"
      " (SELECT r.kind FROM receipt r WHERE r.alert_id = a.alert_id AND r.revision = a.revision"
      "   AND r.kind IN (8, 9, 10) AND r.outcome <= 1 ORDER BY r.at_us DESC LIMIT 1) AS arrival,"
      " COALESCE((SELECT display_name FROM person WHERE recipient_id = sealing.offered_to), ''),"
      " COALESCE((SELECT display_name FROM person WHERE recipient_id = sealing.offered_by), ''),"
      " sealing.offered_to"
      " FROM alert a JOIN sealing USING (alert_id, revision, sealing)"
      " LEFT JOIN ended e ON e.alert_id = a.alert_id AND e.revision >= a.revision"
      " LEFT JOIN person p ON p.recipient_id = e.acknowledged_by WHERE ";
  return std::string(kSelect).append(which).append(") SELECT * FROM held ").append(and_these);
}

constexpr char kOpenFirst[] =
    "WHERE shown_us IS NOT NULL"
    " ORDER BY COALESCE(acknowledged_us, ended_us) IS NOT NULL, deadline_us, alert_id";

}  // namespace

base::Result<std::vector<link::SealingRef>> LocalStore::Holdings(std::size_t limit) {
  return All(database_->Query("SELECT alert_id, revision, sealing, ciphertext_sha256 FROM alert a"
                              " JOIN sealing USING (alert_id, revision, sealing)"
                              " WHERE a.is_open = 1"
                              " ORDER BY received_at_us, alert_id LIMIT ?",
                              static_cast<std::int64_t>(limit)),
             ReadRef);
}

base::Result<std::vector<HeldAlert>> LocalStore::WaitingAlerts() {
  return All(database_->Query(HeldAlerts("a.waits = 1", "ORDER BY show_from_us, alert_id").c_str()),
             ReadAlert);
}

base::Result<std::vector<HeldAlert>> LocalStore::AskedAlerts() {
  return All(
      database_->Query(
          HeldAlerts("a.is_open = 1 AND sealing.part = 2",
                     "WHERE ours_us IS NULL AND refused_us IS NULL ORDER BY deadline_us, alert_id")
              .c_str()),
      ReadAlert);
}

base::Result<std::vector<HeldAlert>> LocalStore::ShownAlerts() {
  return All(database_->Query(HeldAlerts("TRUE", kOpenFirst).c_str()), ReadAlert);
}

base::Result<std::vector<HeldAlert>> LocalStore::RecentAlerts(absl::Time since) {
  static constexpr char kRecent[] =
      "a.alert_id IN (SELECT alert_id FROM alert WHERE is_open = 1"
      " UNION SELECT alert_id FROM sealing WHERE deadline_us >= ?1"
      " UNION SELECT alert_id FROM receipt WHERE kind = 5 AND at_us >= ?1)";
  return All(database_->Query(HeldAlerts(kRecent, kOpenFirst).c_str(), Us(since)), ReadAlert);
}

base::Result<std::optional<HeldAlert>> LocalStore::ShownAlert(const base::AlertId& alert) {
  FB_ASSIGN_OR_RETURN(
      auto found,
      All(database_->Query(HeldAlerts("a.alert_id = ?", "WHERE shown_us IS NOT NULL").c_str(),
                           std::string_view(alert.value())),
          ReadAlert));
  if (found.empty()) return std::nullopt;
  return std::move(found.front());
}

// (4 to 12: what people sign.)
base::Result<std::vector<AlertAct>> LocalStore::ActsOn(const base::AlertId& alert) {
  return All(database_->Query("SELECT kind, signer_id, at_us FROM receipt WHERE alert_id = ?"
                              " AND outcome <= 1 AND kind BETWEEN 4 AND 12"
                              " ORDER BY at_us, kind",
                              std::string_view(alert.value())),
             [](const Statement& row) {
               return AlertAct{static_cast<v1::ReceiptKind>(row.Int(0)),
                               base::RecipientId(row.Text(1)), At(row, 2)};
             });
}

base::Result<std::vector<base::AlertId>> LocalStore::TakenBackAlerts() {
  return All(database_->Query("SELECT alert_id FROM ended WHERE state IN (7, 8)"),
             [](const Statement& row) { return base::AlertId(row.Text(0)); });
}

}  // namespace firstbell::school
