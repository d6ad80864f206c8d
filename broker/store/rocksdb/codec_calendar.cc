// School years, in a school's row and in those of nations, authorities and trusts; ladders.

#include "broker/store/rocksdb/codec.h"
#include "broker/store/rocksdb/codec_parts.h"

namespace firstbell::store::rocks {

namespace {

using Ranges = google::protobuf::RepeatedPtrField<records::DateRange>;

void Put(const model::DateRanges& ranges, Ranges& record) {
  for (const model::DateRange& range : ranges) {
    records::DateRange& item = *record.Add();
    item.set_first(Days(range.first));
    item.set_last(Days(range.last));
  }
}

void Take(const Ranges& record, model::DateRanges& ranges) {
  for (const records::DateRange& item : record) {
    ranges.push_back({DateOf(item.first()), DateOf(item.last())});
  }
}

std::uint32_t Minutes(absl::Duration after_midnight) {
  return static_cast<std::uint32_t>(absl::ToInt64Minutes(after_midnight));
}

}  // namespace

void ToRecord(const model::SchoolYear& year, records::SchoolYear& record) {
  Put(year.terms, *record.mutable_terms());
  Put(year.half_terms, *record.mutable_half_terms());
  Put(year.inset, *record.mutable_inset());
  Put(year.closed, *record.mutable_closed());
  Put(year.open, *record.mutable_open());
  record.set_weekdays(year.weekdays.bits());
  for (std::size_t day = 0; day < year.hours.size(); ++day) {
    const model::DayHours& hours = year.hours[day];
    if (hours.empty()) continue;
    records::DayHours& item = *record.add_hours();
    item.set_weekday(static_cast<std::uint32_t>(day));
    if (hours.window) item.set_window_minutes(Minutes(*hours.window));
    if (hours.bell) item.set_bell_minutes(Minutes(*hours.bell));
    if (hours.closing) item.set_closing_minutes(Minutes(*hours.closing));
  }
  if (year.boarding) record.set_boarding(*year.boarding);
  if (year.holiday_contact) record.set_holiday_contact(*year.holiday_contact);
}

Status FromRecord(const records::SchoolYear& record, model::SchoolYear& year) {
  year = model::SchoolYear();
  Take(record.terms(), year.terms);
  Take(record.half_terms(), year.half_terms);
  Take(record.inset(), year.inset);
  Take(record.closed(), year.closed);
  Take(record.open(), year.open);
  year.weekdays = model::Weekdays(record.weekdays());
  for (const records::DayHours& item : record.hours()) {
    if (item.weekday() >= year.hours.size()) {
      return base::DataLoss("a stored calendar does not read back; restore a backup");
    }
    model::DayHours& hours = year.hours[item.weekday()];
    if (item.has_window_minutes()) hours.window = absl::Minutes(item.window_minutes());
    if (item.has_bell_minutes()) hours.bell = absl::Minutes(item.bell_minutes());
    if (item.has_closing_minutes()) hours.closing = absl::Minutes(item.closing_minutes());
  }
  if (record.has_boarding()) year.boarding = record.boarding();
  if (record.holiday_contact() != v1::RECIPIENT_ROLE_UNSPECIFIED) {
    year.holiday_contact = record.holiday_contact();
  }
  return base::OkStatus();
}

std::string Encode(const model::CalendarDefault& row) {
  records::CalendarDefault record;
  if (const auto* nation = std::get_if<model::Nation>(&row.scope)) record.set_nation(*nation);
  if (const auto* code = std::get_if<model::AuthorityCode>(&row.scope)) {
    record.set_local_authority_code(code->value());
  }
  if (const auto* trust = std::get_if<model::TrustCode>(&row.scope)) {
    record.set_trust_code(trust->value());
  }
  ToRecord(row.year, *record.mutable_year());
  return record.SerializeAsString();
}

Status Decode(std::string_view bytes, model::CalendarDefault& row) {
  records::CalendarDefault record;
  FB_RETURN_IF_ERROR(Parse(bytes, record));
  if (!record.trust_code().empty()) {
    row.scope = model::TrustCode(record.trust_code());
  } else if (!record.local_authority_code().empty()) {
    row.scope = model::AuthorityCode(record.local_authority_code());
  } else {
    row.scope = record.nation();
  }
  return FromRecord(record.year(), row.year);
}

namespace {

// A force's or a school's own.
template <typename Record>
void PutScope(const model::Scope& scope, Record& record) {
  if (const auto* force = std::get_if<base::ForceCode>(&scope)) {
    record.set_force(force->value());
  } else {
    record.set_urn(std::get<base::Urn>(scope).value());
  }
}

template <typename Record>
model::Scope ScopeOf(const Record& record) {
  if (record.force().empty()) return base::Urn(record.urn());
  return base::ForceCode(record.force());
}

}  // namespace

std::string Encode(const model::OwnLadder& row) {
  records::Ladder record;
  PutScope(row.scope, record);
  *record.mutable_ladder() = model::ToWire(row.ladder);
  return record.SerializeAsString();
}

Status Decode(std::string_view bytes, model::OwnLadder& row) {
  records::Ladder record;
  FB_RETURN_IF_ERROR(Parse(bytes, record));
  row.scope = ScopeOf(record);
  auto ladder = model::ParseLadder(record.ladder(), "ladder");
  if (!ladder.ok()) {
    return base::DataLoss("a stored ladder does not read back; restore a backup");
  }
  row.ladder = *std::move(ladder);
  return base::OkStatus();
}

std::string Encode(const model::OwnPolicy& row) {
  records::OwnPolicy record;
  PutScope(row.scope, record);
  *record.mutable_policy() = row.policy;
  return record.SerializeAsString();
}

Status Decode(std::string_view bytes, model::OwnPolicy& row) {
  records::OwnPolicy record;
  FB_RETURN_IF_ERROR(Parse(bytes, record));
  row.scope = ScopeOf(record);
  row.policy = std::move(*record.mutable_policy());
  return base::OkStatus();
}

}  // namespace firstbell::store::rocks
