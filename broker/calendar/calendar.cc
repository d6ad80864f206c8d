#include "broker/calendar/calendar.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace firstbell::calendar {
namespace {

constexpr absl::Duration kDaytimeAnswer = absl::Minutes(60);
constexpr absl::Duration kBeforeClosing = absl::Minutes(30);
constexpr int kFarthest = 120;  // with the holidays that a list may have beside it

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

Calendar::Calendar(absl::TimeZone zone, Holidays holidays, Defaults defaults)
    : zone_(zone), holidays_(std::move(holidays)), defaults_(std::move(defaults)) {}

SchoolDays Calendar::DaysOf(const model::School& school, const Layer& own) const {
  const auto find = [](const auto& layers, const auto& key) {
    const auto found = layers.find(key);
    return Layer{.year = found == layers.end() ? nullptr : &found->second};
  };
  const Layer layers[] = {own, find(defaults_.trusts, school.trust_code),
                          find(defaults_.authorities, school.local_authority_code),
                          find(defaults_.nations, school.nation)};
  return Resolve(school.nation, layers);
}

DayKind Calendar::KindOf(const SchoolDays& school, model::Date day) const {
  if (model::Contains(school.open, day)) return DayKind::kOpen;
  if (!school.weekdays.Contains(absl::GetWeekday(day))) return DayKind::kWeekend;
  if (holidays_.Contains(school.nation, day)) return DayKind::kBankHoliday;
  if (model::Contains(school.inset, day)) return DayKind::kInset;
  if (model::Contains(school.closed, day)) return DayKind::kClosed;
  if (model::Contains(school.half_terms, day)) return DayKind::kHalfTerm;
  switch (TermsOn(school, day)) {
    case InTerms::kTerm:
      return DayKind::kSchool;
    case InTerms::kHoliday:
      return DayKind::kHoliday;
    case InTerms::kUnknown:
      break;
  }
  return DayKind::kUnknown;
}

bool Calendar::IsSchoolDay(const SchoolDays& school, model::Date day) const {
  const DayKind kind = KindOf(school, day);
  return kind == DayKind::kSchool || kind == DayKind::kOpen || kind == DayKind::kUnknown;
}

model::Date Calendar::NextSchoolDay(const SchoolDays& school, model::Date day) const {
  int closed = 0;
  for (int i = 0; i < kFarthest && closed < kLongestClosure; ++i) {
    if (IsSchoolDay(school, day + i)) return day + i;
    closed += TermsOn(school, day + i) == InTerms::kHoliday ? 0 : 1;
  }
  while (!IsWeekday(day)) ++day;
  return day;
}

Timing Calendar::Plan(const SchoolDays& school, absl::Time now, Urgency urgency) const {
  const model::Date today = LocalDate(now);
  const model::SchoolHours& hours = school.HoursOn(today);
  const absl::Time closing = At(today, hours.closing);
  const bool school_day = IsSchoolDay(school, today);
  Timing timing;
  if (school_day && At(today, hours.window) <= now && now < closing) {
    const absl::Time answer = std::min(now + kDaytimeAnswer, closing - kBeforeClosing);
    timing = {.show_from = now, .deadline = std::max(now, answer)};
  } else {
    const bool over = !school_day || now >= closing;
    const model::Date next = NextSchoolDay(school, over ? today + 1 : today);
    const model::SchoolHours& then = school.HoursOn(next);
    timing = {.show_from = At(next, then.window), .deadline = At(next, then.bell)};
  }
  if (school.boarding) timing.show_from = now;
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
