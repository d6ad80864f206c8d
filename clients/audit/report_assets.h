#pragma once

// What the report's page is put together from, as files of the source tree that are part of the
// program. Text, valid as long as the program runs. Pure; any thread.

#include <string_view>

namespace firstbell::audit_client {

std::string_view ReportTemplate();       // mustache
std::string_view ReportTableTemplate();  // mustache: a partial of the one before
std::string_view ReportStyle();          // CSS
std::string_view ReportScript();         // JavaScript: draws the charts from the page's data
std::string_view ChartLibrary();         // JavaScript: Apache ECharts, minified

}  // namespace firstbell::audit_client
