// The half of placer.h that corrects and withdraws.

#include <algorithm>
#include <set>
#include <utility>

#include "broker/placing/compose.h"
#include "broker/placing/events.h"
#include "broker/placing/placer.h"
#include "broker/placing/rescheduler.h"
#include "broker/placing/still_at.h"
#include "broker/store/rules.h"

namespace firstbell::placing {
namespace {

using Urns = std::set<base::Urn>;

bool SameSchools(const std::vector<model::SchoolHeard>& a,
                 const std::vector<model::SchoolHeard>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
    return x.name == y.name && x.town == y.town && x.urn == y.urn;
  });
}

// Whatever a child is placed by.
bool SameIdentity(const model::ChildIdentity& a, const model::ChildIdentity& b) {
  return a.given_names == b.given_names && a.family_name == b.family_name &&
         a.preferred_given_name == b.preferred_given_name &&
         a.former_family_name == b.former_family_name && a.date_of_birth == b.date_of_birth &&
         a.age == b.age && a.upn == b.upn && a.address == b.address && a.postcode == b.postcode &&
         a.setting == b.setting && a.is_protected == b.is_protected &&
         a.looked_after == b.looked_after && SameSchools(a.schools_heard, b.schools_heard);
}

const model::ChildIdentity* Find(const model::Incident& incident, const base::ChildRef& ref) {
  for (const model::ChildIdentity& child : incident.children()) {
    if (child.child_ref == ref) return &child;
  }
  return nullptr;
}

store::ChildAnswer* Find(std::vector<store::ChildAnswer>& answers, const base::ChildRef& ref) {
  const auto found = std::find_if(answers.begin(), answers.end(),
                                  [&](const auto& answer) { return answer.child_ref == ref; });
  return found == answers.end() ? nullptr : &*found;
}

bool Claims(const model::Alert& alert, const std::vector<model::Alert>& alerts) {
  return std::any_of(alerts.begin(), alerts.end(),
                     [&](const model::Alert& one) { return one.urn == alert.urn; });
}

// What stands of one child.
struct Stands {
  std::vector<model::Alert> living;
  std::optional<model::Case> asked;

  bool PlacedByPersonAt(base::Urn urn) const {
    if (!asked || !asked->decision || asked->decision->by_machine()) return false;
    const auto& urns = asked->decision->urns;
    return std::find(urns.begin(), urns.end(), urn) != urns.end();
  }
};

Stands StandsOf(const base::ChildRef& child, const Standing& standing) {
  Stands stands;
  for (const model::Alert& alert : standing.alerts) {
    if (alert.child_ref == child && !model::TakenBack(alert.state)) stands.living.push_back(alert);
  }
  for (const model::Case& one : standing.cases) {
    if (one.child_ref == child) stands.asked = one;
  }
  return stands;
}

// A case that nobody needs to decide any more, or that was decided on what is corrected now.
void Decide(const model::Case& asked, const model::CaseDecision& decision, std::size_t child,
            Correction& correction) {
  store::CaseChange change{asked, asked};
  change.after.decision = decision;
  correction.events.push_back(CaseDecidedEvent(asked.incident_id, asked.force, child, decision));
  correction.cases.push_back(std::move(change));
}

enum class Moved { kNo, kYes };

void TakeBack(const model::Alert& alert, std::uint32_t revision, std::string_view why, Moved moved,
              const Origin& origin, Correction& correction) {
  store::AlertChange change{alert, store::AfterWithdrawal(alert, revision, origin.now)};
  correction.events.push_back(WithdrawnEvent(change.after, why));
  // Whoever read it there had no right to.
  if (moved == Moved::kYes && change.after.opened_revision > 0 && !alert.breach_at) {
    change.after.breach_at = origin.now;
    correction.events.push_back(BreachEvent(change.after, origin.now));
  }
  correction.changed.push_back(std::move(change));
}

}  // namespace

