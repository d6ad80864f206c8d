#include "clients/audit/report_figures.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "clients/audit/report_words.h"

namespace firstbell::audit_client {
namespace {

using nlohmann::json;

// One row of a figure of shares: how the table, the axis and the finding name it.
struct ShareRow {
  std::string label, axis, phrase;
  Share share;
};

constexpr std::string_view kBefore = "Before the bell";
constexpr std::string_view kDue = "All that were due";
constexpr std::string_view kTooFew = "There are too few alerts to say.";

json Number(const Count& count) {
  return count.rounded ? json(*count.rounded) : json();
}

json Number(const Share& share) {
  return share.percent ? json(std::round(*share.percent * 100) / 100) : json();
}

Grid SharesTable(std::string caption, std::string first_column, const std::vector<ShareRow>& rows) {
  Grid grid{
      std::move(caption),
      {{std::move(first_column), false}, {std::string(kBefore)}, {std::string(kDue)}, {"Share"}},
      {}};
  for (const ShareRow& row : rows) {
    grid.rows.push_back(
        {row.label, CountText(row.share.part), CountText(row.share.whole), PercentText(row.share)});
  }
  return grid;
}

std::vector<ShareRow> Known(const std::vector<ShareRow>& rows) {
  std::vector<ShareRow> known;
  for (const ShareRow& row : rows) {
    if (row.share.percent) known.push_back(row);
  }
  return known;
}

bool IsLower(const ShareRow& a, const ShareRow& b) {
  return *a.share.percent < *b.share.percent;
}

// Where the share is lowest and highest. `plural` is what the rows are: "weeks".
std::string Extremes(const std::vector<ShareRow>& rows, std::string_view plural) {
  const std::vector<ShareRow> known = Known(rows);
  if (known.empty()) return std::string(kTooFew);
  const auto [low, high] = std::minmax_element(known.begin(), known.end(), IsLower);
  if (known.size() == 1) return "Alone " + low->phrase + ": " + ShareText(low->share) + ".";
  const auto highest = std::count_if(known.begin(), known.end(), [high = high](const auto& row) {
    return row.share.percent == high->share.percent;
  });
  const std::string of = NumberText(known.size()) + " " + std::string(plural);
  if (static_cast<std::size_t>(highest) == known.size()) {
    return PercentText(high->share) + " in all of the " + of + ".";
  }
  const std::string text = "Lowest " + low->phrase + ": " + ShareText(low->share) + ". ";
  if (highest == 1) return text + "Highest " + high->phrase + ": " + ShareText(high->share) + ".";
  return text + "Highest in " + NumberText(static_cast<std::uint64_t>(highest)) + " of " + of +
         ": " + PercentText(high->share) + ".";
}

json Values(std::string_view kind, const std::vector<ShareRow>& rows) {
  if (Known(rows).empty()) return {};
  json chart = {{"kind", kind},
                {"unit", "percent"},
                {"labels", json::array()},
                {"values", json::array()},
                {"texts", json::array()}};
  for (const ShareRow& row : rows) {
    chart["labels"].push_back(row.axis);
    chart["values"].push_back(Number(row.share));
    chart["texts"].push_back(kind == "ranks" ? ShareText(row.share) : PercentText(row.share));
  }
  return chart;
}

// --- Over time --------------------------------------------------------------------------------

std::string PeriodPhrase(PeriodStep step, absl::CivilDay first) {
  return (step == PeriodStep::kWeek ? "in the week from " : "on ") + DayText(first);
}

// One point for each day or week from the first to the last: one without alerts is a gap.
std::vector<ShareRow> Evenly(const ReportData& data) {
  std::map<absl::CivilDay, Share> shares;
  for (const PeriodShare& period : data.over_time) shares[period.first] = period.share;
  std::vector<ShareRow> rows;
  const int step = data.step == PeriodStep::kWeek ? 7 : 1;
  for (absl::CivilDay day = shares.begin()->first; day <= shares.rbegin()->first; day += step) {
    const auto found = shares.find(day);
    const Share share = found == shares.end() ? Share{} : found->second;
    rows.push_back({DayText(day), ShortDayText(day), PeriodPhrase(data.step, day), share});
  }
  return rows;
}

// Where the axis begins, so that differences near 100% can be seen.
int Floor(const std::vector<ShareRow>& rows) {
  double lowest = 100;
  for (const ShareRow& row : rows) lowest = std::min(lowest, row.share.percent.value_or(100));
  return std::clamp(static_cast<int>(lowest / 10) * 10, 0, 90);
}

Figure OverTime(const ReportData& data) {
  const bool weeks = data.step == PeriodStep::kWeek;
  std::vector<ShareRow> rows;
  for (const PeriodShare& period : data.over_time) {
    rows.push_back(
        {DayText(period.first), "", PeriodPhrase(data.step, period.first), period.share});
  }
  const std::string title =
      std::string("Share acknowledged before the bell, ") + (weeks ? "week by week" : "day by day");
  std::string finding = Extremes(rows, weeks ? "weeks" : "days");
  if (data.before_bell.percent) {
    finding = "In the whole period: " + ShareText(data.before_bell) + ". " + finding;
  }
  Figure figure{"over-time",
                title,
                finding,
                "",
                SharesTable(title, weeks ? "Week of acceptance, from" : "Day of acceptance", rows),
                {}};
  const std::vector<ShareRow> even = Evenly(data);
  figure.chart = Values("line", even);
  if (figure.chart.is_null()) return figure;
  const int floor = Floor(even);
  figure.chart["floor"] = floor;
  figure.chart["days"] = weeks ? 7 : 1;
  if (floor > 0) figure.note = "The axis begins at " + std::to_string(floor) + "%, not at 0%.";
  return figure;
}

// --- By weekday and hour ----------------------------------------------------------------------

Figure ByWeekday(const ReportData& data) {
  std::vector<ShareRow> rows;
  for (const WeekdayShare& row : data.by_weekday) {
    const std::string day = WeekdayText(row.weekday);
    rows.push_back({day, day.substr(0, 3), "on a " + day, row.share});
  }
  const std::string title = "Share acknowledged before the bell, by weekday of acceptance";
  return {"by-weekday",
          title,
          Extremes(rows, "weekdays"),
          "",
          SharesTable(title, "Weekday of acceptance", rows),
          Values("bars", rows)};
}

Figure ByHour(const ReportData& data) {
  std::vector<ShareRow> rows;
  for (const HourShare& row : data.by_hour) {
    const std::string hour = HourText(row.hour);
    rows.push_back({hour, hour.substr(0, 2), "from " + hour, row.share});
  }
  const std::string title = "Share acknowledged before the bell, by hour of acceptance";
  return {"by-hour",
          title,
          Extremes(rows, "hours"),
          "",
          SharesTable(title, "Hour of acceptance", rows),
          Values("bars", rows)};
}

constexpr int kDays = 7, kHours = 24;
using Week = std::vector<Count>;  // kHours * kDays, hour by hour

Week WeekOf(const ReportData& data) {
  Week week(kHours * kDays, Count{0});
  for (const WeekdayHourCount& cell : data.by_weekday_and_hour) {
    week[static_cast<std::size_t>(cell.hour * kDays + static_cast<int>(cell.weekday))] =
        cell.accepted;
  }
  return week;
}

std::string Busiest(const Week& week) {
  const auto busiest = std::max_element(
      week.begin(), week.end(),
      [](const Count& a, const Count& b) { return a.rounded.value_or(0) < b.rounded.value_or(0); });
  if (busiest->rounded.value_or(0) == 0) return std::string(kTooFew);
  const int at = static_cast<int>(busiest - week.begin());
  return "Most alerts were accepted on a " + WeekdayText(static_cast<absl::Weekday>(at % kDays)) +
         " from " + HourText(at / kDays) + ": " + CountText(*busiest) + " in the whole period.";
}

Figure ByWeekdayAndHour(const ReportData& data) {
  const Week week = WeekOf(data);
  const std::string title = "When alerts were accepted";
  Figure figure{"by-weekday-and-hour",
                title,
                Busiest(week),
                "Each number counts alerts; the darker its field, the more.",
                {},
                {}};
  figure.table = {"Alerts accepted, by hour and weekday", {{"Hour", false}}, {}};
  json days = json::array(), hours = json::array(), cells = json::array();
  for (int day = 0; day < kDays; ++day) {
    const std::string name = WeekdayText(static_cast<absl::Weekday>(day)).substr(0, 3);
    figure.table.columns.push_back({name});
    days.push_back(name);
  }
  for (int hour = 0; hour < kHours; ++hour) {
    hours.push_back(HourText(hour).substr(0, 2));
    figure.table.rows.push_back({HourText(hour)});
    for (int day = 0; day < kDays; ++day) {
      const Count& count = week[static_cast<std::size_t>(hour * kDays + day)];
      figure.table.rows.back().push_back(CountText(count));
      cells.push_back({hour, day, Number(count)});
    }
  }
  if (figure.finding == kTooFew) return figure;
  figure.chart = {{"kind", "heatmap"}, {"days", days}, {"hours", hours}, {"cells", cells}};
  return figure;
}

// --- By force and authority -------------------------------------------------------------------

// The lowest share first, for that is where to look; those of too few to say last, by name.
std::vector<ShareRow> Ranked(const std::vector<LabelledShare>& shares, std::string_view in) {
  std::vector<ShareRow> rows;
  for (const LabelledShare& row : shares) {
    rows.push_back({row.label, row.label, std::string(in) + " " + row.label, row.share});
  }
  std::sort(rows.begin(), rows.end(), [](const ShareRow& a, const ShareRow& b) {
    const double left = a.share.percent.value_or(200), right = b.share.percent.value_or(200);
    return std::tie(left, a.label) < std::tie(right, b.label);
  });
  return rows;
}

// What of a figure by force and by authority differs.
struct RankWords {
  std::string id, one, plural;
};

Figure Ranking(const RankWords& words, const std::vector<LabelledShare>& shares) {
  std::vector<ShareRow> rows = Ranked(shares, "for");
  const std::string title = "Share acknowledged before the bell, by " + words.one;
  std::string column = words.one;
  column[0] = static_cast<char>(column[0] - 'a' + 'A');
  Figure figure{words.id, title, Extremes(rows, words.plural), "", SharesTable(title, column, rows),
                {}};
  if (rows.size() > kMostRanks) {
    figure.note = "The " + std::to_string(kMostRanks) + " lowest, and " +
                  NumberText(rows.size() - kMostRanks) + " more in the table.";
    rows.resize(kMostRanks);
  }
  figure.chart = Values("ranks", rows);
  return figure;
}

// --- The ladder -------------------------------------------------------------------------------

Grid CountsTable(std::string caption, std::string first_column, std::string number,
                 const std::vector<LabelledCount>& rows) {
  Grid grid{std::move(caption), {{std::move(first_column), false}, {std::move(number)}}, {}};
  for (const LabelledCount& row : rows) grid.rows.push_back({row.label, CountText(row.count)});
  return grid;
}

json CountValues(std::string_view kind, const std::vector<LabelledCount>& rows) {
  json chart = {{"kind", kind},
                {"unit", "count"},
                {"labels", json::array()},
                {"values", json::array()},
                {"texts", json::array()}};
  bool any = false;
  for (const LabelledCount& row : rows) {
    any = any || row.count.rounded.value_or(0) > 0;
    chart["labels"].push_back(row.label);
    chart["values"].push_back(Number(row.count));
    chart["texts"].push_back(CountText(row.count));
  }
  return any ? chart : json();
}

// In a sentence, where a letter would be read as a word.
std::string InWords(const Count& count) {
  return count.rounded ? CountText(count) : "too few to be shown";
}

std::string HowFar(const std::vector<LabelledCount>& reached) {
  const LabelledCount &first = reached.front(), &last = reached.back();
  return "As far as “" + first.label + "”: " + InWords(first.count) + ". As far as “" + last.label +
         "”: " + InWords(last.count) + ".";
}

std::string HowHigh(const std::vector<LabelledCount>& rungs) {
  const auto most = std::max_element(
      rungs.begin(), rungs.end(), [](const LabelledCount& a, const LabelledCount& b) {
        return a.count.rounded.value_or(0) < b.count.rounded.value_or(0);
      });
  return "Most came no farther than “" + most->label + "”: " + InWords(most->count) +
         ". At the last rung, “" + rungs.back().label + "”: " + InWords(rungs.back().count) + ".";
}

Figure Reached(const ReportData& data) {
  Figure figure{"reached",
                "How far alerts came",
                "",
                "By the machines and people of the schools; whoever was reached by telephone "
                "counts as far as the alert came by machine.",
                CountsTable("Alerts that came so far, or farther", "Step", "Alerts", data.reached),
                CountValues("funnel", data.reached)};
  figure.finding = figure.chart.is_null() ? std::string(kTooFew) : HowFar(data.reached);
  return figure;
}

Figure Rungs(const ReportData& data) {
  Figure figure{"rungs",
                "How far the ladder climbed",
                "",
                "Each alert counts once, at the farthest rung.",
                CountsTable("Alerts by the farthest rung of the ladder", "Farthest rung", "Alerts",
                            data.rungs),
                CountValues("ranks", data.rungs)};
  figure.finding = figure.chart.is_null() ? std::string(kTooFew) : HowHigh(data.rungs);
  return figure;
}

std::string TimeCell(const std::optional<absl::Duration>& duration) {
  return duration ? DurationText(*duration) : std::string(kTooFewForTime);
}

}  // namespace

std::vector<Figure> Figures(const ReportData& data) {
  std::vector<Figure> figures;
  if (!data.over_time.empty()) figures.push_back(OverTime(data));
  if (!data.by_weekday.empty()) figures.push_back(ByWeekday(data));
  if (!data.by_hour.empty()) figures.push_back(ByHour(data));
  if (!data.by_weekday_and_hour.empty()) figures.push_back(ByWeekdayAndHour(data));
  if (!data.by_force.empty()) {
    figures.push_back(Ranking({"by-force", "force", "forces"}, data.by_force));
  }
  if (!data.by_authority.empty()) {
    figures.push_back(Ranking({"by-authority", "authority", "authorities"}, data.by_authority));
  }
  if (!data.reached.empty()) figures.push_back(Reached(data));
  if (!data.rungs.empty()) figures.push_back(Rungs(data));
  return figures;
}

Grid StandingsTable(const ReportData& data) {
  std::vector<LabelledCount> rows = data.standings;
  rows.insert(rows.begin(), {"Accepted", data.accepted});
  return CountsTable("What became of the alerts", "Alerts", "Number", rows);
}

Grid StepsTable(const ReportData& data) {
  Grid grid{"How long each step took",
            {{"Step", false}, {"Half within"}, {"90% within"}, {"99% within"}},
            {}};
  for (const StepTime& step : data.steps) {
    grid.rows.push_back({step.step, TimeCell(step.median), TimeCell(step.p90), TimeCell(step.p99)});
  }
  return grid;
}

Grid ReasonsTable(const ReportData& data) {
  Grid grid{"Unplaceable, withheld or refused, and why",
            {{"Reason", false}, {"Outcome", false}, {"Number"}},
            {}};
  for (const ReasonCount& row : data.reasons) {
    grid.rows.push_back({row.reason, row.outcome, CountText(row.count)});
  }
  return grid;
}

}  // namespace firstbell::audit_client
