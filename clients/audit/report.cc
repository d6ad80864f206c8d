#include "clients/audit/report.h"

#include <kainjow/mustache.hpp>
#include <utility>

#include "broker/base/bytes.h"
#include "broker/crypto/hash.h"
#include "clients/audit/report_assets.h"
#include "clients/audit/report_view.h"

namespace firstbell::audit_client {
namespace {

using kainjow::mustache::data;
using kainjow::mustache::mustache;

base::Status Check(const ReportData& report) {
  if (report.last_day < report.first_day) {
    return base::InvalidArgument("the report's last day is before its first");
  }
  for (const HourShare& row : report.by_hour) {
    if (row.hour < 0 || row.hour > 23)
      return base::InvalidArgument("by_hour: not an hour, 0 to 23");
  }
  for (const WeekdayHourCount& row : report.by_weekday_and_hour) {
    if (row.hour < 0 || row.hour > 23) {
      return base::InvalidArgument("by_weekday_and_hour: not an hour, 0 to 23");
    }
  }
  for (const PeriodShare& row : report.over_time) {
    // A week is named by its Monday, which may lie before the period.
    if (row.first < report.first_day - 6 || row.first > report.last_day) {
      return base::InvalidArgument("over_time: a day outside the report's period");
    }
  }
  return base::OkStatus();
}

std::string HashSource(std::string_view script) {
  return "'sha256-" + base::Base64Encode(crypto::Sha256(script)) + "'";
}

// Only the page's own two scripts run, and nothing is fetched. Style attributes must be allowed,
// for the charts are laid out with them.
std::string Policy() {
  return "default-src 'none'; script-src " + HashSource(ChartLibrary()) + " " +
         HashSource(ReportScript()) +
         "; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";
}

// Inside a script element nothing may look like its end, or like a comment.
std::string ScriptSafe(std::string text) {
  for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at)) {
    text.replace(at, 1, "\\u003c");
  }
  return text;
}

std::string ChartsJson(const std::vector<Figure>& figures) {
  nlohmann::json charts = nlohmann::json::array();
  for (const Figure& figure : figures) {
    if (figure.chart.is_null()) continue;
    nlohmann::json chart = figure.chart;
    chart["id"] = figure.id;
    chart["finding"] = figure.title + ". " + figure.finding;
    charts.push_back(std::move(chart));
  }
  const nlohmann::json json = {{"charts", std::move(charts)}};
  // Text that is no UTF-8 must not end the program.
  return ScriptSafe(json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

}  // namespace

base::Result<std::string> RenderReport(const ReportData& report) {
  FB_RETURN_IF_ERROR(Check(report));
  const std::vector<Figure> figures = Figures(report);
  data view = ReportView(report, figures);
  view.set("table", std::string(ReportTableTemplate()));
  view.set("policy", Policy());
  view.set("style", std::string(ReportStyle()));
  view.set("charts", ChartsJson(figures));
  view.set("library", std::string(ChartLibrary()));
  view.set("script", std::string(ReportScript()));
  mustache page{std::string(ReportTemplate())};
  if (!page.is_valid()) {
    return base::Internal("the report's template does not parse: " + page.error_message());
  }
  return page.render(view);
}

}  // namespace firstbell::audit_client
