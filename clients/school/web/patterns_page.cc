#include "clients/school/web/patterns_page.h"

#include <optional>
#include <utility>
#include <vector>

#include "broker/base/clock.h"
#include "clients/school/records/year_group.h"
#include "clients/school/web/pattern_facts.h"
#include "clients/school/web/pattern_view.h"

namespace firstbell::school::web {
namespace {

// Of a school year, by the number of its first month in it. The first is the whole.
struct Part {
  std::string_view word;
  const char* text;
  int offset;
  int months;
};
constexpr Part kParts[] = {{"", "The whole year", 0, 12},
                           {"autumn", "September to December", 0, 4},
                           {"spring", "January to March", 4, 3},
                           {"summer", "April to August", 7, 5}};
constexpr const Part& kWhole = kParts[0];

std::string SpanOf(int begins) {
  return std::to_string(begins) + " to " + std::to_string(begins + 1);
}

struct Choice {
  absl::CivilMonth running;  // that it is now
  int begins = 0;
  const Part* part = &kWhole;
};

PatternPeriod PeriodOf(const Choice& choice, absl::TimeZone london) {
  return {absl::CivilMonth(choice.begins, 9) + choice.part->offset, choice.part->months, london};
}

bool IsClosed(const Choice& choice) {
  return PeriodOf(choice, absl::UTCTimeZone()).closes() <= choice.running;
}

std::vector<int> YearsShown(absl::CivilMonth running) {
  std::vector<int> years(kYearsShown);
  const int newest = school_records::SchoolYearOf(absl::CivilDay(running));
  for (int i = 0; i < kYearsShown; ++i) years[static_cast<std::size_t>(i)] = newest - i;
  return years;
}

std::optional<int> AskedYear(const Visit& visit, absl::CivilMonth running) {
  const auto asked = visit.request.query.find("year");
  if (asked == visit.request.query.end()) return std::nullopt;
  for (const int year : YearsShown(running)) {
    if (asked->second == std::to_string(year)) return year;
  }
  return std::nullopt;
}

Choice NewestClosed(absl::CivilMonth running) {
  for (const int year : YearsShown(running)) {
    for (const Part* part : {&kParts[3], &kParts[2], &kParts[1]}) {
      const Choice choice{running, year, part};
      if (IsClosed(choice)) return choice;
    }
  }
  return {running, YearsShown(running).back(), &kWhole};
}

Choice ChoiceOf(const Visit& visit, absl::CivilMonth running) {
  const auto year = AskedYear(visit, running);
  if (!year) return NewestClosed(running);
  const auto asked = visit.request.query.find("part");
  Choice choice{running, *year, &kWhole};
  for (const Part& part : kParts) {
    if (asked != visit.request.query.end() && asked->second == part.word) choice.part = &part;
  }
  return choice;
}

Json YearsView(const Choice& choice) {
  Json years = Json::array();
  for (const int year : YearsShown(choice.running)) {
    years.push_back({{"href", "/patterns?year=" + std::to_string(year)},
                     {"text", SpanOf(year)},
                     {"current", year == choice.begins}});
  }
  return years;
}

Json PartsView(const Choice& choice) {
  Json parts = Json::array();
  for (const Part& part : kParts) {
    std::string href = "/patterns?year=" + std::to_string(choice.begins);
    if (!part.word.empty()) href += "&part=" + std::string(part.word);
    parts.push_back({{"href", href}, {"text", part.text}, {"current", &part == choice.part}});
  }
  return parts;
}

std::string TextOf(const Choice& choice) {
  const std::string year = "school year " + SpanOf(choice.begins);
  return choice.part == &kWhole ? "The " + year : std::string(choice.part->text) + ", " + year;
}

}  // namespace

Response ShowPatterns(const Visit& visit) {
  const auto zone = base::LondonTimeZone();
  if (!zone.ok()) return Problem(visit, zone.status());
  const Choice choice = ChoiceOf(visit, absl::CivilMonth(absl::ToCivilDay(visit.now, *zone)));
  const PatternPeriod period = PeriodOf(choice, *zone);
  Json data = NotClosedView(period);
  if (IsClosed(choice)) {
    const auto facts = FactsOf(visit, period);
    if (!facts.ok()) return Problem(visit, facts.status());
    data = PatternsView(school_records::Rounded(school_records::PatternsOf(*facts, *zone)), period);
  }
  data["years"] = YearsView(choice);
  data["parts"] = PartsView(choice);
  data["span"] = TextOf(choice);
  return Page(visit, "patterns", "Patterns", std::move(data));
}

}  // namespace firstbell::school::web
