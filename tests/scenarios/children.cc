#include "tests/scenarios/children.h"

#include <regex>

#include "broker/model/text.h"

namespace firstbell::scenarios {
namespace {

constexpr std::string_view kNext = " and about ";

}  // namespace

std::string Named::given() const {
  return name.substr(0, name.rfind(' '));
}

std::string Named::family() const {
  return name.substr(name.rfind(' ') + 1);
}

base::Result<std::vector<Named>> ReadChildren(const std::string& text) {
  static const std::regex form(
      "([A-Z][A-Za-z'-]*(?: [A-Z][A-Za-z'-]*)+) born (\\d{4}-\\d\\d-\\d\\d)"
      "(?: postcode ([A-Z0-9]+ [A-Z0-9]+))?(?:, UPN (\\w+))?(, protected)?"
      "(, home educated)?(?:, and at home ([A-Z][A-Za-z'-]*(?: [A-Z][A-Za-z'-]*)+))?"
      "(?:, who \"([^\"]+)\")?");
  std::vector<Named> children;
  std::string rest = text;
  while (true) {
    std::smatch match;
    if (!std::regex_search(rest, match, form, std::regex_constants::match_continuous)) break;
    children.push_back({match[1], match[2], match[3], match[4], match[5].matched, match[8],
                        match[6].matched, match[7]});
    rest = match.suffix();
    if (rest.empty()) return children;
    if (!rest.starts_with(kNext)) break;
    rest = rest.substr(kNext.size());
  }
  return base::InvalidArgument("no child reads so: \"" + rest + "\"");
}

v1::Incident IncidentOf(const std::string& reference, const std::vector<Named>& children,
                        absl::Time happened) {
  v1::Incident incident;
  incident.set_reference(reference);
  *incident.mutable_occurred_at() = model::ToWire(happened);
  for (const Named& named : children) {
    v1::Child& child = *incident.add_children();
    child.set_child_ref("C" + std::to_string(incident.children_size()));
    child.mutable_name()->set_given_names(named.given());
    child.mutable_name()->set_family_name(named.family());
    child.set_date_of_birth(named.born);
    child.set_upn(named.upn);
    child.set_is_protected(named.is_protected);
    child.set_account(named.account);
    if (named.home_educated) child.set_setting(v1::EDUCATION_SETTING_HOME_EDUCATION);
    if (!named.adult.empty()) {
      const Named adult{named.adult, "", "", "", false};
      v1::Party& party = *incident.add_parties();
      party.set_party_ref("P" + std::to_string(incident.parties_size()));
      party.mutable_name()->set_given_names(adult.given());
      party.mutable_name()->set_family_name(adult.family());
    }
    if (!named.postcode.empty()) child.mutable_home_address()->set_postcode(named.postcode);
  }
  return incident;
}

v1::Pupil PupilOf(const Named& named, const std::string& local_id,
                  const std::string& registration) {
  v1::Pupil pupil;
  pupil.set_local_id(local_id);
  pupil.set_given_names(named.given());
  pupil.set_family_name(named.family());
  pupil.set_date_of_birth(named.born);
  pupil.set_postcode(named.postcode);
  pupil.set_upn(named.upn);
  pupil.set_is_protected(named.is_protected);
  if (registration == "main") pupil.set_enrolment(v1::ENROLMENT_MAIN);
  if (registration == "subsidiary") pupil.set_enrolment(v1::ENROLMENT_SUBSIDIARY);
  if (registration == "guest") pupil.set_enrolment(v1::ENROLMENT_GUEST);
  return pupil;
}

}  // namespace firstbell::scenarios
