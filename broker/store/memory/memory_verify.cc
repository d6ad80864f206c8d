// Verify: what stands in the containers, held against itself.

#include "broker/audit/event_encoding.h"
#include "broker/store/memory/memory_store.h"
#include "broker/store/rules.h"

namespace firstbell::store {

Status MemoryStore::Verify(const Progress& progress) {
  base::MutexLock lock(mutex_);
  FB_RETURN_IF_ERROR(VerifyRolls());
  FB_RETURN_IF_ERROR(VerifyRecipients());
  FB_RETURN_IF_ERROR(VerifyIncidents());
  FB_RETURN_IF_ERROR(VerifyCases());
  FB_RETURN_IF_ERROR(VerifyAlerts());
  FB_RETURN_IF_ERROR(VerifyWakeUps());
  return VerifyLog(progress);
}

Status MemoryStore::VerifyRolls() {
  std::size_t expected = 0, indexed = 0;
  for (const auto& [urn, row] : schools_) {
    for (const auto& [id, pupil] : row.pupils) {
      const std::vector<std::uint64_t>& listed = pupil.entry.blocks;
      const std::set<std::uint64_t> blocks(listed.begin(), listed.end());
      expected += blocks.size();
      for (const std::uint64_t block : blocks) {
        const auto found = pupils_by_block_.find(block);
        if (found == pupils_by_block_.end() || !found->second.contains({urn, id})) {
          return Damaged("the matching index of the roll of", urn.ToString());
        }
      }
    }
  }
  for (const auto& [block, pupils] : pupils_by_block_) indexed += pupils.size();
  return indexed == expected ? base::OkStatus() : Damaged("the matching index", "");
}

Status MemoryStore::VerifyRecipients() {
  std::size_t devices = 0;
  for (const auto& [id, recipient] : recipients_) {
    if (!recipients_by_urn_.contains({recipient.urn, id})) {
      return Damaged("the index of recipient", id.value());
    }
    if (recipient.curve_public_key.empty() || !recipient.in_force()) continue;
    ++devices;
    const auto found = devices_by_curve_key_.find(recipient.curve_public_key);
    if (found == devices_by_curve_key_.end() || found->second != id) {
      return Damaged("the CURVE key of device", id.value());
    }
  }
  const bool whole =
      recipients_by_urn_.size() == recipients_.size() && devices_by_curve_key_.size() == devices;
  return whole ? base::OkStatus() : Damaged("the indexes of recipients", "");
}

Status MemoryStore::VerifyIncidents() {
  std::size_t alerts = 0, in_order = 0;
  for (const auto& [id, row] : incidents_) {
    const Incident& incident = row.incident;
    const auto found = incidents_by_reference_.find({incident.force, incident.reference});
    const auto of_force = incidents_by_force_.find(incident.force);
    if (found == incidents_by_reference_.end() || found->second != id ||
        of_force == incidents_by_force_.end() ||
        !of_force->second.contains({-absl::ToUnixNanos(incident.accepted_at), id})) {
      return Damaged("the index of incident", id.value());
    }
    for (const base::AlertId& alert : row.alerts) {
      const auto there = alerts_.find(alert);
      if (there == alerts_.end() || there->second.alert.incident_id != id) {
        return Damaged("an alert of incident", id.value());
      }
      ++alerts;
    }
  }
  for (const auto& [force, order] : incidents_by_force_) in_order += order.size();
  const bool whole = incidents_by_reference_.size() == incidents_.size() &&
                     in_order == incidents_.size() && alerts == alerts_.size();
  return whole ? base::OkStatus() : Damaged("the indexes of incidents", "");
}

Status MemoryStore::VerifyCases() {
  std::size_t cases = 0, indexed = 0;
  for (const auto& [id, row] : incidents_) {
    std::vector<model::Alert> alerts;
    for (const base::AlertId& alert : row.alerts) alerts.push_back(alerts_.at(alert).alert);
    for (std::uint32_t ordinal = 0; ordinal < row.cases.size(); ++ordinal, ++cases) {
      const model::Case& value = row.cases[ordinal];
      FB_RETURN_IF_ERROR(CheckCaseWhole(value, alerts));
      const auto standing = value.decision ? CaseStanding::kDecided : CaseStanding::kOpen;
      if (!CaseOrders(standing)[value.force].contains({CaseOrder(value), {id, ordinal}})) {
        return Damaged("the index of cases of incident", id.value());
      }
    }
  }
  for (const auto& [force, order] : open_cases_) indexed += order.size();
  for (const auto& [force, order] : decided_cases_) indexed += order.size();
  return indexed == cases ? base::OkStatus() : Damaged("the indexes of cases", "");
}

Status MemoryStore::VerifyAlerts() {
  std::size_t open_alerts = 0, indexed = 0;
  for (const auto& [id, row] : alerts_) {
    FB_RETURN_IF_ERROR(CheckAlertWhole(row.alert, row.sealings, row.receipts));
    const std::int64_t accepted = absl::ToUnixNanos(row.alert.accepted_at);
    const auto school = open_alerts_.find(row.alert.urn);
    const bool in_outbox = school != open_alerts_.end() && school->second.contains({accepted, id});
    const bool is_open = !model::Ended(row.alert.state);
    if (is_open != in_outbox || !alerts_by_time_.contains({-accepted, id})) {
      return Damaged("the index of alert", id.value());
    }
    open_alerts += is_open ? 1 : 0;
  }
  for (const auto& [urn, open] : open_alerts_) indexed += open.size();
  const bool whole = alerts_by_time_.size() == alerts_.size() && indexed == open_alerts;
  return whole ? base::OkStatus() : Damaged("the indexes of alerts", "");
}

Status MemoryStore::VerifyWakeUps() {
  std::size_t waiting = 0;
  for (const auto& [key, wake_up] : queued_wake_ups_) {
    const auto school = wake_ups_.find(key.urn);
    if (key != wake_up.key() || school == wake_ups_.end() ||
        school->second.Find(key.address) == nullptr) {
      return Damaged("a wake-up without address of", key.urn.ToString());
    }
    if (!model::Waits(wake_up.outcome)) continue;
    ++waiting;
    if (!due_wake_ups_.contains({absl::ToUnixNanos(wake_up.next_at), key})) {
      return Damaged("the index of wake-ups of", key.urn.ToString());
    }
  }
  return waiting == due_wake_ups_.size() ? base::OkStatus() : Damaged("the index of wake-ups", "");
}

Status MemoryStore::VerifyLog(const Progress& progress) {
  audit::TileBuilder builder(
      {}, [](const audit::TilePlace&) -> Result<std::string> { return NoSuchTile(); });
  std::uint64_t next = 0;
  for (const LogEntry& entry : log_) {
    const std::string position = std::to_string(next);
    if (entry.position != next++) return Damaged("the position of log entry", position);
    if (!entry.event.empty()) {
      const Status checked = audit::CheckEntry(entry.entry, entry.event, entry.salt);
      if (!checked.ok()) return base::Annotate(checked, "log entry " + position);
    }
    if (next <= tree_.size()) FB_RETURN_IF_ERROR(builder.Append(entry.entry));
    if (progress) progress(next, log_.size());
  }
  const bool whole = builder.tree() == tree_ && builder.tiles() == tiles_;
  return whole ? base::OkStatus() : Damaged("the log's tree head, or its tiles", "");
}

}  // namespace firstbell::store
