#include "clients/school/web/pattern_facts.h"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "broker/model/text.h"
#include "clients/school/records/year_group.h"
#include "clients/school/web/record_desk.h"

namespace firstbell::school::web {
namespace {

using school_records::AlertFact;
using school_records::ChildId;
using school_records::Record;
using school_records::Records;
using school_records::Ring;

base::Status EachRow(
    const std::function<base::Result<Records>(const school_records::Page& page)>& list,
    const std::function<void(const Record& row)>& each) {
  school_records::Page page{.limit = school_records::record_limits::kPageRows};
  do {
    FB_ASSIGN_OR_RETURN(const Records rows, list(page));
    for (const Record& row : rows.rows) each(row);
    page.token = rows.next;
  } while (!page.token.empty());
  return base::OkStatus();
}

base::Status EachRowOf(const Visit& visit, const Ring& ring, v1::RecordKind kind,
                       const PatternPeriod& period,
                       const std::function<void(const Record& row)>& each) {
  return EachRow(
      [&](const school_records::Page& page) {
        return visit.records->Since(ring, kind, period.from(), period.until(), page);
      },
      each);
}

// --- The alerts, as they were opened first ----------------------------------------------------

struct Opened {
  ChildId child;
  absl::Time at;
  std::uint32_t revision = 0;
};
using OpenedAlerts = std::map<base::AlertId, Opened>;

base::Result<OpenedAlerts> OpenedIn(const Visit& visit, const Ring& ring,
                                    const PatternPeriod& period) {
  OpenedAlerts alerts;
  // The latest comes first, and so the first of each stays.
  FB_RETURN_IF_ERROR(EachRowOf(visit, ring, v1::RECORD_KIND_ALERT, period, [&](const Record& row) {
    alerts[row.head.alert] = {row.head.child, row.head.at, row.head.revision};
  }));
  return alerts;
}

// A correction that was opened in this period, of an alert that was opened before it.
base::Result<bool> OpenedBefore(const Visit& visit, const Ring& ring, const base::AlertId& alert,
                                const Opened& opened, absl::Time from) {
  bool before = false;
  if (opened.revision <= 1) return before;
  FB_RETURN_IF_ERROR(EachRow(
      [&](const school_records::Page& page) { return visit.records->ByAlert(ring, alert, page); },
      [&](const Record& row) {
        before |= row.head.kind == v1::RECORD_KIND_ALERT && row.head.at < from;
      }));
  return before;
}

// --- What was done ----------------------------------------------------------------------------

// What was erased does not say any more how far it was; that the school did nothing would be worse
// said of it than that it did something.
bool WasDone(const Record& row) {
  const v1::ActionStage stage = row.said.action().stage();
  return row.erased || stage == v1::ACTION_STAGE_DONE || stage == v1::ACTION_STAGE_REVIEWED;
}

using Actions = std::map<ChildId, std::vector<absl::Time>>;  // the earliest first

base::Result<Actions> ActionsIn(const Visit& visit, const Ring& ring, const PatternPeriod& period) {
  Actions actions;
  FB_RETURN_IF_ERROR(EachRowOf(visit, ring, v1::RECORD_KIND_ACTION, period, [&](const Record& row) {
    if (WasDone(row)) actions[row.head.child].push_back(row.head.at);
  }));
  for (auto& [child, times] : actions) std::reverse(times.begin(), times.end());
  return actions;
}

std::optional<absl::Time> FirstSince(const Actions& actions, const ChildId& child,
                                     absl::Time received) {
  const auto found = actions.find(child);
  if (found == actions.end()) return std::nullopt;
  const auto first = std::lower_bound(found->second.begin(), found->second.end(), received);
  return first == found->second.end() ? std::nullopt : std::optional(*first);
}

// --- The children -----------------------------------------------------------------------------

struct KnownChild {
  std::string year_group;  // as the school wrote it
  int written_in = 0;      // the school year in which it did
  std::optional<absl::CivilDay> born;
};
using Children = std::map<ChildId, KnownChild>;

// Each once, however many alerts there are about it.
base::Result<Children> ChildrenNow(const Visit& visit, const Ring& ring, absl::TimeZone zone) {
  Children children;
  FB_RETURN_IF_ERROR(EachRow(
      [&](const school_records::Page& page) {
        return visit.records->Current(ring, v1::RECORD_KIND_CHILD, page);
      },
      [&](const Record& row) {
        const v1::RecordedChild& child = row.said.child();
        // The newest row of a child comes first.
        children.emplace(
            row.head.child,
            KnownChild{child.year_group(),
                       school_records::SchoolYearOf(absl::ToCivilDay(row.head.at, zone)),
                       model::ParseDate(child.date_of_birth())});
      }));
  return children;
}

// What the school wrote holds for the year in which it wrote it: nobody writes it anew every
// September. Where the birthday is not known there is nothing better.
std::string YearGroupAt(const Children& children, const ChildId& id, absl::CivilDay day) {
  const auto found = children.find(id);
  if (found == children.end()) return "";
  const KnownChild& child = found->second;
  const bool holds = child.written_in == school_records::SchoolYearOf(day) || !child.born;
  if (holds && !child.year_group.empty()) return child.year_group;
  return child.born ? school_records::YearGroupOf(*child.born, day) : "";
}

}  // namespace

base::Result<std::vector<AlertFact>> FactsOf(const Visit& visit, const PatternPeriod& period) {
  FB_ASSIGN_OR_RETURN(const Ring* const ring, RingOf(visit));
  FB_ASSIGN_OR_RETURN(const OpenedAlerts alerts, OpenedIn(visit, *ring, period));
  FB_ASSIGN_OR_RETURN(const Actions actions, ActionsIn(visit, *ring, period));
  FB_ASSIGN_OR_RETURN(const Children children, ChildrenNow(visit, *ring, period.zone));
  std::vector<AlertFact> facts;
  for (const auto& [id, opened] : alerts) {
    FB_ASSIGN_OR_RETURN(const auto held, visit.store().ShownAlert(id));
    // What the store has is of the newest revision, which may have come after the first was opened.
    const absl::Time received = held ? std::min(held->received_at, opened.at) : opened.at;
    if (received < period.from() || received >= period.to()) continue;
    FB_ASSIGN_OR_RETURN(const bool before, OpenedBefore(visit, *ring, id, opened, period.from()));
    if (before) continue;
    facts.push_back(
        {.child = opened.child,
         .year_group = YearGroupAt(children, opened.child, absl::ToCivilDay(received, period.zone)),
         .received = received,
         .first_action = FirstSince(actions, opened.child, received),
         .arrival = held ? held->arrival : v1::ARRIVAL_UNSPECIFIED});
  }
  return facts;
}

}  // namespace firstbell::school::web
