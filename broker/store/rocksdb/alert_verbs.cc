// Alerts, their sealings and receipts.

#include "broker/base/bytes.h"
#include "broker/store/rocksdb/codec.h"
#include "broker/store/rocksdb/each.h"
#include "broker/store/rocksdb/incident_rows.h"
#include "broker/store/rocksdb/paging.h"
#include "broker/store/rules.h"

namespace firstbell::store {

using namespace rocks;  // NOLINT: the driver's own parts

namespace {

Status SealStep(Batch& batch, const NewSealing& given) {
  const model::Sealing& sealing = given.sealing;
  FB_ASSIGN_OR_RETURN(const AlertRow before, ReadAlert(batch, sealing.alert_id));
  FB_ASSIGN_OR_RETURN(const auto stood, batch.Read<model::Sealing>(KeyOf(sealing)));
  if (stood && *stood == sealing) return base::OkStatus();
  FB_RETURN_IF_ERROR(CheckNextSealing(before.alert, sealing));
  AlertRow after = before;
  after.alert.sealing = sealing.number;
  after.sealed_to = sealing.people;
  after.sealed = AsSealed(sealing);
  after.sealed_sha256 = sealing.ciphertext_sha256;
  after.received_by.clear();
  batch.Replace(before, after);
  batch.Insert(sealing);
  batch.Append(given.events);
  return base::OkStatus();
}

Result<Recorded> SentStep(Batch& batch, const SentAlert& sent, absl::Time now) {
  FB_ASSIGN_OR_RETURN(const AlertRow before, ReadAlert(batch, sent.id));
  if (before.alert.state != v1::ALERT_STATE_ACCEPTED) return Recorded{before.alert, true};
  AlertRow after = before;
  model::Enter(v1::ALERT_STATE_SENT, now, after.alert);
  batch.Replace(before, after);
  batch.Append(sent.events);
  return Recorded{after.alert, false};
}

Status RescheduleStep(Batch& batch, const base::AlertId& id, absl::Time show_from,
                      absl::Time deadline, const Events& events) {
  FB_ASSIGN_OR_RETURN(const AlertRow before, ReadAlert(batch, id));
  if (before.alert.show_from == show_from && before.alert.deadline == deadline) {
    return base::OkStatus();
  }
  FB_RETURN_IF_ERROR(CheckReschedule(before.alert, show_from, deadline));
  AlertRow after = before;
  after.alert = AfterReschedule(before.alert, show_from, deadline);
  batch.Replace(before, after);
  batch.Append(events);
  return base::OkStatus();
}

AlertRow RowAfter(const AlertRow& before, const model::Receipt& receipt, const SealingSaid& said) {
  AlertRow after = before;
  after.alert = AfterReceipt(before.alert, receipt, said);
  ++after.receipts;
  Note(receipt, after.holders);
  if (receipt.kind == v1::RECEIPT_KIND_RECEIVED && receipt.sealing == after.alert.sealing) {
    after.received_by.insert(receipt.signer);
  }
  return after;
}

// Most receipts are of the newest sealing, of which the alert's own row tells.
Result<SealingSaid> SaidOf(const Reader& reader, const AlertRow& row, std::uint32_t sealing) {
  if (sealing == row.alert.sealing && row.sealed) {
    return SealingSaid{row.sealed_sha256, row.sealed->revision, row.sealed->part};
  }
  FB_ASSIGN_OR_RETURN(const auto found,
                      reader.Read<model::Sealing>(SealingKey(row.alert.id, sealing)));
  if (!found) return SealingSaid{};
  return SealingSaid{found->ciphertext_sha256, found->revision, found->part};
}

// What follows from a refusal, but for the alert itself.
Status PutRefusal(Batch& batch, const model::Alert& refused, absl::Time at) {
  FB_ASSIGN_OR_RETURN(const auto row, CaseThere(batch, refused.incident_id, refused.child_ref));
  const auto stood = row ? std::optional(row->value) : std::nullopt;
  FB_RETURN_IF_ERROR(PutCase(batch, CaseAfterRefusal(refused, stood, at)));
  if (!DisputesRoll(refused, stood)) return base::OkStatus();
  FB_ASSIGN_OR_RETURN(auto pupil, batch.Read<PupilRow>(PupilKey(refused.urn, refused.local_id)));
  if (!pupil || pupil->disputed) return base::OkStatus();
  PupilRow disputed = *pupil;
  disputed.disputed = true;
  batch.Replace(*pupil, disputed);
  return base::OkStatus();
}

Result<Recorded> ReceiptStep(Batch& batch, const NewReceipt& given) {
  const model::Receipt& receipt = given.receipt;
  FB_ASSIGN_OR_RETURN(const auto before, batch.Read<AlertRow>(AlertKey(receipt.alert_id)));
  FB_RETURN_IF_ERROR(CheckReceiptAlert(before ? &before->alert : nullptr, receipt));
  FB_ASSIGN_OR_RETURN(const SealingSaid said, SaidOf(batch, *before, receipt.sealing));
  FB_RETURN_IF_ERROR(CheckReceiptSealing(said.ciphertext_sha256, receipt));
  FB_ASSIGN_OR_RETURN(const auto seen, batch.Get(ReceiptSeenKey(receipt)));
  if (seen) return Recorded{before->alert, true};
  FB_ASSIGN_OR_RETURN(const auto signer,
                      batch.Read<model::Recipient>(RecipientKey(receipt.urn, receipt.signer)));
  FB_RETURN_IF_ERROR(CheckReceiptSigner(signer ? &*signer : nullptr, receipt));
  FB_RETURN_IF_ERROR(CheckRepeated(before->holders, receipt));

  const AlertRow after = RowAfter(*before, receipt, said);
  ReplaceAlert(batch, *before, after);
  batch.Insert(ReceiptRow{receipt, before->receipts});
  if (RefusedNow(before->alert, after.alert)) {
    FB_RETURN_IF_ERROR(PutRefusal(batch, after.alert, receipt.recorded_at));
  }
  if (given.events) batch.Append(given.events(before->alert, after.alert));
  return Recorded{after.alert, false};
}

}  // namespace

Result<model::Alert> RocksDbStore::GetAlert(const base::AlertId& id) {
  FB_ASSIGN_OR_RETURN(AlertRow row, ReadAlert(Latest(*db_), id));
  return std::move(row.alert);
}

Result<std::vector<model::Alert>> RocksDbStore::AlertsBeginning(std::string_view prefix,
                                                                std::size_t limit) {
  std::vector<model::Alert> alerts;
  if (limit == 0) return alerts;
  FB_RETURN_IF_ERROR(
      Latest(*db_).Scan(Key(Table::kAlert).Tail(prefix).Take(), "",
                        [&](std::string_view, std::string_view value) -> Result<Next> {
                          AlertRow row;
                          FB_RETURN_IF_ERROR(Decode(value, row));
                          alerts.push_back(std::move(row.alert));
                          return alerts.size() == limit ? Next::kStop : Next::kMore;
                        }));
  return alerts;
}

Result<Page<OpenAlert>> RocksDbStore::OpenAlerts(base::Urn urn, std::string_view after,
                                                 std::size_t limit) {
  Key start = Key(Table::kAlertOpen).Urn(urn);
  const std::string prefix = Key(start).Take();
  std::string first;
  if (!after.empty()) {
    FB_ASSIGN_OR_RETURN(const PageToken token, ParsePageToken(after));
    first = After(start.OldestFirst(token.number).Tail(token.id).Take());
  }
  const Snapshot snapshot(*db_);
  const auto load = [&](std::string_view key,
                        std::string_view) -> Result<std::optional<OpenAlert>> {
    FB_ASSIGN_OR_RETURN(AlertRow row, ReadIndexedAlert(snapshot, IdOf(key, prefix)));
    return OpenAlert{std::move(row.alert), std::move(row.sealed_to), std::move(row.received_by),
                     row.sealed};
  };
  return ReadPage<OpenAlert>(
      snapshot, prefix, first, limit, load, [](const OpenAlert&) { return false; },
      [](const OpenAlert& last) { return TokenOf(last.alert.accepted_at, last.alert.id.value()); });
}

Result<std::vector<base::Urn>> RocksDbStore::SchoolsWithOpenAlerts() {
  const std::string prefix = Key(Table::kAlertOpen).Take();
  std::vector<base::Urn> urns;
  FB_RETURN_IF_ERROR(
      Latest(*db_).Scan(prefix, "", [&](std::string_view key, std::string_view) -> Result<Next> {
        if (key.size() < prefix.size() + 4) return Damaged("the outbox", "");
        const base::Urn urn(base::ReadU32(key.substr(prefix.size())));
        if (urns.empty() || urns.back() != urn) urns.push_back(urn);
        return Next::kMore;
      }));
  return urns;
}

std::vector<Status> RocksDbStore::RecordSealings(absl::Span<const NewSealing> sealings) {
  std::vector<Step> steps;
  for (const NewSealing& sealing : sealings) {
    steps.emplace_back([&sealing](Batch& batch) { return SealStep(batch, sealing); });
  }
  return commits_->Run(absl::MakeConstSpan(steps));
}

Result<model::Sealing> RocksDbStore::GetSealing(const base::AlertId& id, std::uint32_t number) {
  FB_ASSIGN_OR_RETURN(std::optional<model::Sealing> sealing,
                      Latest(*db_, Cache::kPass).Read<model::Sealing>(SealingKey(id, number)));
  if (!sealing) return NoSuchSealing();
  return *std::move(sealing);
}

std::vector<Result<Recorded>> RocksDbStore::RecordSent(absl::Span<const SentAlert> sent,
                                                       absl::Time now) {
  return RecordEach(*commits_, sent, [now](Batch& batch, const SentAlert& one) {
    return SentStep(batch, one, now);
  });
}

Status RocksDbStore::Reschedule(const base::AlertId& id, absl::Time show_from, absl::Time deadline,
                                const Events& events) {
  return commits_->Run(
      [&](Batch& batch) { return RescheduleStep(batch, id, show_from, deadline, events); });
}

std::vector<Result<Recorded>> RocksDbStore::RecordReceipts(absl::Span<const NewReceipt> receipts) {
  return RecordEach(*commits_, receipts, ReceiptStep);
}

Result<Page<LeftBehind>> RocksDbStore::StillHeld(base::Urn urn, std::string_view after,
                                                 std::size_t limit) {
  Key start = Key(Table::kAlertHeld).Urn(urn);
  const std::string prefix = Key(start).Take();
  std::string first;
  if (!after.empty()) {
    FB_ASSIGN_OR_RETURN(const PageToken token, ParsePageToken(after));
    first = After(start.Tail(token.id).Take());
  }
  const Snapshot snapshot(*db_);
  const auto load = [&](std::string_view key,
                        std::string_view) -> Result<std::optional<LeftBehind>> {
    FB_ASSIGN_OR_RETURN(AlertRow row, ReadIndexedAlert(snapshot, key.substr(prefix.size())));
    auto devices = StillHolding(row.alert, row.holders);
    return std::optional(LeftBehind{std::move(row.alert), std::move(devices)});
  };
  return ReadPage<LeftBehind>(
      snapshot, prefix, first, limit, load, [](const LeftBehind&) { return false; },
      [](const LeftBehind& last) {
        return PageToken{0, last.alert.id.value()};
      });
}

Result<std::vector<model::Receipt>> RocksDbStore::ReceiptsOf(const base::AlertId& id) {
  FB_ASSIGN_OR_RETURN(
      std::vector<ReceiptRow> rows,
      Latest(*db_).ReadAll<ReceiptRow>(Key(Table::kReceipt).Text(id.value()).Take()));
  std::vector<model::Receipt> receipts;
  for (ReceiptRow& row : rows) receipts.push_back(std::move(row.receipt));
  return receipts;
}

}  // namespace firstbell::store
