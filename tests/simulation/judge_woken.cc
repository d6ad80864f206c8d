// The part of judge.h that looks at wake-ups: each rung's occasion once to an address, where
// something waits, and queued in the step in which the rung was climbed.

#include <algorithm>

#include "tests/simulation/judge.h"
#include "tests/simulation/ladders.h"

namespace firstbell::simulation {
namespace {

absl::Time MinuteOfDay(absl::Time time) {
  return absl::FromUnixSeconds(absl::ToUnixSeconds(time) / 60 * 60);
}

}  // namespace

// Twice, only where the broker died or was stopped between sending and recording.
void Judge::CheckWoken() {
  const auto& outages = stage_.evidence.outages;
  for (const Woken& one : std::exchange(stage_.evidence.woken, {})) {
    Check("nobody is woken for nothing", one.needed,
          "a person at " + one.urn.ToString() + " was woken for nothing");
    if (!one.delivered) continue;
    const auto [last, is_new] = delivered_.emplace(std::pair(one.address, one.occasion), one.at);
    const absl::Time before = std::exchange(last->second, one.at);
    const bool died = std::any_of(outages.begin(), outages.end(), [&](const Outage& outage) {
      return before <= outage.from && outage.from <= one.at;
    });
    Check("each occasion wakes once", is_new || died,
          "a person at " + one.urn.ToString() + " was woken twice on one occasion");
  }
}

// Of the rungs that were climbed today.
void Judge::CheckQueued() {
  for (const base::AlertId& id : logged_.touched()) {
    const LoggedAlert& logged = *logged_.Find(id);
    const auto alert = truth_.GetAlert(id);
    const bool moved = logged.rescheduled || !logged.revised.empty();
    if (!alert.ok() || moved || logged.climbs.empty()) continue;
    const absl::Time climbed = logged.climbs.back().at;
    if (stage_.now() - climbed < absl::Hours(24)) CheckQueued(*alert, logged, climbed);
  }
}

// The occasion is the highest rung of people that was climbed in that step.
void Judge::CheckQueued(const model::Alert& alert, const LoggedAlert& logged, absl::Time climbed) {
  const LadderTruth& ladder = LadderOf(alert.force);
  std::optional<absl::Time> occasion;
  for (const LoggedClimb& climb : logged.climbs) {
    const RungTruth& rung = ladder[climb.rung - 1];
    if (climb.at == climbed && rung.kind == v1::RUNG_KIND_PEOPLE) occasion = DueAt(rung, alert);
  }
  const auto ways = truth_.WakeUpsOf(alert.urn);
  if (!occasion || !ways.ok() || ways->ways.empty()) return;
  const auto queued = truth_.QueuedWakeUps(alert.urn);
  const bool there = std::any_of(queued->begin(), queued->end(), [&](const store::WakeUp& wake_up) {
    return wake_up.occasion.reason == model::WakeUpReason::kRung &&
           wake_up.occasion.at == MinuteOfDay(*occasion);
  });
  Check("a climb queues its wake-up", there,
        "alert " + alert.id.value() + " climbed, and nobody was to be woken");
}

}  // namespace firstbell::simulation
