#include "broker/review/review_desk.h"

#include <algorithm>

#include "broker/base/limits.h"
#include "broker/base/log.h"
#include "broker/model/text.h"
#include "broker/placing/case_facts.h"
#include "broker/placing/events.h"
#include "broker/placing/reported.h"
#include "broker/review/agreement.h"
#include "broker/review/case_school.h"
#include "broker/review/decision.h"
#include "broker/review/looking.h"
#include "broker/review/refusal.h"
#include "broker/store/rules.h"

namespace firstbell::review {
namespace {

using model::Event;
using model::EventKind;

constexpr std::string_view kStop = "review";

Event ByOfficer(EventKind kind, const Officer& officer, absl::Time now) {
  return Event(kind, now).With(officer.force).With(officer.id);
}

v1::ChildReported AsReported(const v1::Child& child, bool urgent) {
  v1::ChildReported reported;
  reported.set_given_names(child.name().given_names());
  reported.set_family_name(child.name().family_name());
  reported.set_preferred_given_name(child.name().preferred_given_name());
  reported.set_former_family_name(child.name().former_family_name());
  reported.set_date_of_birth(child.date_of_birth());
  if (child.has_age()) reported.set_age(child.age());
  for (const v1::SchoolHeard& heard : child.schools_heard()) {
    const std::string urn = heard.urn() == 0 ? "" : "URN " + std::to_string(heard.urn());
    std::string text;
    for (const std::string& part : {heard.name(), heard.town(), urn}) {
      if (!part.empty()) text += (text.empty() ? "" : ", ") + part;
    }
    reported.add_schools_heard(text);
  }
  reported.set_is_protected(child.is_protected());
  reported.set_urgent(urgent);
  return reported;
}

const model::Alert* AlertAt(const std::vector<model::Alert>& alerts, base::Urn urn) {
  const auto found = std::find_if(alerts.begin(), alerts.end(),
                                  [&](const model::Alert& alert) { return alert.urn == urn; });
  return found == alerts.end() ? nullptr : &*found;
}

// A machine's word gives way to a person's, where nobody saw it yet. A claim is another matter:
// what is decided of it is whether its school is told too.
void TakeBackOthers(const model::Case& value, const std::vector<model::Alert>& living,
                    store::NewDecision& made) {
  // Where one school refused, another may be its own all the same.
  if (value.reason == v1::REASON_COMPETING_CLAIM || value.reason == v1::REASON_REFUSED) return;
  const std::vector<base::Urn>& urns = made.decision.urns;
  for (const model::Alert& alert : living) {
    const bool stays = std::find(urns.begin(), urns.end(), alert.urn) != urns.end();
    if (stays || model::Seen(alert)) continue;
    made.ended.push_back(alert.id);
    made.events.push_back(
        placing::RedirectedEvent(alert, "officer_decided", made.decision.decided_at));
  }
}

// A school whose own roll does not show the child, and which has not said itself that it is there,
// is asked first.
placing::PlacedByHand PlaceAt(base::Urn urn, const model::CaseDecision& decision,
                              const model::Case& value) {
  placing::PlacedByHand place{urn, {}, decision.reason != v1::DECISION_REASON_SCHOOL_CONFIRMED};
  for (const model::Case::Candidate& candidate : value.candidates) {
    if (candidate.urn != urn) continue;
    place.local_id = candidate.local_id;
    place.ask_first = false;
    break;
  }
  return place;
}

void SetAll(v1::Agreement agreement, v1::CaseCandidate& candidate) {
  candidate.set_forename(agreement);
  candidate.set_family_name(agreement);
  candidate.set_date_of_birth(agreement);
  candidate.set_postcode(agreement);
  candidate.set_address(agreement);
  candidate.set_school_heard(agreement);
  candidate.set_upn(agreement);
}

base::Status NotTheirs() {
  return base::NotFound(
      "your force has no such case: 'review list' says which there are, by reference and "
      "child_ref");
}

}  // namespace

// --- The list -------------------------------------------------------------------------------

base::Result<v1::ListCasesResponse> ReviewDesk::List(const Officer& officer,
                                                     const v1::ListCasesRequest& request,
                                                     absl::Time now) {
  const std::uint32_t asked =
      request.page_size() == 0 ? limits::kDefaultPageSize : request.page_size();
  const auto standing =
      request.decided() ? store::CaseStanding::kDecided : store::CaseStanding::kOpen;
  FB_ASSIGN_OR_RETURN(const auto page,
                      store_.ListCases(officer.force, standing, request.page_token(),
                                       std::min(asked, limits::kMaxPageSize)));
  v1::ListCasesResponse response;
  for (const model::Case& value : page.items) {
    FB_ASSIGN_OR_RETURN(const store::Incident incident, store_.GetIncident(value.incident_id));
    FB_ASSIGN_OR_RETURN(*response.add_cases(), Summary(incident, value, now));
  }
  response.set_next_page_token(page.next);
  FB_RETURN_IF_ERROR(
      store_.AppendEvents({ByOfficer(EventKind::kCasesListed, officer, now)
                               .WithWord("standing", request.decided() ? "decided" : "open")
                               .WithNumber("cases", response.cases_size())}));
  return response;
}

base::Result<v1::CaseSummary> ReviewDesk::Summary(const store::Incident& incident,
                                                  const model::Case& value, absl::Time now) {
  v1::CaseSummary summary;
  summary.set_reference(incident.reference.value());
  summary.set_child_ref(value.child_ref.value());
  summary.set_reason(value.reason);
  *summary.mutable_opened_at() = model::ToWire(value.opened_at);
  if (value.roll_as_of) *summary.mutable_roll_as_of() = model::ToWire(*value.roll_as_of);
  summary.set_candidates(static_cast<std::uint32_t>(value.candidates.size()));
  absl::Time deadline = value.deadline;
  if (value.decision) {
    summary.set_outcome(value.decision->outcome);
    summary.set_decision_reason(value.decision->reason);
    summary.set_decided_by(value.decision->officer.value());
    *summary.mutable_decided_at() = model::ToWire(value.decision->decided_at);
  } else {
    summary.set_outcome(v1::CHILD_OUTCOME_AT_REVIEW);
    // A school's hours may have moved to earlier since.
    FB_ASSIGN_OR_RETURN(const absl::Time fresh,
                        placing::CaseDeadline(store_, *calendar_.Current(), value, {}));
    deadline = std::min(deadline, fresh);
  }
  *summary.mutable_deadline() = model::ToWire(deadline);
  summary.set_late((value.decision ? value.decision->decided_at : now) >= deadline);
  return summary;
}

// --- A look ---------------------------------------------------------------------------------

base::Result<v1::GetCaseResponse> ReviewDesk::Look(const Officer& officer,
                                                   const v1::GetCaseRequest& request,
                                                   absl::Time now) {
  FB_ASSIGN_OR_RETURN(const Found found, Find(officer, request.reference(), request.child_ref()));
  FB_RETURN_IF_ERROR(RecordLook(officer, found, now));
  v1::GetCaseResponse response;
  FB_ASSIGN_OR_RETURN(*response.mutable_summary(), Summary(found.incident, found.value, now));
  const auto incident = placing::Reported(vault_, found.incident);
  if (!incident.ok() && !absl::IsNotFound(incident.status())) return incident.status();
  const v1::Child* reported = nullptr;
  const model::ChildIdentity* child = nullptr;
  if (incident.ok()) {
    const auto& children = incident->children();
    const auto place = std::find_if(children.begin(), children.end(), [&](const auto& one) {
      return one.child_ref == found.value.child_ref;
    });
    if (place != children.end()) {
      child = &*place;
      reported = &incident->wire().children(static_cast<int>(place - children.begin()));
      *response.mutable_child() = AsReported(*reported, incident->urgent());
    }
  }
  FB_RETURN_IF_ERROR(AddRefusals(found, response));
  const std::size_t shown = std::min(found.value.candidates.size(), limits::kCandidates);
  for (std::size_t i = 0; i < shown; ++i) {
    FB_ASSIGN_OR_RETURN(*response.add_candidates(),
                        CandidateOf(found.value.candidates[i], reported, child, now));
  }
  if (found.value.decision) {
    for (const base::Urn urn : found.value.decision->urns) {
      FB_ASSIGN_OR_RETURN(const model::School school, SchoolOrUnknown(store_, urn));
      *response.add_placed_at() = CaseSchoolOf(school);
    }
    return response;
  }
  FB_ASSIGN_OR_RETURN(const auto told, LivingAlerts(found));
  for (const model::Alert& alert : told) {
    FB_ASSIGN_OR_RETURN(const model::School school, SchoolOrUnknown(store_, alert.urn));
    *response.add_told_at() = CaseSchoolOf(school);
  }
  return response;
}

base::Status ReviewDesk::AddRefusals(const Found& found, v1::GetCaseResponse& response) {
  FB_ASSIGN_OR_RETURN(const auto alerts, store_.AlertsOf(found.incident.id));
  for (const model::Alert& alert : alerts) {
    if (alert.child_ref != found.value.child_ref) continue;
    if (alert.refused == v1::REFUSAL_REASON_UNSPECIFIED) continue;
    FB_ASSIGN_OR_RETURN(const model::School school, SchoolOrUnknown(store_, alert.urn));
    FB_ASSIGN_OR_RETURN(const auto receipts, store_.ReceiptsOf(alert.id));
    *response.add_refused_by() = RefusalOf(alert, school, receipts);
  }
  return base::OkStatus();
}

base::Result<ReviewDesk::Found> ReviewDesk::Find(const Officer& officer,
                                                 const std::string& reference,
                                                 const std::string& child_ref) {
  Found found;
  auto incident = store_.GetIncident(officer.force, base::Reference(reference));
  if (absl::IsNotFound(incident.status())) return NotTheirs();
  if (!incident.ok()) return incident.status();
  auto value = store_.GetCase(incident->id, base::ChildRef(child_ref));
  if (absl::IsNotFound(value.status())) return NotTheirs();
  if (!value.ok()) return value.status();
  found.incident = *std::move(incident);
  found.value = *std::move(value);
  const auto& children = found.incident.children;
  while (found.child < children.size() &&
         children[found.child].child_ref != found.value.child_ref) {
    ++found.child;
  }
  if (found.child == children.size()) {
    return store::Damaged("the child of a case of incident", found.incident.id.value());
  }
  return found;
}

base::Status ReviewDesk::RecordLook(const Officer& officer, const Found& found, absl::Time now) {
  const model::Look look{found.incident.id, found.child, now, found.value.decision.has_value()};
  LookJudgement judgement;
  const auto judge = [&](model::OfficerLooks& looks) {
    judgement = JudgeLook(looks, look);
    store::Events events;
    if (judgement.may.ok()) {
      events.push_back(
          ByOfficer(EventKind::kCaseViewed, officer, now)
              .With(look.incident_id)
              .WithNumber("child", look.child)
              .WithNumber("candidates", static_cast<std::int64_t>(found.value.candidates.size()))
              .WithWord("standing", look.was_decided ? "decided" : "open"));
    }
    for (const model::LookAlarm alarm : judgement.alarms) {
      events.push_back(
          ByOfficer(EventKind::kOfficerAlarm, officer, now).WithWord("alarm", Word(alarm)));
    }
    return events;
  };
  // If we die before this returns, nobody saw anything; if after, a look is counted that was not
  // answered.
  FB_RETURN_IF_ERROR(store_.RecordLook({officer.force, officer.id, judge}));
  for (const model::LookAlarm alarm : judgement.alarms) {
    base::LogWarning(kStop, "an officer's looking at cases is unusual: ask them about it",
                     {{"force", officer.force.value()},
                      {"officer", officer.id.value()},
                      {"alarm", std::string(Word(alarm))}});
  }
  return judgement.may;
}

base::Result<v1::CaseCandidate> ReviewDesk::CandidateOf(const model::Case::Candidate& candidate,
                                                        const v1::Child* reported,
                                                        const model::ChildIdentity* child,
                                                        absl::Time now) {
  v1::CaseCandidate out;
  FB_ASSIGN_OR_RETURN(const model::School school, SchoolOrUnknown(store_, candidate.urn));
  *out.mutable_school() = CaseSchoolOf(school);
  SetAll(v1::AGREEMENT_UNKNOWN, out);
  if (reported != nullptr) out.set_school_heard(SchoolAgreement(*reported, school));
  const auto pupil = store_.GetPupil(candidate.urn, candidate.local_id);
  if (absl::IsNotFound(pupil.status())) return out;
  if (!pupil.ok()) return pupil.status();
  const model::Date today = calendar_.Current()->LocalDate(now);
  out.set_enrolment(pupil->enrolment);
  out.set_on_roll(pupil->OnRoll(today));
  if (child != nullptr) FillAgreements(*child, *pupil, today, out);
  return out;
}

// --- A decision -----------------------------------------------------------------------------

base::Result<v1::DecideCaseResponse> ReviewDesk::Decide(const Officer& officer,
                                                        const v1::DecideCaseRequest& request,
                                                        absl::Time now) {
  FB_ASSIGN_OR_RETURN(const Found found, Find(officer, request.reference(), request.child_ref()));
  store::NewDecision made;
  made.incident_id = found.incident.id;
  made.child_ref = found.value.child_ref;
  FB_ASSIGN_OR_RETURN(made.decision, ParseDecision(request, officer.id, now));
  if (found.value.decision) {
    FB_RETURN_IF_ERROR(store::CheckSameDecision(*found.value.decision, made.decision));
    return AnswerOf(found.incident, found.value, now);
  }
  if (const base::Status fits = CheckAgainstCandidates(made.decision, found.value); !fits.ok()) {
    // It tells whose school one is not: asked of one school after another, it would be a search.
    FB_RETURN_IF_ERROR(RecordLook(officer, found, now));
    return fits;
  }
  FB_ASSIGN_OR_RETURN(const auto living, LivingAlerts(found));
  FB_ASSIGN_OR_RETURN(made.alerts, AlertsFor(found, made.decision, living, now));
  TakeBackOthers(found.value, living, made);
  made.events.push_back(
      placing::CaseDecidedEvent(made.incident_id, officer.force, found.child, made.decision));
  for (const model::Alert& alert : made.alerts) {
    made.events.push_back(placer_.AcceptedEventOf(alert));
  }
  // If we die before this returns, the case waits as before, and the officer decides again. Of two
  // officers at once the store takes one.
  FB_ASSIGN_OR_RETURN(const store::Decided decided, store_.DecideCase(made));
  // If we die here, dispatch finds the alerts in the outbox when the school's link comes up.
  if (!decided.was_there) {
    sink_.CaseDecided({decided.value, made.alerts, made.ended, !living.empty()});
  }
  return AnswerOf(found.incident, decided.value, now);
}

base::Result<std::vector<model::Alert>> ReviewDesk::LivingAlerts(const Found& found) {
  FB_ASSIGN_OR_RETURN(auto alerts, store_.AlertsOf(found.incident.id));
  std::erase_if(alerts, [&](const model::Alert& alert) {
    return alert.child_ref != found.value.child_ref || model::TakenBack(alert.state);
  });
  return alerts;
}

base::Result<std::vector<model::Alert>> ReviewDesk::AlertsFor(
    const Found& found, const model::CaseDecision& decision,
    const std::vector<model::Alert>& living, absl::Time now) {
  if (decision.urns.empty()) return std::vector<model::Alert>();
  const auto incident = placing::Reported(vault_, found.incident);
  if (absl::IsNotFound(incident.status())) {
    return base::FailedPrecondition(
        "what your force reported of this incident has been erased, so that no school can be told; "
        "decide that the child is withheld or unplaceable");
  }
  if (!incident.ok()) return incident.status();
  // A school that was told of the child already is not told twice.
  std::vector<placing::PlacedByHand> places;
  for (const base::Urn urn : decision.urns) {
    if (AlertAt(living, urn) == nullptr) places.push_back(PlaceAt(urn, decision, found.value));
  }
  return placer_.PlaceByHand(*incident, found.value.child_ref, places,
                             {found.incident.id, found.incident.force, now});
}

base::Result<v1::DecideCaseResponse> ReviewDesk::AnswerOf(const store::Incident& incident,
                                                          const model::Case& value,
                                                          absl::Time now) {
  v1::DecideCaseResponse response;
  FB_ASSIGN_OR_RETURN(*response.mutable_summary(), Summary(incident, value, now));
  if (value.decision->urns.empty()) return response;
  FB_ASSIGN_OR_RETURN(const auto alerts, store_.AlertsOf(incident.id));
  absl::Time show_from = absl::InfiniteFuture(), deadline = absl::InfiniteFuture();
  for (const model::Alert& alert : alerts) {
    if (alert.child_ref != value.child_ref || model::TakenBack(alert.state)) continue;
    show_from = std::min(show_from, alert.show_from);
    deadline = std::min(deadline, alert.deadline);
  }
  *response.mutable_show_from() = model::ToWire(show_from);
  *response.mutable_deadline() = model::ToWire(deadline);
  return response;
}

}  // namespace firstbell::review
