#include "broker/store/rocksdb/keys.h"

#include "broker/base/bytes.h"

namespace firstbell::store::rocks {

namespace {

constexpr std::uint64_t kSignBit = std::uint64_t{1} << 63;
constexpr std::uint32_t kNoNation = 0xffff'ffff;
constexpr char kBeforeTrust[] = "\xff";  // in no UTF-8

std::string Meta(std::string_view name) {
  return Key(Table::kMeta).Tail(name).Take();
}

}  // namespace

Key& Key::Text(std::string_view text) {
  base::AppendU32(bytes_, static_cast<std::uint32_t>(text.size()));
  bytes_.append(text);
  return *this;
}

Key& Key::U32(std::uint32_t number) {
  base::AppendU32(bytes_, number);
  return *this;
}

Key& Key::U64(std::uint64_t number) {
  base::AppendU64(bytes_, number);
  return *this;
}

// The sign bit is turned over so that instants before 1970 sort before those after.
Key& Key::OldestFirst(std::int64_t unix_nanos) {
  return U64(static_cast<std::uint64_t>(unix_nanos) ^ kSignBit);
}

Key& Key::NewestFirst(std::int64_t unix_nanos) {
  return U64(~(static_cast<std::uint64_t>(unix_nanos) ^ kSignBit));
}

Key& Key::Tail(std::string_view text) {
  bytes_.append(text);
  return *this;
}

std::string After(std::string key) {
  key.push_back('\0');
  return key;
}

std::pair<std::string, std::string> RangeOf(Table table) {
  const char letter = static_cast<char>(table);
  return {std::string(1, letter), std::string(1, static_cast<char>(letter + 1))};
}

std::string LayoutKey() {
  return Meta("layout");
}
std::string IdentityKey() {
  return Meta("identity");
}
std::string CountsKey() {
  return Meta("counts");
}
std::string LogSizeKey() {
  return Meta("log_size");
}
std::string CheckpointKey(CheckpointKind kind) {
  return Meta(kind == CheckpointKind::kSigned ? "checkpoint" : "witnessed");
}
std::string FrontierKey() {
  return Meta("frontier");
}
std::string ClockOffsetKey() {
  return Meta("clock_offset");
}
std::string BankHolidaysKey() {
  return Meta("bank_holidays");
}
std::string RollLoadKey() {
  return Meta("roll_load");
}

std::string SchoolKey(base::Urn urn) {
  return Key(Table::kSchool).Urn(urn).Take();
}

// A nation's number; or no nation's and an authority's code, or a trust's behind a byte that no
// code has. Nations come first, then authorities, then trusts, as their table is read.
std::string CalendarKey(const model::CalendarScope& scope) {
  Key key(Table::kCalendar);
  if (const auto* nation = std::get_if<model::Nation>(&scope)) {
    return key.U32(static_cast<std::uint32_t>(*nation)).Take();
  }
  if (const auto* trust = std::get_if<model::TrustCode>(&scope)) {
    return key.U32(kNoNation).Tail(kBeforeTrust + trust->value()).Take();
  }
  const auto* code = std::get_if<model::AuthorityCode>(&scope);
  return key.U32(kNoNation).Tail(code ? code->value() : std::string()).Take();
}

// Forces come first, as their table is read.
namespace {

std::string ScopedKey(Table table, const model::Scope& scope) {
  Key key(table);
  if (const auto* force = std::get_if<base::ForceCode>(&scope)) {
    return key.U32(0).Tail(force->value()).Take();
  }
  return key.U32(1).Urn(std::get<base::Urn>(scope)).Take();
}

}  // namespace

std::string LadderKey(const model::Scope& scope) {
  return ScopedKey(Table::kLadder, scope);
}

std::string PolicyKey(const model::Scope& scope) {
  return ScopedKey(Table::kPolicy, scope);
}

std::string SchoolWakeUpsKey(base::Urn urn) {
  return Key(Table::kSchoolWakeUps).Urn(urn).Take();
}

namespace {

Key& Put(const WakeUpKey& wake_up, Key& key) {
  return key.Urn(wake_up.urn)
      .OldestFirst(absl::ToUnixNanos(wake_up.occasion.at))
      .U32(static_cast<std::uint32_t>(wake_up.occasion.reason))
      .Tail(wake_up.address.value());
}

}  // namespace

std::string WakeUpRowKey(const WakeUpKey& key) {
  Key row(Table::kWakeUp);
  return Put(key, row).Take();
}

std::string WakeUpDueKey(absl::Time next_at, const WakeUpKey& key) {
  Key due(Table::kWakeUpDue);
  due.OldestFirst(absl::ToUnixNanos(next_at));
  return Put(key, due).Take();
}

absl::Time DueOf(std::string_view key) {
  const std::size_t table = Key(Table::kAlertDue).Take().size();
  if (key.size() < table + 8) return absl::InfinitePast();  // damaged: whoever looks is told
  return absl::FromUnixNanos(
      static_cast<std::int64_t>(base::ReadU64(key.substr(table)) ^ kSignBit));
}

std::string PupilKey(base::Urn urn, const base::LocalId& id) {
  return Key(Table::kPupil).Urn(urn).Tail(id.value()).Take();
}

std::string GrantKey(std::string_view secret_sha256) {
  return Key(Table::kGrant).Tail(secret_sha256).Take();
}

std::string RecipientKey(base::Urn urn, const base::RecipientId& id) {
  return Key(Table::kRecipient).Urn(urn).Tail(id.value()).Take();
}

std::string RecipientUrnKey(const base::RecipientId& id) {
  return Key(Table::kRecipientUrn).Tail(id.value()).Take();
}

std::string CurveKeyKey(std::string_view curve_public_key) {
  return Key(Table::kCurveKey).Tail(curve_public_key).Take();
}

std::string IncidentKey(const base::IncidentId& id) {
  return Key(Table::kIncident).Tail(id.value()).Take();
}

std::string EarlierKey(const base::IncidentId& id, std::uint32_t revision) {
  return Key(Table::kIncidentEarlier).Text(id.value()).U32(revision).Take();
}

std::string ReferenceKey(const base::ForceCode& force, const base::Reference& reference) {
  return Key(Table::kIncidentByReference).Text(force.value()).Tail(reference.value()).Take();
}

std::string CaseKey(const base::IncidentId& id, std::uint32_t ordinal) {
  return Key(Table::kCase).Text(id.value()).U32(ordinal).Take();
}

std::string OfficerKey(const base::ForceCode& force, const base::OfficerId& officer) {
  return Key(Table::kOfficer).Text(force.value()).Tail(officer.value()).Take();
}

std::string AlertKey(const base::AlertId& id) {
  return Key(Table::kAlert).Tail(id.value()).Take();
}

std::string AlertOfIncidentKey(const base::IncidentId& id, std::uint32_t ordinal) {
  return Key(Table::kAlertOfIncident).Text(id.value()).U32(ordinal).Take();
}

std::string SealingKey(const base::AlertId& id, std::uint32_t number) {
  return Key(Table::kSealing).Text(id.value()).U32(number).Take();
}

std::string ReceiptKey(const base::AlertId& id, std::uint32_t ordinal) {
  return Key(Table::kReceipt).Text(id.value()).U32(ordinal).Take();
}

std::string LogKey(std::uint64_t position) {
  return Key(Table::kLog).U64(position).Take();
}

namespace {

// So that days before it sort before it, and are written with four digits' worth of room.
constexpr absl::CivilDay kFirstDay(1970, 1, 1);
constexpr std::size_t kU32Bytes = 4;

// Takes the next number or text off a key.
Result<std::uint32_t> TakeU32(std::string_view& key) {
  if (key.size() < kU32Bytes) return base::DataLoss("a key of statistics is cut short");
  const std::uint32_t number = base::ReadU32(key);
  key.remove_prefix(kU32Bytes);
  return number;
}

Result<std::string> TakeText(std::string_view& key) {
  FB_ASSIGN_OR_RETURN(const std::uint32_t size, TakeU32(key));
  if (key.size() < size) return base::DataLoss("a key of statistics is cut short");
  std::string text(key.substr(0, size));
  key.remove_prefix(size);
  return text;
}

}  // namespace

std::string StatisticsKey(const StatKey& key) {
  return StatisticsFrom(key.day).Text(key.force.value()).Text(key.authority.value()).Take();
}

Key StatisticsFrom(absl::CivilDay day) {
  return Key(Table::kStatistics).U32(static_cast<std::uint32_t>(day - kFirstDay));
}

Result<StatKey> ParseStatisticsKey(std::string_view key) {
  if (key.empty()) return base::DataLoss("a key of statistics is cut short");
  key.remove_prefix(1);
  StatKey parsed;
  FB_ASSIGN_OR_RETURN(const std::uint32_t day, TakeU32(key));
  FB_ASSIGN_OR_RETURN(std::string force, TakeText(key));
  FB_ASSIGN_OR_RETURN(std::string authority, TakeText(key));
  parsed.day = kFirstDay + day;
  parsed.force = base::ForceCode(std::move(force));
  parsed.authority = base::AuthorityCode(std::move(authority));
  return parsed;
}

std::string TileKey(const audit::TilePlace& place) {
  return Key(Table::kTile).U32(static_cast<std::uint32_t>(place.level)).U64(place.index).Take();
}
std::string AuditorKey(std::string_view auditor_sha256) {
  return Key(Table::kAuditor).Tail(auditor_sha256).Take();
}
Key StandingPrefix(StandingScope of, std::string_view code, Standing standing, std::uint32_t rung) {
  return Key(Table::kAlertByStanding)
      .U32(static_cast<std::uint32_t>(of))
      .Text(code)
      .U32(static_cast<std::uint32_t>(standing))
      .U32(rung);
}

}  // namespace firstbell::store::rocks
