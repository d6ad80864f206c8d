#include "clients/school/web/patterns_page.h"

#include <utility>

#include "broker/base/clock.h"
#include "clients/school/records/year_group.h"
#include "clients/school/web/pattern_facts.h"
#include "clients/school/web/pattern_view.h"

namespace firstbell::school::web {
namespace {

std::string SpanOf(int begins) {
  return std::to_string(begins) + " to " + std::to_string(begins + 1);
}

// The year that was asked for, if it is one of those that can be.
int ChosenYear(const Visit& visit, int current) {
  const auto asked = visit.request.query.find("year");
  if (asked == visit.request.query.end()) return current;
  for (int year = current; year > current - kYearsShown; --year) {
    if (asked->second == std::to_string(year)) return year;
  }
  return current;
}

Json YearsView(int current, int chosen) {
  Json years = Json::array();
  for (int year = current; year > current - kYearsShown; --year) {
    years.push_back({{"href", "/patterns?year=" + std::to_string(year)},
                     {"text", SpanOf(year)},
                     {"current", year == chosen}});
  }
  return years;
}

}  // namespace

Response ShowPatterns(const Visit& visit) {
  const auto zone = base::LondonTimeZone();
  if (!zone.ok()) return Problem(visit, zone.status());
  const absl::CivilDay today = absl::ToCivilDay(visit.now, *zone);
  const int current = school_records::SchoolYearOf(today);
  const SchoolYear year{ChosenYear(visit, current), absl::CivilMonth(today), *zone};
  const auto facts = FactsOf(visit, year);
  if (!facts.ok()) return Problem(visit, facts.status());
  auto patterns = school_records::PatternsOf(*facts, *zone);
  if (!year.closed()) patterns = school_records::Rounded(std::move(patterns));
  Json data = PatternsView(patterns, year);
  data["years"] = YearsView(current, year.begins);
  data["span"] = SpanOf(year.begins);
  return Page(visit, "patterns", "Patterns", std::move(data));
}

}  // namespace firstbell::school::web
