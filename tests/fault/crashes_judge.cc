// The judge of a round: the driver's record against what the broker, the schools and the log say.

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/fault/crashes.h"

namespace firstbell::fault {
namespace {

std::map<std::string, int> CountShown(const std::string& log) {
  std::map<std::string, int> shown;
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    if (!json.is_object() || json.value("event", "") != "shown") continue;
    ++shown[json.value("alert_id", "")];
  }
  return shown;
}

bool IsAcknowledgement(const v1::LogEntry& entry) {
  const auto event = nlohmann::json::parse(entry.event(), nullptr, false);
  return event.is_object() && event.value("kind", "") == "receipt.recorded" &&
         event.value("receipt", "") == "acknowledged";
}

}  // namespace

std::optional<v1::IncidentStatus> Crashes::StatusOf(const std::string& reference) {
  support::Context context;
  v1::GetIncidentRequest request;
  request.set_reference(reference);
  v1::GetIncidentResponse response;
  const auto status =
      v1::IncidentService::NewStub(as_force_)->GetIncident(&context, request, &response);
  if (!status.ok()) return std::nullopt;
  return response.incident();
}

bool Crashes::AllAcknowledged() {
  const auto desk = v1::DeliveryLogService::NewStub(town_.AsAuditor());
  for (const v1::AlertState state :
       {v1::ALERT_STATE_ACCEPTED, v1::ALERT_STATE_SENT, v1::ALERT_STATE_RECEIVED,
        v1::ALERT_STATE_SHOWN, v1::ALERT_STATE_OPENED}) {
    support::Context context;
    v1::ListDeliveriesRequest request;
    request.set_state(state);
    v1::ListDeliveriesResponse response;
    if (!desk->ListDeliveries(&context, request, &response).ok()) return false;
    if (response.deliveries_size() > 0) return false;
  }
  return true;
}

void Crashes::Judge() {
  as_force_ = town_.AsForce();
  as_auditor_ = town_.AsAuditor();
  std::vector<std::map<std::string, Staff::Read>> read;
  for (const auto& staff : staff_) read.push_back(staff->Finish());
  for (const auto& [reference, told] : force_.accepted()) {
    if (judged_.insert(reference).second) JudgeNotices(reference, told);
  }
  for (std::size_t school = 0; school < town_.schools(); ++school) {
    JudgeReads(school, read[school]);
    JudgeShown(school);
  }
  JudgeRefused();
  JudgeTotals();
  JudgeStore();
}

// At the right school alone, once, and only what the force was told OK for.
void Crashes::JudgeReads(std::size_t school, const std::map<std::string, Staff::Read>& read) {
  const std::string where = " at school " + std::to_string(school);
  for (const auto& [alert, one] : read) {
    const v1::PersonName& name = one.content.child().name();
    if (name.family_name() != FamilyNameAt(school) || one.content.urn() != UrnOf(school).value()) {
      findings_.Add(alert + " is another school's pupil," + where);
    }
    if (!accepted_.contains(alert)) {
      findings_.Add(alert + " was shown, but the force has no OK for it," + where);
    }
    if (one.acknowledged != 1) {
      findings_.Add(alert + " was put to the person " + std::to_string(one.acknowledged) +
                    " times," + where);
    }
  }
}

void Crashes::JudgeShown(std::size_t school) {
  for (const auto& [alert, times] : CountShown(town_.MachineLog(school))) {
    if (times == 1) continue;
    findings_.Add(alert + " was announced as new " + std::to_string(times) + " times, at school " +
                  std::to_string(school));
  }
}

// Every placed child has its notice, and each was acknowledged exactly once.
void Crashes::JudgeNotices(const std::string& reference, const Force::Told& told) {
  const auto status = StatusOf(reference);
  if (!status) return findings_.Add(reference + " was told OK and is gone");
  if (status->answer().SerializeAsString() != told.answer.SerializeAsString()) {
    findings_.Add(reference + " has another answer now than it was given");
  }
  if (status->notices_size() != told.answer.children_size()) {
    findings_.Add(reference + " has " + std::to_string(status->notices_size()) + " notices");
  }
  const auto desk = v1::DeliveryLogService::NewStub(as_auditor_);
  for (const v1::NoticeStatus& notice : status->notices()) {
    accepted_.insert(notice.alert_id());
    support::Context context;
    v1::GetDeliveryRequest request;
    request.set_alert_id(notice.alert_id());
    v1::GetDeliveryResponse response;
    (void)desk->GetDelivery(&context, request, &response);
    const auto acknowledged =
        std::count_if(response.history().begin(), response.history().end(), IsAcknowledgement);
    if (notice.state() == v1::ALERT_STATE_ACKNOWLEDGED && acknowledged == 1) continue;
    findings_.Add(notice.alert_id() + " of " + reference + " is in state " +
                  std::to_string(notice.state()) + " and was acknowledged " +
                  std::to_string(acknowledged) + " times");
  }
}

void Crashes::JudgeRefused() {
  for (const std::string& reference : force_.refused()) {
    if (StatusOf(reference)) findings_.Add(reference + " was refused for good and stands");
  }
}

// No alert beyond those of the record.
void Crashes::JudgeTotals() {
  std::vector<std::size_t> expected(town_.schools());
  for (const auto& [reference, told] : force_.accepted()) {
    for (const PupilOf& child : told.children) ++expected[child.school];
  }
  const auto desk = v1::DeliveryLogService::NewStub(as_auditor_);
  for (std::size_t school = 0; school < town_.schools(); ++school) {
    std::size_t found = 0;
    v1::ListDeliveriesRequest request;
    request.set_urn(UrnOf(school).value());
    request.set_page_size(500);
    do {
      support::Context context;
      v1::ListDeliveriesResponse page;
      (void)desk->ListDeliveries(&context, request, &page);
      found += static_cast<std::size_t>(page.deliveries_size());
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    if (found == expected[school]) continue;
    findings_.Add("school " + std::to_string(school) + " has " + std::to_string(found) +
                  " alerts, by the record " + std::to_string(expected[school]));
  }
}

void Crashes::JudgeStore() {
  const int code = town_.StopBroker();
  if (code != 0) findings_.Add("after SIGTERM the broker ended with " + std::to_string(code));
  const auto verified = town_.Verify();
  if (verified.exit_code != 0) {
    findings_.Add("firstbell-admin verify: " + verified.out + verified.err);
  }
}

}  // namespace firstbell::fault
