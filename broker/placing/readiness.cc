#include "broker/placing/readiness.h"

#include <algorithm>

#include "broker/base/limits.h"

namespace firstbell::placing {
namespace {

// A summer, and some days. A school that has none for so long is asked about.
constexpr int kDaysBack = 75;

absl::Time LastSignOf(const model::Recipient& one) {
  const auto& last = one.is_device() ? one.linked_at : one.confirmed_at;
  return std::max(one.enrolled_at, last.value_or(one.enrolled_at));
}

}  // namespace

std::vector<v1::Unready> UnreadyOf(const model::Alert& alert,
                                   absl::Span<const model::Recipient> recipients,
                                   absl::Time linked_since, model::Date day, absl::Time now) {
  bool device = false, linked = alert.state >= v1::ALERT_STATE_RECEIVED;
  bool person = false, confirmed = false, on_duty = false;
  for (const model::Recipient& one : recipients) {
    if (!one.in_force()) continue;
    if (one.is_device()) {
      device = true;
      linked |= LastSignOf(one) >= linked_since;
      continue;
    }
    if (model::MayBeOneOf(alert.excluded, alert.id, one.display_name)) continue;
    person = true;
    confirmed |= LastSignOf(one) > now - limits::kConfirmedFor;
    on_duty |= one.duty.On(day);
  }
  std::vector<v1::Unready> unready;
  if (!person || !device) unready.push_back(v1::UNREADY_NO_RECIPIENT);
  if (device && !linked) unready.push_back(v1::UNREADY_NO_LINK);
  if (person && !confirmed) unready.push_back(v1::UNREADY_UNCONFIRMED);
  if (person && !on_duty) unready.push_back(v1::UNREADY_NOBODY_ON_DUTY);
  return unready;
}

base::Result<std::vector<v1::Unready>> Readiness::Of(const model::Alert& alert,
                                                     absl::Time now) const {
  FB_ASSIGN_OR_RETURN(const auto recipients, store_.RecipientsOf(alert.urn));
  FB_ASSIGN_OR_RETURN(const absl::Time linked_since, LinkedSince(alert.urn, now));
  const model::Date day = calendar_.Current()->LocalDate(alert.deadline);
  return UnreadyOf(alert, recipients, linked_since, day, now);
}

// The window of the last school day that has begun.
base::Result<absl::Time> Readiness::LinkedSince(base::Urn urn, absl::Time now) const {
  const auto school = store_.GetSchool(urn);
  if (!school.ok() && !absl::IsNotFound(school.status())) return school.status();
  const auto calendar = calendar_.Current();
  const calendar::SchoolDays days =
      school.ok() ? DaysOf(*calendar, *school) : calendar::Plain(v1::NATION_ENGLAND);
  const model::Date today = calendar->LocalDate(now);
  for (model::Date day = today; day > today - kDaysBack; --day) {
    const absl::Time window = calendar->At(day, days.HoursOn(day).window);
    if (window <= now && calendar->IsSchoolDay(days, day)) return window;
  }
  return now - absl::Hours(24 * kDaysBack);
}

}  // namespace firstbell::placing
