// The half of placer.h that places a child again, before any school was shown its alert.

#include <algorithm>
#include <set>
#include <utility>

#include "broker/placing/case_facts.h"
#include "broker/placing/events.h"
#include "broker/placing/placer.h"
#include "broker/placing/still_at.h"

namespace firstbell::placing {
namespace {

using Urns = std::set<base::Urn>;

// Schools whose own roll says that who may be the child is protected.
Urns ProtectedAt(const matching::Decision& decision) {
  Urns urns;
  for (const matching::Scored& one : decision.judgement.ranked) {
    const model::PupilAtSchool& at = decision.compared[one.pupil];
    if (at.pupil.is_protected && one.evidence.of_child() > 0) urns.insert(at.urn);
  }
  return urns;
}

Urns RegisteredAt(const matching::Decision& decision) {
  Urns urns;
  for (const model::PupilAtSchool& at : decision.registrations) urns.insert(at.urn);
  return urns;
}

base::LocalId LocalIdAt(const matching::Decision& decision, base::Urn urn) {
  for (const model::PupilAtSchool& at : decision.registrations) {
    if (at.urn == urn) return at.pupil.local_id;
  }
  return {};
}

bool Includes(const Urns& all, const Urns& some) {
  return std::includes(all.begin(), all.end(), some.begin(), some.end());
}

bool AsksTheSame(const model::Case& stood, const model::Case& fresh) {
  return stood.reason == fresh.reason && stood.candidates == fresh.candidates;
}

}  // namespace

// What a machine may still change for one child.
struct Placer::Waiting {
  std::vector<model::Alert> alerts;
  std::optional<model::Case> open;     // its case, where it waits
  std::optional<model::Case> settled;  // or where a machine has decided it
  Urns refused;                        // schools that said that it is not their pupil
  Urns authorities;                    // that are told of it beside, and stay so

