#include "clients/audit/deliveries.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "broker/model/alert.h"
#include "clients/audit/opening.h"
#include "clients/console/app.h"
#include "clients/console/call.h"

namespace firstbell::audit_client {
namespace {

using Stub = v1::DeliveryLogService::Stub;

std::string Value(const nlohmann::json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// The fields of an event that its row does not show already.
std::string Details(const nlohmann::json& event) {
  std::string text;
  for (const auto& [name, value] : event.items()) {
    if (name == "v" || name == "kind" || name == "at" || name == "alert") continue;
    text.append(text.empty() ? "" : " ").append(name).append("=").append(Value(value));
  }
  return text;
}

void AddEvent(const v1::LogEntry& entry, std::uint64_t size, console::Table& table) {
  const std::string position =
      std::to_string(entry.position()) + (entry.position() < size ? "" : " (not signed yet)");
  if (entry.event().empty()) {
    table.Add({position, "", "erased, or out of scope", ""});
    return;
  }
  // Whatever its caller has checked: what is no event of ours is not to be parsed and printed.
  if (!CheckOpening(entry).ok()) {
    table.Add({position, "", "DOES NOT FIT ITS COMMITMENT", ""});
    return;
  }
  const auto event = nlohmann::json::parse(entry.event(), nullptr, false);
  table.Add({position, Value(event.value("at", nlohmann::json(""))),
             Value(event.value("kind", nlohmann::json(""))), Details(event)});
}

}  // namespace

base::Result<v1::AlertState> StateOf(std::string_view word) {
  for (int i = v1::AlertState_MIN + 1; i <= v1::AlertState_MAX; ++i) {
    const auto state = static_cast<v1::AlertState>(i);
    if (v1::AlertState_IsValid(i) && model::Word(state) == word) return state;
  }
  return console::UsageError(
      "--alert-state is one of accepted, sent, received, shown, opened, acknowledged, redirected, "
      "withdrawn");
}

base::Status TooFew() {
  return base::FailedPrecondition(
      "there are fewer than five: a scope with pseudonyms is not shown so few; ask more widely");
}

base::Result<console::Listed> ListAll(Stub& stub, v1::ListDeliveriesRequest request,
                                      std::uint64_t limit, const CheckPage& check,
                                      const std::function<void(const v1::Delivery&)>& each) {
  return console::ListPages(
      std::move(request), limit,
      [&](const v1::ListDeliveriesRequest& page) -> base::Result<v1::ListDeliveriesResponse> {
        FB_ASSIGN_OR_RETURN(auto response, console::Call(stub, &Stub::ListDeliveries, page));
        FB_RETURN_IF_ERROR(check(response.checkpoint()));
        if (response.withheld()) return TooFew();
        return response;
      },
      [](const v1::ListDeliveriesResponse& page) -> auto& { return page.deliveries(); }, each);
}

DeliveryTable::DeliveryTable(console::LocalTime london)
    : london_(london),
      table_({"ALERT", "FORCE", "SCHOOL", "STATE", "RUNG", "ACCEPTED", "DEADLINE", "ACKNOWLEDGED",
              ""}) {}

void DeliveryTable::Add(const v1::Delivery& delivery) {
  const bool named = !delivery.alert_id().empty();
  table_.Add({named ? delivery.alert_id() : delivery.alert(), delivery.force(),
              named ? std::to_string(delivery.urn()) : delivery.school(),
              std::string(model::Word(delivery.state())),
              delivery.rung() == 0 ? "" : std::to_string(delivery.rung()),
              london_.Format(delivery.accepted_at()), london_.Format(delivery.deadline()),
              delivery.has_acknowledged_at() ? london_.Format(delivery.acknowledged_at()) : "",
              delivery.late() ? "LATE" : ""});
}

std::string Describe(const v1::GetDeliveryResponse& response, const console::LocalTime& london) {
  DeliveryTable delivery(london);
  delivery.Add(response.delivery());
  console::Table history({"POSITION", "AT (UTC)", "EVENT", "DETAILS"});
  const v1::Checkpoint& checkpoint = response.checkpoint();
  for (const v1::LogEntry& entry : response.history()) AddEvent(entry, checkpoint.size(), history);
  if (response.history().empty()) {
    return delivery.ToString() +
           "\nNo event of it can be read: what its entries commit to was erased. The line above is "
           "the broker's word; `verify` says whether the log names the erasure.\n";
  }
  return delivery.ToString() + "\n" + history.ToString() +
         "\nThe events fit the log as its checkpoint of " + std::to_string(checkpoint.size()) +
         " entries has it. The line above them is the broker's word.\n";
}

}  // namespace firstbell::audit_client
