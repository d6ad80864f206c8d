// The part of simulated_world.h about a force's policy and its desk.

#include "clients/control/call_subject.h"
#include "clients/control/reply_text.h"
#include "tests/scenarios/passphrase.h"
#include "tests/scenarios/simulated_world.h"

namespace firstbell::scenarios {

base::Status SimulatedWorld::SetPolicy(const base::ForceCode& force, const v1::Policy& policy) {
  FB_ASSIGN_OR_RETURN(SimulatedBroker* const broker, Broker());
  v1::SetPolicyRequest request;
  request.set_force(force.value());
  *request.mutable_policy() = policy;
  const auto desk = desks_.find(force);
  if (desk != desks_.end()) {
    request.mutable_policy()->set_desk_certificate(desk->second.certificate);
  }
  return broker->desk().SetPolicy(request).status();
}

base::Status SimulatedWorld::MakeDeskKey(const base::ForceCode& force) {
  const auto folder = directory_ / ("desk-" + force.value());
  const base::Secret passphrase(kPassphrase);
  FB_RETURN_IF_ERROR(control::MakeDeskKey(folder, passphrase, clock_.Now()).status());
  FB_ASSIGN_OR_RETURN(control::DeskKey key, control::LoadDeskKey(folder, passphrase));
  desks_.insert_or_assign(force, std::move(key));
  return base::OkStatus();
}

base::Status SimulatedWorld::SetDirectLines(base::Urn urn, const v1::DirectLine& line) {
  FB_ASSIGN_OR_RETURN(SimulatedBroker* const broker, Broker());
  v1::SetDirectLinesRequest request;
  request.set_urn(urn.value());
  *request.add_direct_lines() = line;
  return broker->desk().SetDirectLines(request).status();
}

base::Result<std::vector<v1::CaseSummary>> SimulatedWorld::Cases(const Officer& officer) {
  FB_ASSIGN_OR_RETURN(SimulatedBroker* const broker, Broker());
  FB_ASSIGN_OR_RETURN(const auto listed,
                      broker->review().List({officer.force, officer.id}, {}, clock_.Now()));
  return std::vector<v1::CaseSummary>(listed.cases().begin(), listed.cases().end());
}

base::Result<v1::GetCaseResponse> SimulatedWorld::LookAt(const Officer& officer,
                                                         const v1::GetCaseRequest& which) {
  FB_ASSIGN_OR_RETURN(SimulatedBroker* const broker, Broker());
  return broker->review().Look({officer.force, officer.id}, which, clock_.Now());
}

base::Status SimulatedWorld::Decide(const Officer& officer, const v1::DecideCaseRequest& decision) {
  FB_ASSIGN_OR_RETURN(SimulatedBroker* const broker, Broker());
  FB_RETURN_IF_ERROR(
      broker->review().Decide({officer.force, officer.id}, decision, clock_.Now()).status());
  return RunOn();
}

base::Result<std::vector<v1::Call>> SimulatedWorld::Calls(const Officer& officer) {
  FB_RETURN_IF_ERROR(RunOn());
  FB_ASSIGN_OR_RETURN(SimulatedBroker* const broker, Broker());
  FB_ASSIGN_OR_RETURN(const auto listed,
                      broker->calls().List({officer.force, officer.id}, {}, clock_.Now()));
  return std::vector<v1::Call>(listed.calls().begin(), listed.calls().end());
}

base::Status SimulatedWorld::RecordCall(const Officer& officer, const v1::Call& call,
                                        v1::CallOutcome outcome, v1::Arrival child) {
  FB_ASSIGN_OR_RETURN(SimulatedBroker* const broker, Broker());
  v1::RecordCallRequest request;
  request.set_alert_id(call.alert_id());
  request.set_outcome(outcome);
  control::SetSubject(call, request);
  request.set_arrival(child);
  FB_RETURN_IF_ERROR(
      broker->calls().Record({officer.force, officer.id}, request, clock_.Now()).status());
  return RunOn();
}

base::Result<std::string> SimulatedWorld::Replies(const Officer& officer, const v1::Call& call) {
  FB_ASSIGN_OR_RETURN(SimulatedBroker* const broker, Broker());
  const auto desk = desks_.find(officer.force);
  if (desk == desks_.end()) return base::FailedPrecondition("the force's desk has no key");
  v1::GetRepliesRequest request;
  request.set_alert_id(call.alert_id());
  FB_ASSIGN_OR_RETURN(const auto sealed,
                      broker->calls().Replies({officer.force, officer.id}, request, clock_.Now()));
  std::string read;
  for (const control::OpenedReply& reply :
       control::OpenAll(sealed, base::AlertId(call.alert_id()), desk->second)) {
    read += control::ReplyJson(reply) + "\n";
  }
  return read;
}

}  // namespace firstbell::scenarios
