#include "clients/school/web/pattern_view.h"

#include <algorithm>
#include <array>
#include <utility>

namespace firstbell::school::web {
namespace {

using school_records::Patterns;
using school_records::Said;
using school_records::SaidTable;

constexpr std::size_t kMonths = 12;
constexpr std::size_t kShades = 4;
// Of a column; above it stands its number.
constexpr std::uint64_t kTallestPercent = 84;
constexpr std::uint64_t kLongestPercent = 100;

std::uint64_t Largest(const std::vector<Said>& numbers) {
  std::uint64_t largest = 0;
  for (const Said& number : numbers) largest = std::max(largest, number.value_or(0));
  return largest;
}

// Rounded up, so that one of many can still be seen.
std::uint64_t Share(std::uint64_t number, std::uint64_t of, std::uint64_t whole) {
  return of == 0 ? 0 : (number * whole + of - 1) / of;
}

bool AnyWithheld(const SaidTable& table) {
  return std::any_of(table.cells.begin(), table.cells.end(),
                     [](const Said& cell) { return !cell.has_value(); });
}

// A number as text, or that it is left out.
Json NumberView(const Said& number) {
  return {{"number", number ? std::to_string(*number) : "–"},
          {"said", number ? std::to_string(*number) : "left out"}};
}

// --- By month ---------------------------------------------------------------------------------

constexpr std::array<const char*, kMonths> kMonthNames = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};

// A month in which nothing came is not told from one in which something is withheld, where that
// is so of any; also before the first alert and after the last.
Said InMonth(const Patterns& patterns, absl::CivilMonth month) {
  const auto& months = patterns.months;
  const auto found = std::find(months.begin(), months.end(), month);
  if (found != months.end()) {
    return patterns.by_month.cells[static_cast<std::size_t>(found - months.begin())];
  }
  return AnyWithheld(patterns.by_month) ? Said() : Said(0);
}

std::string NameOf(absl::CivilMonth month) {
  return kMonthNames[static_cast<std::size_t>(month.month()) - 1];
}

std::string NameAndYearOf(absl::CivilMonth month) {
  return NameOf(month) + " " + std::to_string(month.year());
}

Json ColumnsView(const Patterns& patterns, const PatternPeriod& period) {
  const std::uint64_t largest = Largest(patterns.by_month.cells);
  Json columns = Json::array();
  for (absl::CivilMonth month = period.first; month < period.end(); ++month) {
    const Said number = InMonth(patterns, month);
    const std::uint64_t height = Share(number.value_or(0), largest, kTallestPercent);
    Json column = NumberView(number);
    column["name"] = NameAndYearOf(month);
    column["short"] = NameOf(month).substr(0, 3);
    column["height"] = height;
    column["top"] = 100 - height;
    columns.push_back(std::move(column));
  }
  return columns;
}

// --- By year group and weekday ----------------------------------------------------------------

struct HeatRow {
  std::string name;
  std::vector<Said> cells;
  Said total;
};

std::vector<HeatRow> RowsOf(const Patterns& patterns) {
  const SaidTable& table = patterns.by_year_and_weekday;
  std::vector<HeatRow> rows;
  for (std::size_t row = 0; row < table.rows; ++row) {
    const std::string& group = patterns.year_groups[row];
    const auto first = table.cells.begin() + static_cast<std::ptrdiff_t>(row * table.columns);
    rows.push_back({group.empty() ? "Not known" : group,
                    {first, first + static_cast<std::ptrdiff_t>(table.columns)},
                    table.row_totals[row]});
  }
  return rows;
}

bool SaysSomething(const HeatRow& row) {
  return row.total.has_value() || Largest(row.cells) > 0;
}

// That a year group is named says that there was an alert about it: those of which no number is
// said stand together under no name of theirs.
std::vector<HeatRow> WithoutFewNamed(std::vector<HeatRow> rows) {
  const std::size_t before = rows.size();
  std::erase_if(rows, [](const HeatRow& row) { return !SaysSomething(row); });
  if (rows.size() < before) {
    rows.push_back({rows.empty() ? "All year groups" : "Other year groups",
                    std::vector<Said>(school_records::kWeekdays), Said()});
  }
  return rows;
}

Json CellView(const Said& number, std::uint64_t largest) {
  Json cell = NumberView(number);
  cell["heat"] = Share(number.value_or(0), largest, kShades);
  return cell;
}

Json HeatView(const Patterns& patterns) {
  const SaidTable& table = patterns.by_year_and_weekday;
  const std::uint64_t largest = Largest(table.cells);
  Json rows = Json::array();
  for (const HeatRow& row : WithoutFewNamed(RowsOf(patterns))) {
    Json cells = Json::array();
    for (const Said& cell : row.cells) cells.push_back(CellView(cell, largest));
    rows.push_back({{"label", row.name}, {"cells", cells}, {"total", NumberView(row.total)}});
  }
  Json totals = Json::array();
  for (const Said& total : table.column_totals) totals.push_back(NumberView(total));
  return {{"rows", rows}, {"totals", totals}, {"total", NumberView(table.total)}};
}

// --- Bars -------------------------------------------------------------------------------------

struct Bar {
  std::string label;
  std::size_t cell;  // of the list
};

Json BarsView(const SaidTable& list, const std::vector<Bar>& labels) {
  const std::uint64_t largest = Largest(list.cells);
  Json bars = Json::array();
  for (const Bar& label : labels) {
    const Said& number = list.cells.at(label.cell);
    Json bar = NumberView(number);
    bar["label"] = label.label;
    bar["width"] = Share(number.value_or(0), largest, kLongestPercent);
    bars.push_back(std::move(bar));
  }
  return bars;
}

std::size_t At(school_records::ActionTime time) {
  return static_cast<std::size_t>(time);
}

// To the next whole hour or day: whose it is could be read from one that is exact.
std::string Roughly(absl::Duration took) {
  const std::int64_t hours = absl::ToInt64Hours(absl::Ceil(took, absl::Hours(1)));
  if (hours <= 1) return "an hour";
  if (hours <= 48) return std::to_string(hours) + " hours";
  return std::to_string((hours + 23) / 24) + " days";
}

}  // namespace

