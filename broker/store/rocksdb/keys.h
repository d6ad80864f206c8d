#pragma once

// The keys of the RocksDB driver: one letter for the table, then parts whose bytes sort as the
// table is read. Numbers are big-endian; a text that is not last is preceded by its length (4
// bytes). The table of tables stands in README.md. Pure; any thread.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/time/time.h"
#include "broker/audit/tile_builder.h"
#include "broker/base/ids.h"
#include "broker/model/calendar_change.h"
#include "broker/model/ladder.h"
#include "broker/store/statistics.h"
#include "broker/store/values.h"
#include "broker/store/wake_up_records.h"

namespace firstbell::store::rocks {

enum class Table : char {
  kMeta = 'm',
  kSchool = 's',
  kPupil = 'p',
  kPupilByBlock = 'b',
  kRollCounts = 'n',
  kCalendar = 'y',
  kLadder = 'l',
  kPolicy = 'o',
  kSchoolWakeUps = 'w',
  kSchoolWakeUpsInOrder = 'v',
  kWakeUp = 'x',
  kWakeUpDue = 'z',
  kGrant = 'g',
  kRecipient = 'r',
  kRecipientUrn = 'i',
  kCurveKey = 'c',
  kIncident = 'I',
  kIncidentEarlier = 'V',
  kIncidentByReference = 'F',
  kIncidentByTime = 'N',
  kCase = 'C',
  kCaseOpen = 'Q',
  kCaseDecided = 'D',
  kOfficer = 'K',
  kAlert = 'A',
  kAlertOfIncident = 'B',
  kAlertByTime = 'T',
  kAlertBySchool = 'U',
  kAlertByForce = 'W',
  kAlertOpen = 'O',
  kAlertDue = 'J',
  kAlertCalled = 'P',
  kAlertHeld = 'X',
  kAlertByStanding = 'G',
  kAlertByPseudonym = 'Y',
  kSealing = 'S',
  kReceipt = 'R',
  kReceiptSeen = 'E',
  kLog = 'L',
  kLogOfAlert = 'H',
  kLogOfRecipient = 'Z',
  kTile = 't',
  kAuditor = 'q',
  kStatistics = 'a',
};

// Builds a key part by part; a key cut short is a prefix to scan.
class Key {
 public:
  explicit Key(Table table) : bytes_(1, static_cast<char>(table)) {}

  Key& Text(std::string_view text);
  Key& U32(std::uint32_t number);
  Key& U64(std::uint64_t number);
  Key& Urn(base::Urn urn) { return U32(urn.value()); }
  Key& OldestFirst(std::int64_t unix_nanos);
  Key& NewestFirst(std::int64_t unix_nanos);
  Key& Tail(std::string_view text);  // last: its end is the key's

  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// The one that comes right after `key`: where the page after it begins.
std::string After(std::string key);

// All keys of a table: from the first on, before the second.
std::pair<std::string, std::string> RangeOf(Table table);

// The fixed records.
std::string LayoutKey();
std::string IdentityKey();
std::string CountsKey();
std::string LogSizeKey();
std::string FrontierKey();
std::string CheckpointKey(CheckpointKind kind);
std::string ClockOffsetKey();
std::string BankHolidaysKey();
std::string RollLoadKey();

std::string SchoolKey(base::Urn urn);
std::string CalendarKey(const model::CalendarScope& scope);  // of no school
std::string LadderKey(const model::Scope& scope);
std::string PolicyKey(const model::Scope& scope);
std::string SchoolWakeUpsKey(base::Urn urn);
std::string WakeUpRowKey(const WakeUpKey& key);
std::string WakeUpDueKey(absl::Time next_at, const WakeUpKey& key);
// Of a key of Table::kAlertDue: when its alert is due.
absl::Time DueOf(std::string_view key);
std::string PupilKey(base::Urn urn, const base::LocalId& id);
std::string GrantKey(std::string_view secret_sha256);
std::string RecipientKey(base::Urn urn, const base::RecipientId& id);
std::string RecipientUrnKey(const base::RecipientId& id);
std::string CurveKeyKey(std::string_view curve_public_key);
std::string IncidentKey(const base::IncidentId& id);
std::string EarlierKey(const base::IncidentId& id, std::uint32_t revision);
std::string ReferenceKey(const base::ForceCode& force, const base::Reference& reference);
std::string CaseKey(const base::IncidentId& id, std::uint32_t ordinal);
std::string OfficerKey(const base::ForceCode& force, const base::OfficerId& officer);
std::string AlertKey(const base::AlertId& id);
std::string AlertOfIncidentKey(const base::IncidentId& id, std::uint32_t ordinal);
std::string SealingKey(const base::AlertId& id, std::uint32_t number);
std::string ReceiptKey(const base::AlertId& id, std::uint32_t ordinal);
std::string LogKey(std::uint64_t position);
std::string StatisticsKey(const StatKey& key);
Key StatisticsFrom(absl::CivilDay day);  // the first that a day may have
// DataLoss: it is none of ours.
Result<StatKey> ParseStatisticsKey(std::string_view key);
std::string TileKey(const audit::TilePlace& place);
std::string AuditorKey(std::string_view auditor_sha256);
// Alerts of one standing and rung, of all forces and authorities or of one.
enum class StandingScope : std::uint32_t { kAll = 0, kForce = 1, kAuthority = 2 };
Key StandingPrefix(StandingScope of, std::string_view code, Standing standing, std::uint32_t rung);

}  // namespace firstbell::store::rocks
