#include "broker/placing/accepted_event.h"

namespace firstbell::placing {

model::Event AcceptedEvent(const model::Alert& alert) {
  return model::Event(model::EventKind::kAlertAccepted, alert.accepted_at)
      .With(alert.incident_id)
      .With(alert.id)
      .With(alert.force)
      .With(alert.urn)
      .WithNumber("revision", alert.revision)
      .WithTime("show_from", alert.show_from)
      .WithTime("deadline", alert.deadline);
}

}  // namespace firstbell::placing
