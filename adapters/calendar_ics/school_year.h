#pragma once

// What the events of a calendar come to: beginnings and ends of terms in pairs, holidays beside
// terms, lists with the line of each entry. Values; any thread.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "adapters/calendar_csv/calendar.h"
#include "adapters/calendar_ics/summary.h"
#include "adapters/calendar_ics/times.h"

namespace firstbell::adapters::calendar_ics {

class SchoolYearBuilder {
 public:
  // Days that a term, a half term, a closure … has; of a beginning the first counts, of an end the
  // last.
  void Add(Kind kind, const Days& days, std::uint64_t line);

  // Once. What cannot be true is given to `reject`: its line and why.
  using Contradiction = std::function<void(std::uint64_t line, std::string reason)>;
  void Finish(const Contradiction& reject, calendar_csv::Calendar& calendar);

 private:
  struct Placed {
    Days days;
    std::uint64_t line = 0;
  };
  using List = std::vector<Placed>;
  struct Edge {
    absl::CivilDay day;
    bool begins = false;
    std::uint64_t line = 0;
  };

  bool IsEdgeOfTerm(const Edge& edge) const;
  void PairEdges(const Contradiction& reject);
  void PlaceHolidays(const Contradiction& reject);
  void PlaceBesideTerms(const Placed& holiday, const Contradiction& reject);
  void PlaceWithoutTerms(const Contradiction& reject);
  List MergedHolidays() const;

  List terms_, half_terms_, inset_, closed_, open_, holidays_;
  std::vector<Edge> edges_;
};

}  // namespace firstbell::adapters::calendar_ics