Json NotClosedView(const PatternPeriod& period) {
  return {{"from", "1 " + NameAndYearOf(period.closes())},
          {"none", false},
          {"few", false},
          {"charts", nullptr}};
}

Json PatternsView(const Patterns& patterns, const PatternPeriod& period) {
  using school_records::ActionTime;
  const Said alerts = patterns.by_month.total;
  if (!alerts || *alerts == 0) {
    return {{"from", nullptr}, {"none", alerts.has_value()}, {"few", !alerts}, {"charts", nullptr}};
  }
  Json charts = {
      {"alerts", NumberView(alerts)},
      {"children", NumberView(patterns.repeats.total)},
      {"part", period.months < static_cast<int>(kMonths)},
      {"columns", ColumnsView(patterns, period)},
      {"heat", HeatView(patterns)},
      {"repeats",
       {{"bars",
         BarsView(
             patterns.repeats,
             {{"One alert", 0}, {"Two alerts", 1}, {"Three alerts", 2}, {"Four or more", 3}})}}},
      {"actions",
       {{"bars",
         BarsView(patterns.action_times, {{"Within an hour", At(ActionTime::kWithinHour)},
                                          {"Within a day", At(ActionTime::kWithinDay)},
                                          {"Within a week", At(ActionTime::kWithinWeek)},
                                          {"Later", At(ActionTime::kLater)},
                                          {"Nothing is written down", At(ActionTime::kNone)}})}}},
      {"arrivals",
       {{"bars", BarsView(patterns.arrivals, {{"Seen at school", v1::ARRIVAL_SEEN},
                                              {"Came late", v1::ARRIVAL_LATE},
                                              {"Absent", v1::ARRIVAL_ABSENT},
                                              {"Nothing was said", v1::ARRIVAL_UNSPECIFIED}})}}}};
  charts["median"] = nullptr;
  if (patterns.median_to_action) charts["median"] = Roughly(*patterns.median_to_action);
  return {{"from", nullptr}, {"none", false}, {"few", false}, {"charts", std::move(charts)}};
}

}  // namespace firstbell::school::web
