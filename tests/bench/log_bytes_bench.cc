// What one delivery leaves on the disk: its life through the store's own verbs, with the events
// that the broker writes, then every row counted by its table.

#include <atomic>
#include <map>
#include <thread>

#include "broker/crypto/hash.h"
#include "broker/placing/events.h"
#include "broker/store/rocksdb/keys.h"
#include "tests/bench/log_store.h"
#include "tests/support/temp_directory.h"

namespace firstbell::bench {
namespace {

constexpr std::size_t kDeliveries = 20'000;
constexpr std::size_t kSchools = kAuthorities, kWriters = 64, kAtOnce = 256;
const std::string kDigest(32, 'd');
const placing::Rules kRules = {"2026a", kDigest, kDigest};

model::Alert NewAlert(std::size_t n) {
  model::Alert alert = AlertOf(n, {kDeliveries, 1});
  alert.urn = base::Urn(100'000 + static_cast<std::uint32_t>(n % kSchools));
  alert.state = v1::ALERT_STATE_ACCEPTED;
  alert.steps = {};
  alert.acknowledged_at = {};
  alert.rung = 0;
  alert.accepted_at = alert.changed_at = absl::FromUnixMicros(
      absl::ToUnixMicros(kLogNight + absl::Hours(24) * (static_cast<double>(n) / kADay)));
  alert.show_from = alert.accepted_at + absl::Hours(6);
  alert.deadline = alert.show_from + absl::Minutes(75);
  alert.climb_at = alert.show_from;
  alert.roll_as_of = kLogNight - absl::Hours(48);
  return alert;
}

base::RecipientId DeviceOf(base::Urn urn) {
  return base::RecipientId(base::FormatRandomId(crypto::Sha256("d" + urn.ToString()).substr(16)));
}
base::RecipientId PersonOf(base::Urn urn) {
  return base::RecipientId(base::FormatRandomId(crypto::Sha256("p" + urn.ToString()).substr(16)));
}

void Enrol(const model::Recipient& recipient, store::Store& store) {
  model::EnrolmentGrant grant;
  grant.secret_sha256 = crypto::Sha256(recipient.id.value());
  grant.urn = recipient.urn;
  grant.role = recipient.role;
  grant.expires_at = kLogNight + absl::Hours(1);
  FB_CHECK(store.AddEnrolmentGrant(grant, {}).ok());
  FB_CHECK(store.Enrol(grant.secret_sha256, recipient, kLogNight, {}).ok());
}

void EnrolAll(store::Store& store) {
  for (std::uint32_t i = 0; i < kSchools; ++i) {
    model::Recipient recipient;
    recipient.urn = base::Urn(100'000 + i);
    recipient.enrolled_at = kLogNight;
    recipient.certificate_expires_at = kLogNight + absl::Hours(24 * 365);
    recipient.id = DeviceOf(recipient.urn);
    recipient.role = v1::RECIPIENT_ROLE_DEVICE;
    recipient.curve_public_key = crypto::Sha256(recipient.id.value());
    Enrol(recipient, store);
    recipient.id = PersonOf(recipient.urn);
    recipient.role = v1::RECIPIENT_ROLE_LEAD;
    recipient.curve_public_key.clear();
    Enrol(recipient, store);
  }
}

void Accept(std::size_t n, store::Store& store) {
  const model::Alert alert = NewAlert(n);
  store::NewIncident night;
  night.incident.id = alert.incident_id;
  night.incident.force = alert.force;
  night.incident.reference = base::Reference("R" + std::to_string(n));
  night.incident.digest = kDigest;
  night.incident.content = std::string(600, 'c');
  night.incident.accepted_at = alert.accepted_at;
  night.incident.children.push_back({alert.child_ref, v1::CHILD_OUTCOME_ACCEPTED,
                                     v1::REASON_UNSPECIFIED, alert.show_from, alert.deadline});
  night.alerts.push_back(alert);
  night.events.push_back(model::Event(model::EventKind::kIncidentAccepted, alert.accepted_at)
                             .With(alert.incident_id)
                             .With(alert.force)
                             .WithNumber("revision", 1)
                             .WithNumber("children", 1));
  night.events.push_back(placing::AcceptedEvent(alert, kRules));
  FB_CHECK(store.AcceptIncident(night).ok());
}

void AcceptAll(std::size_t count, store::Store& store) {
  std::atomic<std::size_t> next = 0;
  std::vector<std::thread> writers;
  for (std::size_t i = 0; i < kWriters; ++i) {
    writers.emplace_back([&] {
      for (std::size_t n = next++; n < count; n = next++) Accept(n, store);
    });
  }
  for (std::thread& writer : writers) writer.join();
}

model::Event EventOf(model::EventKind kind, const model::Alert& alert, absl::Time at) {
  model::Event event(kind, at);
  event.With(alert.id).With(alert.force).With(alert.urn).With(alert.authority);
  event.WithNumber("sealing", 1);
  return event;
}

store::NewSealing SealingOf(const model::Alert& alert) {
  model::Sealing sealing;
  sealing.alert_id = alert.id;
  sealing.number = 1;
  sealing.people = {PersonOf(alert.urn)};
  sealing.ciphertext_sha256 = crypto::Sha256(alert.id.value());
  sealing.envelope = std::string(2'000, 'e');
  sealing.sealed_at = alert.accepted_at + absl::Seconds(1);
  sealing.show_from = alert.show_from;
  sealing.deadline = alert.deadline;
  model::Event event = EventOf(model::EventKind::kAlertSealed, alert, sealing.sealed_at);
  event.WithNumber("revision", 1).WithNumber("people", 1).WithWord("part", "whole");
  event.WithDigest("ciphertext_sha256", sealing.ciphertext_sha256);
  return {sealing, {std::move(event)}};
}

store::NewReceipt ReceiptOf(const model::Alert& alert, v1::ReceiptKind kind, absl::Time at) {
  model::Receipt receipt;
  receipt.alert_id = alert.id;
  receipt.sealing = 1;
  receipt.ciphertext_sha256 = crypto::Sha256(alert.id.value());
  receipt.kind = kind;
  receipt.urn = alert.urn;
  receipt.signer = model::SignerOf(kind) == model::SignerKind::kDevice ? DeviceOf(alert.urn)
                                                                       : PersonOf(alert.urn);
  receipt.at = at - absl::Milliseconds(200);
  receipt.recorded_at = at;
  receipt.wire = std::string(400, 'w');
  const auto events = [receipt](const model::Alert& before, const model::Alert&) -> store::Events {
    model::Event event = EventOf(model::EventKind::kReceiptRecorded, before, receipt.recorded_at);
    event.With(receipt.signer).WithWord("receipt", model::Word(receipt.kind));
    event.WithTime("signed_at", receipt.at).WithDigest("signed_sha256", kDigest);
    if (receipt.kind == v1::RECEIPT_KIND_ACKNOWLEDGED) event.WithWord("in_time", "yes");
    return {std::move(event)};
  };
  return {receipt, events};
}

// Sealed, sent, received, shown, opened, acknowledged.
void Deliver(std::size_t first, std::size_t end, store::Store& store) {
  std::vector<store::NewSealing> sealings;
  std::vector<store::SentAlert> sent;
  std::vector<store::NewReceipt> receipts;
  for (std::size_t n = first; n < end; ++n) {
    const model::Alert alert = NewAlert(n);
    const absl::Time night = alert.accepted_at, morning = alert.show_from;
    sealings.push_back(SealingOf(alert));
    sent.push_back(
        {alert.id, {EventOf(model::EventKind::kAlertSent, alert, night + absl::Seconds(2))}});
    using v1::ReceiptKind;
    receipts.push_back(
        ReceiptOf(alert, ReceiptKind::RECEIPT_KIND_RECEIVED, night + absl::Seconds(3)));
    receipts.push_back(ReceiptOf(alert, ReceiptKind::RECEIPT_KIND_SHOWN, morning));
    receipts.push_back(
        ReceiptOf(alert, ReceiptKind::RECEIPT_KIND_OPENED, morning + absl::Minutes(3)));
    receipts.push_back(
        ReceiptOf(alert, ReceiptKind::RECEIPT_KIND_ACKNOWLEDGED, morning + absl::Minutes(4)));
  }
  for (const base::Status& one : store.RecordSealings(sealings)) FB_CHECK(one.ok());
  const absl::Time at = NewAlert(first).accepted_at + absl::Seconds(2);
  for (const auto& one : store.RecordSent(sent, at)) FB_CHECK(one.ok());
  for (const auto& one : store.RecordReceipts(receipts)) FB_CHECK(one.ok() && !one->was_there);
}

using Bytes = std::map<store::rocks::Table, double>;  // by table

// Of keys and values, of all rows that stand.
Bytes CountRows(const std::filesystem::path& directory) {
  const auto db = OpenBare(directory);
  FB_CHECK(db->CompactRange(rocksdb::CompactRangeOptions(), nullptr, nullptr).ok());
  Bytes bytes;
  const std::unique_ptr<rocksdb::Iterator> row(db->NewIterator(rocksdb::ReadOptions()));
  for (row->SeekToFirst(); row->Valid(); row->Next()) {
    bytes[static_cast<store::rocks::Table>(row->key()[0])] +=
        static_cast<double>(row->key().size() + row->value().size());
  }
  return bytes;
}

double Sum(const Bytes& bytes, const std::vector<store::rocks::Table>& tables) {
  double sum = 0;
  for (const store::rocks::Table table : tables) {
    const auto found = bytes.find(table);
    if (found != bytes.end()) sum += found->second;
  }
  return sum;
}

std::vector<Row> RowsOf(std::size_t n, std::uint64_t entries, const Bytes& bytes) {
  using store::rocks::Table;
  const std::vector<std::pair<std::string, std::vector<Table>>> parts = {
      {"log entries and their index", {Table::kLog, Table::kLogOfAlert, Table::kLogOfRecipient}},
      {"tiles of the log's tree", {Table::kTile}},
      {"the alert's row", {Table::kAlert}},
      {"its index rows",
       {Table::kAlertOfIncident, Table::kAlertByTime, Table::kAlertBySchool, Table::kAlertByForce,
        Table::kAlertOpen, Table::kAlertDue, Table::kAlertCalled, Table::kAlertHeld,
        Table::kAlertByStanding, Table::kAlertByPseudonym}},
      {"statistics", {Table::kStatistics}}};
  const auto count = static_cast<double>(n);
  std::vector<Row> rows;
  double all = 0;
  for (const auto& [what, tables] : parts) {
    const double each = Sum(bytes, tables) / count;
    all += each;
    rows.push_back(
        {"bytes a delivery, " + what, "bytes", n, each, {}, 0, 0, false, "keys and values"});
  }
  rows.front().note =
      std::to_string(static_cast<double>(entries) / count).substr(0, 4) +
      " entries a delivery: incident and alert accepted, sealed, sent, four receipts";
  rows.back().note = "where 175 authorities have 2,192 deliveries a day";
  rows.push_back(
      {"the same, all told",
       "bytes",
       n,
       all,
       {},
       0,
       0,
       false,
       "keys and values of the rows that stand, after compaction; nothing is compressed. "
       "Beside them its sealing, receipts and incident, of invented lengths"});
  return rows;
}

}  // namespace

std::vector<Row> LogBytes(const Setting& setting) {
  const std::size_t n = std::max<std::size_t>(setting.Scaled(kDeliveries), 2 * kAtOnce);
  const support::TempDirectory directory;
  const auto path = directory.path() / "store";
  std::uint64_t entries = 0;
  {
    LogStore log(path);
    EnrolAll(log.store());
    AcceptAll(n, log.store());
    for (std::size_t first = 0; first < n; first += kAtOnce) {
      Deliver(first, std::min(first + kAtOnce, n), log.store());
    }
    log.SignAll();
    entries = log.store().LogSize().value();
  }
  return RowsOf(n, entries, CountRows(path));
}

}  // namespace firstbell::bench
