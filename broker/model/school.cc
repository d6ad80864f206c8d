#include "broker/model/school.h"

#include <algorithm>
#include <utility>

#include "broker/base/limits.h"

namespace firstbell::model {
namespace {

void CheckLine(std::string& text, std::string_view path, std::string_view field, Presence presence,
               Violations& violations) {
  CheckText(text, Join(path, field), limits::kNameBytes, presence, Lines::kOne, violations);
}

void CheckNation(Nation nation, std::string_view path, Violations& violations) {
  if (v1::Nation_IsValid(nation) && nation != v1::NATION_UNSPECIFIED) return;
  violations.Add(Join(path, "nation"), "is required: England, Wales, Scotland or Northern Ireland");
}

void CheckIdentity(const v1::School& wire, std::string_view path, Violations& violations) {
  if (!base::ParseUrn(std::to_string(wire.urn())).ok()) {
    violations.Add(Join(path, "urn"), "is not a URN, 100000 to 999999");
  }
  CheckNation(wire.nation(), path, violations);
  if (!v1::SchoolStatus_IsValid(wire.status()) || wire.status() == v1::SCHOOL_STATUS_UNSPECIFIED) {
    violations.Add(Join(path, "status"), "is required: open, closed or proposed");
  }
}

void CheckTexts(School& school, std::string_view path, Violations& violations) {
  CheckLine(school.name, path, "name", Presence::kRequired, violations);
  const std::pair<std::string*, std::string_view> optional[] = {
      {&school.local_authority_code, "local_authority_code"},
      {&school.local_authority_name, "local_authority_name"},
      {&school.establishment_number, "establishment_number"},
      {&school.type, "type"},
      {&school.phase, "phase"},
      {&school.town, "town"},
      {&school.postcode, "postcode"},
      {&school.telephone, "telephone"},
      {&school.trust_code, "trust_code"},
  };
  for (const auto& [text, field] : optional) {
    CheckLine(*text, path, field, Presence::kOptional, violations);
  }
}

void ReadPredecessors(const v1::School& wire, std::string_view path, School& school,
                      Violations& violations) {
  const std::string field = Join(path, "predecessors");
  if (static_cast<std::size_t>(wire.predecessors_size()) > limits::kPredecessorsPerSchool) {
    violations.Add(field, "are at most " + std::to_string(limits::kPredecessorsPerSchool));
    return;
  }
  for (const std::uint32_t urn : wire.predecessors()) {
    if (urn == wire.urn() || !base::ParseUrn(std::to_string(urn)).ok()) {
      violations.Add(field, "are URNs of other schools, 100000 to 999999");
      return;
    }
    school.predecessors.emplace_back(urn);
  }
  auto& urns = school.predecessors;
  std::sort(urns.begin(), urns.end());
  urns.erase(std::unique(urns.begin(), urns.end()), urns.end());
}

// Leaves the default in `time` where `text` is empty.
void ReadTimeOfDay(std::string_view text, std::string_view path, absl::Duration& time,
                   Violations& violations) {
  if (text.empty()) return;
  const auto parsed = ParseTimeOfDay(text);
  if (!parsed) return violations.Add(path, "is not a time of day as HH:MM, 00:00 to 23:59");
  time = *parsed;
}

constexpr std::size_t kTelephoneCharacters = 32;
constexpr std::size_t kLeastDigits = 5;

// "01632 960123", "+44 1632 960123".
bool IsTelephone(std::string_view text) {
  if (text.size() > kTelephoneCharacters) return false;
  std::size_t digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (!digit && text[i] != ' ' && (text[i] != '+' || i > 0)) return false;
    digits += digit ? 1 : 0;
  }
  return digits >= kLeastDigits;
}

}  // namespace

base::Result<School> ParseSchool(const v1::School& wire, std::string_view path) {
  School school{.urn = base::Urn(wire.urn()),
                .name = wire.name(),
                .nation = wire.nation(),
                .status = wire.status(),
                .local_authority_code = wire.local_authority_code(),
                .local_authority_name = wire.local_authority_name(),
                .establishment_number = wire.establishment_number(),
                .type = wire.type(),
                .phase = wire.phase(),
                .town = wire.town(),
                .postcode = wire.postcode(),
                .telephone = wire.telephone(),
                .trust_code = wire.trust_code(),
                .predecessors = {}};
  Violations violations;
  CheckIdentity(wire, path, violations);
  CheckTexts(school, path, violations);
  ReadPredecessors(wire, path, school, violations);
  FB_RETURN_IF_ERROR(violations.ToStatus());
  return school;
}

