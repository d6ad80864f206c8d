#include "clients/audit/report_assets.h"

#include "clients/console/embed.h"

FIRSTBELL_EMBED(report_template, FIRSTBELL_ASSETS "/report.html.mustache");
FIRSTBELL_EMBED(report_table, FIRSTBELL_ASSETS "/report_table.html.mustache");
FIRSTBELL_EMBED(report_style, FIRSTBELL_ASSETS "/report.css");
FIRSTBELL_EMBED(report_script, FIRSTBELL_ASSETS "/report.js");
FIRSTBELL_EMBED(chart_library, FIRSTBELL_CHART_LIBRARY);

namespace firstbell::audit_client {

std::string_view ReportTemplate() {
  return FIRSTBELL_EMBEDDED(report_template);
}

std::string_view ReportTableTemplate() {
  return FIRSTBELL_EMBEDDED(report_table);
}

std::string_view ReportStyle() {
  return FIRSTBELL_EMBEDDED(report_style);
}

std::string_view ReportScript() {
  return FIRSTBELL_EMBEDDED(report_script);
}

std::string_view ChartLibrary() {
  return FIRSTBELL_EMBEDDED(chart_library);
}

}  // namespace firstbell::audit_client
