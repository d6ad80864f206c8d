#include "clients/school/page_standing.h"

#include <nlohmann/json.hpp>

#include "broker/base/file.h"

namespace firstbell::school {

base::Status WritePageStanding(const StateDirectory& state, PageStanding standing) {
  const nlohmann::ordered_json json = {{"port", standing.port}, {"served", standing.served}};
  return base::WriteFileDurably(state.PageFile(), json.dump() + "\n", base::kOwnerOnly);
}

std::optional<PageStanding> ReadPageStanding(const StateDirectory& state) {
  const auto text = base::ReadFile(state.PageFile());
  if (!text.ok()) return std::nullopt;
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  const auto port = json.find("port"), served = json.find("served");
  if (port == json.end() || !port->is_number_integer()) return std::nullopt;
  if (served == json.end() || !served->is_boolean()) return std::nullopt;
  return PageStanding{port->get<int>(), served->get<bool>()};
}

}  // namespace firstbell::school