Correction Placer::Withdraw(const store::Incident& stood, const std::set<base::ChildRef>& children,
                            const Standing& standing, std::uint32_t revision,
                            v1::WithdrawalReason reason, const Origin& origin) {
  Correction correction;
  correction.answers = stood.children;
  for (std::size_t i = 0; i < stood.children.size(); ++i) {
    const base::ChildRef& child = stood.children[i].child_ref;
    if (!children.contains(child)) continue;
    const Stands stands = StandsOf(child, standing);
    for (const model::Alert& alert : stands.living) {
      TakeBack(alert, revision, model::Word(reason), Moved::kNo, origin, correction);
    }
    correction.answers[i] = {child, v1::CHILD_OUTCOME_WITHDRAWN, v1::REASON_UNSPECIFIED, {}, {}};
    if (!stands.asked || stands.asked->decision) continue;
    Decide(*stands.asked,
           {v1::CHILD_OUTCOME_WITHDRAWN, v1::DECISION_REASON_WITHDRAWN, {}, {}, origin.now}, i,
           correction);
  }
  return correction;
}

class Placer::Corrector {
 public:
  Corrector(Placer& placer, const model::Incident* before, const model::Incident& after,
            const store::Incident& stood, const Standing& standing, const Origin& origin)
      : placer_(placer),
        before_(before),
        after_(after),
        stood_(stood),
        standing_(standing),
        origin_(origin) {}

  base::Result<Correction> Run() {
    FB_ASSIGN_OR_RETURN(const Decisions decisions, placer_.DecideAll(after_, origin_));
    LeaveOut();
    for (std::size_t i = 0; i < after_.children().size(); ++i) {
      FB_RETURN_IF_ERROR(CorrectChild(i, decisions[i]));
    }
    return std::move(correction_);
  }

 private:
  void LeaveOut();
  base::Status CorrectChild(std::size_t i, const std::optional<matching::Decision>& decision);
  base::Status Keep(const Stands& stands, store::ChildAnswer& answer);
  base::Status TellWhereNobodyIsLeft(const Stands& stands, std::size_t first);
  base::Status PlaceAnew(std::size_t i, const std::optional<matching::Decision>& decision,
                         const Stands& stands, bool is_new);
  Urns WhereItStays(std::size_t i, const std::optional<matching::Decision>& decision,
                    const Stands& stands, const Placement& fresh) const;
  base::Result<model::Alert> RevisedOf(const model::Alert& alert) const;
  v1::Policy PolicyAt(const model::Alert& alert) const {
    return placer_.policies_.Of(alert.force, alert.urn);
  }
  base::Status Revise(const model::Alert& alert, const Placement& fresh);
  void Settle(std::size_t place, const Stands& stands, Placement& fresh);
  void Ask(std::size_t place, const Stands& stands, model::Case asked);

  Placer& placer_;
  const model::Incident* const before_;
  const model::Incident& after_;
  const store::Incident& stood_;
  const Standing& standing_;
  const Origin& origin_;
  Correction correction_;
};

base::Result<Correction> Placer::Correct(const model::Incident* before,
                                         const model::Incident& after, const store::Incident& stood,
                                         const Standing& standing, const Origin& origin) {
  return Corrector(*this, before, after, stood, standing, origin).Run();
}

void Placer::Corrector::LeaveOut() {
  std::set<base::ChildRef> gone;
  for (const store::ChildAnswer& answer : stood_.children) {
    const bool was_there = answer.outcome != v1::CHILD_OUTCOME_WITHDRAWN;
    if (was_there && Find(after_, answer.child_ref) == nullptr) gone.insert(answer.child_ref);
  }
  correction_ = Placer::Withdraw(stood_, gone, standing_, after_.revision(),
                                 v1::WITHDRAWAL_REASON_MISTAKEN, origin_);
}

base::Status Placer::Corrector::CorrectChild(std::size_t i,
                                             const std::optional<matching::Decision>& decision) {
  const model::ChildIdentity& child = after_.children()[i];
  const Stands stands = StandsOf(child.child_ref, standing_);
  store::ChildAnswer* answer = Find(correction_.answers, child.child_ref);
  const bool is_new = answer == nullptr || answer->outcome == v1::CHILD_OUTCOME_WITHDRAWN;
  const model::ChildIdentity* was =
      before_ == nullptr || is_new ? nullptr : Find(*before_, child.child_ref);
  const bool same =
      was != nullptr && SameIdentity(*was, child) && before_->legal_basis() == after_.legal_basis();
  return same ? Keep(stands, *answer) : PlaceAnew(i, decision, stands, is_new);
}

