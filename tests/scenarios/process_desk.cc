// The part of process_world.h about a force's policy and its desk.

#include "broker/base/file.h"
#include "broker/model/alert.h"
#include "clients/control/call_subject.h"
#include "tests/scenarios/outside_files.h"
#include "tests/scenarios/process_world.h"
#include "tests/scenarios/read_json.h"
#include "tests/scenarios/typed.h"

namespace firstbell::scenarios {

base::Status ProcessWorld::SetPolicy(const base::ForceCode& force, const v1::Policy& policy) {
  const std::string path = Below("files/policy.toml");
  const std::string certificate =
      desks_.contains(force) ? DeskOf(force) + "/desk.pem" : std::string();
  FB_RETURN_IF_ERROR(
      base::WriteFileDurably(path, PolicyToml(policy, certificate), base::kOwnerOnly));
  return Admin({"policy", "set", path, "--force", force.value()}).status();
}

base::Status ProcessWorld::MakeDeskKey(const base::ForceCode& force) {
  desks_.insert(force);
  return Run("firstbell-control",
             {"desk", "new-key", "--out", DeskOf(force), "--passphrase-file", Below("passphrase")})
      .status();
}

base::Status ProcessWorld::SetDirectLines(base::Urn urn, const v1::DirectLine& line) {
  return Admin({"school", "direct-lines", "set", urn.ToString(),
                line.name() + "=" + line.telephone()})
      .status();
}

base::Result<std::vector<v1::CaseSummary>> ProcessWorld::Cases(const Officer& officer) {
  FB_ASSIGN_OR_RETURN(const std::string lines, AsOfficer(officer, {"review", "list"}));
  return FromLines<v1::CaseSummary>(lines);
}

base::Result<v1::GetCaseResponse> ProcessWorld::LookAt(const Officer& officer,
                                                       const v1::GetCaseRequest& which) {
  FB_ASSIGN_OR_RETURN(const std::string json,
                      AsOfficer(officer, {"review", "show", which.reference(), which.child_ref()}));
  return FromJson<v1::GetCaseResponse>(json);
}

base::Status ProcessWorld::Decide(const Officer& officer, const v1::DecideCaseRequest& decision) {
  const bool placed = decision.outcome() == v1::CHILD_OUTCOME_ACCEPTED;
  const bool withheld = decision.outcome() == v1::CHILD_OUTCOME_WITHHELD;
  const std::string verb = placed ? "place" : withheld ? "withhold" : "unplaceable";
  Arguments arguments = {"review",
                         verb,
                         decision.reference(),
                         decision.child_ref(),
                         "--reason",
                         Typed(model::Word(decision.reason()))};
  for (const std::uint32_t urn : decision.urns()) {
    arguments = Joined(arguments, {"--at", std::to_string(urn)});
  }
  return AsOfficer(officer, std::move(arguments)).status();
}

base::Result<std::vector<v1::Call>> ProcessWorld::Calls(const Officer& officer) {
  FB_ASSIGN_OR_RETURN(const std::string lines, AsOfficer(officer, {"calls", "list"}));
  return FromLines<v1::Call>(lines);
}

base::Status ProcessWorld::RecordCall(const Officer& officer, const v1::Call& call,
                                      v1::CallOutcome outcome, v1::Arrival child) {
  const bool answered = outcome == v1::CALL_OUTCOME_ACKNOWLEDGED;
  Arguments arguments = {"calls",         "record",
                         call.alert_id(), answered ? "acknowledged" : "not-reached",
                         "--of",          control::SubjectText(call)};
  if (child != v1::ARRIVAL_UNSPECIFIED) {
    arguments.insert(arguments.end(), {"--child", std::string(model::Word(child))});
  }
  return AsOfficer(officer, arguments).status();
}

base::Result<std::string> ProcessWorld::Replies(const Officer& officer, const v1::Call& call) {
  return AsOfficer(officer, {"calls", "replies", call.alert_id(), "--key", DeskOf(officer.force),
                             "--passphrase-file", Below("passphrase")});
}

}  // namespace firstbell::scenarios
