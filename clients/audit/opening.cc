#include "clients/audit/opening.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "broker/audit/event_encoding.h"

namespace firstbell::audit_client {
namespace {

// One that holds others could do so a million deep, and what writes or copies it calls itself for
// each.
bool IsOurs(const std::string& event) {
  if (event.size() > kMostEventBytes) return false;
  const auto json = nlohmann::json::parse(event, nullptr, false);
  if (!json.is_object()) return false;
  const bool flat = std::none_of(json.begin(), json.end(),
                                 [](const auto& value) { return value.is_structured(); });
  return flat && json.dump() == event;
}

}  // namespace

base::Status CheckOpening(const v1::LogEntry& entry) {
  if (!IsOurs(entry.event())) {
    return base::DataLoss("what the log shows for the entry is no event of a delivery log");
  }
  return entry.without_names()
             ? audit::CheckWithoutNames(entry.entry(), {entry.event(), entry.salt()})
             : audit::CheckEntry(entry.entry(), entry.event(), entry.salt());
}

}  // namespace firstbell::audit_client