// It stays where it is; a school that has something new to read gets it.
base::Status Placer::Corrector::Keep(const Stands& stands, store::ChildAnswer& answer) {
  const std::size_t first = correction_.changed.size();
  for (const model::Alert& alert : stands.living) {
    FB_ASSIGN_OR_RETURN(const v1::AlertContent then, Compose(*before_, alert, PolicyAt(alert)));
    FB_ASSIGN_OR_RETURN(const v1::AlertContent now, Compose(after_, alert, PolicyAt(alert)));
    if (ChangedFields(then, now).empty()) continue;
    FB_RETURN_IF_ERROR(Revise(alert, {}));
    const model::Alert& after = correction_.changed.back().after;
    if (answer.outcome != v1::CHILD_OUTCOME_ACCEPTED) continue;
    answer.show_from = after.show_from;
    answer.deadline = after.deadline;
  }
  return TellWhereNobodyIsLeft(stands, first);
}

// A correction may name one adult more. `first`: from which change on they are this child's.
base::Status Placer::Corrector::TellWhereNobodyIsLeft(const Stands& stands, std::size_t first) {
  std::vector<model::Alert> alerts;
  for (std::size_t i = first; i < correction_.changed.size(); ++i) {
    alerts.push_back(correction_.changed[i].after);
  }
  Urns told;
  for (const model::Alert& alert : stands.living) told.insert(alert.urn);
  const std::size_t revised = alerts.size();
  FB_RETURN_IF_ERROR(placer_.TellWhereNobodyIsLeft(after_, origin_, told, alerts));
  for (std::size_t i = revised; i < alerts.size(); ++i) {
    correction_.events.push_back(placer_.AcceptedEventOf(alerts[i]));
    correction_.alerts.push_back(std::move(alerts[i]));
  }
  return base::OkStatus();
}

base::Status Placer::Corrector::PlaceAnew(std::size_t i,
                                          const std::optional<matching::Decision>& decision,
                                          const Stands& stands, bool is_new) {
  Origin origin = origin_;
  if (is_new) origin.came.reset();
  Placement fresh;
  FB_RETURN_IF_ERROR(placer_.PlaceOne(after_, i, decision, origin, fresh));
  for (model::Case& one : fresh.cases) {
    FB_RETURN_IF_ERROR(placer_.Complete(one, after_.urgent()));
  }
  const Urns stay = WhereItStays(i, decision, stands, fresh);
  const store::ChildAnswer& answer = fresh.answers.front();
  const bool elsewhere = answer.outcome == v1::CHILD_OUTCOME_ACCEPTED;
  for (const model::Alert& alert : stands.living) {
    if (stay.contains(alert.urn)) {
      FB_RETURN_IF_ERROR(Revise(alert, fresh));
      continue;
    }
    TakeBack(alert, after_.revision(), elsewhere ? "placed_elsewhere" : model::Word(answer.reason),
             Moved::kYes, origin_, correction_);
  }
  std::erase_if(fresh.alerts,
                [&](const model::Alert& alert) { return Claims(alert, stands.living); });
  for (const model::Alert& alert : fresh.alerts) {
    correction_.events.push_back(placer_.AcceptedEventOf(alert));
    correction_.alerts.push_back(alert);
  }
  store::ChildAnswer* stored = Find(correction_.answers, answer.child_ref);
  if (stored == nullptr) stored = &correction_.answers.emplace_back();
  *stored = answer;
  Settle(static_cast<std::size_t>(stored - correction_.answers.data()), stands, fresh);
  return base::OkStatus();
}