  // A machine's word is taken once after a refusal, and not against it.
  bool MayBeAtAll(const Urns& urns) const {
    const auto refuses = [&](base::Urn urn) { return refused.contains(urn); };
    return refused.size() < 2 && std::none_of(urns.begin(), urns.end(), refuses);
  }
  bool Has(base::Urn urn) const {
    return std::any_of(alerts.begin(), alerts.end(),
                       [&](const model::Alert& alert) { return alert.urn == urn; });
  }
};

// What a person is to be asked; no reason: nothing.
struct Placer::Question {
  v1::Reason reason = v1::REASON_UNSPECIFIED;
  std::vector<model::Case::Candidate> candidates;
};

std::optional<Placer::Waiting> Placer::WaitingOf(const base::ChildRef& child,
                                                 const Standing& standing) {
  Waiting waiting;
  for (const model::Case& one : standing.cases) {
    if (one.child_ref != child) continue;
    if (one.decision && !one.decision->by_machine()) return std::nullopt;
    (one.decision ? waiting.settled : waiting.open) = one;
  }
  for (const model::Alert& alert : standing.alerts) {
    if (alert.child_ref != child) continue;
    if (alert.refused != v1::REFUSAL_REASON_UNSPECIFIED) waiting.refused.insert(alert.urn);
    // What an authority has follows from the setting or the care that the force reports, not from
    // rolls.
    if (model::TakenBack(alert.state)) continue;
    if (model::IsAuthority(alert.urn)) {
      waiting.authorities.insert(alert.urn);
      continue;
    }
    if (model::Seen(alert)) return std::nullopt;
    waiting.alerts.push_back(alert);
  }
  if (waiting.alerts.empty() && !waiting.open) return std::nullopt;
  return waiting;
}

base::Result<std::vector<store::Replacement>> Placer::PlaceAgain(const model::Incident& incident,
                                                                 const Standing& standing,
                                                                 const Origin& origin) {
  std::vector<store::Replacement> changes;
  const std::vector<model::ChildIdentity>& children = incident.children();
  FB_ASSIGN_OR_RETURN(const auto decisions, DecideAll(incident, origin));
  for (std::size_t i = 0; i < children.size(); ++i) {
    const auto waiting = WaitingOf(children[i].child_ref, standing);
    if (!waiting || !decisions[i]) continue;
    FB_ASSIGN_OR_RETURN(store::Replacement change,
                        ChangeOf(incident, i, *waiting, *decisions[i], origin));
    const bool any = !change.ended.empty() || !change.alerts.empty() || change.review;
    if (any) changes.push_back(std::move(change));
  }
  return changes;
}

namespace {

// In the log, *refused* is what an alert's own school has said; this one said nothing.
std::string_view WhyEnded(bool settled, v1::Reason asked) {
  if (settled) return "placed_elsewhere";
  return asked == v1::REASON_REFUSED ? "to_be_decided" : model::Word(asked);
}

}  // namespace

base::Result<store::Replacement> Placer::ChangeOf(const model::Incident& incident,
                                                  std::size_t child, const Waiting& waiting,
                                                  const matching::Decision& decision,
                                                  const Origin& origin) {
  store::Replacement change{.incident_id = origin.incident_id,
                            .child_ref = incident.children()[child].child_ref,
                            .at = origin.now};
  Question ask{decision.reason, decision.candidates};
  const Urns registered = RegisteredAt(decision);
  Urns stay = registered, closed;
  for (const base::Urn urn : registered) {
    FB_ASSIGN_OR_RETURN(auto alert, AlertAt(urn, incident, change.child_ref, origin));
    if (!alert) {
      ask = {v1::REASON_SCHOOL_CLOSED, AllCandidates(decision)};
      closed.insert(urn);
    } else if (!waiting.Has(urn)) {
      alert->local_id = LocalIdAt(decision, urn);
      change.alerts.push_back(*std::move(alert));
    }
  }
  if (!waiting.MayBeAtAll(registered)) {
    ask = {v1::REASON_REFUSED, AllCandidates(decision)};
    change.alerts.clear();
  }
  AskWhoElse(incident.children()[child], waiting, decision, stay, ask);
  for (const base::Urn urn : closed) stay.erase(urn);
  const bool settled = ask.reason == v1::REASON_UNSPECIFIED;
  // It says more than what a machine found since.
  if (!settled && !waiting.refused.empty()) ask.reason = v1::REASON_REFUSED;
  // Half an answer would look like a whole one; a claim beside a placed child is none.
  const bool claimed = decision.placed() && ask.reason == v1::REASON_COMPETING_CLAIM;
  if (!settled && !(claimed && Includes(registered, stay))) change.alerts.clear();

  for (const model::Alert& alert : waiting.alerts) {
    if (stay.contains(alert.urn)) continue;
    change.ended.push_back(alert.id);
    change.events.push_back(RedirectedEvent(alert, WhyEnded(settled, ask.reason), origin.now));
  }
  FB_RETURN_IF_ERROR(TellWhereNobodyIsLeft(incident, origin, waiting.authorities, change.alerts));
  for (const model::Alert& alert : change.alerts) change.events.push_back(AcceptedEventOf(alert));
  if (settled) {
    const std::size_t place = PlaceOf(change.child_ref, origin, incident);
    Settle(waiting, place, {registered.begin(), registered.end()}, change);
    return change;
  }
  FB_RETURN_IF_ERROR(AskAgain(std::move(ask), waiting, incident, origin, change));
  if (change.review) {
    change.events.push_back(
        CaseOpenedEvent(*change.review, PlaceOf(change.child_ref, origin, incident), origin.now));
  }
  return change;
}

// What the rolls as they are leave to a person, and who stays told meanwhile.
void Placer::AskWhoElse(const model::ChildIdentity& child, const Waiting& waiting,
                        const matching::Decision& decision, std::set<base::Urn>& stay,
                        Question& ask) const {
  const Urns may_be_at = MayStillBeAt(decision, waiting.alerts, index_.rule().thresholds);
  bool elsewhere = false;  // told, and perhaps right, though another school is likelier
  for (const model::Alert& alert : waiting.alerts) {
    if (!may_be_at.contains(alert.urn) || stay.contains(alert.urn)) continue;
    stay.insert(alert.urn);
    elsewhere |= decision.placed();
  }
  const bool open_question = ask.reason == v1::REASON_UNSPECIFIED;
  if (open_question && (elsewhere || !ask.candidates.empty())) {
    ask.reason = v1::REASON_COMPETING_CLAIM;
    if (elsewhere) ask.candidates = AllCandidates(decision);
  }
  // By the word of its force, or of a school that has the notice; another's roll takes nothing
  // back.
  if (child.is_protected) stay.clear();
  for (const base::Urn urn : ProtectedAt(decision)) stay.erase(urn);
}

// Nobody needs to be asked any more.
void Placer::Settle(const Waiting& waiting, std::size_t child, std::vector<base::Urn> urns,
                    store::Replacement& change) {
  const std::optional<model::Case>& asked = waiting.open ? waiting.open : waiting.settled;
  if (!asked || (asked->decision && asked->decision->urns == urns)) return;
  change.review = asked;
  change.review->decision = {v1::CHILD_OUTCOME_ACCEPTED,
                             v1::DECISION_REASON_FOUND_ON_ROLL,
                             {},
                             std::move(urns),
                             change.at};
  change.events.push_back(
      CaseDecidedEvent(change.incident_id, change.review->force, child, *change.review->decision));
}

// The case waits under the deadline that runs: that of the alert which was taken back.
base::Status Placer::AskAgain(Question ask, const Waiting& waiting, const model::Incident& incident,
                              const Origin& origin, store::Replacement& change) {
  model::Case asked{origin.incident_id,        origin.force, change.child_ref, ask.reason,
                    std::move(ask.candidates), origin.now};
  if (waiting.open) {
    if (AsksTheSame(*waiting.open, asked)) return base::OkStatus();
    asked.opened_at = waiting.open->opened_at;
  }
  FB_RETURN_IF_ERROR(Complete(asked, incident.urgent()));
  if (waiting.open) asked.deadline = std::min(asked.deadline, waiting.open->deadline);
  for (const model::Alert& alert : waiting.alerts) {
    asked.deadline = std::min(asked.deadline, alert.deadline);
  }
  change.review = std::move(asked);
  return base::OkStatus();
}

}  // namespace firstbell::placing
