#include "broker/store/rocksdb/rows.h"

#include "broker/audit/event_encoding.h"

#include "broker/base/bytes.h"
#include "broker/store/rocksdb/keys.h"
#include "broker/store/rules.h"

namespace firstbell::store::rocks {

std::string KeyOf(const SchoolRow& row) {
  return SchoolKey(row.school.urn);
}
std::string KeyOf(const model::CalendarDefault& row) {
  return CalendarKey(row.scope);
}

std::string KeyOf(const model::OwnLadder& row) {
  return LadderKey(row.scope);
}

std::string KeyOf(const model::OwnPolicy& row) {
  return PolicyKey(row.scope);
}

std::string KeyOf(const SchoolWakeUps& row) {
  return SchoolWakeUpsKey(row.urn);
}
std::string KeyOf(const WakeUp& row) {
  return WakeUpRowKey(row.key());
}

std::string KeyOf(const PupilRow& row) {
  return PupilKey(row.urn, row.entry.pupil.local_id);
}
std::string KeyOf(const model::EnrolmentGrant& row) {
  return GrantKey(row.secret_sha256);
}
std::string KeyOf(const model::Recipient& row) {
  return RecipientKey(row.urn, row.id);
}
std::string KeyOf(const Incident& row) {
  return IncidentKey(row.id);
}
std::string KeyOf(const EarlierRow& row) {
  return EarlierKey(row.incident.id, row.incident.revision);
}
std::string KeyOf(const CaseRow& row) {
  return CaseKey(row.value.incident_id, row.ordinal);
}
std::string KeyOf(const OfficerRow& row) {
  return OfficerKey(row.force, row.officer);
}
std::string KeyOf(const AlertRow& row) {
  return AlertKey(row.alert.id);
}
std::string KeyOf(const model::Sealing& row) {
  return SealingKey(row.alert_id, row.number);
}
std::string KeyOf(const ReceiptRow& row) {
  return ReceiptKey(row.receipt.alert_id, row.ordinal);
}
std::string KeyOf(const LogRow& row) {
  return LogKey(row.entry.position);
}

IndexRows IndexOf(const PupilRow& row) {
  const std::set<std::uint64_t> blocks(row.entry.blocks.begin(), row.entry.blocks.end());
  std::string fingerprint;
  base::AppendU64(fingerprint, row.entry.fingerprint);
  IndexRows rows;
  for (const std::uint64_t block : blocks) {
    const std::string& local_id = row.entry.pupil.local_id.value();
    rows.push_back(
        {Key(Table::kPupilByBlock).U64(block).Urn(row.urn).Tail(local_id).Take(), fingerprint});
  }
  return rows;
}

IndexRows IndexOf(const model::Recipient& row) {
  std::string urn;
  base::AppendU32(urn, row.urn.value());
  IndexRows rows = {{RecipientUrnKey(row.id), urn}};
  if (row.in_force() && !row.curve_public_key.empty()) {
    rows.push_back({CurveKeyKey(row.curve_public_key), row.id.value()});
  }
  return rows;
}

IndexRows IndexOf(const Incident& row) {
  const std::int64_t accepted = absl::ToUnixNanos(row.accepted_at);
  return {{ReferenceKey(row.force, row.reference), row.id.value()},
          {Key(Table::kIncidentByTime)
               .Text(row.force.value())
               .NewestFirst(accepted)
               .Tail(row.id.value())
               .Take(),
           ""}};
}

IndexRows IndexOf(const CaseRow& row) {
  const model::Case& value = row.value;
  const std::int64_t order = absl::ToUnixNanos(OrderOf(value));
  Key key = Key(value.decision ? Table::kCaseDecided : Table::kCaseOpen).Text(value.force.value());
  value.decision ? key.NewestFirst(order) : key.OldestFirst(order);
  return {{key.Tail(value.incident_id.value()).U32(row.ordinal).Take(), ""}};
}

namespace {

// Of an open alert no rung stands in the key: it climbs, and open ones are few.
void AddStandings(const model::Alert& alert, IndexRows& rows) {
  const Standing standing = store::StandingOf(alert);
  const std::uint32_t rung = standing == Standing::kOpen ? 0 : alert.rung;
  const auto add = [&](StandingScope of, std::string_view code) {
    Key key = StandingPrefix(of, code, standing, rung);
    key.NewestFirst(absl::ToUnixNanos(alert.accepted_at)).Tail(alert.id.value());
    rows.push_back({key.Take(), ""});
  };
  const std::string pseudonym = audit::PseudonymOf(alert.id.value());
  rows.push_back({Key(Table::kAlertByPseudonym).Tail(pseudonym).Take(), alert.id.value()});
  add(StandingScope::kAll, "");
  add(StandingScope::kForce, alert.force.value());
  if (!alert.authority.empty()) add(StandingScope::kAuthority, alert.authority.value());
}

}  // namespace

IndexRows IndexOf(const AlertRow& row) {
  const model::Alert& alert = row.alert;
  const std::string& id = alert.id.value();
  const std::int64_t accepted = absl::ToUnixNanos(alert.accepted_at);
  Key by_force = Key(Table::kAlertByForce).Text(alert.force.value());
  Key by_school = Key(Table::kAlertBySchool).Urn(alert.urn);
  IndexRows rows = {{AlertOfIncidentKey(alert.incident_id, row.ordinal), id},
                    {Key(Table::kAlertByTime).NewestFirst(accepted).Tail(id).Take(), ""},
                    {by_school.NewestFirst(accepted).Tail(id).Take(), ""},
                    {by_force.NewestFirst(accepted).Tail(id).Take(), ""}};
  AddStandings(alert, rows);
  if (!model::Ended(alert.state)) {
    Key open = Key(Table::kAlertOpen).Urn(alert.urn);
    rows.push_back({open.OldestFirst(accepted).Tail(id).Take(), ""});
  }
  if (Climbs(alert)) {
    Key due(Table::kAlertDue);
    rows.push_back({due.OldestFirst(absl::ToUnixNanos(*model::LookAt(alert))).Tail(id).Take(), ""});
  }
  if (IsCalled(alert)) {
    Key called = Key(Table::kAlertCalled).Text(alert.force.value());
    rows.push_back({called.OldestFirst(absl::ToUnixNanos(alert.deadline)).Tail(id).Take(), ""});
  }
  if (!StillHolding(alert, row.holders).empty()) {
    rows.push_back({Key(Table::kAlertHeld).Urn(alert.urn).Tail(id).Take(), ""});
  }
  return rows;
}

IndexRows IndexOf(const ReceiptRow& row) {
  return {{ReceiptSeenKey(row.receipt), ""}};
}

IndexRows IndexOf(const LogRow& row) {
  IndexRows rows;
  const auto add = [&](Table table, const std::string& id) {
    if (id.empty()) return;
    rows.push_back({Key(table).Text(id).U64(row.entry.position).Take(), ""});
  };
  add(Table::kLogOfAlert, row.alert_id.value());
  add(Table::kLogOfRecipient, row.key_holder.value());
  return rows;
}

// Those with an address that failed come first.
IndexRows IndexOf(const SchoolWakeUps& row) {
  Key key = Key(Table::kSchoolWakeUpsInOrder).U32(row.failing() ? 0 : 1);
  return {{key.Urn(row.urn).Take(), KeyOf(row)}};
}

IndexRows IndexOf(const WakeUp& row) {
  if (!model::Waits(row.outcome)) return {};
  return {{WakeUpDueKey(row.next_at, row.key()), KeyOf(row)}};
}

std::string ReceiptSeenKey(const model::Receipt& receipt) {
  std::string signer = receipt.signer.value();
  if (model::Repeats(receipt.kind)) {
    signer += "@" + std::to_string(absl::ToUnixNanos(receipt.at));
  }
  return Key(Table::kReceiptSeen)
      .Text(receipt.alert_id.value())
      .U32(receipt.sealing)
      .U32(static_cast<std::uint32_t>(receipt.kind))
      .Tail(signer)
      .Take();
}

}  // namespace firstbell::store::rocks
