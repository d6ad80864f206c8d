#include "broker/placing/answer.h"

#include "broker/model/text.h"

namespace firstbell::placing {

v1::IncidentAnswer AnswerOf(const store::Incident& incident) {
  v1::IncidentAnswer answer;
  answer.set_incident_id(incident.id.value());
  answer.set_reference(incident.reference.value());
  answer.set_revision(incident.revision);
  *answer.mutable_accepted_at() = model::ToWire(incident.accepted_at);
  for (const store::ChildAnswer& child : incident.children) {
    v1::ChildAnswer& out = *answer.add_children();
    out.set_child_ref(child.child_ref.value());
    out.set_outcome(child.outcome);
    out.set_reason(child.reason);
    if (child.show_from) *out.mutable_show_from() = model::ToWire(*child.show_from);
    if (child.deadline) *out.mutable_deadline() = model::ToWire(*child.deadline);
  }
  return answer;
}

}  // namespace firstbell::placing
