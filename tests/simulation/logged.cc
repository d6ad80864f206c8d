#include "tests/simulation/logged.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "broker/audit/event_encoding.h"

namespace firstbell::simulation {
namespace {

constexpr std::size_t kPage = 1000;

absl::Time TimeOf(const nlohmann::json& event, const char* field = "at") {
  absl::Time time;
  FB_CHECK(absl::ParseTime(absl::RFC3339_full, event.at(field).get_ref<const std::string&>(), &time,
                           nullptr));
  return time;
}

}  // namespace

const LoggedAlert* Logged::Find(const base::AlertId& id) const {
  const auto found = alerts_.find(id);
  return found == alerts_.end() ? nullptr : &found->second;
}

std::vector<std::string> Logged::ReadOn(store::Store& store, const Evidence& evidence) {
  touched_.clear();
  wrong_.clear();
  while (true) {
    const auto entries = store.ReadLog(tree_.size(), kPage);
    if (!entries.ok()) return {std::string(base::Message(entries.status()))};
    for (const store::LogEntry& entry : *entries) Note(entry, evidence);
    if (entries->size() < kPage) break;
  }
  const auto head = store.IntegrateLog(tree_.size(), {});
  if (!head.ok() || head->size != tree_.size() || head->root != tree_.Root()) {
    Wrong("the log does not verify: its entries do not give its head");
  }
  return std::exchange(wrong_, {});
}

void Logged::Note(const store::LogEntry& entry, const Evidence& evidence) {
  if (entry.position != tree_.size()) Wrong("the log does not verify: an entry's position");
  tree_.Append(entry.entry);
  if (!audit::CheckEntry(entry.entry, entry.event, entry.salt).ok()) {
    Wrong("the log does not verify: an entry does not commit to its event");
  }
  if (entry.event.find("\"alert\"") == std::string::npos) return;  // about no alert
  const auto event = nlohmann::json::parse(entry.event);
  if (!event.contains("alert")) return;
  const base::AlertId id(event.at("alert").get<std::string>());
  const std::string& kind = event.at("kind").get_ref<const std::string&>();
  const bool is_new = touched_.insert(id).second;
  LoggedAlert& alert = alerts_[id];
  if (kind == "alert.accepted") {
    ++alert.accepted;
    alert.urn = base::Urn(event.at("urn").get<std::uint32_t>());
    alert.force = base::ForceCode(event.at("force").get<std::string>());
    alert.revision = event.at("revision").get<std::uint32_t>();
    alert.deadline = TimeOf(event, "deadline");
    open_.insert(id);
  } else if (kind == "alert.sealed") {
    ++sealings_;
    alert.sealings.push_back({TimeOf(event), event.at("sealing").get<std::uint32_t>(),
                              alert.climbs.size(), event.at("revision").get<std::uint32_t>(),
                              event.at("part") == "whole", alert.ours});
  } else if (kind == "alert.climbed") {
    alert.climbs.push_back({TimeOf(event), event.at("rung").get<std::size_t>()});
  } else if (kind == "alert.rescheduled") {
    alert.rescheduled = true;
    alert.deadline = TimeOf(event, "deadline");
  } else if (kind == "alert.revised") {
    NoteRevision(id, TimeOf(event), event.at("revision").get<std::uint32_t>(),
                 TimeOf(event, "deadline"), alert);
  } else if (kind == "alert.redirected" || kind == "alert.withdrawn") {
    alert.taken_back = true;
    alert.revision = std::max(alert.revision, event.at("revision").get<std::uint32_t>());
    if (event.at("why") == "refused") alert.refused = TimeOf(event);
  } else if (kind == "call.recorded") {
    NoteCall(id, event.at("about").get<std::string>(), event.at("outcome") == "acknowledged", alert,
             evidence);
  } else if (kind == "receipt.recorded") {
    NoteReceipt(event.at("signed_sha256").get<std::string>(), id, alert, evidence);
  }
  if (is_new && alert.accepted == 0)
    Wrong("the log tells of alert " + id.value() + " before it was accepted");
  if (!alert.ended()) return;
  open_.erase(id);
  if (!alert.ended_at) alert.ended_at = TimeOf(event);
}

// To be acknowledged once more; what was, climbs its ladder from the first rung, and its calls are
// counted anew.
void Logged::NoteRevision(const base::AlertId& id, absl::Time at, std::uint32_t revision,
                          absl::Time deadline, LoggedAlert& alert) {
  if (alert.taken_back) Wrong("alert " + id.value() + " was corrected after it was taken back");
  if (revision <= alert.revision) Wrong("alert " + id.value() + " was corrected to an old version");
  if (!alert.acknowledged && deadline > alert.deadline) {
    Wrong("a correction bought time: alert " + id.value() + " is due later");
  }
  if (alert.acknowledged) {
    alert.climbs.clear();
    alert.calls = 0;
  }
  alert.acknowledged = false;
  alert.ended_at.reset();
  alert.revision = revision;
  alert.deadline = deadline;
  alert.revised.push_back(at);
  open_.insert(id);
}

// It settles what its officer had read, and nothing that came since.
void Logged::NoteCall(const base::AlertId& id, const std::string& about, bool reached,
                      LoggedAlert& alert, const Evidence& evidence) {
  const auto listed = evidence.calls.find({id, alert.revision, alert.calls++});
  if (listed == evidence.calls.end()) {
    return Wrong("a call settled what no officer had read of alert " + id.value());
  }
  const bool of_the_alert = about == "alert" || about == "unready";
  if (of_the_alert && alert.ended()) {
    Wrong("a call settled what no officer had read of alert " + id.value() + ": it was over");
  }
  if (!reached) return;
  alert.acknowledged |= of_the_alert;
  if (about == "reply") alert.replies -= std::min(alert.replies, listed->second);
}

void Logged::NoteReceipt(const std::string& digest, const base::AlertId& id, LoggedAlert& alert,
                         const Evidence& evidence) {
  const auto said = evidence.said.find(digest);
  if (said == evidence.said.end() || said->second.alert != id) {
    return Wrong("the log has a receipt about alert " + id.value() + " that nobody signed");
  }
  if (!alert.receipts.insert(said->second).second) {
    Wrong("the log has receipt " + std::to_string(said->second.kind) + " about alert " +
          id.value() + " twice");
  }
  ++receipts_;
  if (said->second.kind == v1::RECEIPT_KIND_REPLIED) ++alert.replies;
  // Of the version that stands, and of all of it.
  const std::uint32_t number = said->second.sealing;
  if (number == 0 || number > alert.sealings.size()) return;
  const LoggedSealing& sealing = alert.sealings[number - 1];
  if (alert.taken_back || sealing.revision < alert.revision) return;
  alert.acknowledged |= said->second.kind == v1::RECEIPT_KIND_ACKNOWLEDGED && sealing.whole;
  alert.ours |= said->second.kind == v1::RECEIPT_KIND_OURS;
}

}  // namespace firstbell::simulation