Urns Placer::Corrector::WhereItStays(std::size_t i,
                                     const std::optional<matching::Decision>& decision,
                                     const Stands& stands, const Placement& fresh) const {
  Urns stay;
  if (fresh.answers.front().outcome == v1::CHILD_OUTCOME_ACCEPTED) {
    for (const model::Alert& alert : fresh.alerts) stay.insert(alert.urn);
    return stay;
  }
  if (!decision || after_.children()[i].is_protected) return stay;
  stay = MayStillBeAt(*decision, stands.living, placer_.index_.rule().thresholds);
  for (const model::Alert& alert : stands.living) {
    if (stands.PlacedByPersonAt(alert.urn)) stay.insert(alert.urn);
  }
  return stay;
}

// As if it came now; where the school has left the register, as it was.
base::Result<model::Alert> Placer::Corrector::RevisedOf(const model::Alert& alert) const {
  calendar::Timing timing{alert.show_from, alert.deadline};
  const auto facts = placer_.store_.GetSchool(alert.urn);
  if (!facts.ok() && !absl::IsNotFound(facts.status())) return facts.status();
  if (facts.ok()) {
    timing =
        PlanFor(*facts, *placer_.calendar_.Current(), origin_.now, after_.urgent(), origin_.now);
  }
  model::Alert revised = model::Revised(
      alert, {after_.revision(), origin_.now, after_.urgent(), timing.show_from, timing.deadline});
  revised.excluded = model::KeysOf(alert.id, after_.wire().parties());
  return revised;
}

// `fresh`: where the child was placed anew; empty, where who it is has not changed.
base::Status Placer::Corrector::Revise(const model::Alert& alert, const Placement& fresh) {
  store::AlertChange change{alert, {}};
  FB_ASSIGN_OR_RETURN(change.after, RevisedOf(alert));
  for (const model::Alert& placed : fresh.alerts) {
    if (placed.urn == alert.urn) change.after.local_id = placed.local_id;
  }
  // What it said was of another name.
  if (!fresh.answers.empty()) change.after.ours.at.reset();
  correction_.events.push_back(RevisedEvent(change.after));
  correction_.changed.push_back(std::move(change));
  return base::OkStatus();
}

void Placer::Corrector::Settle(std::size_t place, const Stands& stands, Placement& fresh) {
  if (!fresh.cases.empty()) return Ask(place, stands, std::move(fresh.cases.front()));
  if (!stands.asked) return;
  const store::ChildAnswer& answer = fresh.answers.front();
  model::CaseDecision decision;
  decision.outcome = answer.outcome;
  decision.decided_at = origin_.now;
  if (answer.outcome == v1::CHILD_OUTCOME_WITHHELD) {
    decision.reason = v1::DECISION_REASON_OUT_OF_SCOPE;
  } else {
    decision.reason = v1::DECISION_REASON_FOUND_ON_ROLL;
    Urns urns;
    for (const auto& change : correction_.changed) {
      const model::Alert& after = change.after;
      const bool here = after.child_ref == answer.child_ref && !model::TakenBack(after.state);
      if (here) urns.insert(after.urn);
    }
    for (const model::Alert& alert : fresh.alerts) urns.insert(alert.urn);
    decision.urns.assign(urns.begin(), urns.end());
  }
  if (stands.asked->decision && model::SameDecision(*stands.asked->decision, decision)) return;
  Decide(*stands.asked, decision, place, correction_);
}

// Under the deadline that runs, where one does.
void Placer::Corrector::Ask(std::size_t place, const Stands& stands, model::Case asked) {
  if (stands.asked && !stands.asked->decision) {
    asked.opened_at = stands.asked->opened_at;
    asked.deadline = std::min(asked.deadline, stands.asked->deadline);
  }
  const bool placed_by_person = stands.asked && stands.asked->decision &&
                                !stands.asked->decision->by_machine() &&
                                !stands.asked->decision->urns.empty();
  if (placed_by_person) asked.reason = v1::REASON_CORRECTED;
  for (const model::Alert& alert : stands.living) {
    if (!model::Ended(alert.state)) asked.deadline = std::min(asked.deadline, alert.deadline);
  }
  if (stands.asked && *stands.asked == asked) return;
  correction_.events.push_back(CaseOpenedEvent(asked, place, origin_.now));
  correction_.cases.push_back({stands.asked, std::move(asked)});
}

}  // namespace firstbell::placing
