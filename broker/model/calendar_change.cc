#include "broker/model/calendar_change.h"

#include <utility>

namespace firstbell::model {
namespace {

constexpr std::size_t kCodeBytes = 8;  // of an authority, of a trust

template <typename Field>
void Take(const Field& said, bool cleared, Field& field) {
  if (cleared || said != Field()) field = said;
}

template <typename Code>
Code ReadCode(std::string code, const std::string& path, Violations& violations) {
  CheckText(code, path, kCodeBytes, Presence::kRequired, Lines::kOne, violations);
  return Code(std::move(code));
}

CalendarScope ReadScope(const v1::CalendarChange& wire, std::string_view path,
                        Violations& violations) {
  switch (wire.scope_case()) {
    case v1::CalendarChange::kUrn:
      if (!base::ParseUrn(std::to_string(wire.urn())).ok()) {
        violations.Add(Join(path, "urn"), "is not a URN, 100000 to 999999");
      }
      return base::Urn(wire.urn());
    case v1::CalendarChange::kLocalAuthorityCode:
      return ReadCode<AuthorityCode>(wire.local_authority_code(),
                                     Join(path, "local_authority_code"), violations);
    case v1::CalendarChange::kTrustCode:
      return ReadCode<TrustCode>(wire.trust_code(), Join(path, "trust_code"), violations);
    case v1::CalendarChange::kNation:
      if (!v1::Nation_IsValid(wire.nation()) || wire.nation() == v1::NATION_UNSPECIFIED) {
        violations.Add(Join(path, "nation"), "is England, Wales, Scotland or Northern Ireland");
      }
      return wire.nation();
    case v1::CalendarChange::SCOPE_NOT_SET:
      break;
  }
  violations.Add(Join(path, "scope"),
                 "is required: a URN, a trust's or an authority's code, or a nation");
  return Nation();
}

void ReadCleared(const v1::CalendarChange& wire, std::string_view path, CalendarChange& change,
                 Violations& violations) {
  for (const int field : wire.cleared()) {
    if (!v1::CalendarField_IsValid(field) || field == v1::CALENDAR_FIELD_UNSPECIFIED) {
      return violations.Add(Join(path, "cleared"), "names fields of a calendar");
    }
    change.cleared.insert(static_cast<v1::CalendarField>(field));
  }
}

}  // namespace

SchoolYear Apply(const CalendarChange& change, SchoolYear year) {
  const SchoolYear& said = change.year;
  const auto cleared = [&](v1::CalendarField field) { return change.cleared.count(field) != 0; };
  const bool terms = !said.terms.empty() || cleared(v1::CALENDAR_FIELD_TERMS);
  Take(said.terms, cleared(v1::CALENDAR_FIELD_TERMS), year.terms);
  Take(said.half_terms, terms || cleared(v1::CALENDAR_FIELD_HALF_TERMS), year.half_terms);
  Take(said.inset, cleared(v1::CALENDAR_FIELD_INSET), year.inset);
  Take(said.closed, cleared(v1::CALENDAR_FIELD_CLOSED), year.closed);
  Take(said.open, cleared(v1::CALENDAR_FIELD_OPEN), year.open);
  Take(said.weekdays, cleared(v1::CALENDAR_FIELD_WEEKDAYS), year.weekdays);
  Take(said.hours, cleared(v1::CALENDAR_FIELD_HOURS), year.hours);
  Take(said.boarding, cleared(v1::CALENDAR_FIELD_BOARDING), year.boarding);
  Take(said.holiday_contact, cleared(v1::CALENDAR_FIELD_HOLIDAY_CONTACT), year.holiday_contact);
  return year;
}

base::Result<CalendarChange> ParseCalendarChange(const v1::CalendarChange& wire,
                                                 std::string_view path) {
  CalendarChange change;
  Violations violations;
  change.scope = ReadScope(wire, path, violations);
  ReadCleared(wire, path, change, violations);
  FB_RETURN_IF_ERROR(violations.ToStatus());
  FB_ASSIGN_OR_RETURN(change.year, ParseSchoolYear(wire.year(), Join(path, "year")));
  if (change.year == SchoolYear() && change.cleared.empty()) {
    return FieldError(Join(path, "year"), "says nothing");
  }
  if (change.year.holiday_contact && !std::holds_alternative<base::Urn>(change.scope)) {
    return FieldError(Join(Join(path, "year"), "holiday_contact"), "is said by a school alone");
  }
  return change;
}

}  // namespace firstbell::model
