// The half of judge.h that looks at one alert after another: its times, its sealings, its receipts
// and its ladder, in the store and in the log.

#include <algorithm>

#include "broker/base/limits.h"
#include "tests/simulation/judge.h"
#include "tests/simulation/ladders.h"

namespace firstbell::simulation {
namespace {

// Two looks of the broker, and one that is refused.
constexpr absl::Duration kLooksByDay = absl::Minutes(3), kLooksByNight = absl::Minutes(16);
// Times travel through the log as microseconds.
constexpr absl::Duration kRounding = absl::Milliseconds(1);

Urgent UrgencyOf(const model::Alert& alert) {
  return alert.urgent ? Urgent::kYes : Urgent::kNo;
}

bool Within(absl::Time time, absl::Time least, absl::Time most) {
  return least <= time && time <= most;
}

}  // namespace

void Judge::CheckAlert(const base::AlertId& id) {
  const LoggedAlert& logged = *logged_.Find(id);
  const auto alert = truth_.GetAlert(id);
  Check("what the log tells of stands", alert.ok(), "alert " + id.value() + " is in the log alone");
  if (!alert.ok()) return;
  Check("the log says whose it is", alert->urn == logged.urn && alert->force == logged.force,
        "the log names another school or force of alert " + id.value());
  const bool agrees = model::Ended(alert->state) == logged.ended();
  Check("the log says whether it ended", agrees,
        "alert " + id.value() + " is " + std::string(model::Word(alert->state)) +
            ", and the log tells another end");
  Check("the log has its rungs", alert->rung == logged.climbs.size(),
        "alert " + id.value() + " stands on rung " + std::to_string(alert->rung) +
            " of its ladder, and the log has " + std::to_string(logged.climbs.size()));
  Check("what a school said back waits until it was read", alert->replies == logged.replies,
        "alert " + id.value() + " has " + std::to_string(logged.replies) +
            " replies that no officer had read, and " + std::to_string(alert->replies) +
            " of them wait");
  CheckReceipts(*alert, logged);
  CheckSealings(*alert, logged);
  CheckTimes(*alert);
  on_the_ladder_.insert(id);
}

void Judge::CheckReceipts(const model::Alert& alert, const LoggedAlert& logged) {
  std::set<Statement> stored;
  const auto receipts = truth_.ReceiptsOf(alert.id);
  for (const model::Receipt& one : *receipts) {
    stored.insert(StatementOf(one.alert_id, one.sealing, one.kind, one.signer, one.at));
    const auto member = stage_.evidence.members.find(one.signer);
    const bool ours = member != stage_.evidence.members.end() &&
                      stage_.country.school(member->second.school).urn == alert.urn;
    Check("receipts are signed at the school",
          ours && one.recorded_at <= stage_.now() && (one.recorded_at <= member->second.left),
          "alert " + alert.id.value() + " has a receipt of who is not of its school");
  }
  Check("receipts match the log", stored == logged.receipts,
        "receipts do not match the log: alert " + alert.id.value() + " has " +
            std::to_string(stored.size()) + " in the store and " +
            std::to_string(logged.receipts.size()) + " in the log");
}

void Judge::CheckSealings(const model::Alert& alert, const LoggedAlert& logged) {
  std::uint32_t number = 0;
  for (const LoggedSealing& sealing : logged.sealings) {
    Check("sealings count up", sealing.number == ++number,
          "the log skips a sealing of alert " + alert.id.value());
    if (alert.force == ForceThatAsksFirst()) {
      Check("nothing is told before the school said ours", !sealing.whole || sealing.ours,
            "alert " + alert.id.value() + " was told before its school said that it is its pupil");
    }
    CheckSealedTo(alert, logged, sealing);
  }
  Check("the log has every sealing", number == alert.sealing,
        "alert " + alert.id.value() + " has more sealings than the log");
}

// To people of its school who have not left; and to those of a higher rung no earlier than it was
// climbed, unless there is nobody below.
void Judge::CheckSealedTo(const model::Alert& alert, const LoggedAlert& logged,
                          const LoggedSealing& sealing) {
  const auto stored = truth_.GetSealing(alert.id, sealing.number);
  const auto school = stage_.country.Find(alert.urn);
  std::set<v1::RecipientRole> roles, climbed;
  for (const base::RecipientId& id : stored->people) {
    const auto found = stage_.evidence.members.find(id);
    const bool ours =
        found == stage_.evidence.members.end() ? false : found->second.school == *school;
    Check("sealed to people of the school", ours,
          "alert " + alert.id.value() + " is sealed to somebody of another school");
    if (!ours) continue;
    Check("sealed to nobody who has left", sealing.at <= found->second.left,
          "alert " + alert.id.value() + " is sealed to somebody who has left");
    roles.insert(found->second.role);
  }
  const LadderTruth& ladder = LadderOf(logged.force);
  for (std::size_t i = 0; i < std::max<std::size_t>(sealing.rungs, 1); ++i) {
    climbed.insert(ladder[i].roles.begin(), ladder[i].roles.end());
  }
  const bool within = std::includes(climbed.begin(), climbed.end(), roles.begin(), roles.end());
  const bool nobody_below =
      std::none_of(roles.begin(), roles.end(), [&](auto role) { return climbed.contains(role); });
  Check("sealed to no rung before it is climbed", within || nobody_below,
        "alert " + alert.id.value() + " is sealed to people of a rung that it has not climbed");
}

// --- Times --------------------------------------------------------------------------------------

Judge::Bounds Judge::BoundsOf(const model::Alert& alert, absl::Time came) const {
  const School& school = stage_.country.school(*stage_.country.Find(alert.urn));
  Bounds bounds{{absl::InfiniteFuture(), absl::InfiniteFuture()},
                {absl::InfinitePast(), absl::InfinitePast()}};
  int held = 0;
  for (const Version& version : school.timetables) {
    // The broker's clock may be behind by as much.
    if (version.until + absl::Minutes(30) < came) continue;
    ++held;
    bounds.Add(TimesOf(version.timetable, came, UrgencyOf(alert)));
    bounds.Add(TimesOf(version.timetable, alert.accepted_at, UrgencyOf(alert)));
    AddRevisions(alert, version.timetable, bounds);
    // Times that cannot be met any more are reckoned anew from when that is seen.
    const bool since = version.since > came - absl::Minutes(30);
    if (since) bounds.Add({std::max(version.since, came) - absl::Minutes(30), version.since});
  }
  const bool corrected = !logged_.Find(alert.id)->revised.empty();
  bounds.exact = held == 1 && came == alert.accepted_at && !corrected;
  return bounds;
}

// As if it had come then; what somebody has seen is replaced at once.
void Judge::AddRevisions(const model::Alert& alert, const Timetable& timetable,
                         Bounds& bounds) const {
  for (const absl::Time revised : logged_.Find(alert.id)->revised) {
    const Times times = TimesOf(timetable, revised, UrgencyOf(alert));
    bounds.Add(times);
    bounds.Add({revised - kRounding, times.deadline});
    bounds.Add({revised + kRounding, times.deadline});
  }
}

void Judge::Bounds::Add(const Times& times) {
  least.show_from = std::min(least.show_from, times.show_from);
  least.deadline = std::min(least.deadline, times.deadline);
  most.show_from = std::max(most.show_from, times.show_from);
  most.deadline = std::max(most.deadline, times.deadline);
}

void Judge::CheckTimes(const model::Alert& alert) {
  const auto incident = truth_.GetIncident(alert.incident_id);
  const Bounds bounds = BoundsOf(alert, incident->accepted_at);
  const std::string id = alert.id.value();
  Check("shown from the window of its school",
        Within(alert.show_from, bounds.least.show_from, bounds.most.show_from),
        "alert " + id + " is shown from " + absl::FormatTime(alert.show_from) + ", not from " +
            absl::FormatTime(bounds.least.show_from));
  Check("due at the bell of its school",
        Within(alert.deadline, bounds.least.deadline, bounds.most.deadline),
        "alert " + id + " is due at " + absl::FormatTime(alert.deadline) + ", not at " +
            absl::FormatTime(bounds.least.deadline));
  if (bounds.exact) stage_.tally.Add("check: times to the minute");
}

// One that nobody has seen follows a calendar to earlier.
void Judge::CheckMoved(const model::Alert& alert) {
  const SchoolIndex school = *stage_.country.Find(alert.urn);
  if (stage_.evidence.calendar_changing.contains(school)) return;
  const Times times =
      TimesOf(stage_.country.school(school).timetable(), alert.accepted_at, UrgencyOf(alert));
  if (times.deadline <= stage_.now()) return;
  Check("what waits follows its calendar to earlier",
        alert.show_from <= times.show_from && alert.deadline <= times.deadline,
        "alert " + alert.id.value() + " was not moved to earlier with its school's calendar");
}

// --- The ladder ---------------------------------------------------------------------------------

absl::Time Judge::DueAt(const RungTruth& rung, const model::Alert& alert) {
  const bool at_once = alert.urgent && rung.kind != v1::RUNG_KIND_AUTHORITY;
  if (!rung.minutes_before || at_once) return alert.show_from;
  return std::max(alert.show_from, alert.deadline - absl::Minutes(*rung.minutes_before));
}

// Whatever waited was acknowledged, or its ladder has climbed to where an officer telephones.
void Judge::Morning() {
  std::string after;
  do {
    const auto page = truth_.ListAlerts({}, after, limits::kMaxPageSize);
    for (const model::Alert& alert : page->items) {
      absl::Time calls = absl::InfiniteFuture();
      for (const RungTruth& rung : LadderOf(alert.force)) {
        if (rung.kind == v1::RUNG_KIND_CALLS) calls = DueAt(rung, alert);
      }
      if (SurelyBy(calls) > stage_.now()) continue;  // the broker was down
      Check("a crowd: acknowledged or telephoned by the bell",
            model::Ended(alert.state) || alert.telephone.wanted,
            "alert " + alert.id.value() + " waited for the first morning, and nobody takes it");
      const bool in_time = alert.acknowledged_at && *alert.acknowledged_at < alert.deadline;
      if (in_time) stage_.tally.Add("crowd: acknowledged before the bell");
    }
    after = page->next;
  } while (!after.empty());
}

void Judge::CheckLadders() {
  for (const base::AlertId& id : logged_.open()) {
    const auto alert = truth_.GetAlert(id);
    if (alert.ok() && !model::Seen(*alert)) CheckMoved(*alert);
  }
  std::erase_if(on_the_ladder_, [&](const base::AlertId& id) {
    const auto alert = truth_.GetAlert(id);
    return !alert.ok() || CheckLadder(*alert, *logged_.Find(id));
  });
}

absl::Time Judge::SurelyBy(absl::Time due) const {
  const int minute = MinuteOf(due);
  const bool day = 6 * 60 + 35 <= minute && minute < 17 * 60 + 20;
  const absl::Duration looks = day ? kLooksByDay : kLooksByNight;
  absl::Time by = due + looks;
  for (const Outage& outage : stage_.evidence.outages) {
    if (outage.from <= by && outage.until > due) by = std::max(by, outage.until + looks);
  }
  return by;
}

bool Judge::ClockWasBehind(absl::Time at) const {
  return std::any_of(stage_.evidence.clock_behind.begin(), stage_.evidence.clock_behind.end(),
                     [&](const Outage& one) {
                       return Within(at, one.from - absl::Minutes(40),
                                     one.until + absl::Minutes(60));
                     });
}

// Every rung that was due before it ended was climbed, in order, then and not later. Whether it is
// done with: it has ended, or stands on the last.
bool Judge::CheckLadder(const model::Alert& alert, const LoggedAlert& logged) {
  const LadderTruth& ladder = LadderOf(alert.force);
  const std::string id = alert.id.value();
  const absl::Time end = logged.ended_at.value_or(stage_.now());
  const bool missed = alert.deadline <= end;
  const absl::Time revised = logged.revised.empty() ? absl::InfinitePast() : logged.revised.back();
  for (std::size_t i = 0; i < ladder.size(); ++i) {
    const absl::Time due = std::max({DueAt(ladder[i], alert), alert.accepted_at, revised});
    const absl::Time by = SurelyBy(due);
    if (i < logged.climbs.size()) {
      const LoggedClimb& climb = logged.climbs[i];
      if (climb.at < revised) continue;  // by the times of an earlier version
      Check("no rung before its time", climb.rung == i + 1 && climb.at >= due - kRounding,
            "alert " + id + " climbed its ladder too early or out of order");
      if (logged.rescheduled || ClockWasBehind(due)) continue;
      Check("each rung in its time", climb.at <= by,
            "alert " + id + " climbed rung " + std::to_string(i + 1) + " of its ladder late");
    } else if (by < end && !ClockWasBehind(due)) {
      Check("each rung in its time", false,
            "alert " + id + " has not climbed rung " + std::to_string(i + 1) + " of its ladder");
    }
  }
  if (missed) stage_.tally.Add("check: a missed bell was preceded by its ladder");
  return logged.ended() || logged.climbs.size() == ladder.size();
}

}  // namespace firstbell::simulation
