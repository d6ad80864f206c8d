// firstbell-admin roll quality: what a roll lacks, before it is imported.

#include <cstdio>
#include <nlohmann/json.hpp>

#include "broker/base/clock.h"
#include "clients/admin/import_report.h"
#include "clients/admin/roll_quality.h"
#include "clients/console/output.h"
#include "clients/console/progress.h"

namespace firstbell::admin {
namespace {

using console::Exit;

constexpr std::size_t kSchoolsNamed = 10;

std::string Percent(double share) {
  char text[16];
  std::snprintf(text, sizeof text, "%.1f %%", 100 * share);
  return text;
}

std::string LinesOf(const RollFinding& finding) {
  std::string lines;
  for (const std::uint64_t line : finding.lines) {
    lines += (lines.empty() ? "" : ", ") + std::to_string(line);
  }
  return finding.rows > finding.lines.size() ? lines + " …" : lines;
}

void SayJson(console::App& app, const RollQuality& quality, const adapters::Totals& totals) {
  nlohmann::ordered_json all = {
      {"pupils", quality.pupils()}, {"schools", quality.schools()}, {"rejected", totals.rejected}};
  all["findings"] = nlohmann::ordered_json::array();
  for (const RollFinding& finding : quality.Findings()) {
    all["findings"].push_back(
        {{"code", finding.code}, {"rows", finding.rows}, {"lines", finding.lines}});
  }
  all["poorest_schools"] = nlohmann::ordered_json::array();
  for (const auto& [urn, share] : quality.Poorest(kSchoolsNamed)) {
    all["poorest_schools"].push_back({{"urn", urn.value()}, {"share", share}});
  }
  app.out() << all.dump() << "\n";
}

void SayInWords(console::App& app, const RollQuality& quality, const adapters::Totals& totals) {
  app.out() << quality.pupils() << " pupils at " << quality.schools() << " schools; "
            << totals.rejected << " rows that an import would reject\n";
  console::Table findings({"ROWS", "SHARE", "WHAT", "LINES"});
  for (const RollFinding& finding : quality.Findings()) {
    findings.Add(
        {std::to_string(finding.rows),
         Percent(static_cast<double>(finding.rows) / static_cast<double>(quality.pupils())),
         finding.what, LinesOf(finding)});
  }
  if (!findings.empty()) app.out() << "\n" << findings.ToString();
  console::Table poorest({"SCHOOL", "WITHOUT POSTCODE OR UPN"});
  for (const auto& [urn, share] : quality.Poorest(kSchoolsNamed)) {
    poorest.Add({urn.ToString(), Percent(share)});
  }
  if (!poorest.empty()) app.out() << "\n" << poorest.ToString();
}

}  // namespace

base::Result<Exit> ShowRollQuality(console::App& app, const std::filesystem::path& file) {
  RollQuality quality(absl::ToCivilDay(base::SystemClock().Now(), absl::UTCTimeZone()));
  console::Progress progress("Reading " + file.filename().string());
  FB_ASSIGN_OR_RETURN(const adapters::Totals totals,
                      adapters::roll_csv::ReadRoll(
                          file, {[&](const adapters::roll_csv::RollRow& row) {
                                   quality.Add(row);
                                   return base::OkStatus();
                                 },
                                 [&](const adapters::Reject& reject) { quality.AddReject(reject); },
                                 [&](double done) { progress.Update(done); }}));
  progress.Finish();
  if (quality.pupils() == 0) return base::InvalidArgument("the file has no row that can be used");
  app.json() ? SayJson(app, quality, totals) : SayInWords(app, quality, totals);
  return Exit::kDone;
}

}  // namespace firstbell::admin
