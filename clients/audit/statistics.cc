#include "clients/audit/statistics.h"

#include <algorithm>
#include <array>
#include <map>

#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "broker/base/bytes.h"
#include "clients/console/app.h"
#include "clients/console/output.h"

namespace firstbell::audit_client {
namespace {

constexpr std::array<std::pair<std::string_view, v1::StatisticsGroup>, 6> kGroups = {
    {{"day", v1::STATISTICS_GROUP_DAY},
     {"week", v1::STATISTICS_GROUP_WEEK},
     {"weekday", v1::STATISTICS_GROUP_WEEKDAY},
     {"hour", v1::STATISTICS_GROUP_HOUR},
     {"force", v1::STATISTICS_GROUP_FORCE},
     {"authority", v1::STATISTICS_GROUP_AUTHORITY}}};
constexpr std::array<const char*, 7> kWeekdays = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

std::string KeyOf(const v1::StatisticsRow& row) {
  std::string key;
  const auto add = [&](const std::string& part) {
    if (part.empty()) return;
    key += (key.empty() ? "" : " ") + part;
  };
  add(row.day());
  add(row.week().empty() ? "" : "week of " + row.week());
  if (row.weekday() >= 1 && row.weekday() <= kWeekdays.size()) add(kWeekdays[row.weekday() - 1]);
  if (row.has_hour()) add(absl::StrFormat("%02d:00", row.hour()));
  add(row.force());
  add(row.authority());
  return key.empty() ? "unknown" : key;
}

// Of `whole`, a word of the row: of none of them there is no share.
std::string Percent(const v1::StatisticsRow& row, bool there, double value, const char* whole) {
  if (there) return absl::StrFormat("%.1f %%", value);
  const auto of = row.counts().find(whole);
  if (of == row.counts().end()) return "-";
  return of->second.has_value() && of->second.value() == 0 ? "none" : "c";
}

// Where a part of what is due was kept back, the broker says nothing of all of it.
std::string BeforeBell(const v1::StatisticsRow& row) {
  if (!row.has_before_bell() && !row.counts().contains("due")) return "c";
  return Percent(row, row.has_before_bell(), row.before_bell(), "due");
}

std::string ByRegistration(const v1::StatisticsRow& row) {
  return Percent(row, row.has_by_registration(), row.by_registration(), "arrival_asked");
}

void AddRow(const std::string& key, const v1::StatisticsRow& row, console::Table& table) {
  table.Add({key, Shown(row, "alerts"), BeforeBell(row), Shown(row, "acknowledged_before_bell"),
             Shown(row, "acknowledged_late"), Shown(row, "overdue"), Shown(row, "waits"),
             Shown(row, "redirected"), Shown(row, "withdrawn"), ByRegistration(row)});
}

std::string TimeOf(bool there, const google::protobuf::Duration& time) {
  return there ? absl::FormatDuration(absl::Seconds(time.seconds())) : "c";
}

std::string TimesOf(const v1::StatisticsRow& total) {
  console::Table table({"FROM ACCEPTED TO", "MEDIAN", "90 %", "99 %"});
  for (const v1::StepTimes& times : total.times()) {
    table.Add({times.step(), TimeOf(times.has_median(), times.median()),
               TimeOf(times.has_p90(), times.p90()), TimeOf(times.has_p99(), times.p99())});
  }
  return table.empty() ? "" : "\n" + table.ToString();
}

// Whether a word begins as one of these.
bool IsOf(const std::string& word, absl::Span<const std::string_view> families) {
  return std::any_of(families.begin(), families.end(),
                     [&](std::string_view family) { return word.starts_with(family); });
}

constexpr std::array<std::string_view, 6> kOfCases = {"children_", "withheld_", "unplaceable_",
                                                      "review_",   "decided_",  "outcome_"};
constexpr std::array<std::string_view, 2> kOfAlerts = {"refused_", "rung_"};

// Words of families whose numbers are not nought, and which families were not counted at all.
std::string ReasonsOf(const v1::StatisticsRow& total) {
  console::Table table({"CHILDREN AND REASONS", "NUMBER"});
  bool of_cases = false, of_alerts = false;
  for (const auto& [word, count] :
       std::map<std::string, v1::Count>(total.counts().begin(), total.counts().end())) {
    const bool a_case = IsOf(word, kOfCases), an_alert = IsOf(word, kOfAlerts);
    of_cases = of_cases || a_case;
    of_alerts = of_alerts || an_alert;
    if (!a_case && !an_alert) continue;
    if (count.has_value() && count.value() == 0) continue;
    table.Add({word, Shown(total, word)});
  }
  std::string text = table.empty() ? "" : "\n" + table.ToString();
  if (!of_alerts)
    return text + "\nBy the hour, rungs, arrivals, children and reasons are not counted.\n";
  if (!of_cases)
    text += "\nChildren and cases are not counted for an authority: they are of none.\n";
  return text;
}

}  // namespace

base::Result<v1::StatisticsGroup> GroupOf(std::string_view word) {
  for (const auto& [known, group] : kGroups) {
    if (known == word) return group;
  }
  return console::UsageError("--by is one of day, week, weekday, hour, force, authority");
}

std::string Shown(const v1::StatisticsRow& row, const std::string& word) {
  const auto count = row.counts().find(word);
  if (count == row.counts().end()) return "-";
  if (!count->second.has_value()) return "c";
  return std::to_string(count->second.value());
}

std::string Describe(const v1::GetStatisticsResponse& response) {
  console::Table table({"ACCEPTED", "ALERTS", "BEFORE THE BELL", "IN TIME", "LATE", "OVERDUE",
                        "WAITING", "REDIRECTED", "WITHDRAWN", "SEEN BY REGISTRATION"});
  if (response.rows_size() > 1 ||
      (response.rows_size() == 1 && KeyOf(response.rows(0)) != "unknown")) {
    for (const v1::StatisticsRow& row : response.rows()) AddRow(KeyOf(row), row, table);
  }
  AddRow("all", response.total(), table);
  const v1::Checkpoint& checkpoint = response.checkpoint();
  const bool told = response.schools_without_link().has_value();
  return table.ToString() + TimesOf(response.total()) + ReasonsOf(response.total()) +
         "\nSchools without a working link now: " +
         (told ? std::to_string(response.schools_without_link().value()) : "c") +
         "\nc: fewer than five, or kept back so that fewer than five cannot be reckoned out; -: "
         "not "
         "counted. "
         "Rests on the checkpoint of " +
         std::to_string(checkpoint.size()) + " entries, root " +
         base::HexEncode(checkpoint.root_sha256()).substr(0, 16) + "…, of " +
         console::Printable(checkpoint.origin()) + ".\n";
}

}  // namespace firstbell::audit_client
