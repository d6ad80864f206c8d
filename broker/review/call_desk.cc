#include "broker/review/call_desk.h"

#include <algorithm>
#include <optional>

#include "broker/base/limits.h"
#include "broker/model/call_code.h"
#include "broker/model/nobody_left.h"
#include "broker/model/text.h"
#include "broker/model/violations.h"
#include "broker/review/case_school.h"
#include "broker/review/replies.h"
#include "broker/store/rules.h"

namespace firstbell::review {
namespace {

using model::Event;
using model::EventKind;

Event ByOfficer(EventKind kind, const Officer& officer, absl::Time now) {
  return Event(kind, now).With(officer.force).With(officer.id);
}

base::Result<std::optional<absl::Time>> AgainAt(const v1::RecordCallRequest& request,
                                                absl::Time now) {
  const bool wanted = request.outcome() == v1::CALL_OUTCOME_CALL_AGAIN;
  if (wanted != request.has_call_again_at()) {
    return model::FieldError("call_again_at", "is said where they are to be called again, alone");
  }
  if (!wanted) return std::optional<absl::Time>();
  const absl::Time at = model::FromWire(request.call_again_at());
  if (at <= now || at > now + limits::kCallAgain) {
    return model::FieldError("call_again_at", "is later than now, and within a week");
  }
  return std::optional(at);
}

// As its officer knew it: where that has changed since, the store refuses the call, unless this
// very call has changed it.
store::NewCall::Subject SubjectOf(const v1::RecordCallRequest& request, const model::Alert& alert) {
  if (request.revision() == 0) return {model::CallAboutOf(alert), alert.revision};
  return {request.about(), request.revision()};
}

// What the school says of the child belongs to a call about that, and there it is needed.
base::Status CheckArrival(v1::CallAbout about, const model::Alert& alert,
                          const v1::RecordCallRequest& request) {
  const bool said = request.arrival() != v1::ARRIVAL_UNSPECIFIED;
  if (said && !v1::Arrival_IsValid(request.arrival())) {
    return model::FieldError("arrival", "is seen, late or absent");
  }
  const bool reached = request.outcome() == v1::CALL_OUTCOME_ACKNOWLEDGED;
  if (about == v1::CALL_ABOUT_ARRIVAL && reached && !said) {
    return model::FieldError("arrival", "is asked about: seen, late or absent");
  }
  if (said && !reached) {
    return model::FieldError("arrival", "is said by a school that was reached");
  }
  const bool of_the_child = about == v1::CALL_ABOUT_ARRIVAL || about == v1::CALL_ABOUT_ABSENCE;
  if (said && !of_the_child && !model::Ended(alert.state)) {
    return model::FieldError("arrival", "is said once the alert is acknowledged");
  }
  return base::OkStatus();
}

void AddTelephone(const model::Telephone& telephone, v1::Call& call) {
  call.set_calls(telephone.calls);
  call.set_last(telephone.last);
  call.set_last_by(telephone.last_by.value());
  if (telephone.last_at) *call.mutable_last_at() = model::ToWire(*telephone.last_at);
  if (telephone.again_at) *call.mutable_call_again_at() = model::ToWire(*telephone.again_at);
}

// One whose name may be an adult's in the incident is left out, and nothing says so.
void AddDirectLines(const model::DirectLines& lines, const model::Alert& alert, v1::Call& call) {
  for (const model::DirectLine& line : lines) {
    if (model::MayBeOneOf(alert.excluded, alert.id, line.name)) continue;
    *call.add_direct_lines() = model::ToWire(line);
  }
}

}  // namespace

base::Result<v1::ListCallsResponse> CallDesk::List(const Officer& officer,
                                                   const v1::ListCallsRequest& request,
                                                   absl::Time now) {
  const std::uint32_t asked =
      request.page_size() == 0 ? limits::kDefaultPageSize : request.page_size();
  FB_ASSIGN_OR_RETURN(const auto page, store_.Calls(officer.force, request.page_token(),
                                                    std::min(asked, limits::kMaxPageSize)));
  v1::ListCallsResponse response;
  for (const model::Alert& alert : page.items) {
    FB_ASSIGN_OR_RETURN(v1::Call call, CallOf(alert, now));
    const bool ready = call.about() == v1::CALL_ABOUT_UNREADY && call.unready().empty();
    if (!ready) *response.add_calls() = std::move(call);
  }
  response.set_next_page_token(page.next);
  FB_RETURN_IF_ERROR(store_.AppendEvents({ByOfficer(EventKind::kCallsListed, officer, now)
                                              .WithNumber("calls", response.calls_size())}));
  return response;
}

base::Result<v1::Call> CallDesk::CallOf(const model::Alert& alert, absl::Time now) {
  FB_ASSIGN_OR_RETURN(const store::Incident incident, store_.GetIncident(alert.incident_id));
  v1::Call call;
  call.set_alert_id(alert.id.value());
  call.set_reference(incident.reference.value());
  call.set_child_ref(alert.child_ref.value());
  call.set_state(alert.state);
  *call.mutable_deadline() = model::ToWire(alert.deadline);
  call.set_urgent(alert.urgent);
  call.set_late(model::Late(alert, now));
  call.set_about(model::CallAboutOf(alert));
  call.set_replies(alert.replies);
  call.set_revision(alert.revision);
  if (alert.arrival.due) *call.mutable_arrival_due() = model::ToWire(*alert.arrival.due);
  const absl::Duration left = std::max(alert.deadline - now, absl::ZeroDuration());
  call.set_minutes_left(static_cast<std::uint32_t>(absl::ToInt64Minutes(left)));
  AddTelephone(alert.telephone, call);
  if (call.about() == v1::CALL_ABOUT_UNREADY) {
    FB_ASSIGN_OR_RETURN(const auto unready, readiness_.Of(alert, now));
    for (const v1::Unready why : unready) call.add_unready(why);
  }
  FB_RETURN_IF_ERROR(AddSchool(alert, call));
  if (call.people() > 0) {
    const model::CallCode code = model::CallCodeOf(alert.id);
    call.set_code_of_officer(code.of_officer);
    call.set_code_of_school(code.of_school);
  }
  return call;
}

base::Status CallDesk::AddSchool(const model::Alert& alert, v1::Call& call) {
  FB_ASSIGN_OR_RETURN(const store::SchoolFacts facts, FactsOrUnknown(store_, alert.urn));
  *call.mutable_school() = CaseSchoolOf(facts.school);
  AddDirectLines(facts.direct_lines, alert, call);
  FB_ASSIGN_OR_RETURN(const auto recipients, store_.RecipientsOf(alert.urn));
  for (const model::Recipient& one : recipients) {
    if (!one.in_force()) continue;
    if (one.is_device()) {
      call.set_devices(call.devices() + 1);
    } else if (model::MayBeOneOf(alert.excluded, alert.id, one.display_name)) {
      call.add_not_to(one.display_name);
    } else {
      call.set_people(call.people() + 1);
    }
  }
  if (!model::NobodyLeft(alert, recipients)) return base::OkStatus();
  const v1::Policy policy = policies_.Of(alert.force, alert.urn);
  call.set_ask_for(model::WhomToAskFor(policy.nobody_left(), facts.school));
  return base::OkStatus();
}

base::Result<v1::GetRepliesResponse> CallDesk::Replies(const Officer& officer,
                                                       const v1::GetRepliesRequest& request,
                                                       absl::Time now) {
  const base::AlertId id(request.alert_id());
  const auto alert = store_.GetAlert(id);
  const bool missing = absl::IsNotFound(alert.status());
  // Another force's reads like none.
  if (missing || (alert.ok() && alert->force != officer.force)) return store::NoSuchAlert();
  FB_RETURN_IF_ERROR(alert.status());
  FB_ASSIGN_OR_RETURN(const auto receipts, store_.ReceiptsOf(id));
  FB_ASSIGN_OR_RETURN(auto response, RepliesOf(receipts, alert->replies));
  FB_RETURN_IF_ERROR(store_.AppendEvents({ByOfficer(EventKind::kRepliesRead, officer, now)
                                              .With(id)
                                              .With(alert->urn)
                                              .With(alert->authority)
                                              .WithNumber("replies", response.replies_size())}));
  return response;
}

base::Result<v1::RecordCallResponse> CallDesk::Record(const Officer& officer,
                                                      const v1::RecordCallRequest& request,
                                                      absl::Time now) {
  if (!v1::CallOutcome_IsValid(request.outcome()) ||
      request.outcome() == v1::CALL_OUTCOME_UNSPECIFIED) {
    return model::FieldError("outcome", "is acknowledged, not reached or call again");
  }
  FB_ASSIGN_OR_RETURN(const auto again_at, AgainAt(request, now));
  FB_ASSIGN_OR_RETURN(const model::Alert alert, store_.GetAlert(base::AlertId(request.alert_id())));
  // Another force's reads like none.
  if (alert.force != officer.force) return store::NoSuchAlert();
  const store::NewCall::Subject subject = SubjectOf(request, alert);
  FB_RETURN_IF_ERROR(CheckArrival(subject.about, alert, request));
  store::NewCall call{base::AlertId(request.alert_id()),
                      officer.force,
                      request.calls(),
                      request.outcome(),
                      officer.id,
                      now,
                      again_at,
                      {},
                      request.arrival(),
                      request.replies(),
                      subject};
  Event event = ByOfficer(EventKind::kCallRecorded, officer, now);
  event.With(alert.id)
      .With(alert.urn)
      .With(alert.authority)
      .WithWord("about", model::Word(subject.about))
      .WithWord("outcome", model::Word(request.outcome()));
  if (again_at) event.WithTime("again_at", *again_at);
  if (request.arrival() != v1::ARRIVAL_UNSPECIFIED) {
    event.WithWord("arrival", model::Word(request.arrival()));
  }
  call.events.push_back(std::move(event));
  FB_ASSIGN_OR_RETURN(const store::Recorded recorded, store_.RecordCall(call));
  const model::Alert& after = recorded.alert;
  // If we die before this, its watches and its school's machines hear it when they ask again.
  if (!recorded.was_there && model::Ended(after.state) && acknowledged_) acknowledged_(after);
  v1::RecordCallResponse response;
  response.set_state(after.state);
  response.set_calls(after.telephone.calls);
  response.set_late(after.acknowledged_at && *after.acknowledged_at >= after.deadline);
  return response;
}

}  // namespace firstbell::review
