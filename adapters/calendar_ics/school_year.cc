#include "adapters/calendar_ics/school_year.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/time/time.h"

namespace firstbell::adapters::calendar_ics {
namespace {

constexpr absl::civil_diff_t kLongestClosure = 30;  // days; a longer one nobody believes

std::string Iso(absl::CivilDay day) {
  return absl::FormatCivilTime(day);
}

bool HasWeekday(absl::CivilDay first, absl::CivilDay last) {
  for (absl::CivilDay day = first; day <= last; ++day) {
    const absl::Weekday weekday = absl::GetWeekday(day);
    if (weekday != absl::Weekday::saturday && weekday != absl::Weekday::sunday) return true;
  }
  return false;
}

std::string Line(std::uint64_t line) {
  return "line " + std::to_string(line);
}

}  // namespace

void SchoolYearBuilder::Add(Kind kind, const Days& days, std::uint64_t line) {
  switch (kind) {
    case Kind::kTerm:
      return terms_.push_back({days, line});
    case Kind::kTermBegins:
      return edges_.push_back({days.first, true, line});
    case Kind::kTermEnds:
      return edges_.push_back({days.last, false, line});
    case Kind::kHalfTerm:
      return half_terms_.push_back({days, line});
    case Kind::kInset:
      return inset_.push_back({days, line});
    case Kind::kClosed:
      return closed_.push_back({days, line});
    case Kind::kHoliday:
      return holidays_.push_back({days, line});
    case Kind::kOpen:
      return open_.push_back({days, line});
    case Kind::kBankHoliday:
      return;
  }
}

void SchoolYearBuilder::Finish(const Contradiction& reject, calendar_csv::Calendar& calendar) {
  PairEdges(reject);
  PlaceHolidays(reject);
  v1::SchoolYear& year = *calendar.change.mutable_year();
  const auto put = [&](const List& list, const std::string& field, auto* ranges) {
    for (const Placed& placed : list) {
      calendar.lines["year." + field + "[" + std::to_string(ranges->size()) + "]"] = placed.line;
      v1::DateRange& range = *ranges->Add();
      range.set_first(Iso(placed.days.first));
      range.set_last(Iso(placed.days.last));
    }
  };
  put(terms_, "terms", year.mutable_terms());
  put(half_terms_, "half_terms", year.mutable_half_terms());
  put(inset_, "inset", year.mutable_inset());
  put(closed_, "closed", year.mutable_closed());
  put(open_, "open", year.mutable_open());
}

// "Last day of term" beside an event that is the whole term.
bool SchoolYearBuilder::IsEdgeOfTerm(const Edge& edge) const {
  return std::any_of(terms_.begin(), terms_.end(), [&](const Placed& term) {
    return edge.day == (edge.begins ? term.days.first : term.days.last);
  });
}

void SchoolYearBuilder::PairEdges(const Contradiction& reject) {
  std::erase_if(edges_, [&](const Edge& edge) { return IsEdgeOfTerm(edge); });
  const auto order = [](const Edge& edge) { return std::tuple(edge.day, edge.begins, edge.line); };
  std::sort(edges_.begin(), edges_.end(),
            [&](const Edge& a, const Edge& b) { return order(a) < order(b); });
  const auto same = [](const Edge& a, const Edge& b) {
    return a.day == b.day && a.begins == b.begins;
  };
  edges_.erase(std::unique(edges_.begin(), edges_.end(), same), edges_.end());
  std::optional<Edge> begun;
  for (const Edge& edge : edges_) {
    if (edge.begins) {
      if (begun)
        reject(begun->line,
               "begins a term that does not end before the one of " + Line(edge.line) + " begins");
      begun = edge;
    } else if (!begun) {
      reject(edge.line, "ends a term of which no event says when it began");
    } else {
      terms_.push_back({{begun->day, edge.day}, begun->line});
      begun.reset();
    }
  }
  if (begun) reject(begun->line, "begins a term that no event ends");
}

void SchoolYearBuilder::PlaceHolidays(const Contradiction& reject) {
  if (terms_.empty()) return PlaceWithoutTerms(reject);
  for (const Placed& holiday : holidays_) PlaceBesideTerms(holiday, reject);
}

// The day on which a term begins or ends is a school day whatever a holiday says.
void SchoolYearBuilder::PlaceBesideTerms(const Placed& holiday, const Contradiction& reject) {
  const Days& days = holiday.days;
  bool before = false, after = false;
  for (const Placed& term : terms_) {
    const auto first = std::max(days.first, term.days.first);
    const auto last = std::min(days.last, term.days.last);
    if (term.days.first < days.first && days.last < term.days.last) {
      return half_terms_.push_back(holiday);
    }
    if (first < last) {
      return reject(holiday.line, "is a holiday and runs into the term of " + Line(term.line));
    }
    before |= term.days.last <= days.first;
    after |= term.days.first >= days.last;
  }
  const bool between = before && after;
  if (!between && days.length() <= kLongestClosure) closed_.push_back(holiday);
}

void SchoolYearBuilder::PlaceWithoutTerms(const Contradiction& reject) {
  const List merged = MergedHolidays();
  const auto is_long = [](const Placed& one) { return one.days.length() > kLongestClosure; };
  if (std::none_of(merged.begin(), merged.end(), is_long)) {
    closed_.insert(closed_.end(), holidays_.begin(), holidays_.end());
    return;
  }
  if (merged.size() == 1) {
    return reject(merged[0].line, "is a holiday of more than 30 days, and no event says a term");
  }
  for (std::size_t i = 1; i < merged.size(); ++i) {
    terms_.push_back({{merged[i - 1].days.last + 1, merged[i].days.first - 1}, merged[i].line});
  }
  for (const Placed* outer : {&merged.front(), &merged.back()}) {
    if (!is_long(*outer)) closed_.push_back(*outer);
  }
}

// Those with nothing but a weekend between them are one.
SchoolYearBuilder::List SchoolYearBuilder::MergedHolidays() const {
  List sorted = holidays_;
  std::sort(sorted.begin(), sorted.end(),
            [](const Placed& a, const Placed& b) { return a.days.first < b.days.first; });
  List merged;
  for (const Placed& one : sorted) {
    if (!merged.empty() && !HasWeekday(merged.back().days.last + 1, one.days.first - 1)) {
      merged.back().days.last = std::max(merged.back().days.last, one.days.last);
    } else {
      merged.push_back(one);
    }
  }
  return merged;
}

}  // namespace firstbell::adapters::calendar_ics
