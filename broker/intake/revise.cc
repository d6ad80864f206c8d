// The half of intake.h that corrects and withdraws.

#include <algorithm>

#include "broker/base/log.h"
#include "broker/crypto/hash.h"
#include "broker/intake/intake.h"
#include "broker/model/violations.h"
#include "broker/placing/answer.h"
#include "broker/placing/reported.h"
#include "broker/store/rules.h"

namespace firstbell::intake {
namespace {

using model::Event;
using model::EventKind;

// A receipt comes in, or a person decides, while a correction is worked out. More in a row than
// this is none of theirs.
constexpr int kAttempts = 8;

Event RevisedEvent(const store::Incident& incident, std::size_t named) {
  return Event(EventKind::kIncidentRevised, *incident.revised_at)
      .With(incident.id)
      .With(incident.force)
      .WithNumber("revision", incident.revision)
      .WithNumber("children", static_cast<std::int64_t>(named));
}

Event WithdrawnEvent(const store::Incident& incident, std::size_t children) {
  return Event(EventKind::kIncidentWithdrawn, *incident.revised_at)
      .With(incident.id)
      .With(incident.force)
      .WithNumber("revision", incident.revision)
      .WithNumber("children", static_cast<std::int64_t>(children))
      .WithWord("reason", model::Word(incident.withdrawn));
}

// What follows from a correction that was worked out, for the store.
store::NewRevision RevisionOf(store::Incident incident, std::uint32_t follows,
                              std::vector<model::Alert> alerts_before,
                              placing::Correction correction, const Event& event) {
  store::NewRevision revision;
  revision.incident = std::move(incident);
  revision.incident.children = std::move(correction.answers);
  revision.follows = follows;
  revision.alerts_before = std::move(alerts_before);
  revision.changed = std::move(correction.changed);
  revision.alerts = std::move(correction.alerts);
  revision.cases = std::move(correction.cases);
  revision.events.push_back(event);
  for (Event& one : correction.events) revision.events.push_back(std::move(one));
  return revision;
}

bool HasNotice(const base::ChildRef& child, const store::NewRevision& revision) {
  const auto living = [&](const model::Alert& alert) {
    return alert.child_ref == child && !model::TakenBack(alert.state);
  };
  const auto changed = [&](const model::Alert& alert) {
    return std::any_of(revision.changed.begin(), revision.changed.end(),
                       [&](const auto& change) { return change.after.id == alert.id; });
  };
  return std::any_of(revision.alerts.begin(), revision.alerts.end(), living) ||
         std::any_of(revision.changed.begin(), revision.changed.end(),
                     [&](const auto& change) { return living(change.after); }) ||
         std::any_of(revision.alerts_before.begin(), revision.alerts_before.end(),
                     [&](const model::Alert& alert) { return living(alert) && !changed(alert); });
}

void Tell(const store::NewRevision& revision, AlertSink& sink) {
  std::vector<model::Alert> alerts = revision.alerts;
  for (const store::AlertChange& change : revision.changed) alerts.push_back(change.after);
  std::vector<model::Case> cases;
  for (const store::CaseChange& change : revision.cases) {
    if (!HasNotice(change.after.child_ref, revision)) cases.push_back(change.after);
  }
  sink.IncidentRevised(alerts, cases);
}

base::Status CheckRequest(const v1::WithdrawIncidentRequest& request) {
  model::Violations violations;
  if (request.reference().empty()) violations.Add("reference", "is required");
  const bool known = v1::WithdrawalReason_IsValid(request.reason()) &&
                     request.reason() != v1::WITHDRAWAL_REASON_UNSPECIFIED;
  if (!known) {
    violations.Add("reason", "is required: mistaken, out_of_scope, unsafe_to_tell or duplicate");
  }
  return violations.ToStatus();
}

// Those that are to be withdrawn; all that are not yet, where none is named.
base::Result<std::set<base::ChildRef>> ChildrenOf(const v1::WithdrawIncidentRequest& request,
                                                  const store::Incident& incident) {
  std::set<base::ChildRef> children;
  for (const store::ChildAnswer& answer : incident.children) {
    const auto& named = request.child_refs();
    const bool wanted = named.empty() || std::find(named.begin(), named.end(),
                                                   answer.child_ref.value()) != named.end();
    if (wanted) children.insert(answer.child_ref);
  }
  const std::set<std::string> named(request.child_refs().begin(), request.child_refs().end());
  if (!named.empty() && children.size() != named.size()) {
    return base::NotFound("child_refs: the incident has no child of one of these references");
  }
  std::erase_if(children, [&](const base::ChildRef& child) {
    return std::any_of(incident.children.begin(), incident.children.end(), [&](const auto& one) {
      return one.child_ref == child && one.outcome == v1::CHILD_OUTCOME_WITHDRAWN;
    });
  });
  return children;
}

bool NobodyLeft(const store::Incident& incident, const std::set<base::ChildRef>& withdrawn) {
  return std::all_of(incident.children.begin(), incident.children.end(), [&](const auto& one) {
    return one.outcome == v1::CHILD_OUTCOME_WITHDRAWN || withdrawn.contains(one.child_ref);
  });
}

// The canonical content without these children.
v1::Incident Without(const v1::Incident& wire, const std::set<base::ChildRef>& children) {
  v1::Incident rest = wire;
  rest.clear_children();
  for (const v1::Child& child : wire.children()) {
    if (!children.contains(base::ChildRef(child.child_ref()))) *rest.add_children() = child;
  }
  return rest;
}

}  // namespace

base::Result<Intake::Stood> Intake::ReadStood(store::Incident incident, absl::Time now) {
  Stood stood{std::move(incident), {}, {}};
  FB_ASSIGN_OR_RETURN(stood.standing.alerts, store_.AlertsOf(stood.incident.id));
  FB_ASSIGN_OR_RETURN(stood.standing.cases, store_.CasesOf(stood.incident.id));
  stood.origin = {stood.incident.id, stood.incident.force, now, stood.incident.accepted_at,
                  store::ChildrenOf(stood.incident)};
  return stood;
}

base::Result<std::optional<model::Incident>> Intake::ContentOf(const store::Incident& incident) {
  auto content = placing::Reported(vault_, incident);
  if (absl::IsNotFound(content.status())) return std::nullopt;
  if (!content.ok()) return content.status();
  return *std::move(content);
}

base::Result<v1::IncidentAnswer> Intake::Correct(const base::IncidentId& id,
                                                 const model::Incident& incident, absl::Time now) {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    FB_ASSIGN_OR_RETURN(store::Incident stands, store_.GetIncident(id));
    if (incident.revision() <= stands.revision) return Again(stands, incident);
    FB_ASSIGN_OR_RETURN(const Stood stood, ReadStood(std::move(stands), now));
    FB_ASSIGN_OR_RETURN(const auto before, ContentOf(stood.incident));
    FB_ASSIGN_OR_RETURN(placing::Correction correction,
                        placer_.Correct(before ? &*before : nullptr, incident, stood.incident,
                                        stood.standing, stood.origin));
    store::Incident record = stood.incident;
    record.revision = incident.revision();
    record.digest = incident.Digest();
    record.revised_at = now;
    record.withdrawn = v1::WITHDRAWAL_REASON_UNSPECIFIED;
    FB_ASSIGN_OR_RETURN(record.content, vault_.Seal(incident.Canonical(), record.id.value(),
                                                    calendar_.Current()->LocalDate(now)));
    const Event event = RevisedEvent(record, incident.children().size());
    auto answer = Revise(RevisionOf(std::move(record), stood.incident.revision,
                                    stood.standing.alerts, std::move(correction), event));
    if (!absl::IsFailedPrecondition(answer.status())) return answer;
  }
  return base::Unavailable("this incident changes too quickly; send the same again");
}

