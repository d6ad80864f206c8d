#include "broker/placing/events.h"

namespace firstbell::placing {
namespace {

using model::Event;
using model::EventKind;

Event AlertEvent(EventKind kind, const model::Alert& alert, absl::Time at) {
  return Event(kind, at)
      .With(alert.incident_id)
      .With(alert.id)
      .With(alert.force)
      .With(alert.urn)
      .With(alert.authority)
      .WithNumber("revision", alert.revision);
}

}  // namespace

Event AcceptedEvent(const model::Alert& alert, const Rules& rules) {
  Event event = AlertEvent(EventKind::kAlertAccepted, alert, alert.accepted_at);
  event.WithTime("show_from", alert.show_from).WithTime("deadline", alert.deadline);
  if (alert.roll_as_of) event.WithTime("roll_as_of", *alert.roll_as_of);
  event.WithWord("tzdata", rules.tzdata)
      .WithDigest("calendar_sha256", rules.calendar_sha256)
      .WithDigest("policy_sha256", rules.policy_sha256);
  return event;
}

Event RedirectedEvent(const model::Alert& alert, std::string_view why, absl::Time now) {
  return AlertEvent(EventKind::kAlertRedirected, alert, now).WithWord("why", why);
}

Event RevisedEvent(const model::Alert& alert) {
  return AlertEvent(EventKind::kAlertRevised, alert, alert.changed_at)
      .WithTime("show_from", alert.show_from)
      .WithTime("deadline", alert.deadline);
}

Event WithdrawnEvent(const model::Alert& alert, std::string_view why) {
  return AlertEvent(EventKind::kAlertWithdrawn, alert, alert.changed_at).WithWord("why", why);
}

Event BreachEvent(const model::Alert& alert, absl::Time at) {
  return AlertEvent(EventKind::kBreachStarted, alert, at);
}

Event CaseOpenedEvent(const model::Case& value, std::size_t child, absl::Time now) {
  Event event = Event(EventKind::kCaseOpened, now)
                    .With(value.incident_id)
                    .With(value.force)
                    .WithNumber("child", static_cast<std::int64_t>(child))
                    .WithWord("reason", model::Word(value.reason));
  if (value.roll_as_of) event.WithTime("roll_as_of", *value.roll_as_of);
  return event;
}

Event CaseDecidedEvent(const base::IncidentId& incident, const base::ForceCode& force,
                       std::size_t child, const model::CaseDecision& decision) {
  Event event = Event(EventKind::kCaseDecided, decision.decided_at)
                    .With(incident)
                    .With(force)
                    .WithNumber("child", static_cast<std::int64_t>(child))
                    .WithWord("outcome", model::Word(decision.outcome))
                    .WithWord("reason", model::Word(decision.reason))
                    .WithNumber("schools", static_cast<std::int64_t>(decision.urns.size()));
  if (!decision.by_machine()) event.With(decision.officer);
  // Of several, each stands in its own alert's event.
  if (decision.urns.size() == 1) event.With(decision.urns.front());
  return event;
}

}  // namespace firstbell::placing
