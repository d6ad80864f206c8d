#include "broker/model/pupil.h"

#include <utility>

#include "broker/base/limits.h"

namespace firstbell::model {
namespace {

PersonText Name(std::string text, std::string_view path, Presence presence,
                Violations& violations) {
  CheckText(text, path, limits::kNameBytes, presence, Lines::kOne, violations);
  return PersonText(std::move(text));
}

PersonText Address(std::string text, std::string_view path, Violations& violations) {
  CheckText(text, path, limits::kShortTextBytes, Presence::kOptional, Lines::kMany, violations);
  return PersonText(std::move(text));
}

std::optional<Date> OptionalDate(const std::string& text, std::string_view path,
                                 Violations& violations) {
  if (text.empty()) return std::nullopt;
  const auto date = ParseDate(text);
  if (!date) violations.Add(path, "is not an existing date as YYYY-MM-DD");
  return date;
}

void ReadNames(const v1::Pupil& wire, std::string_view path, Pupil& pupil, Violations& violations) {
  const auto name = [&](const std::string& text, std::string_view field, Presence presence) {
    return Name(text, Join(path, field), presence, violations);
  };
  pupil.local_id = base::LocalId(name(wire.local_id(), "local_id", Presence::kRequired).Reveal());
  pupil.given_names = name(wire.given_names(), "given_names", Presence::kRequired);
  pupil.family_name = name(wire.family_name(), "family_name", Presence::kRequired);
  pupil.preferred_given_name =
      name(wire.preferred_given_name(), "preferred_given_name", Presence::kOptional);
  pupil.former_family_name =
      name(wire.former_family_name(), "former_family_name", Presence::kOptional);
  pupil.postcode = name(wire.postcode(), "postcode", Presence::kOptional);
}

void ReadDates(const v1::Pupil& wire, std::string_view path, Pupil& pupil, Violations& violations) {
  const auto birth = ParseDate(wire.date_of_birth());
  if (birth) {
    pupil.date_of_birth = base::Redacted<Date>(*birth);
  } else {
    violations.Add(Join(path, "date_of_birth"), wire.date_of_birth().empty()
                                                    ? "is required, as YYYY-MM-DD"
                                                    : "is not an existing date as YYYY-MM-DD");
  }
  pupil.entry_date = OptionalDate(wire.entry_date(), Join(path, "entry_date"), violations);
  const std::string leaving = Join(path, "leaving_date");
  pupil.leaving_date = OptionalDate(wire.leaving_date(), leaving, violations);
  if (pupil.entry_date && pupil.leaving_date && *pupil.leaving_date < *pupil.entry_date) {
    violations.Add(leaving, "lies before the entry date");
  }
}

void ReadEnrolment(const v1::Pupil& wire, std::string_view path, Pupil& pupil,
                   Violations& violations) {
  if (!v1::Enrolment_IsValid(wire.enrolment())) {
    violations.Add(Join(path, "enrolment"), "is not an enrolment known here");
  }
  const bool given = wire.enrolment() != v1::ENROLMENT_UNSPECIFIED;
  pupil.enrolment = given ? wire.enrolment() : v1::ENROLMENT_CURRENT;
}

}  // namespace

base::Result<Pupil> ParsePupil(const v1::Pupil& wire, std::string_view path) {
  Pupil pupil;
  Violations violations;
  ReadNames(wire, path, pupil, violations);
  ReadDates(wire, path, pupil, violations);
  ReadEnrolment(wire, path, pupil, violations);
  pupil.address = Address(wire.address(), Join(path, "address"), violations);
  if (const auto upn = ParseUpn(wire.upn())) pupil.upn = base::Redacted<Upn>(*upn);
  pupil.is_protected = wire.is_protected();
  FB_RETURN_IF_ERROR(violations.ToStatus());
  return pupil;
}

v1::Pupil ToWire(const Pupil& pupil) {
  v1::Pupil wire;
  wire.set_local_id(pupil.local_id.value());
  wire.set_given_names(pupil.given_names.Reveal());
  wire.set_family_name(pupil.family_name.Reveal());
  wire.set_date_of_birth(FormatDate(pupil.date_of_birth.Reveal()));
  if (pupil.upn) wire.set_upn(pupil.upn->Reveal().value());
  wire.set_preferred_given_name(pupil.preferred_given_name.Reveal());
  wire.set_former_family_name(pupil.former_family_name.Reveal());
  wire.set_address(pupil.address.Reveal());
  wire.set_postcode(pupil.postcode.Reveal());
  wire.set_enrolment(pupil.enrolment);
  if (pupil.entry_date) wire.set_entry_date(FormatDate(*pupil.entry_date));
  if (pupil.leaving_date) wire.set_leaving_date(FormatDate(*pupil.leaving_date));
  wire.set_is_protected(pupil.is_protected);
  return wire;
}

}  // namespace firstbell::model
