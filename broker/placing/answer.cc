#include "broker/placing/answer.h"

#include "broker/model/text.h"

namespace firstbell::placing {
namespace {

// What was found on the rolls, or not, is one reason. What the force itself said keeps its own.
v1::Reason AsTold(v1::Reason reason) {
  switch (reason) {
    case v1::REASON_UNSPECIFIED:
    case v1::REASON_OUT_OF_SCOPE_AGE:
    case v1::REASON_OUT_OF_SCOPE_LEGAL_BASIS:
    case v1::REASON_NOT_AT_SCHOOL:
      return reason;
    default:  // also a reason that is new: until somebody decides, it says nothing
      return v1::REASON_NOT_CONFIDENT;
  }
}

}  // namespace

v1::IncidentAnswer AnswerOf(const store::Incident& incident) {
  v1::IncidentAnswer answer;
  answer.set_incident_id(incident.id.value());
  answer.set_reference(incident.reference.value());
  answer.set_revision(incident.revision);
  *answer.mutable_accepted_at() = model::ToWire(incident.revised_at.value_or(incident.accepted_at));
  answer.set_withdrawn(incident.withdrawn);
  for (const store::ChildAnswer& child : incident.children) {
    v1::ChildAnswer& out = *answer.add_children();
    out.set_child_ref(child.child_ref.value());
    out.set_outcome(child.outcome);
    out.set_reason(AsTold(child.reason));
    if (child.show_from) *out.mutable_show_from() = model::ToWire(*child.show_from);
    if (child.deadline) *out.mutable_deadline() = model::ToWire(*child.deadline);
  }
  return answer;
}

}  // namespace firstbell::placing
