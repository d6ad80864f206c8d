// The part of rules.h about ladders: what is climbed, and what is said on the telephone.

#include <algorithm>

#include "broker/store/rules.h"

namespace firstbell::store {

Status CheckClimb(const model::Alert& alert, const NewClimb& climb) {
  if (climb.arrival_overdue) {
    const bool asked = model::Ended(alert.state) && model::LookAt(alert).has_value();
    return asked ? base::OkStatus() : base::FailedPrecondition("nobody is asked any more");
  }
  if (model::Ended(alert.state)) return base::FailedPrecondition("the alert has ended");
  if (alert.rung == climb.from) return base::OkStatus();
  return base::FailedPrecondition("the alert stands on another rung of its ladder");
}

model::Alert AfterClimb(model::Alert alert, const NewClimb& climb) {
  alert.arrival.overdue |= climb.arrival_overdue;
  if (climb.arrival_overdue) return alert;
  alert.rung = climb.to;
  alert.climb_at = climb.climb_at;
  alert.telephone.wanted |= climb.called;
  alert.telephone.unready |= climb.unready;
  return alert;
}

namespace {

// Whoever answers such a call says that they have the alert.
bool OfTheAlert(v1::CallAbout about) {
  return about == v1::CALL_ABOUT_UNSPECIFIED || about == v1::CALL_ABOUT_ALERT ||
         about == v1::CALL_ABOUT_UNREADY;
}

}  // namespace

Status CheckCall(const model::Alert* alert, const NewCall& call) {
  if (alert == nullptr || alert->force != call.force) return NoSuchAlert();
  if (model::Ended(alert->state) && !IsCalled(*alert)) {
    return base::FailedPrecondition("the alert has ended: nobody is to be telephoned about it");
  }
  if (alert->telephone.calls != call.calls_before) {
    return base::AlreadyExists("another call about this alert was recorded since; list them again");
  }
  if (!call.subject) return base::OkStatus();
  const v1::CallAbout now = model::CallAboutOf(*alert), then = call.subject->about;
  const bool same = now == then || (OfTheAlert(now) && OfTheAlert(then));
  if (same && call.subject->revision == alert->revision) return base::OkStatus();
  return base::FailedPrecondition(
      "what the school is to be telephoned about has changed since; list the calls again");
}

bool SameCall(const model::Alert& alert, const NewCall& call) {
  return alert.force == call.force && alert.telephone.calls == call.calls_before + 1 &&
         alert.telephone.last == call.outcome && alert.telephone.last_by == call.officer;
}

model::Alert AfterCall(model::Alert alert, const NewCall& call) {
  ++alert.telephone.calls;
  alert.telephone.last = call.outcome;
  alert.telephone.last_by = call.officer;
  alert.telephone.last_at = call.at;
  alert.telephone.again_at = call.again_at;
  const v1::CallAbout about = model::CallAboutOf(alert);
  if (call.arrival != v1::ARRIVAL_UNSPECIFIED) model::Say(call.arrival, call.at, alert);
  if (call.outcome != v1::CALL_OUTCOME_ACKNOWLEDGED) return alert;
  if (about == v1::CALL_ABOUT_ABSENCE && alert.arrival.said == v1::ARRIVAL_ABSENT) {
    alert.arrival.decided = true;
  }
  if (about == v1::CALL_ABOUT_REPLY) alert.replies -= std::min(alert.replies, call.replies);
  if (!OfTheAlert(about) || model::Ended(alert.state)) return alert;
  alert.state = v1::ALERT_STATE_ACKNOWLEDGED;
  alert.changed_at = call.at;
  alert.acknowledged_at = call.at;
  alert.arrival = model::AskArrival(alert, call.at);
  return alert;
}

bool Climbs(const model::Alert& alert) {
  return model::LookAt(alert).has_value();
}

bool IsCalled(const model::Alert& alert) {
  return model::CallAboutOf(alert) != v1::CALL_ABOUT_UNSPECIFIED;
}

}  // namespace firstbell::store
