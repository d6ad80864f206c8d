#include "broker/intake/intake.h"

#include <algorithm>

#include "broker/base/log.h"
#include "broker/crypto/random.h"
#include "broker/intake/warnings.h"
#include "broker/model/violations.h"
#include "broker/placing/answer.h"
#include "broker/placing/events.h"

namespace firstbell::intake {
namespace {

using model::Event;
using model::EventKind;

base::Status OtherContent() {
  return base::AlreadyExists(
      "this reference and revision were submitted before with other content; the first stands. "
      "Send "
      "a correction as the next revision");
}

// The child's place in the incident.
std::size_t PlaceOf(const store::Incident& incident, const base::ChildRef& child) {
  const auto& children = incident.children;
  const auto place = std::find_if(children.begin(), children.end(),
                                  [&](const auto& answer) { return answer.child_ref == child; });
  return static_cast<std::size_t>(place - children.begin());
}

Event WithheldEvent(const store::Incident& incident, std::size_t child) {
  return Event(EventKind::kChildWithheld, incident.accepted_at)
      .With(incident.id)
      .With(incident.force)
      .WithNumber("child", static_cast<std::int64_t>(child))
      .WithWord("reason", model::Word(incident.children[child].reason));
}

store::Events EventsOf(const store::NewIncident& accepted, const placing::Placer& placer) {
  const store::Incident& incident = accepted.incident;
  store::Events events;
  events.push_back(
      Event(EventKind::kIncidentAccepted, incident.accepted_at)
          .With(incident.id)
          .With(incident.force)
          .WithNumber("revision", incident.revision)
          .WithNumber("children", static_cast<std::int64_t>(incident.children.size())));
  for (const model::Alert& alert : accepted.alerts) events.push_back(placer.AcceptedEventOf(alert));
  // Also of a child whose notice goes out: another school claims it.
  for (const model::Case& one : accepted.cases) {
    events.push_back(
        placing::CaseOpenedEvent(one, PlaceOf(incident, one.child_ref), one.opened_at));
  }
  for (std::size_t i = 0; i < incident.children.size(); ++i) {
    if (incident.children[i].outcome != v1::CHILD_OUTCOME_WITHHELD) continue;
    events.push_back(WithheldEvent(incident, i));
  }
  return events;
}

std::set<base::Urn> Schools(const std::vector<model::Alert>& alerts) {
  std::set<base::Urn> urns;
  for (const model::Alert& alert : alerts) urns.insert(alert.urn);
  return urns;
}

// Where the outcome is unclear, the log says of which incident.
base::Status NotStored(const base::Status& status, const base::IncidentId& id) {
  if (status.code() == base::Code::kUnknown) {
    base::LogError("intake/intake",
                   "it is unclear whether this incident stands: its force is told to send it again",
                   {{"incident", id.value()}});
  }
  return status;
}

}  // namespace

base::Result<v1::IncidentAnswer> Intake::Submit(const base::ForceCode& force, v1::Incident wire,
                                                absl::Time now) {
  FB_ASSIGN_OR_RETURN(const model::Incident incident, model::Incident::Parse(std::move(wire), now));
  FB_ASSIGN_OR_RETURN(v1::IncidentAnswer answer, TakeOn(force, incident, now));
  AddWarnings(incident, answer);
  return answer;
}

base::Result<v1::IncidentAnswer> Intake::TakeOn(const base::ForceCode& force,
                                                const model::Incident& incident, absl::Time now) {
  FB_ASSIGN_OR_RETURN(const auto stands, Find(force, incident.reference()));
  if (!stands) return Accept(force, incident, now);
  if (incident.revision() <= stands->revision) return Again(*stands, incident);
  return Correct(stands->id, incident, now);
}

base::Result<v1::IncidentAnswer> Intake::Accept(const base::ForceCode& force,
                                                const model::Incident& incident, absl::Time now) {
  FB_ASSIGN_OR_RETURN(const store::NewIncident accepted, Prepare(force, incident, now));
  // If we die before this returns, the force has no answer and sends the same again; if after, the
  // second submission finds the first answer. A twin that won the race is found in the same way.
  const auto stored = store_.AcceptIncident(accepted);
  if (absl::IsAlreadyExists(stored.status())) {
    // Two revisions at once, and the other was first: this one corrects it, or is overtaken.
    FB_ASSIGN_OR_RETURN(const auto stands, Find(force, incident.reference()));
    if (!stands) return stored.status();
    if (incident.revision() <= stands->revision) return Again(*stands, incident);
    return Correct(stands->id, incident, now);
  }
  if (!stored.ok()) return NotStored(stored.status(), accepted.incident.id);
  // If we die here, dispatch finds the alerts in the outbox when the school's link comes up.
  if (!stored->was_there) sink_.AlertsAccepted(Schools(accepted.alerts));
  return placing::AnswerOf(stored->incident);
}

base::Result<std::optional<store::Incident>> Intake::Find(const base::ForceCode& force,
                                                          const base::Reference& reference) {
  auto stored = store_.GetIncident(force, reference);
  if (absl::IsNotFound(stored.status())) return std::nullopt;
  if (!stored.ok()) return stored.status();
  return *std::move(stored);
}

base::Result<v1::IncidentAnswer> Intake::Again(const store::Incident& newest,
                                               const model::Incident& incident) {
  const auto stored = store_.GetRevision(newest.id, incident.revision());
  if (absl::IsNotFound(stored.status())) {
    return base::FailedPrecondition("incident.revision: revision " +
                                    std::to_string(newest.revision) +
                                    " stands already, and is newer than this one");
  }
  if (!stored.ok()) return stored.status();
  if (stored->digest != incident.Digest()) return OtherContent();
  return placing::AnswerOf(*stored);
}

base::Result<store::NewIncident> Intake::Prepare(const base::ForceCode& force,
                                                 const model::Incident& incident, absl::Time now) {
  store::NewIncident accepted;
  store::Incident& record = accepted.incident;
  record.id = base::IncidentId(crypto::RandomId());
  record.force = force;
  record.reference = incident.reference();
  record.revision = incident.revision();
  record.digest = incident.Digest();
  record.accepted_at = now;
  FB_ASSIGN_OR_RETURN(record.content, vault_.Seal(incident.Canonical(), record.id.value(),
                                                  calendar_.Current()->LocalDate(now)));
  FB_ASSIGN_OR_RETURN(placing::Placement placement,
                      placer_.Place(incident, {record.id, force, now}));
  record.children = std::move(placement.answers);
  accepted.alerts = std::move(placement.alerts);
  accepted.cases = std::move(placement.cases);
  accepted.events = EventsOf(accepted, placer_);
  return accepted;
}

}  // namespace firstbell::intake
