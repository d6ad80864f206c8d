#include "clients/school/people_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "broker/model/alert.h"
#include "clients/console/output.h"

namespace firstbell::school {
namespace {

std::optional<link::Standing> StandingOf(const base::RecipientId& id, const link::LogTrust& trust) {
  const auto found = std::find_if(trust.people.begin(), trust.people.end(),
                                  [&](const link::WatchedPerson& one) { return one.id == id; });
  return found == trust.people.end() ? std::nullopt : std::optional(found->standing);
}

}  // namespace

std::string_view InLog(const base::RecipientId& id, const link::LogTrust& trust) {
  const auto standing = StandingOf(id, trust);
  if (standing == link::Standing::kProven) return "yes";
  if (standing == link::Standing::kWaiting) return "not_yet";
  return standing == link::Standing::kStranger ? "stranger" : "unknown";
}

std::string_view InLogText(const base::RecipientId& id, const link::LogTrust& trust) {
  const std::string_view word = InLog(id, trust);
  if (word == "not_yet") return "not yet";
  if (word == "stranger") return "no: a stranger";
  return word == "unknown" ? "-" : word;
}

std::string PeopleText(const std::vector<link::Person>& people, const link::LogTrust& trust) {
  if (people.empty()) return "The broker has named nobody enrolled at this school yet.\n";
  console::Table table({"ID", "ROLE", "IN THE LOG", "NAME"});
  for (const link::Person& person : people) {
    table.Add({person.id.value(), std::string(model::Word(person.role)),
               std::string(InLogText(person.id, trust)), console::Printable(person.display_name)});
  }
  return table.ToString();
}

std::string PeopleJson(const std::vector<link::Person>& people, const link::LogTrust& trust) {
  nlohmann::ordered_json json = {{"people", nlohmann::ordered_json::array()}};
  for (const link::Person& person : people) {
    json["people"].push_back({{"recipient_id", person.id.value()},
                              {"role", model::Word(person.role)},
                              {"display_name", person.display_name},
                              {"in_log", InLog(person.id, trust)}});
  }
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace firstbell::school