// If we die before this is durable, the force has no answer and sends the same again; if after,
// that finds the answer. What schools are to be told, dispatch finds in the outbox or when they
// name what they hold.
base::Result<v1::IncidentAnswer> Intake::Revise(store::NewRevision revision) {
  const auto stored = store_.ReviseIncident(revision);
  if (absl::IsAlreadyExists(stored.status())) {
    return base::AlreadyExists("another correction of this revision came first; it stands");
  }
  if (!stored.ok()) return stored.status();
  if (!stored->was_there) Tell(revision, sink_);
  return placing::AnswerOf(stored->incident);
}

base::Result<v1::IncidentAnswer> Intake::Withdraw(const base::ForceCode& force,
                                                  const v1::WithdrawIncidentRequest& request,
                                                  absl::Time now) {
  FB_RETURN_IF_ERROR(CheckRequest(request));
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    FB_ASSIGN_OR_RETURN(auto stands, Find(force, base::Reference(request.reference())));
    if (!stands) return base::NotFound("your force has submitted no incident under this reference");
    FB_ASSIGN_OR_RETURN(const Stood stood, ReadStood(*std::move(stands), now));
    auto answer = WithdrawAll(stood, request, now);
    if (!absl::IsAborted(answer.status())) return answer;
  }
  return base::Unavailable("this incident changes too quickly; send the same again");
}

base::Result<v1::IncidentAnswer> Intake::WithdrawAll(const Stood& stood,
                                                     const v1::WithdrawIncidentRequest& request,
                                                     absl::Time now) {
  const store::Incident& incident = stood.incident;
  FB_ASSIGN_OR_RETURN(const auto children, ChildrenOf(request, incident));
  if (children.empty()) return placing::AnswerOf(incident);
  const std::uint32_t next = incident.revision + 1;
  if (request.revision() != 0 && request.revision() != next) {
    return base::FailedPrecondition("revision: revision " + std::to_string(incident.revision) +
                                    " stands, so that a withdrawal is revision " +
                                    std::to_string(next));
  }
  store::Incident record = incident;
  record.revision = next;
  record.revised_at = now;
  record.withdrawn = request.reason();
  record.digest = crypto::Sha256(incident.digest + request.SerializeAsString());
  // Of nobody, the content stays as it was: it is told to no one.
  if (!NobodyLeft(incident, children)) {
    FB_ASSIGN_OR_RETURN(const auto before, ContentOf(incident));
    if (!before) {
      return base::FailedPrecondition(
          "child_refs: what your force reported has been erased, so that the rest cannot be kept "
          "without it; withdraw the whole incident, or send a correction");
    }
    v1::Incident rest = Without(before->wire(), children);
    rest.set_revision(next);
    FB_ASSIGN_OR_RETURN(const model::Incident kept, model::Incident::Parse(std::move(rest), now));
    record.digest = kept.Digest();
    FB_ASSIGN_OR_RETURN(record.content, vault_.Seal(kept.Canonical(), record.id.value(),
                                                    calendar_.Current()->LocalDate(now)));
  }
  placing::Correction correction = placing::Placer::Withdraw(incident, children, stood.standing,
                                                             next, request.reason(), stood.origin);
  const Event event = WithdrawnEvent(record, children.size());
  auto answer = Revise(RevisionOf(std::move(record), incident.revision, stood.standing.alerts,
                                  std::move(correction), event));
  if (absl::IsFailedPrecondition(answer.status())) return base::Status(absl::AbortedError("again"));
  return answer;
}

}  // namespace firstbell::intake
