#include "adapters/bank_holidays/bank_holidays.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string>

#include "adapters/csv/text.h"
#include "broker/base/limits.h"

namespace firstbell::adapters::bank_holidays {
namespace {

using nlohmann::json;

struct Division {
  std::string_view name;
  std::array<v1::Nation, 2> nations;  // the second may be unspecified: there is none
};

constexpr std::array kDivisions = {
    Division{"england-and-wales", {v1::NATION_ENGLAND, v1::NATION_WALES}},
    Division{"scotland", {v1::NATION_SCOTLAND, v1::NATION_UNSPECIFIED}},
    Division{"northern-ireland", {v1::NATION_NORTHERN_IRELAND, v1::NATION_UNSPECIFIED}},
};

base::Result<json> ParseJson(std::string_view text) {
  try {
    return json::parse(text);
  } catch (const json::parse_error& error) {
    const std::string_view before = text.substr(0, std::min(error.byte, text.size()));
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    return base::InvalidArgument("line " + std::to_string(line) + ": this is not JSON");
  } catch (const json::exception&) {
    return base::InvalidArgument("a number in it is beyond all bounds");
  }
}

base::Status CheckDivisions(const json& root) {
  if (!root.is_object()) {
    return base::InvalidArgument("the file is not an object of divisions, as gov.uk publishes it");
  }
  for (const auto& [name, unused] : root.items()) {
    const bool known = std::any_of(kDivisions.begin(), kDivisions.end(),
                                   [&name = name](const Division& d) { return d.name == name; });
    if (!known) return base::InvalidArgument("the division '" + name + "' is unknown");
  }
  return base::OkStatus();
}

const json* TextOf(const json& event, const char* field) {
  const auto found = event.find(field);
  return found == event.end() || !found->is_string() ? nullptr : &*found;
}

base::Result<v1::BankHoliday> ParseEvent(const json& event, const std::string& path) {
  if (!event.is_object()) return base::InvalidArgument(path + ": is not an object");
  const json* date = TextOf(event, "date");
  const json* title = TextOf(event, "title");
  v1::BankHoliday holiday;
  if (date != nullptr) holiday.set_date(date->get<std::string>());
  if (!csv::ParseIsoDate(holiday.date())) {
    return base::InvalidArgument(path + ".date: is not a date YYYY-MM-DD that exists");
  }
  if (title != nullptr) holiday.set_title(std::string(csv::Trim(title->get<std::string>())));
  if (holiday.title().empty()) return base::InvalidArgument(path + ".title: is missing");
  if (const auto defect = csv::TextDefect(holiday.title(), limits::kNameBytes, csv::Lines::kOne)) {
    return base::InvalidArgument(path + ".title: " + *defect);
  }
  return holiday;
}

base::Status AddDivision(const json& root, const Division& division,
                         std::vector<v1::BankHoliday>& holidays) {
  const std::string name(division.name);
  const auto found = root.find(name);
  const json* events = nullptr;
  if (found != root.end() && found->is_object() && found->contains("events")) {
    events = &(*found)["events"];
  }
  if (events == nullptr || !events->is_array() || events->empty()) {
    return base::InvalidArgument("the division '" + name + "' or its events are missing");
  }
  for (const v1::Nation nation : division.nations) {
    if (nation == v1::NATION_UNSPECIFIED) continue;
    for (std::size_t i = 0; i < events->size(); ++i) {
      FB_ASSIGN_OR_RETURN(v1::BankHoliday holiday,
                          ParseEvent((*events)[i], name + ".events[" + std::to_string(i) + "]"));
      holiday.set_nation(nation);
      holidays.push_back(std::move(holiday));
    }
  }
  return base::OkStatus();
}

}  // namespace

base::Result<std::vector<v1::BankHoliday>> Parse(std::string_view text) {
  FB_ASSIGN_OR_RETURN(const json root, ParseJson(text));
  FB_RETURN_IF_ERROR(CheckDivisions(root));
  std::vector<v1::BankHoliday> holidays;
  for (const Division& division : kDivisions) {
    FB_RETURN_IF_ERROR(AddDivision(root, division, holidays));
  }
  return holidays;
}

}  // namespace firstbell::adapters::bank_holidays
