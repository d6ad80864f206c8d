#pragma once

// The report's tables and charts: numbers laid out, and the finding of each chart in words. Both
// the page and its data say exactly what stands in ReportData. Pure; any thread.

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "clients/audit/report_data.h"

namespace firstbell::audit_client {

// A table of texts. The first column heads its row; of the others, `numeric` ones stand to the
// right.
struct Grid {
  struct Column {
    std::string title;
    bool numeric = true;
    friend bool operator==(const Column&, const Column&) = default;
  };
  std::string caption;
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;
  friend bool operator==(const Grid&, const Grid&) = default;
};

// A chart, its numbers and what they show. `chart` is what assets/report.js draws: {"kind": "line",
// "bars", "ranks", "funnel" or "heatmap", …}, suppressed numbers as null; null itself where there
// is nothing to draw.
struct Figure {
  std::string id, title, finding;
  std::string note;  // on how to read the chart; may be empty
  Grid table;
  nlohmann::json chart;
  friend bool operator==(const Figure&, const Figure&) = default;
};

// At most so many rows in a chart of forces or authorities; the table has them all.
inline constexpr std::size_t kMostRanks = 20;

// In the order of the page. A figure whose numbers are not in `data` is left out.
std::vector<Figure> Figures(const ReportData& data);

Grid StandingsTable(const ReportData& data);
Grid StepsTable(const ReportData& data);
Grid ReasonsTable(const ReportData& data);

}  // namespace firstbell::audit_client
