#include "tests/scenarios/outside_files.h"

#include <nlohmann/json.hpp>

namespace firstbell::scenarios {
namespace {

using nlohmann::json;

constexpr const char* kElsewhere = "2026-01-02";

std::string EnrolmentWord(v1::Enrolment enrolment) {
  if (enrolment == v1::ENROLMENT_MAIN) return "main";
  if (enrolment == v1::ENROLMENT_GUEST) return "guest";
  return enrolment == v1::ENROLMENT_SUBSIDIARY ? "subsidiary" : "current";
}

json Division(const std::string& name, const std::set<std::string>& dates) {
  json events = json::array();
  for (const std::string& date : dates) {
    events.push_back(
        {{"title", "A bank holiday"}, {"date", date}, {"notes", ""}, {"bunting", true}});
  }
  return {{"division", name}, {"events", events}};
}

}  // namespace

std::string RegisterCsv(const v1::School& school) {
  return "URN,\"LA (code)\",\"LA (name)\",EstablishmentNumber,EstablishmentName,"
         "\"TypeOfEstablishment (name)\",\"EstablishmentStatus (name)\","
         "\"PhaseOfEducation (name)\",Town,Postcode,TelephoneNum\r\n" +
         std::to_string(school.urn()) + ",\"999\",\"Exampleshire\",4001,\"" + school.name() +
         "\",\"Community school\",\"Open\",\"Primary\",\"Examplebury\",\"LS1 4AA\","
         "\"01632960001\"\r\n";
}

std::string RollCsv(base::Urn urn, const v1::Pupil& pupil) {
  return "urn,local_id,given_names,family_name,date_of_birth,upn,postcode,enrolment,protected,"
         "leaving_date\n" +
         urn.ToString() + "," + pupil.local_id() + "," + pupil.given_names() + "," +
         pupil.family_name() + "," + pupil.date_of_birth() + "," + pupil.upn() + "," +
         pupil.postcode() + "," + EnrolmentWord(pupil.enrolment()) + "," +
         (pupil.is_protected() ? "yes" : "") + "," + pupil.leaving_date() + "\n";
}

std::string PolicyToml(const v1::Policy& policy, const std::string& desk_certificate) {
  std::string toml;
  if (!desk_certificate.empty()) toml = "desk_certificate = \"" + desk_certificate + "\"\n";
  toml += "[disclosure]\n";
  if (policy.disclosure().impact_only()) toml += "impact_only = true\n";
  for (const int part : policy.disclosure().withheld()) {
    if (part == v1::DISCLOSURE_PART_ACCOUNT) toml += "withhold = [\"account\"]\n";
  }
  toml += "[schools]\n";
  if (policy.identity_first() == v1::IDENTITY_FIRST_ALWAYS) toml += "identity_first = \"always\"\n";
  if (policy.push() == v1::PUSH_AT_WINDOW) toml += "push = \"at-window\"\n";
  if (policy.told().settings() == v1::SETTINGS_RULE_REGISTERED) {
    toml += "[told]\nsettings = \"registered\"\n";
  }
  for (const v1::AuthorityArea& area : policy.told().authorities()) {
    toml += "[[told.authority]]\ncode = " + std::to_string(area.code()) + "\n";
  }
  return toml;
}

std::string BankHolidaysJson(const std::set<std::string>& dates) {
  const json all = {{"england-and-wales", Division("england-and-wales", dates)},
                    {"scotland", Division("scotland", {kElsewhere})},
                    {"northern-ireland", Division("northern-ireland", {kElsewhere})}};
  return all.dump();
}

}  // namespace firstbell::scenarios
