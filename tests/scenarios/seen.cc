#include "tests/scenarios/seen.h"

#include <nlohmann/json.hpp>

namespace firstbell::scenarios {
namespace {

SeenInbox Read(const nlohmann::json& json) {
  SeenInbox inbox;
  std::string error;
  FB_CHECK(
      absl::ParseTime(absl::RFC3339_full, json.at("now").get<std::string>(), &inbox.now, &error));
  inbox.unconfirmed = json.at("unconfirmed_receipts").get<std::size_t>();
  for (const auto& alert : json.at("alerts")) {
    inbox.alerts.push_back({base::AlertId(alert.at("alert_id").get<std::string>()),
                            alert.at("state").get<std::string>(), alert.at("late").get<bool>()});
  }
  for (const auto& notice : json.at("notices")) {
    inbox.notices.push_back({notice.at("notice").get<std::string>(),
                             notice.at("person").at("display_name").get<std::string>()});
  }
  for (const auto& refused : json.at("refused_receipts")) {
    inbox.refusals.push_back({base::AlertId(refused.at("alert_id").get<std::string>()),
                              refused.at("receipt").get<std::string>(),
                              base::RecipientId(refused.at("signer_id").get<std::string>())});
  }
  return inbox;
}

}  // namespace

base::Result<SeenInbox> ReadInboxJson(std::string_view json) {
  try {
    return Read(nlohmann::json::parse(json));
  } catch (const nlohmann::json::exception& error) {
    return base::InvalidArgument(std::string("not the JSON of an inbox: ") + error.what());
  }
}

}  // namespace firstbell::scenarios
