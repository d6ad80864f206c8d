#include "broker/placing/rescheduler.h"

#include <algorithm>

namespace firstbell::placing {
namespace {

model::Event RescheduledEvent(const model::Alert& alert, const calendar::Timing& timing,
                              absl::Time now) {
  return model::Event(model::EventKind::kAlertRescheduled, now)
      .With(alert.incident_id)
      .With(alert.id)
      .With(alert.force)
      .With(alert.urn)
      .With(alert.authority)
      .WithTime("show_from", timing.show_from)
      .WithTime("deadline", timing.deadline);
}

}  // namespace

calendar::Timing PlanFor(const store::SchoolFacts& school, const calendar::Calendar& calendar,
                         absl::Time came, bool urgent, absl::Time now) {
  const calendar::SchoolDays days = DaysOf(calendar, school);
  const auto plan = [&](absl::Time from) { return calendar.Plan(days, from, {urgent}); };
  const calendar::Timing timing = plan(came);
  return timing.deadline <= now && came < now ? plan(now) : timing;
}

calendar::Timing Retime(const model::Alert& alert, const store::SchoolFacts& school,
                        const calendar::Calendar& calendar, absl::Time now) {
  const calendar::Timing fresh = PlanFor(school, calendar, alert.accepted_at, alert.urgent, now);
  return {std::min(alert.show_from, fresh.show_from), std::min(alert.deadline, fresh.deadline)};
}

base::Result<std::size_t> Rescheduler::School(base::Urn urn, absl::Time now) {
  std::size_t moved = 0;
  const base::Status walked = Walk(urn, now, moved);
  if (moved > 0 && moved_) moved_(urn);
  if (!walked.ok()) return walked;
  return moved;
}

base::Result<std::size_t> Rescheduler::Everywhere(absl::Time now) {
  FB_ASSIGN_OR_RETURN(const std::vector<base::Urn> urns, store_.SchoolsWithOpenAlerts());
  std::size_t moved = 0;
  for (const base::Urn urn : urns) {
    FB_ASSIGN_OR_RETURN(const std::size_t here, School(urn, now));
    moved += here;
  }
  return moved;
}

base::Status Rescheduler::Walk(base::Urn urn, absl::Time now, std::size_t& moved) {
  FB_ASSIGN_OR_RETURN(const store::SchoolFacts school, store_.GetSchool(urn));
  std::string after;
  do {
    FB_ASSIGN_OR_RETURN(const auto page, store_.OpenAlerts(urn, after, limits::kMaxPageSize));
    for (const store::OpenAlert& open : page.items) {
      FB_ASSIGN_OR_RETURN(const bool did, Move(open.alert, school, now));
      moved += did ? 1 : 0;
    }
    after = page.next;
  } while (!after.empty());
  return base::OkStatus();
}

// If we crash between two alerts, the walk at the next start moves the rest.
base::Result<bool> Rescheduler::Move(const model::Alert& alert, const store::SchoolFacts& school,
                                     absl::Time now) {
  if (model::Seen(alert)) return false;
  const calendar::Timing timing = Retime(alert, school, *calendar_.Current(), now);
  if (timing.show_from == alert.show_from && timing.deadline == alert.deadline) return false;
  const base::Status stored = store_.Reschedule(alert.id, timing.show_from, timing.deadline,
                                                {RescheduledEvent(alert, timing, now)});
  // It was shown, or ended, meanwhile: its times stand.
  if (absl::IsFailedPrecondition(stored)) return false;
  FB_RETURN_IF_ERROR(stored);
  return true;
}

}  // namespace firstbell::placing
