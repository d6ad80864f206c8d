// The half of placer.h that places a child again, before any school was shown its alert.

#include <algorithm>
#include <set>
#include <utility>

#include "broker/placing/case_facts.h"
#include "broker/placing/events.h"
#include "broker/placing/placer.h"

namespace firstbell::placing {
namespace {

bool Shown(const model::Alert& alert) {
  return model::Advance(alert.state, v1::RECEIPT_KIND_SHOWN) == alert.state;
}

// Schools on whose roll somebody still may be the child, and not merely of its household.
std::set<base::Urn> MayStillBeAt(const matching::Decision& decision) {
  std::set<base::Urn> urns;
  for (const matching::Scored& one : decision.judgement.ranked) {
    if (one.evidence.of_child() > 0) urns.insert(decision.compared[one.pupil].urn);
  }
  return urns;
}

bool AsksTheSame(const model::Case& stood, const model::Case& fresh) {
  return stood.reason == fresh.reason && stood.candidates == fresh.candidates;
}

}  // namespace

// What a machine may still change for one child.
struct Placer::Waiting {
  std::vector<model::Alert> alerts;
  std::optional<model::Case> open;  // its case, where it waits

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
    if (!one.decision) waiting.open = one;
  }
  for (const model::Alert& alert : standing.alerts) {
    if (alert.child_ref != child || model::TakenBack(alert.state)) continue;
    if (Shown(alert)) return std::nullopt;
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
  FB_ASSIGN_OR_RETURN(const auto decisions,
                      DecideAll(incident, calendar_.Current()->LocalDate(origin.now)));
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

base::Result<store::Replacement> Placer::ChangeOf(const model::Incident& incident,
                                                  std::size_t child, const Waiting& waiting,
                                                  const matching::Decision& decision,
                                                  const Origin& origin) {
  store::Replacement change{.incident_id = origin.incident_id,
                            .child_ref = incident.children()[child].child_ref,
                            .at = origin.now};
  Question ask{decision.reason, decision.candidates};
  std::set<base::Urn> stay;
  if (!decision.placed() && decision.reason != v1::REASON_PROTECTED) stay = MayStillBeAt(decision);
  for (const model::PupilAtSchool& at : decision.registrations) {
    FB_ASSIGN_OR_RETURN(auto alert, AlertAt(at.urn, incident, change.child_ref, origin));
    if (!alert) {
      ask = {v1::REASON_SCHOOL_CLOSED, AllCandidates(decision)};
      continue;
    }
    stay.insert(at.urn);
    if (!waiting.Has(at.urn)) change.alerts.push_back(*std::move(alert));
  }
  // Half an answer would look like a whole one.
  if (ask.reason == v1::REASON_SCHOOL_CLOSED) change.alerts.clear();
  if (decision.placed() && ask.reason == v1::REASON_UNSPECIFIED && !ask.candidates.empty()) {
    ask.reason = v1::REASON_COMPETING_CLAIM;
  }
  const bool settled = ask.reason == v1::REASON_UNSPECIFIED;

  for (const model::Alert& alert : waiting.alerts) {
    if (stay.contains(alert.urn)) continue;
    change.ended.push_back(alert.id);
    const auto why = settled ? std::string_view("placed_elsewhere") : model::Word(ask.reason);
    change.events.push_back(RedirectedEvent(alert, why, origin.now));
  }
  for (const model::Alert& alert : change.alerts) change.events.push_back(AcceptedEvent(alert));
  if (settled) {
    Settle(waiting, child, {stay.begin(), stay.end()}, change);
    return change;
  }
  FB_RETURN_IF_ERROR(AskAgain(std::move(ask), waiting, incident, origin, change));
  if (change.review) {
    change.events.push_back(CaseOpenedEvent(*change.review, child, origin.now));
  }
  return change;
}

// Nobody needs to be asked any more.
void Placer::Settle(const Waiting& waiting, std::size_t child, std::vector<base::Urn> urns,
                    store::Replacement& change) {
  if (!waiting.open) return;
  change.review = waiting.open;
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
