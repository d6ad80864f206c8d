#pragma once

// The rows of the RocksDB driver: a value with what the driver keeps beside it, its own key, and
// the rows of the indexes that follow from it. An index row is always derived: whoever puts a row
// puts its index rows (Batch::Replace), and verify derives them again. Values; pure; any thread.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "broker/store/rules.h"
#include "broker/store/store.h"

namespace firstbell::store::rocks {

struct SchoolRow {
  model::School school;
  std::optional<model::SchoolHours> hours;
  std::uint32_t pupils = 0;
  std::optional<absl::Time> roll_imported_at;
  model::SchoolYear year = {};
  model::DirectLines direct_lines = {};
};

struct PupilRow {
  base::Urn urn;
  RollEntry entry;
  Claim claim;
  bool disputed = false;  // model::PupilAtSchool's
};

// A revision of an incident before the one that stands.
struct EarlierRow {
  Incident incident;
};

struct CaseRow {
  model::Case value;
  std::uint32_t ordinal = 0;
};

struct OfficerRow {
  base::ForceCode force;
  base::OfficerId officer;
  model::OfficerLooks looks;
};

struct AlertRow {
  model::Alert alert;
  std::uint32_t ordinal = 0;  // among its incident's
  std::vector<base::RecipientId> sealed_to;
  std::set<base::RecipientId> received_by;
  std::optional<SealedAs> sealed;  // the newest sealing
  std::string sealed_sha256;       // its ciphertext's digest
  std::uint32_t receipts = 0;
  Holders holders;
};

struct ReceiptRow {
  model::Receipt receipt;
  std::uint32_t ordinal = 0;  // among its alert's
};

struct LogRow {
  LogEntry entry;
  base::AlertId alert_id;             // empty: about no alert
  base::RecipientId key_holder = {};  // model::Event's
};

// What an auditor has spent of a day's budget.
struct AuditorRow {
  absl::CivilDay day;
  std::uint32_t spent = 0;
};

struct IndexRow {
  std::string key;
  std::string value;
  friend bool operator==(const IndexRow&, const IndexRow&) = default;
  friend auto operator<=>(const IndexRow&, const IndexRow&) = default;
};
using IndexRows = std::vector<IndexRow>;

std::string KeyOf(const SchoolRow& row);
std::string KeyOf(const model::CalendarDefault& row);
std::string KeyOf(const model::OwnLadder& row);
std::string KeyOf(const model::OwnPolicy& row);
std::string KeyOf(const SchoolWakeUps& row);
std::string KeyOf(const WakeUp& row);
std::string KeyOf(const PupilRow& row);
std::string KeyOf(const model::EnrolmentGrant& row);
std::string KeyOf(const model::Recipient& row);
std::string KeyOf(const Incident& row);
std::string KeyOf(const EarlierRow& row);
std::string KeyOf(const CaseRow& row);
std::string KeyOf(const OfficerRow& row);
std::string KeyOf(const AlertRow& row);
std::string KeyOf(const model::Sealing& row);
std::string KeyOf(const ReceiptRow& row);
std::string KeyOf(const LogRow& row);

// By key; none for a row that no index names.
IndexRows IndexOf(const PupilRow& row);
IndexRows IndexOf(const model::Recipient& row);
IndexRows IndexOf(const Incident& row);
IndexRows IndexOf(const CaseRow& row);
IndexRows IndexOf(const AlertRow& row);
IndexRows IndexOf(const ReceiptRow& row);
IndexRows IndexOf(const LogRow& row);
IndexRows IndexOf(const SchoolWakeUps& row);
IndexRows IndexOf(const WakeUp& row);
inline IndexRows IndexOf(const SchoolRow&) {
  return {};
}
inline IndexRows IndexOf(const model::CalendarDefault&) {
  return {};
}
inline IndexRows IndexOf(const model::OwnLadder&) {
  return {};
}
inline IndexRows IndexOf(const model::OwnPolicy&) {
  return {};
}
inline IndexRows IndexOf(const model::EnrolmentGrant&) {
  return {};
}
inline IndexRows IndexOf(const EarlierRow&) {
  return {};
}
inline IndexRows IndexOf(const OfficerRow&) {
  return {};
}
inline IndexRows IndexOf(const model::Sealing&) {
  return {};
}

// Of a row that statistics count: what they count.
inline const model::Alert& CountedOf(const AlertRow& row) {
  return row.alert;
}
inline const model::Case& CountedOf(const CaseRow& row) {
  return row.value;
}
inline const Incident& CountedOf(const Incident& row) {
  return row;
}

// Stands where a receipt with its (alert, sealing, kind, signer) was recorded.
std::string ReceiptSeenKey(const model::Receipt& receipt);

}  // namespace firstbell::store::rocks
