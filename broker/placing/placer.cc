#include "broker/placing/placer.h"

#include <algorithm>

#include "broker/base/limits.h"
#include "broker/base/tzdata.h"
#include "broker/crypto/hash.h"
#include "broker/crypto/random.h"
#include "broker/model/nobody_left.h"
#include "broker/placing/case_facts.h"
#include "broker/placing/events.h"
#include "broker/placing/rescheduler.h"
#include "broker/placing/scope.h"
#include "broker/placing/settings.h"
#include "broker/placing/siblings.h"

namespace firstbell::placing {
namespace {

// Why a child is withheld before anyone looks for its school; nothing where it is in scope.
std::optional<v1::Reason> OutOfScope(const model::Incident& incident,
                                     const model::ChildIdentity& child, model::Date today) {
  if (incident.legal_basis() != v1::LEGAL_BASIS_DAA_2021_S49A) {
    return v1::REASON_OUT_OF_SCOPE_LEGAL_BASIS;
  }
  const bool in_scope = child.date_of_birth ? InScope(child.date_of_birth->Reveal(), today)
                                            : MayBeInScope(child.age.value_or(0));
  if (!in_scope) return v1::REASON_OUT_OF_SCOPE_AGE;
  return std::nullopt;
}

bool TaughtElsewhere(v1::EducationSetting setting) {
  return setting == v1::EDUCATION_SETTING_HOME_EDUCATION ||
         setting == v1::EDUCATION_SETTING_MISSING_EDUCATION ||
         setting == v1::EDUCATION_SETTING_NURSERY;
}

void Withhold(const model::ChildIdentity& child, v1::Reason reason, Placement& placement) {
  placement.answers.push_back({child.child_ref, v1::CHILD_OUTCOME_WITHHELD, reason, {}, {}});
}

void OpenCase(const model::ChildIdentity& child, const Origin& origin, v1::Reason reason,
              std::vector<model::Case::Candidate> candidates, Placement& placement) {
  placement.answers.push_back({child.child_ref, v1::CHILD_OUTCOME_AT_REVIEW, reason, {}, {}});
  placement.cases.push_back({origin.incident_id, origin.force, child.child_ref, reason,
                             std::move(candidates), origin.now});
}

// The answer names the earliest of several schools' times.
void Accept(const model::ChildIdentity& child, std::vector<model::Alert> alerts,
            Placement& placement) {
  store::ChildAnswer answer{child.child_ref, v1::CHILD_OUTCOME_ACCEPTED, v1::REASON_UNSPECIFIED,
                            alerts.front().show_from, alerts.front().deadline};
  for (model::Alert& alert : alerts) {
    answer.show_from = std::min(*answer.show_from, alert.show_from);
    answer.deadline = std::min(*answer.deadline, alert.deadline);
    placement.alerts.push_back(std::move(alert));
  }
  placement.answers.push_back(std::move(answer));
}

}  // namespace

std::size_t PlaceOf(const base::ChildRef& child, const Origin& origin,
                    const model::Incident& incident) {
  if (!origin.order.empty()) {
    const auto found = std::find(origin.order.begin(), origin.order.end(), child);
    return static_cast<std::size_t>(found - origin.order.begin());
  }
  const auto& children = incident.children();
  const auto found = std::find_if(children.begin(), children.end(),
                                  [&](const auto& one) { return one.child_ref == child; });
  return static_cast<std::size_t>(found - children.begin());
}

base::Result<Decisions> Placer::DecideAll(const model::Incident& incident, const Origin& origin) {
  const model::Date today = calendar_.Current()->LocalDate(origin.now);
  const std::vector<model::ChildIdentity>& children = incident.children();
  Decisions decisions(children.size());
  for (std::size_t i = 0; i < children.size(); ++i) {
    if (OutOfScope(incident, children[i], today) || TaughtElsewhere(children[i].setting)) continue;
    FB_ASSIGN_OR_RETURN(decisions[i], index_.Decide(children[i], today));
  }
  AskWhoIsWho(children, decisions);
  FB_RETURN_IF_ERROR(ShareHomes(children, index_, today, decisions));
  for (auto& decision : decisions) {
    if (!decision || !decision->placed()) continue;
    FB_RETURN_IF_ERROR(SettleGuests(origin, *decision));
  }
  return decisions;
}

// A guest's school that has closed is nobody's: it hinders no registration.
base::Status Placer::SettleGuests(const Origin& origin, matching::Decision& decision) {
  std::vector<model::PupilAtSchool> open;
  for (const model::PupilAtSchool& guest : decision.guests) {
    const auto facts = store_.GetSchool(guest.urn);
    if (!facts.ok() && !absl::IsNotFound(facts.status())) return facts.status();
    const bool is_open = facts.ok() && facts->school.status == v1::SCHOOL_STATUS_OPEN;
    if (is_open) open.push_back(guest);
  }
  decision.guests = std::move(open);
  BySettings(policies_.Of(origin.force, base::Urn()).told().settings(), decision);
  return base::OkStatus();
}

base::Result<Placement> Placer::Place(const model::Incident& incident, const Origin& origin) {
  const std::vector<model::ChildIdentity>& children = incident.children();
  FB_ASSIGN_OR_RETURN(Decisions decisions, DecideAll(incident, origin));
  Placement placement;
  for (std::size_t i = 0; i < children.size(); ++i) {
    FB_RETURN_IF_ERROR(PlaceOne(incident, i, std::move(decisions[i]), origin, placement));
  }
  for (model::Case& one : placement.cases) {
    FB_RETURN_IF_ERROR(Complete(one, incident.urgent()));
  }
  return placement;
}

base::Status Placer::PlaceOne(const model::Incident& incident, std::size_t child,
                              std::optional<matching::Decision> decision, const Origin& origin,
                              Placement& placement) {
  const model::ChildIdentity& identity = incident.children()[child];
  if (decision) return PlaceChild(incident, identity, *std::move(decision), origin, placement);
  const model::Date today = calendar_.Current()->LocalDate(origin.now);
  if (const auto reason = OutOfScope(incident, identity, today)) {
    Withhold(identity, *reason, placement);
    return base::OkStatus();
  }
  const v1::Policy policy = policies_.Of(origin.force, base::Urn());
  const bool nursery = identity.setting == v1::EDUCATION_SETTING_NURSERY;
  if (nursery && policy.told().nursery() == v1::NURSERY_RULE_WITHHOLD) {
    Withhold(identity, v1::REASON_NOT_AT_SCHOOL, placement);
    return base::OkStatus();
  }
  FB_ASSIGN_OR_RETURN(const bool told, TellAuthority(incident, identity, origin, placement));
  if (!told) OpenCase(identity, origin, v1::REASON_NOT_AT_SCHOOL, {}, placement);
  return base::OkStatus();
}

// A protected child's whereabouts are no machine's to tell, not even to an authority.
base::Result<bool> Placer::TellAuthority(const model::Incident& incident,
                                         const model::ChildIdentity& child, const Origin& origin,
                                         Placement& placement) {
  const v1::WhoIsTold told = policies_.Of(origin.force, base::Urn()).told();
  const bool nursery = child.setting == v1::EDUCATION_SETTING_NURSERY;
  if (child.is_protected || (nursery && told.nursery() != v1::NURSERY_RULE_AUTHORITY)) return false;
  const auto authority = model::AuthorityOf(told, child.postcode.Reveal());
  if (!authority) return false;
  FB_ASSIGN_OR_RETURN(auto alert, AlertAt(*authority, incident, child.child_ref, origin));
  if (!alert) return false;
  alert->ours = {};  // it keeps no roll, and asks whose pupil nobody is
  Accept(child, {*std::move(alert)}, placement);
  return true;
}

base::Status Placer::CopyToAuthority(const model::Incident& incident,
                                     const model::ChildIdentity& child, const Origin& origin,
                                     std::vector<model::Alert>& alerts) {
  const v1::WhoIsTold told = policies_.Of(origin.force, base::Urn()).told();
  if (!child.looked_after || !told.copy_virtual_school_head()) return base::OkStatus();
  const auto authority = model::AuthorityOf(told, child.postcode.Reveal());
  if (!authority) return base::OkStatus();
  FB_ASSIGN_OR_RETURN(auto alert, AlertAt(*authority, incident, child.child_ref, origin));
  if (!alert) return base::OkStatus();
  alert->ours = {};
  alerts.push_back(*std::move(alert));
  return base::OkStatus();
}

base::Status Placer::TellWhereNobodyIsLeft(const model::Incident& incident, const Origin& origin,
                                           const std::set<base::Urn>& told,
                                           std::vector<model::Alert>& alerts) {
  const v1::Policy policy = policies_.Of(origin.force, base::Urn());
  if (policy.nobody_left() != v1::NOBODY_LEFT_AUTHORITY) return base::OkStatus();
  std::set<base::Urn> urns = told;
  for (const model::Alert& alert : alerts) urns.insert(alert.urn);
  const std::size_t schools = alerts.size();
  for (std::size_t i = 0; i < schools; ++i) {
    if (model::IsAuthority(alerts[i].urn)) continue;
    FB_ASSIGN_OR_RETURN(auto instead, AuthorityInstead(alerts[i], incident, origin));
    if (instead && urns.insert(instead->urn).second) alerts.push_back(*std::move(instead));
  }
  return base::OkStatus();
}

base::Result<std::optional<model::Alert>> Placer::AuthorityInstead(const model::Alert& alert,
                                                                   const model::Incident& incident,
                                                                   const Origin& origin) {
  if (alert.excluded.empty()) return std::nullopt;
  FB_ASSIGN_OR_RETURN(const auto recipients, store_.RecipientsOf(alert.urn));
  if (!model::NobodyLeft(alert, recipients)) return std::nullopt;
  const auto facts = store_.GetSchool(alert.urn);
  if (absl::IsNotFound(facts.status())) return std::nullopt;
  if (!facts.ok()) return facts.status();
  const auto authority = model::AuthorityOf(facts->school);
  if (!authority) return std::nullopt;
  FB_ASSIGN_OR_RETURN(auto there, AlertAt(*authority, incident, alert.child_ref, origin));
  if (!there) return std::nullopt;
  FB_ASSIGN_OR_RETURN(const auto people, store_.RecipientsOf(*authority));
  if (!model::SomebodyLeft(*there, people)) return std::nullopt;
  there->ours = {};  // it keeps no roll
  return there;
}

base::Status Placer::Complete(model::Case& value, bool urgent) {
  FB_ASSIGN_OR_RETURN(value.deadline, CaseDeadline(store_, *calendar_.Current(), value, {urgent}));
  FB_ASSIGN_OR_RETURN(value.roll_as_of, OldestRoll(store_, value));
  return base::OkStatus();
}

base::Status Placer::PlaceChild(const model::Incident& incident, const model::ChildIdentity& child,
                                matching::Decision decision, const Origin& origin,
                                Placement& placement) {
  if (!decision.placed()) {
    OpenCase(child, origin, decision.reason, std::move(decision.candidates), placement);
    return base::OkStatus();
  }
  FB_ASSIGN_OR_RETURN(auto alerts, AlertsFor(decision.registrations, incident, child, origin));
  if (!alerts) {
    OpenCase(child, origin, v1::REASON_SCHOOL_CLOSED, AllCandidates(decision), placement);
    return base::OkStatus();
  }
  FB_RETURN_IF_ERROR(CopyToAuthority(incident, child, origin, *alerts));
  FB_RETURN_IF_ERROR(TellWhereNobodyIsLeft(incident, origin, {}, *alerts));
  Accept(child, *std::move(alerts), placement);
  if (!decision.candidates.empty()) {
    placement.cases.push_back({origin.incident_id, origin.force, child.child_ref,
                               v1::REASON_COMPETING_CLAIM, std::move(decision.candidates),
                               origin.now});
  }
  return base::OkStatus();
}

base::Result<std::optional<std::vector<model::Alert>>> Placer::AlertsFor(
    const std::vector<model::PupilAtSchool>& registrations, const model::Incident& incident,
    const model::ChildIdentity& child, const Origin& origin) {
  std::vector<model::Alert> alerts;
  for (const model::PupilAtSchool& registration : registrations) {
    FB_ASSIGN_OR_RETURN(auto alert, AlertAt(registration.urn, incident, child.child_ref, origin));
    if (!alert) return std::nullopt;
    alert->local_id = registration.pupil.local_id;
    alerts.push_back(*std::move(alert));
  }
  return alerts;
}

base::Result<std::vector<model::Alert>> Placer::PlaceByHand(const model::Incident& incident,
                                                            const base::ChildRef& child_ref,
                                                            const std::vector<PlacedByHand>& places,
                                                            const Origin& origin) {
  std::vector<model::Alert> alerts;
  for (const PlacedByHand& place : places) {
    FB_ASSIGN_OR_RETURN(auto alert, AlertAt(place.urn, incident, child_ref, origin));
    if (!alert) {
      return base::FailedPrecondition(
          "urns: the school with URN " + place.urn.ToString() +
          " is not open, or not in the register; is the number right? Nobody was told");
    }
    alert->local_id = place.local_id;
    alert->ours.asked |= place.ask_first;
    alerts.push_back(*std::move(alert));
  }
  FB_ASSIGN_OR_RETURN(const auto stood, store_.AlertsOf(origin.incident_id));
  std::set<base::Urn> told;
  for (const model::Alert& alert : stood) {
    const bool living = alert.child_ref == child_ref && !model::TakenBack(alert.state);
    if (living) told.insert(alert.urn);
  }
  FB_RETURN_IF_ERROR(TellWhereNobodyIsLeft(incident, origin, told, alerts));
  return alerts;
}

namespace {

// One that waits for long is looked at now, so that its school hears that it does; one of this
// night, so that a school that may not hear of it is known at once.
absl::Time FirstLook(const model::Alert& alert, absl::TimeZone zone) {
  const bool waits_long = alert.show_from - alert.accepted_at > limits::kWaitsLong;
  if (waits_long) return alert.accepted_at;
  const model::Looks looks = model::LooksOf(alert.show_from, zone);
  return std::min(std::max(looks.evening, alert.accepted_at), alert.show_from);
}

}  // namespace

base::Result<std::optional<model::Alert>> Placer::AlertAt(base::Urn urn,
                                                          const model::Incident& incident,
                                                          const base::ChildRef& child_ref,
                                                          const Origin& origin) {
  const auto facts = store_.GetSchool(urn);
  if (absl::IsNotFound(facts.status())) return std::nullopt;
  if (!facts.ok()) return facts.status();
  if (facts->school.status != v1::SCHOOL_STATUS_OPEN) return std::nullopt;
  const calendar::Timing timing =
      PlanFor(*facts, *calendar_.Current(), origin.came.value_or(origin.now), incident.urgent(),
              origin.now);
  model::Alert alert;
  alert.id = base::AlertId(crypto::RandomId());
  alert.incident_id = origin.incident_id;
  alert.force = origin.force;
  alert.child_ref = child_ref;
  alert.urn = urn;
  alert.authority = model::AuthorityCodeOf(facts->school);
  alert.revision = incident.revision();
  alert.accepted_at = alert.changed_at = origin.now;
  alert.show_from = timing.show_from;
  alert.deadline = timing.deadline;
  alert.urgent = incident.urgent();
  alert.roll_as_of = facts->roll_imported_at;
  alert.climb_at = FirstLook(alert, calendar_.Current()->zone());
  alert.excluded = model::KeysOf(alert.id, incident.wire().parties());
  const v1::Policy policy = policies_.Of(origin.force, urn);
  alert.ours.asked = policy.identity_first() == v1::IDENTITY_FIRST_ALWAYS;
  return alert;
}

// A school that cannot be read says nothing of its own: the event must not fail for that.
model::Event Placer::AcceptedEventOf(const model::Alert& alert) const {
  const auto facts = store_.GetSchool(alert.urn);
  const std::string own =
      facts.ok() ? model::ToWire(facts->year).SerializeAsString() : std::string();
  return AcceptedEvent(alert,
                       {base::TzdataVersion(), crypto::Sha256({calendar_.Version(), own}),
                        crypto::Sha256(policies_.Of(alert.force, alert.urn).SerializeAsString())});
}

}  // namespace firstbell::placing
