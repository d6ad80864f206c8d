#include "clients/audit/report_assets.h"

// The assembler takes a file as it is: a megabyte as a string literal is more than compilers
// promise to take, and slow. CMake names the files, and makes this one again when they change.
#define FIRSTBELL_EMBED(name, path) \
  __asm__(                          \
      ".section .rodata\n"          \
      ".globl firstbell_" name      \
      "\n"                          \
      ".globl firstbell_" name      \
      "_end\n"                      \
      "firstbell_" name             \
      ":\n"                         \
      ".incbin \"" path             \
      "\"\n"                        \
      "firstbell_" name             \
      "_end:\n"                     \
      ".byte 0\n"                   \
      ".previous\n")

FIRSTBELL_EMBED("report_template", FIRSTBELL_ASSETS "/report.html.mustache");
FIRSTBELL_EMBED("report_table", FIRSTBELL_ASSETS "/report_table.html.mustache");
FIRSTBELL_EMBED("report_style", FIRSTBELL_ASSETS "/report.css");
FIRSTBELL_EMBED("report_script", FIRSTBELL_ASSETS "/report.js");
FIRSTBELL_EMBED("chart_library", FIRSTBELL_CHART_LIBRARY);

extern "C" {
extern const char firstbell_report_template[], firstbell_report_template_end[];
extern const char firstbell_report_table[], firstbell_report_table_end[];
extern const char firstbell_report_style[], firstbell_report_style_end[];
extern const char firstbell_report_script[], firstbell_report_script_end[];
extern const char firstbell_chart_library[], firstbell_chart_library_end[];
}

namespace firstbell::audit_client {
namespace {

std::string_view Between(const char* first, const char* end) {
  return {first, static_cast<std::size_t>(end - first)};
}

}  // namespace

std::string_view ReportTemplate() {
  return Between(firstbell_report_template, firstbell_report_template_end);
}

std::string_view ReportTableTemplate() {
  return Between(firstbell_report_table, firstbell_report_table_end);
}

std::string_view ReportStyle() {
  return Between(firstbell_report_style, firstbell_report_style_end);
}

std::string_view ReportScript() {
  return Between(firstbell_report_script, firstbell_report_script_end);
}

std::string_view ChartLibrary() {
  return Between(firstbell_chart_library, firstbell_chart_library_end);
}

}  // namespace firstbell::audit_client