v1::School ToWire(const School& school) {
  v1::School wire;
  wire.set_urn(school.urn.value());
  wire.set_name(school.name);
  wire.set_nation(school.nation);
  wire.set_status(school.status);
  wire.set_local_authority_code(school.local_authority_code);
  wire.set_local_authority_name(school.local_authority_name);
  wire.set_establishment_number(school.establishment_number);
  wire.set_type(school.type);
  wire.set_phase(school.phase);
  wire.set_town(school.town);
  wire.set_postcode(school.postcode);
  wire.set_telephone(school.telephone);
  wire.set_trust_code(school.trust_code);
  for (const base::Urn urn : school.predecessors) wire.add_predecessors(urn.value());
  return wire;
}

base::Result<SchoolHours> ParseHours(const v1::SchoolHours& wire, std::string_view path) {
  SchoolHours hours;
  Violations violations;
  ReadTimeOfDay(wire.window(), Join(path, "window"), hours.window, violations);
  ReadTimeOfDay(wire.bell(), Join(path, "bell"), hours.bell, violations);
  ReadTimeOfDay(wire.closing(), Join(path, "closing"), hours.closing, violations);
  FB_RETURN_IF_ERROR(violations.ToStatus());
  if (hours.window >= hours.bell || hours.bell >= hours.closing) {
    return FieldError(path, "the notice window must come before the bell, the bell before closing");
  }
  return hours;
}

v1::SchoolHours ToWire(const SchoolHours& hours) {
  v1::SchoolHours wire;
  wire.set_window(FormatTimeOfDay(hours.window));
  wire.set_bell(FormatTimeOfDay(hours.bell));
  wire.set_closing(FormatTimeOfDay(hours.closing));
  return wire;
}

base::Result<DirectLines> ParseDirectLines(
    const google::protobuf::RepeatedPtrField<v1::DirectLine>& wire, std::string_view path) {
  if (static_cast<std::size_t>(wire.size()) > limits::kDirectLines) {
    return FieldError(path, "are at most " + std::to_string(limits::kDirectLines));
  }
  DirectLines lines;
  Violations violations;
  for (int i = 0; i < wire.size(); ++i) {
    DirectLine line{wire[i].name(), wire[i].telephone()};
    const std::string at = std::string(path) + "[" + std::to_string(i) + "]";
    CheckLine(line.name, at, "name", Presence::kRequired, violations);
    if (!IsTelephone(line.telephone)) {
      violations.Add(Join(at, "telephone"),
                     "is a telephone number of digits and spaces, with + in front or without, in "
                     "at most " +
                         std::to_string(kTelephoneCharacters) + " characters");
    }
    lines.push_back(std::move(line));
  }
  FB_RETURN_IF_ERROR(violations.ToStatus());
  return lines;
}

v1::DirectLine ToWire(const DirectLine& line) {
  v1::DirectLine wire;
  wire.set_name(line.name);
  wire.set_telephone(line.telephone);
  return wire;
}

base::Result<BankHoliday> ParseBankHoliday(const v1::BankHoliday& wire, std::string_view path) {
  BankHoliday holiday{.nation = wire.nation(), .title = wire.title()};
  Violations violations;
  CheckNation(wire.nation(), path, violations);
  const auto date = ParseDate(wire.date());
  if (!date) violations.Add(Join(path, "date"), "is not an existing date as YYYY-MM-DD");
  CheckLine(holiday.title, path, "title", Presence::kOptional, violations);
  FB_RETURN_IF_ERROR(violations.ToStatus());
  holiday.date = *date;
  return holiday;
}

base::AuthorityCode AuthorityCodeOf(const School& school) {
  constexpr std::size_t kLongest = 40;
  constexpr std::string_view kCharacters = "abcdefghijklmnopqrstuvwxyz0123456789-";
  const std::string& code = school.local_authority_code;
  const bool usable =
      code.size() <= kLongest && code.find_first_not_of(kCharacters) == std::string::npos;
  return base::AuthorityCode(usable ? code : std::string());
}

}  // namespace firstbell::model
