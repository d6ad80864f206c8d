#include "clients/audit/report_view.h"

#include <algorithm>
#include <string>
#include <utility>

#include "clients/audit/report.h"
#include "clients/audit/report_words.h"

namespace firstbell::audit_client {
namespace {

using kainjow::mustache::data;

// A value that is nothing must not hide one of the same name further out, nor be an empty string,
// which mustache takes for something: false is both.
data TextOrNone(const std::string& text) {
  return text.empty() ? data(false) : data(text);
}

// --- Tables -----------------------------------------------------------------------------------

data CellView(const std::string& text, const Grid::Column& column) {
  data cell(data::type::object);
  cell.set("text", text);
  cell.set("numeric", column.numeric);
  return cell;
}

data RowView(const std::vector<std::string>& row, const Grid& grid) {
  data cells(data::type::list);
  for (std::size_t i = 1; i < row.size(); ++i) cells << CellView(row[i], grid.columns[i]);
  data view(data::type::object);
  view.set("head", row.front());
  view.set("cells", cells);
  return view;
}

bool Has(const Grid& grid, std::string_view cell) {
  return std::any_of(grid.rows.begin(), grid.rows.end(), [&](const auto& row) {
    return std::find(row.begin() + 1, row.end(), cell) != row.end();
  });
}

data GridView(const Grid& grid) {
  data columns(data::type::list), rows(data::type::list);
  for (const Grid::Column& column : grid.columns) columns << CellView(column.title, column);
  for (const auto& row : grid.rows) rows << RowView(row, grid);
  data view(data::type::object);
  view.set("caption", grid.caption);
  view.set("columns", columns);
  view.set("rows", rows);
  view.set("suppressed", Has(grid, kSuppressed));
  view.set("not_counted", Has(grid, kNotCounted));
  view.set("too_few", Has(grid, kTooFewForTime));
  return view;
}

// False where there are no rows.
data GridOrNone(const Grid& grid) {
  return grid.rows.empty() ? data(false) : GridView(grid);
}

data FigureView(const Figure& figure) {
  data view(data::type::object);
  view.set("id", figure.id);
  view.set("title", figure.title);
  view.set("finding", figure.finding);
  view.set("drawn", !figure.chart.is_null());
  view.set("note", figure.chart.is_null() ? data(false) : TextOrNone(figure.note));
  view.set("grid", GridView(figure.table));
  return view;
}

// --- Head -------------------------------------------------------------------------------------

std::string PeriodText(const ReportData& report) {
  if (report.first_day == report.last_day) return DayText(report.first_day);
  return DayText(report.first_day) + " to " + DayText(report.last_day);
}

std::string CheckText(LogCheck check) {
  switch (check) {
    case LogCheck::kVerified:
      return "Yes: the log was recomputed when this report was made, and fits this checkpoint.";
    case LogCheck::kNotChecked:
      return "No: the log was not recomputed when this report was made.";
    case LogCheck::kMismatch:
      return "The log does not fit this checkpoint. Do not rely on this report.";
  }
  return "";
}

// The same in the page's head.
std::string VerdictText(LogCheck check) {
  switch (check) {
    case LogCheck::kVerified:
      return "checked on this run";
    case LogCheck::kNotChecked:
      return "not checked on this run";
    case LogCheck::kMismatch:
      return "which does not fit its checkpoint";
  }
  return "";
}

std::string AnswersText(const ReportCheckpoint& checkpoint) {
  if (!checkpoint.answers_up_to) return "Not checked: what checkpoints the answers came with.";
  if (*checkpoint.answers_up_to <= checkpoint.size) return "This checkpoint.";
  return "This checkpoint and later ones, up to " + NumberText(*checkpoint.answers_up_to) +
         " entries: each was signed, and shown to continue this one.";
}

data CheckpointView(const ReportData& report) {
  const ReportCheckpoint& checkpoint = report.checkpoint;
  data view(data::type::object);
  view.set("origin", checkpoint.origin);
  view.set("size", NumberText(checkpoint.size));
  view.set("root", checkpoint.root_base64);
  view.set("signed_at", checkpoint.signed_at ? TimeSecondsText(*checkpoint.signed_at, report.london)
                                             : "Not known: its signatures carry no time");
  view.set("witnesses", checkpoint.witnesses.empty() ? "No witness" : Joined(checkpoint.witnesses));
  view.set("check", CheckText(checkpoint.check));
  view.set("verdict", VerdictText(checkpoint.check));
  view.set("mismatch", checkpoint.check == LogCheck::kMismatch);
  view.set("detail", TextOrNone(checkpoint.check_detail));
  view.set("answers", AnswersText(checkpoint));
  view.set("answers_checked", checkpoint.answers_up_to.has_value());
  return view;
}

// --- The answer -------------------------------------------------------------------------------

// What a share is of, in words: "{part} in time, of {whole} alerts that …".
struct ShareWords {
  std::string part, whole;
};

std::string ShareSentence(const Share& share, const ShareWords& words) {
  if (share.percent && !share.whole.rounded) {
    return "Of the " + words.whole + "; how many they were is not told.";
  }
  if (!share.whole.rounded) return "There are too few " + words.whole + " to be shown.";
  if (share.whole.rounded == std::uint64_t{0}) return "There were no " + words.whole + ".";
  const std::string whole = CountText(share.whole) + " " + words.whole;
  if (!share.part.rounded) return "Of " + whole + "; how many " + words.part + " is not shown.";
  return CountText(share.part) + " " + words.part + ", of " + whole + ".";
}

// Where there is no row: what that means. Nothing where the rows say all.
std::string ReasonsText(const ReportData& report) {
  const bool none = report.reasons.empty();
  if (report.cases_counted) {
    return none ? "No child was unplaceable or withheld, and no school refused an alert." : "";
  }
  return std::string(none ? "No school refused an alert. " : "") +
         "Children who were unplaceable or withheld are not counted for an authority: no school, "
         "and so no authority, was theirs.";
}

// A share as a large number and the sentence below it.
data AnswerView(const Share& share, const ShareWords& words) {
  data view(data::type::object);
  view.set("number", PercentText(share));
  view.set("suppressed", PercentText(share) == kSuppressed);
  view.set("sentence", ShareSentence(share, words));
  return view;
}

data AnswersView(const ReportData& report) {
  data view(data::type::object);
  view.set("before_bell",
           AnswerView(report.before_bell,
                      {"in time", "alerts that were acknowledged or are past their deadline"}));
  view.set("by_registration", AnswerView(report.by_registration,
                                         {"by then", "children about whom the school was asked"}));
  view.set("schools_without_link", CountText(report.schools_without_link));
  view.set("schools_suppressed", !report.schools_without_link.rounded);
  view.set("standings", GridView(StandingsTable(report)));
  view.set("steps", GridOrNone(StepsTable(report)));
  view.set("reasons", GridOrNone(ReasonsTable(report)));
  view.set("reasons_text", TextOrNone(ReasonsText(report)));
  return view;
}

// --- Late alerts ------------------------------------------------------------------------------

std::string MinutesLate(const LateAlert& alert, absl::Time made_at) {
  const absl::Duration late = alert.acknowledged_at.value_or(made_at) - alert.deadline;
  const std::int64_t minutes = std::max<std::int64_t>(absl::ToInt64Minutes(late), 0);
  return NumberText(static_cast<std::uint64_t>(minutes));
}

std::string AcknowledgedText(const LateAlert& alert, absl::TimeZone london) {
  return alert.acknowledged_at ? TimeText(*alert.acknowledged_at, london) : "Still open";
}

Grid EventsTable(const LateAlert& alert, absl::TimeZone london) {
  Grid grid{"What happened to alert " + alert.alert,
            {{"Time", false}, {"What happened", false}, {"Rung", false}},
            {}};
  for (const LateEvent& event : alert.events) {
    const std::string at = event.at ? TimeSecondsText(*event.at, london) : "Not known";
    grid.rows.push_back({at, event.what, event.rung});
  }
  return grid;
}

data LateView(const LateAlert& alert, std::size_t number, const ReportData& report) {
  data view(data::type::object);
  view.set("number", std::to_string(number));
  view.set("alert", alert.alert);
  view.set("school", TextOrNone(alert.school));
  view.set("force", alert.force);
  view.set("deadline", TimeText(alert.deadline, report.london));
  view.set("acknowledged", AcknowledgedText(alert, report.london));
  view.set("open", !alert.acknowledged_at);
  view.set("minutes", MinutesLate(alert, report.made_at));
  view.set("grid", GridOrNone(EventsTable(alert, report.london)));
  return view;
}

data LateListView(const ReportData& report) {
  data alerts(data::type::list);
  std::size_t number = 0;
  for (const LateAlert& alert : report.late) alerts << LateView(alert, ++number, report);
  data view(data::type::object);
  view.set("none", report.late.empty() && !report.late_withheld);
  view.set("withheld", report.late_withheld);
  view.set("any", !report.late.empty() && !report.late_withheld);
  view.set("alerts", alerts);
  view.set("more", report.late_more);
  view.set("told", NumberText(report.late.size()));
  return view;
}

}  // namespace

data ReportView(const ReportData& report, const std::vector<Figure>& figures) {
  data figure_views(data::type::list);
  for (const Figure& figure : figures) figure_views << FigureView(figure);
  data view(data::type::object);
  view.set("scope", report.scope);
  view.set("period", PeriodText(report));
  view.set("made_at", TimeText(report.made_at, report.london));
  view.set("version", report.program_version);
  view.set("first_day", absl::FormatCivilTime(report.first_day));
  view.set("day_after", absl::FormatCivilTime(report.last_day + 1));
  view.set("rounded", report.disclosure == Disclosure::kRounded);
  view.set("simulated", report.checkpoint.simulated_clock);
  view.set("empty", report.accepted.rounded == std::uint64_t{0});
  view.set("checkpoint", CheckpointView(report));
  view.set("answers", AnswersView(report));
  view.set("figures", figure_views);
  view.set("no_figures", figures.empty());
  view.set("late", LateListView(report));
  return view;
}

}  // namespace firstbell::audit_client
