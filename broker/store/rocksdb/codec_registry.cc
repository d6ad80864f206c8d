// Identity, counts, schools, pupils, bank holidays, grants and recipients.

#include "broker/store/rocksdb/codec.h"
#include "broker/store/rocksdb/codec_parts.h"

namespace firstbell::store::rocks {

namespace {

std::uint32_t Minutes(absl::Duration after_midnight) {
  return static_cast<std::uint32_t>(absl::ToInt64Minutes(after_midnight));
}

}  // namespace

std::string Encode(const Identity& value) {
  records::Identity record;
  record.set_origin(value.origin);
  record.set_simulated(value.simulated);
  record.set_root_sha256(value.root_sha256);
  return record.SerializeAsString();
}

Status Decode(std::string_view bytes, Identity& value) {
  records::Identity record;
  FB_RETURN_IF_ERROR(Parse(bytes, record));
  value = {record.origin(), record.simulated(), record.root_sha256()};
  return base::OkStatus();
}

std::string Encode(const Counts& value) {
  records::Counts record;
  record.set_schools(value.schools);
  record.set_pupils(value.pupils);
  record.set_devices(value.devices);
  record.set_people(value.people);
  record.set_incidents(value.incidents);
  record.set_alerts(value.alerts);
  record.set_alerts_open(value.alerts_open);
  record.set_cases(value.cases);
  record.set_cases_open(value.cases_open);
  return record.SerializeAsString();
}

Status Decode(std::string_view bytes, Counts& value) {
  records::Counts record;
  FB_RETURN_IF_ERROR(Parse(bytes, record));
  value = {record.schools(),     record.pupils(),    record.devices(),
           record.people(),      record.incidents(), record.alerts(),
           record.alerts_open(), record.cases(),     record.cases_open()};
  return base::OkStatus();
}

std::string Encode(const std::vector<model::BankHoliday>& value) {
  records::BankHolidays record;
  for (const model::BankHoliday& holiday : value) {
    records::BankHoliday& entry = *record.add_holidays();
    entry.set_nation(holiday.nation);
    entry.set_date(Days(holiday.date));
    entry.set_title(holiday.title);
  }
  return record.SerializeAsString();
}

Status Decode(std::string_view bytes, std::vector<model::BankHoliday>& value) {
  records::BankHolidays record;
  FB_RETURN_IF_ERROR(Parse(bytes, record));
  value.clear();
  for (const records::BankHoliday& entry : record.holidays()) {
    value.push_back({entry.nation(), DateOf(entry.date()), entry.title()});
  }
  return base::OkStatus();
}

std::string Encode(const SchoolRow& row) {
  const model::School& school = row.school;
  records::School record;
  record.set_urn(school.urn.value());
  record.set_name(school.name);
  record.set_nation(school.nation);
  record.set_status(school.status);
  record.set_local_authority_code(school.local_authority_code);
  record.set_local_authority_name(school.local_authority_name);
  record.set_establishment_number(school.establishment_number);
  record.set_type(school.type);
  record.set_phase(school.phase);
  record.set_town(school.town);
  record.set_postcode(school.postcode);
  record.set_telephone(school.telephone);
  record.set_trust_code(school.trust_code);
  for (const base::Urn urn : school.predecessors) record.add_predecessors(urn.value());
  if (row.hours) {
    record.mutable_hours()->set_window_minutes(Minutes(row.hours->window));
    record.mutable_hours()->set_bell_minutes(Minutes(row.hours->bell));
    record.mutable_hours()->set_closing_minutes(Minutes(row.hours->closing));
  }
  record.set_pupils(row.pupils);
  if (row.roll_imported_at) record.set_roll_imported_at(Nanos(*row.roll_imported_at));
  if (row.year != model::SchoolYear()) ToRecord(row.year, *record.mutable_year());
  for (const model::DirectLine& line : row.direct_lines) {
    records::DirectLine& entry = *record.add_direct_lines();
    entry.set_name(line.name);
    entry.set_telephone(line.telephone);
  }
  return record.SerializeAsString();
}

Status Decode(std::string_view bytes, SchoolRow& row) {
  records::School record;
  FB_RETURN_IF_ERROR(Parse(bytes, record));
  row = SchoolRow();
  row.school = {base::Urn(record.urn()),
                record.name(),
                record.nation(),
                record.status(),
                record.local_authority_code(),
                record.local_authority_name(),
                record.establishment_number(),
                record.type(),
                record.phase(),
                record.town(),
                record.postcode(),
                record.telephone(),
                record.trust_code(),
                {}};
  for (const std::uint32_t urn : record.predecessors()) {
    row.school.predecessors.emplace_back(urn);
  }
  if (record.has_hours()) {
    row.hours = {absl::Minutes(record.hours().window_minutes()),
                 absl::Minutes(record.hours().bell_minutes()),
                 absl::Minutes(record.hours().closing_minutes())};
  }
  row.pupils = record.pupils();
  if (record.has_roll_imported_at()) row.roll_imported_at = Instant(record.roll_imported_at());
  for (const records::DirectLine& line : record.direct_lines()) {
    row.direct_lines.push_back({line.name(), line.telephone()});
  }
  return FromRecord(record.year(), row.year);
}

std::string Encode(const PupilRow& row) {
  const model::Pupil& pupil = row.entry.pupil;
  records::Pupil record;
  record.set_urn(row.urn.value());
  record.set_local_id(pupil.local_id.value());
  record.set_given_names(pupil.given_names.Reveal());
  record.set_family_name(pupil.family_name.Reveal());
  record.set_date_of_birth(Days(pupil.date_of_birth.Reveal()));
  if (pupil.upn) record.set_upn(pupil.upn->Reveal().value());
  record.set_preferred_given_name(pupil.preferred_given_name.Reveal());
  record.set_former_family_name(pupil.former_family_name.Reveal());
  record.set_address(pupil.address.Reveal());
  record.set_postcode(pupil.postcode.Reveal());
  record.set_enrolment(pupil.enrolment);
  if (pupil.entry_date) record.set_entry_date(Days(*pupil.entry_date));
  if (pupil.leaving_date) record.set_leaving_date(Days(*pupil.leaving_date));
  record.set_is_protected(pupil.is_protected);
  record.set_disputed(row.disputed);
  for (const std::uint64_t block : row.entry.blocks) record.add_blocks(block);
  record.set_fingerprint(row.entry.fingerprint);
  record.set_claimed_at(Nanos(row.claim.at));
  if (row.claim.as) record.mutable_claimed_as()->Add(row.claim.as->begin(), row.claim.as->end());
  return record.SerializeAsString();
}

Status Decode(std::string_view bytes, PupilRow& row) {
  records::Pupil record;
  FB_RETURN_IF_ERROR(Parse(bytes, record));
  row = PupilRow();
  row.urn = base::Urn(record.urn());
  model::Pupil& pupil = row.entry.pupil;
  pupil.local_id = base::LocalId(record.local_id());
  pupil.given_names = model::PersonText(record.given_names());
  pupil.family_name = model::PersonText(record.family_name());
  pupil.date_of_birth = base::Redacted<model::Date>(DateOf(record.date_of_birth()));
  if (!record.upn().empty()) {
    std::optional<model::Upn> upn = model::ParseUpn(record.upn());
    if (!upn) return base::DataLoss("a stored UPN does not read back; restore a backup");
    pupil.upn = base::Redacted<model::Upn>(*std::move(upn));
  }
  pupil.preferred_given_name = model::PersonText(record.preferred_given_name());
  pupil.former_family_name = model::PersonText(record.former_family_name());
  pupil.address = model::PersonText(record.address());
  pupil.postcode = model::PersonText(record.postcode());
  pupil.enrolment = record.enrolment();
  if (record.has_entry_date()) pupil.entry_date = DateOf(record.entry_date());
  if (record.has_leaving_date()) pupil.leaving_date = DateOf(record.leaving_date());
  pupil.is_protected = record.is_protected();
  row.disputed = record.disputed();
  row.entry.blocks.assign(record.blocks().begin(), record.blocks().end());
  row.entry.fingerprint = record.fingerprint();
  row.claim.at = Instant(record.claimed_at());
  if (record.claimed_as_size() == 0) return base::OkStatus();
  Claim::Who& who = row.claim.as.emplace();
  if (record.claimed_as_size() != static_cast<int>(who.size())) {
    return base::DataLoss("a stored claim does not read back; restore a backup");
  }
  std::copy(record.claimed_as().begin(), record.claimed_as().end(), who.begin());
  return base::OkStatus();
}

std::string Encode(const model::EnrolmentGrant& row) {
  records::EnrolmentGrant record;
  record.set_secret_sha256(row.secret_sha256);
  record.set_urn(row.urn.value());
  record.set_role(row.role);
  record.set_display_name(row.display_name);
  record.set_expires_at(Nanos(row.expires_at));
  record.set_used_by(row.used_by.value());
  return record.SerializeAsString();
}

Status Decode(std::string_view bytes, model::EnrolmentGrant& row) {
  records::EnrolmentGrant record;
  FB_RETURN_IF_ERROR(Parse(bytes, record));
  row = {record.secret_sha256(), base::Urn(record.urn()),      record.role(),
         record.display_name(),  Instant(record.expires_at()), base::RecipientId(record.used_by())};
  return base::OkStatus();
}

std::string Encode(const model::Recipient& row) {
  records::Recipient record;
  record.set_id(row.id.value());
  record.set_urn(row.urn.value());
  record.set_role(row.role);
  record.set_display_name(row.display_name);
  record.set_signing_certificate(row.signing_certificate);
  record.set_opening_certificate(row.opening_certificate);
  record.set_curve_public_key(row.curve_public_key);
  record.set_enrolled_at(Nanos(row.enrolled_at));
  record.set_certificate_expires_at(Nanos(row.certificate_expires_at));
  if (row.revoked_at) record.set_revoked_at(Nanos(*row.revoked_at));
  record.set_weekdays(row.duty.weekdays.bits());
  if (row.duty.away) {
    record.set_away_first(Days(row.duty.away->first));
    record.set_away_last(Days(row.duty.away->last));
  }
  if (row.duty_at) record.set_duty_at(Nanos(*row.duty_at));
  if (row.confirmed_at) record.set_confirmed_at(Nanos(*row.confirmed_at));
  if (row.linked_at) record.set_linked_at(Nanos(*row.linked_at));
  return record.SerializeAsString();
}

Status Decode(std::string_view bytes, model::Recipient& row) {
  records::Recipient record;
  FB_RETURN_IF_ERROR(Parse(bytes, record));
  row = model::Recipient();
  row.id = base::RecipientId(record.id());
  row.urn = base::Urn(record.urn());
  row.role = record.role();
  row.display_name = record.display_name();
  row.signing_certificate = record.signing_certificate();
  row.opening_certificate = record.opening_certificate();
  row.curve_public_key = record.curve_public_key();
  row.enrolled_at = Instant(record.enrolled_at());
  row.certificate_expires_at = Instant(record.certificate_expires_at());
  if (record.has_revoked_at()) row.revoked_at = Instant(record.revoked_at());
  row.duty.weekdays = model::Weekdays(record.weekdays());
  if (record.has_away_first()) {
    row.duty.away = {DateOf(record.away_first()), DateOf(record.away_last())};
  }
  if (record.has_duty_at()) row.duty_at = Instant(record.duty_at());
  if (record.has_confirmed_at()) row.confirmed_at = Instant(record.confirmed_at());
  if (record.has_linked_at()) row.linked_at = Instant(record.linked_at());
  return base::OkStatus();
}

}  // namespace firstbell::store::rocks
