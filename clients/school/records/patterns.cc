#include "clients/school/records/patterns.h"

#include <algorithm>
#include <map>
#include <utility>

namespace firstbell::school_records {
namespace {

// Children by number, as suppression takes them.
class Numbers {
 public:
  std::size_t Of(const ChildId& child) {
    return numbers_.emplace(child, numbers_.size()).first->second;
  }
  std::size_t size() const { return numbers_.size(); }

 private:
  std::map<ChildId, std::size_t> numbers_;
};

void Count(Tally& tally, std::size_t child) {
  ++tally.count;
  tally.children.insert(child);
}

SaidTable ListOf(const std::vector<Tally>& cells) {
  return Suppress(1, cells.size(), cells);
}

std::size_t Index(absl::Weekday weekday) {
  return static_cast<std::size_t>(weekday);  // Monday is 0
}

absl::CivilMonth MonthOf(const AlertFact& alert, absl::TimeZone zone) {
  return absl::CivilMonth(absl::ToCivilDay(alert.received, zone));
}

std::vector<absl::CivilMonth> MonthsOf(absl::Span<const AlertFact> alerts, absl::TimeZone zone) {
  std::vector<absl::CivilMonth> months;
  if (alerts.empty()) return months;
  const auto earlier = [](const AlertFact& a, const AlertFact& b) {
    return a.received < b.received;
  };
  const auto [first, last] = std::minmax_element(alerts.begin(), alerts.end(), earlier);
  const absl::CivilMonth end = MonthOf(*last, zone);
  for (absl::CivilMonth month = MonthOf(*first, zone); month <= end; ++month) {
    months.push_back(month);
  }
  return months;
}

// "Year 2" before "Year 10", Reception before both, what nobody knows last.
std::tuple<int, long, std::string> SchoolOrder(const std::string& year_group) {
  if (year_group.empty()) return {3, 0, year_group};
  const std::size_t digits = year_group.find_first_of("0123456789");
  if (digits == std::string::npos) return {year_group == "Reception" ? 0 : 2, 0, year_group};
  long number = 0;
  for (std::size_t at = digits; at < year_group.size() && at < digits + 4; ++at) {
    if (year_group[at] < '0' || year_group[at] > '9') break;
    number = number * 10 + (year_group[at] - '0');
  }
  return {1, number, year_group};
}

std::vector<std::string> YearGroupsOf(absl::Span<const AlertFact> alerts) {
  std::vector<std::string> groups;
  for (const AlertFact& alert : alerts) groups.push_back(alert.year_group);
  std::sort(groups.begin(), groups.end(), [](const std::string& a, const std::string& b) {
    return SchoolOrder(a) < SchoolOrder(b);
  });
  groups.erase(std::unique(groups.begin(), groups.end()), groups.end());
  return groups;
}

ActionTime TimeToAction(const AlertFact& alert) {
  if (!alert.first_action) return ActionTime::kNone;
  const absl::Duration took = *alert.first_action - alert.received;
  if (took <= absl::Hours(1)) return ActionTime::kWithinHour;
  if (took <= absl::Hours(24)) return ActionTime::kWithinDay;
  return took <= absl::Hours(24 * 7) ? ActionTime::kWithinWeek : ActionTime::kLater;
}

// Of an even number the earlier of the two in the middle.
std::optional<absl::Duration> MedianToAction(absl::Span<const AlertFact> alerts) {
  std::vector<absl::Duration> took;
  std::set<ChildId> children;
  for (const AlertFact& alert : alerts) {
    if (!alert.first_action) continue;
    took.push_back(*alert.first_action - alert.received);
    children.insert(alert.child);
  }
  if (children.size() < kFewestChildren) return std::nullopt;
  const auto middle = took.begin() + static_cast<std::ptrdiff_t>((took.size() - 1) / 2);
  std::nth_element(took.begin(), middle, took.end());
  return *middle;
}

SaidTable RepeatsOf(absl::Span<const AlertFact> alerts, Numbers& numbers) {
  std::map<std::size_t, std::size_t> alerts_of;
  for (const AlertFact& alert : alerts) ++alerts_of[numbers.Of(alert.child)];
  std::vector<Tally> cells(kRepeats);
  for (const auto& [child, count] : alerts_of) {
    Count(cells[std::min(count, kRepeats) - 1], child);
  }
  return ListOf(cells);
}

void Round(Said& number) {
  if (number) *number = (*number + kRoundedTo / 2) / kRoundedTo * kRoundedTo;
}

void Round(SaidTable& table) {
  for (auto* numbers : {&table.cells, &table.row_totals, &table.column_totals}) {
    for (Said& number : *numbers) Round(number);
  }
  Round(table.total);
}

std::size_t Place(absl::Span<const std::string> sorted, const std::string& value) {
  return static_cast<std::size_t>(std::find(sorted.begin(), sorted.end(), value) - sorted.begin());
}

}  // namespace

Patterns PatternsOf(absl::Span<const AlertFact> alerts, absl::TimeZone zone) {
  Patterns patterns;
  patterns.months = MonthsOf(alerts, zone);
  patterns.year_groups = YearGroupsOf(alerts);
  Numbers numbers;
  std::vector<Tally> months(patterns.months.size());
  std::vector<Tally> days(patterns.year_groups.size() * kWeekdays);
  std::vector<Tally> actions(kActionTimes), arrivals(kArrivals);
  for (const AlertFact& alert : alerts) {
    const std::size_t child = numbers.Of(alert.child);
    const absl::CivilDay day = absl::ToCivilDay(alert.received, zone);
    Count(months[static_cast<std::size_t>(absl::CivilMonth(day) - patterns.months.front())], child);
    Count(days[Place(patterns.year_groups, alert.year_group) * kWeekdays +
               Index(absl::GetWeekday(day))],
          child);
    Count(actions[static_cast<std::size_t>(TimeToAction(alert))], child);
    Count(arrivals[static_cast<std::size_t>(alert.arrival)], child);
  }
  patterns.by_month = ListOf(months);
  patterns.by_year_and_weekday = Suppress(patterns.year_groups.size(), kWeekdays, days);
  patterns.repeats = RepeatsOf(alerts, numbers);
  patterns.action_times = ListOf(actions);
  patterns.median_to_action = MedianToAction(alerts);
  patterns.arrivals = ListOf(arrivals);
  return patterns;
}

Patterns Rounded(Patterns patterns) {
  for (SaidTable* table : {&patterns.by_month, &patterns.by_year_and_weekday, &patterns.repeats,
                           &patterns.action_times, &patterns.arrivals}) {
    Round(*table);
  }
  return patterns;
}

}  // namespace firstbell::school_records
