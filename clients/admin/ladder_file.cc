#include "clients/admin/ladder_file.h"

#include <algorithm>
#include <iterator>
#include <sstream>

#include <toml++/toml.h>

#include "broker/base/file.h"

namespace firstbell::admin {
namespace {

base::Status Wrong(const toml::node& node, const std::string& what) {
  return base::InvalidArgument("line " + std::to_string(node.source().begin.line) + ": " + what);
}

constexpr std::pair<std::string_view, v1::RecipientRole> kRoles[] = {
    {"lead", v1::RECIPIENT_ROLE_LEAD},
    {"deputy", v1::RECIPIENT_ROLE_DEPUTY},
    {"head", v1::RECIPIENT_ROLE_HEAD}};

base::Status ReadPeople(const toml::node& node, v1::Rung& rung) {
  const toml::array* people = node.as_array();
  if (people == nullptr) return Wrong(node, "people is a list: [\"lead\", \"deputy\"]");
  for (const toml::node& one : *people) {
    const auto word = one.value<std::string>().value_or("");
    const auto role = std::find_if(std::begin(kRoles), std::end(kRoles),
                                   [&](const auto& known) { return known.first == word; });
    if (role == std::end(kRoles)) return Wrong(one, "people are of lead, deputy and head");
    rung.add_roles(role->second);
  }
  rung.set_kind(v1::RUNG_KIND_PEOPLE);
  return base::OkStatus();
}

base::Status ReadMinutes(const toml::node& node, v1::Rung& rung) {
  const auto minutes = node.value_exact<std::int64_t>();
  if (!minutes || *minutes < 0 || *minutes > 24 * 60) {
    return Wrong(node, "minutes_before is a number from 0 to 1440");
  }
  rung.set_minutes_before(static_cast<std::uint32_t>(*minutes));
  return base::OkStatus();
}

base::Status ReadKey(std::string_view key, const toml::node& node, v1::Rung& rung) {
  if (key == "people") return ReadPeople(node, rung);
  if (key == "minutes_before") return ReadMinutes(node, rung);
  if (key == "name") {
    const auto name = node.value<std::string>();
    if (!name) return Wrong(node, "name is a text");
    rung.set_name(*name);
    return base::OkStatus();
  }
  const bool calls = key == "calls";
  if (!calls && key != "authority") {
    return Wrong(node, "there is no such setting as " + std::string(key));
  }
  if (node.value<bool>() != true) return Wrong(node, std::string(key) + " is true, or left out");
  rung.set_kind(calls ? v1::RUNG_KIND_CALLS : v1::RUNG_KIND_AUTHORITY);
  return base::OkStatus();
}

base::Result<v1::Rung> ReadRung(const toml::table& table) {
  if (table.contains("people") + table.contains("calls") + table.contains("authority") != 1) {
    return Wrong(table, "a rung has one of people, calls and authority");
  }
  v1::Rung rung;
  for (const auto& [key, node] : table) {
    FB_RETURN_IF_ERROR(ReadKey(key.str(), node, rung));
  }
  return rung;
}

}  // namespace

base::Result<v1::Ladder> ParseLadderFile(std::string_view text) {
  toml::table file;
  try {
    file = toml::parse(text);
  } catch (const toml::parse_error& error) {
    return base::InvalidArgument("line " + std::to_string(error.source().begin.line) + ": " +
                                 std::string(error.description()));
  }
  for (const auto& [key, node] : file) {
    if (key != "rung" || !node.is_array_of_tables()) {
      return Wrong(node, "a ladder is made of [[rung]] alone");
    }
  }
  v1::Ladder ladder;
  const toml::array* rungs = file["rung"].as_array();
  if (rungs == nullptr) return base::InvalidArgument("a ladder has a [[rung]] at least");
  for (const toml::node& rung : *rungs) {
    FB_ASSIGN_OR_RETURN(*ladder.add_rungs(), ReadRung(*rung.as_table()));
  }
  return ladder;
}

base::Result<v1::Ladder> ReadLadderFile(const std::filesystem::path& path) {
  FB_ASSIGN_OR_RETURN(const std::string text, base::ReadFile(path));
  auto ladder = ParseLadderFile(text);
  return ladder.ok() ? ladder : base::Annotate(ladder.status(), path.string());
}

std::string FormatLadderFile(const v1::Ladder& ladder) {
  toml::array rungs;
  for (const v1::Rung& rung : ladder.rungs()) {
    toml::table table;
    table.insert("name", rung.name());
    toml::array people;
    for (const int role : rung.roles()) {
      for (const auto& [word, known] : kRoles) {
        if (known == role) people.push_back(std::string(word));
      }
    }
    if (rung.kind() == v1::RUNG_KIND_PEOPLE) table.insert("people", people);
    if (rung.kind() == v1::RUNG_KIND_CALLS) table.insert("calls", true);
    if (rung.kind() == v1::RUNG_KIND_AUTHORITY) table.insert("authority", true);
    if (rung.has_minutes_before()) {
      table.insert("minutes_before", static_cast<std::int64_t>(rung.minutes_before()));
    }
    rungs.push_back(table);
  }
  std::ostringstream text;
  text << toml::table{{"rung", rungs}} << "\n";
  return text.str();
}

}  // namespace firstbell::admin
