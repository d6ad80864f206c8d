#include "broker/calendar/school_days.h"

#include <algorithm>
#include <iterator>

namespace firstbell::calendar {
namespace {

using model::Date;
using model::DateRange;
using model::DateRanges;
using model::SchoolYear;

constexpr int kLongestSummer = 70;         // between two terms that are known
constexpr int kLongestHoliday = 40;        // the others
constexpr int kLongestUnknownSummer = 60;  // where what follows is not known

// What the nearest layer that says anything says, of one list.
DateRanges Nearest(absl::Span<const Layer> layers, DateRanges SchoolYear::*field) {
  for (const Layer& layer : layers) {
    if (layer.year && !(layer.year->*field).empty()) return layer.year->*field;
  }
  return {};
}

DateRanges HalfTerms(absl::Span<const Layer> layers) {
  for (const Layer& layer : layers) {
    if (!layer.year) continue;
    if (!layer.year->half_terms.empty() || !layer.year->terms.empty()) {
      return layer.year->half_terms;
    }
  }
  return {};
}

void Fill(const model::DayHours& from, model::DayHours& hours) {
  if (!hours.window) hours.window = from.window;
  if (!hours.bell) hours.bell = from.bell;
  if (!hours.closing) hours.closing = from.closing;
}

model::SchoolHours InOrder(const model::DayHours& said) {
  const model::SchoolHours usual;
  model::SchoolHours hours{*said.window, *said.bell, *said.closing};
  if (hours.window >= hours.bell) {
    hours.window = std::max(absl::ZeroDuration(), hours.bell - (usual.bell - usual.window));
  }
  if (hours.closing <= hours.bell) {
    const absl::Duration last = absl::Hours(24) - absl::Minutes(1);
    hours.closing = std::min(last, hours.bell + (usual.closing - usual.bell));
  }
  return hours;
}

model::SchoolHours HoursOf(absl::Span<const Layer> layers, std::size_t weekday) {
  model::DayHours hours;
  for (const Layer& layer : layers) {
    if (layer.year) Fill(layer.year->hours[weekday], hours);
    if (!layer.every_day) continue;
    Fill({layer.every_day->window, layer.every_day->bell, layer.every_day->closing}, hours);
  }
  const model::SchoolHours usual;
  Fill({usual.window, usual.bell, usual.closing}, hours);
  return InOrder(hours);
}

bool OverAugust(Date before, Date after) {
  const Date first(before.year(), 8, 1);
  return (before < first && first < after) || Date(before.year() + 1, 8, 1) < after;
}

bool Plausible(Date ended, Date begins) {
  const int longest = OverAugust(ended, begins) ? kLongestSummer : kLongestHoliday;
  return begins - ended - 1 <= longest;
}

// The last day of the summer after a last term that ended then, as far as it is believed; before
// `ended` where that is no summer.
Date UnknownSummerEnds(model::Nation nation, Date ended) {
  if (ended.month() < 6 || ended.month() > 8) return ended - 1;
  const Date nobody_yet(ended.year(), 8, nation == v1::NATION_SCOTLAND ? 7 : 23);
  return std::min(ended + kLongestUnknownSummer, nobody_yet);
}

}  // namespace

SchoolDays Plain(model::Nation nation, const model::SchoolHours& hours) {
  SchoolDays school{.nation = nation};
  school.hours.fill(hours);
  return school;
}

SchoolDays Resolve(model::Nation nation, absl::Span<const Layer> nearest_first) {
  SchoolDays school{.nation = nation,
                    .terms = Nearest(nearest_first, &SchoolYear::terms),
                    .half_terms = HalfTerms(nearest_first),
                    .inset = Nearest(nearest_first, &SchoolYear::inset),
                    .closed = Nearest(nearest_first, &SchoolYear::closed),
                    .open = Nearest(nearest_first, &SchoolYear::open)};
  std::optional<model::Weekdays> weekdays;
  std::optional<bool> boarding;
  for (const Layer& layer : nearest_first) {
    if (!layer.year) continue;
    if (!weekdays && !layer.year->weekdays.empty()) weekdays = layer.year->weekdays;
    if (!boarding) boarding = layer.year->boarding;
    if (!school.holiday_contact) school.holiday_contact = layer.year->holiday_contact;
  }
  school.weekdays = weekdays.value_or(school.weekdays);
  school.boarding = boarding.value_or(false);
  for (std::size_t day = 0; day < school.hours.size(); ++day) {
    school.hours[day] = HoursOf(nearest_first, day);
  }
  return school;
}

InTerms TermsOn(const SchoolDays& school, Date day) {
  const DateRanges& terms = school.terms;
  const auto next =
      std::upper_bound(terms.begin(), terms.end(), day,
                       [](Date left, const DateRange& term) { return left < term.first; });
  if (next == terms.begin()) return InTerms::kUnknown;
  const Date ended = std::prev(next)->last;
  if (day <= ended) return InTerms::kTerm;
  const bool holiday = next != terms.end() ? Plausible(ended, next->first)
                                           : day <= UnknownSummerEnds(school.nation, ended);
  return holiday ? InTerms::kHoliday : InTerms::kUnknown;
}

}  // namespace firstbell::calendar
