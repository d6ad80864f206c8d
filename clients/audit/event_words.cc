// The events of an alert in words.

#include <map>
#include <nlohmann/json.hpp>

#include "clients/audit/report_gather.h"

namespace firstbell::audit_client {
namespace {

using Json = nlohmann::json;

std::string Text(const Json& event, const char* field) {
  const auto found = event.find(field);
  return found != event.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::int64_t Number(const Json& event, const char* field) {
  const auto found = event.find(field);
  return found != event.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

// A word of the log as it reads in a sentence.
std::string Spaced(std::string word) {
  for (char& character : word) {
    if (character == '_' || character == '.') character = ' ';
  }
  return word;
}

std::string OfReceipt(const Json& event) {
  static const std::map<std::string, std::string> kReceipts = {
      {"received", "Received by a machine of the school"},
      {"shown", "Shown on a machine of the school"},
      {"opened", "Opened by a person"},
      {"acknowledged", "Acknowledged by a person"},
      {"ours", "The school said that the child is its pupil"},
      {"refused", "The school said that the child is not its pupil"},
      {"erased", "A machine destroyed its copy"},
      {"offered", "A colleague was asked to take it over"},
      {"replied", "The school replied to the desk"},
      {"seen", "The child was seen"},
      {"seen_late", "The child came late"},
      {"absent", "The child was absent"}};
  const std::string receipt = Text(event, "receipt");
  const auto words = kReceipts.find(receipt);
  return words != kReceipts.end() ? words->second : "Receipt: " + Spaced(receipt);
}

std::string OfKind(const Json& event) {
  const std::string kind = Text(event, "kind");
  static const std::map<std::string, std::string> kKinds = {
      {"alert.accepted", "Taken on, and placed at this school"},
      {"alert.sent", "Pushed to the school; no receipt yet"},
      {"alert.rescheduled", "Its times were moved to earlier"},
      {"alert.redirected", "Taken back: the child is told of elsewhere"},
      {"alert.revised", "Corrected by the force"},
      {"alert.withdrawn", "Withdrawn by the force"},
      {"school.unready", "The school may not hear of it in the morning: its force was told"},
      {"child.absent", "The child was absent after the alert: its force was told"},
      {"arrival.overdue", "The school had not said in time whether the child came"},
      {"breach.started", "It was read at a school that it was not for"},
      {"answer.flagged", "An answer came suspiciously fast"}};
  if (kind == "receipt.recorded") return OfReceipt(event);
  if (kind == "receipt.refused") return "A receipt was refused: " + Spaced(Text(event, "reason"));
  if (kind == "alert.sealed") {
    const std::int64_t people = Number(event, "people");
    return "Sealed to " + std::to_string(people) + (people == 1 ? " person" : " people");
  }
  if (kind == "alert.climbed") return "The ladder climbed: " + Spaced(Text(event, "to"));
  if (kind == "call.recorded") return "Telephoned: " + Spaced(Text(event, "outcome"));
  const auto words = kKinds.find(kind);
  return words != kKinds.end() ? words->second : Spaced(kind);
}

}  // namespace

LateEvent EventInWords(const std::string& event_json) {
  const Json event = Json::parse(event_json, nullptr, false);
  LateEvent told;
  if (!event.is_object()) {
    told.what = "Erased, or outside the scope";
    return told;
  }
  std::string error;
  absl::Time at;
  if (absl::ParseTime(absl::RFC3339_full, Text(event, "at"), &at, &error)) told.at = at;
  told.what = OfKind(event);
  const std::int64_t rung = Number(event, "rung");
  if (rung > 0) told.rung = std::to_string(rung);
  return told;
}

}  // namespace firstbell::audit_client
