#include "broker/calendar/calendar.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace firstbell::calendar {
namespace {

constexpr absl::Duration kDaytimeAnswer = absl::Minutes(60);
constexpr absl::Duration kBeforeClosing = absl::Minutes(30);
constexpr int kLongestClosure = 30;  // days without a school day; more is a faulty list

bool IsWeekday(model::Date day) {
  const absl::Weekday weekday = absl::GetWeekday(day);
  return weekday != absl::Weekday::saturday && weekday != absl::Weekday::sunday;
}

}  // namespace

Holidays::Holidays(absl::Span<const model::BankHoliday> holidays) {
  for (const model::BankHoliday& holiday : holidays) days_.emplace(holiday.nation, holiday.date);
}

bool Holidays::Contains(model::Nation nation, model::Date day) const {
  return days_.contains({nation, day});
}

std::optional<model::Date> Holidays::Until(model::Nation nation) const {
  const auto after = days_.upper_bound({nation, model::Date::max()});
  if (after == days_.begin()) return std::nullopt;
  const auto& [of, last] = *std::prev(after);
  if (of != nation) return std::nullopt;
  return last;
}

Calendar::Calendar(absl::TimeZone zone, Holidays holidays)
    : zone_(zone), holidays_(std::move(holidays)) {}

bool Calendar::IsSchoolDay(model::Nation nation, model::Date day) const {
  return IsWeekday(day) && !holidays_.Contains(nation, day);
}

// A list that closes a nation for longer than that is not believed: it must not hold a notice back.
model::Date Calendar::NextSchoolDay(model::Nation nation, model::Date day) const {
  for (int i = 0; i < kLongestClosure; ++i) {
    if (IsSchoolDay(nation, day + i)) return day + i;
  }
  while (!IsWeekday(day)) ++day;
  return day;
}

Timing Calendar::Plan(model::Nation nation, const model::SchoolHours& hours, absl::Time now,
                      Urgency urgency) const {
  const model::Date today = LocalDate(now);
  const absl::Time closing = At(today, hours.closing);
  const bool school_day = IsSchoolDay(nation, today);
  Timing timing;
  if (school_day && At(today, hours.window) <= now && now < closing) {
    const absl::Time answer = std::min(now + kDaytimeAnswer, closing - kBeforeClosing);
    timing = {.show_from = now, .deadline = std::max(now, answer)};
  } else {
    const bool over = !school_day || now >= closing;
    const model::Date next = NextSchoolDay(nation, over ? today + 1 : today);
    timing = {.show_from = At(next, hours.window), .deadline = At(next, hours.bell)};
  }
  if (!urgency.urgent) return timing;
  return {.show_from = now, .deadline = std::min(timing.deadline, now + kDaytimeAnswer)};
}

model::Date Calendar::LocalDate(absl::Time now) const {
  return absl::ToCivilDay(now, zone_);
}

absl::Time Calendar::At(model::Date day, absl::Duration time_of_day) const {
  const absl::CivilSecond local = absl::CivilSecond(day) + absl::ToInt64Seconds(time_of_day);
  const auto info = zone_.At(local);
  // In a gap the clocks jump at `trans`; in a fold `pre` reckons by the offset before, which is
  // first.
  return info.kind == absl::TimeZone::TimeInfo::SKIPPED ? info.trans : info.pre;
}

}  // namespace firstbell::calendar
